"""What `ost-config.php` says about the database."""

from pathlib import Path

import pytest

from osticket_api.attach import installation
from osticket_api.attach.installation import Endpoint, endpoints, read_installation
from osticket_api.settings import ConfigurationError

USUAL = {
    "OSTINSTALLED": "TRUE",
    "ADMIN_EMAIL": "'admin@example.com'",
    "DBHOST": "'db.example.com'",
    "DBNAME": "'osticket'",
    "DBUSER": "'agent'",
    "DBPASS": r"'a\'b\\c#d//e?>f'",
    "TABLE_PREFIX": "'ost_'",
    "SECRET_SALT": "'salt'",
}


def write(folder: Path, **constants: str) -> Path:
    file = folder / "include" / "ost-config.php"
    file.parent.mkdir(exist_ok=True)
    values = {**USUAL, **constants}
    file.write_text("<?php\n" + "\n".join(f"define('{name}', {value});" for name, value in values.items() if value))
    return file


def refusal(path: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_installation(path)
    return str(caught.value)


def test_folder_include_and_file_lead_to_the_same(tmp_path: Path) -> None:
    file = write(tmp_path)
    assert read_installation(tmp_path) == read_installation(tmp_path / "include") == read_installation(file)


def test_password_is_read_as_php_reads_it(tmp_path: Path) -> None:
    write(tmp_path)
    assert read_installation(tmp_path).password == r"a'b\c#d//e?>f"


def test_certificates_and_proxies_are_read(tmp_path: Path) -> None:
    write(tmp_path, DBSSLCA="'/ca.pem'", DBSSLCERT="'/c.pem'", DBSSLKEY="'/k.pem'", TRUSTED_PROXIES="'10.0.0.1'")
    found = read_installation(tmp_path)
    assert (found.ssl_ca, found.ssl_cert, found.ssl_key) == ("/ca.pem", "/c.pem", "/k.pem")
    assert found.trusted_proxies == "10.0.0.1"


def test_old_installation_without_salt_gets_the_one_osticket_makes_up(tmp_path: Path) -> None:
    write(tmp_path, SECRET_SALT="")
    assert read_installation(tmp_path).secret_salt == "6e0f8c42884a20490949916f752a88e7"


def test_folder_without_osticket_is_refused(tmp_path: Path) -> None:
    assert "no include/ost-config.php at" in refusal(tmp_path)


@pytest.mark.parametrize("value", ["FALSE", "", "'TRUE'", "0"])
def test_unfinished_installation_is_refused(tmp_path: Path, value: str) -> None:
    write(tmp_path, OSTINSTALLED=value)
    assert "osTicket is not installed" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["DBHOST", "DBNAME", "DBUSER", "DBPASS", "TABLE_PREFIX"])
def test_missing_constant_is_named(tmp_path: Path, name: str) -> None:
    write(tmp_path, **{name: ""})
    assert refusal(tmp_path).endswith(f"does not define {name}")


def test_computed_constant_is_named(tmp_path: Path) -> None:
    write(tmp_path, DBPASS="getenv('DBPASS')")
    assert "defines DBPASS by an expression that only PHP can evaluate" in refusal(tmp_path)


def test_other_encoding_is_named(tmp_path: Path) -> None:
    file = write(tmp_path)
    file.write_bytes(file.read_bytes().replace(b"'osticket'", "'für'".encode("latin-1")))
    assert "defines DBNAME in another encoding than UTF-8" in refusal(tmp_path)


def test_comment_in_another_encoding_does_not_matter(tmp_path: Path) -> None:
    file = write(tmp_path)
    file.write_bytes(file.read_bytes() + "\n# für".encode("latin-1"))
    assert read_installation(tmp_path).database == "osticket"


def test_broken_file_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path)
    file.write_text(file.read_text() + "define('X', 'never ends);")
    assert "is not a valid PHP configuration: the string that begins in line" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("hosts", "found"),
    [
        ("db.example.com", [Endpoint("db.example.com")]),
        ("db.example.com:3307", [Endpoint("db.example.com", 3307)]),
        ("p:db.example.com:3307", [Endpoint("db.example.com", 3307)]),
        ("localhost:/run/my.sock", [Endpoint(socket="/run/my.sock")]),
        (":/run/my.sock", [Endpoint(socket="/run/my.sock")]),
        ("/run/my.sock", [Endpoint(socket="/run/my.sock")]),
        ("10.0.0.1, 10.0.0.2:3307,", [Endpoint("10.0.0.1"), Endpoint("10.0.0.2", 3307)]),
        ("::1", [Endpoint("::1")]),
        ("[::1]", [Endpoint("::1")]),
        ("p:[2001:db8::7]:3307", [Endpoint("2001:db8::7", 3307)]),
    ],
)
def test_every_way_to_name_a_host_is_understood(hosts: str, found: list[Endpoint]) -> None:
    assert endpoints(hosts) == found


def test_localhost_is_the_socket_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "_LOCAL_SOCKETS", ())
    assert endpoints("localhost:3307") == [Endpoint("127.0.0.1", 3307)]


@pytest.mark.parametrize(("hosts", "sentence"), [("", "names no host"), ("db:mysql", "the port of db:mysql is no")])
def test_host_that_makes_no_sense_is_refused(hosts: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        endpoints(hosts)
