"""Contents of files where osTicket's storage plugins keep them: in a folder, and in a bucket of S3."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.files import bucket, service
from osticket_api.mail.secrets import encrypt
from tests.fixtures.api import Answer, Api
from tests.fixtures.process import free_port
from tests.fixtures.s3 import BUCKET, ENDPOINT, Store
from tests.legacy.client import client

BODY = b"first line\n" * 1000
FOLDER = "desk/files"
once = pytest.mark.parametrize("demo", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""


def set_up(api: Api, plugin: str, letter: str, config: Callable[[str, str], dict[str, str]]) -> None:
    """The plugin as its form in osTicket leaves it, for new files too."""

    def unit(tx: Write) -> None:
        number = tx.insert(t.plugin, name=plugin, install_path=f"plugins/{plugin}.phar", isactive=True)
        instance = tx.insert(t.plugin_instance, plugin_id=number, flags=1, name="one")
        namespace = f"plugin.{number}.instance.{instance}"
        for key, value in config(namespace, tx.secret_salt).items():
            tx.insert(t.config, namespace=namespace, key=key, value=value)
        core = (t.config.c.namespace == "core") & (t.config.c.key == "default_storage_bk")
        if not tx.change(update(t.config).where(core).values(value=letter)):
            tx.insert(t.config, namespace="core", key="default_storage_bk", value=letter)

    api.write(unit)


def in_folder(api: Api, folder: Path | str) -> None:
    set_up(api, "storage-fs", "F", lambda namespace, salt: {"uploadpath": str(folder)})


def in_bucket(api: Api, **more: str) -> None:
    def config(namespace: str, salt: str) -> dict[str, str]:
        secret = encrypt("secret", salt, namespace)
        region = '{"eu-west-1":"Europe (Ireland)"}'
        usual = {"bucket": BUCKET, "folder": FOLDER, "aws-region": region, "aws-key-id": "desk"}
        return {**usual, "acl": '{"private":"Private"}', "secret-access-key": secret, **more}

    set_up(api, "storage-s3", "3", config)


@dataclass
class Place:
    """Somewhere outside the database."""

    letter: str
    attributes: str | None
    contents: Callable[[], dict[str, bytes]]
    """What lies there, by the keys of the files."""


@pytest.fixture(params=["storage-fs", "storage-s3"])
def place(request: pytest.FixtureRequest, api: Api, tmp_path: Path) -> Place:
    if request.param == "storage-fs":
        folder = tmp_path / "uploads"
        folder.mkdir()
        in_folder(api, folder)
        return Place("F", None, lambda: {path.name: path.read_bytes() for path in folder.glob("?/*")})
    store: Store = request.getfixturevalue("s3")
    for key in store.list():
        store.drop(key)
    in_bucket(api)
    return Place(
        "3",
        '{"bucket":"attachments","folder":"desk\\/files"}',
        lambda: {key.removeprefix(f"{FOLDER}/"): store.get(key)["Body"].read() for key in store.list()},
    )


def upload(api: Api, body: bytes = BODY, **options: Any) -> Answer:
    return api.named("alice").request("POST", "/files?name=notes.txt", content=body, **options)


def row(api: Api, file_id: int) -> Any:
    return api.rows(select(t.file).where(t.file.c.id == file_id))[0]


def chunks(api: Api, file_id: int) -> list[Any]:
    return api.rows(select(t.file_chunk.c.chunk_id).where(t.file_chunk.c.file_id == file_id))


def test_a_file_is_written_where_osticket_looks_for_it(api: Api, place: Place) -> None:
    made = upload(api)
    assert made.status == 201
    stored = row(api, made.data["id"])
    assert (stored.bk, stored.attrs, stored.size) == (place.letter, place.attributes, len(BODY))
    assert place.contents() == {stored.key: BODY}
    assert chunks(api, stored.id) == []


def test_it_is_read_whole_and_in_ranges(api: Api, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "_PIECE_BYTES", 1000)
    address = f"/files/{upload(api).data['id']}"
    alice = api.named("alice")
    whole = alice.get(address)
    assert (whole.status, whole.content, whole.headers["content-length"]) == (200, BODY, str(len(BODY)))
    part = alice.get(address, headers={"Range": "bytes=995-2004"})
    assert (part.status, part.content) == (206, BODY[995:2005])
    assert alice.request("HEAD", address).headers["content-length"] == str(len(BODY))


def test_an_attachment_of_a_ticket_lies_there_too(api: Api, place: Place) -> None:
    file_id = upload(api).data["id"]
    new = {"subject": "New", "message": "New", "email": "wanda@example.net", "name": "Wanda", "topic_id": 1}
    made = api.named("alice").post("/tickets", {**new, "attachments": [{"file_id": file_id}]})
    assert made.status == 201, made.errors
    entry = api.named("alice").get(f"/tickets/{made.data['id']}/thread").data[0]
    assert api.named("alice").get(f"/files/{entry['attachments'][0]['file_id']}").content == BODY


def test_what_is_rolled_back_leaves_nothing(api: Api, place: Place) -> None:
    def unit(tx: Write) -> None:
        service.store(tx, "a.txt", "text/plain", BODY)
        assert list(place.contents().values()) == [BODY]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        api.write(unit)
    assert place.contents() == {}


def test_a_dry_run_writes_nothing(api: Api, place: Place) -> None:
    assert upload(api, params={"dry_run": "true", "name": "a.txt"}).status == 200
    assert place.contents() == {}


@once
def test_a_folder_that_cannot_be_looked_into_is_told(api: Api, tmp_path: Path) -> None:
    """Such as one that this system user may not search: what lies there may well be whole."""
    alice = api.named("alice")
    in_folder(api, tmp_path)
    file_id, long = upload(api).data["id"], "long " * 20_000
    note = {"body": long, "format": "text", "attachments": [{"file_id": file_id}]}
    assert alice.post("/tickets/26/note", note).status == 201
    config = t.config.c
    api.write(lambda tx: tx.change(update(t.config).where(config.key == "uploadpath").values(value="/" + "a" * 300)))
    answer = alice.get(f"/files/{file_id}")
    assert (answer.status, answer.errors[0]["code"]) == (503, "storage_away"), answer.content
    assert alice.get("/tickets/26/thread?per_page=100").data[-1]["body"] == ""
    answer = client(api)("GET", f"tickets-attachment-download.php/{file_id}.json")
    assert "Failed to read file content" in answer.content.decode()


def test_a_content_that_is_gone_is_lost(api: Api, place: Place, s3: Store, tmp_path: Path) -> None:
    file_id = upload(api).data["id"]
    key = row(api, file_id).key
    s3.drop(f"{FOLDER}/{key}")
    (tmp_path / "uploads" / key[0] / key).unlink(missing_ok=True)
    answer = api.named("alice").get(f"/files/{file_id}")
    assert (answer.status, answer.errors[0]["code"]) == (404, "content_lost")


def test_a_content_that_was_cut_off_is_lost_before_the_answer_begins(
    api: Api, place: Place, s3: Store, tmp_path: Path
) -> None:
    file_id = upload(api).data["id"]
    key = row(api, file_id).key
    if place.letter == "3":
        s3.put(f"{FOLDER}/{key}", BODY[:-1])
    else:
        (tmp_path / "uploads" / key[0] / key).write_bytes(BODY[:-1])
    for headers in ({}, {"Range": "bytes=0-9"}):
        answer = api.named("alice").get(f"/files/{file_id}", headers=headers)
        assert (answer.status, answer.errors[0]["code"]) == (404, "content_lost")
    assert api.named("alice").request("HEAD", f"/files/{file_id}").status == 404


def test_a_chunk_that_is_missing_or_cut_off_is_lost_before_the_answer_begins(api: Api) -> None:
    large = b"x" * 512_000
    chunk = t.file_chunk.c
    for number in (0, 1, 2):
        file_id = upload(api, large * 2 + b"%d" % number).data["id"]
        at = (chunk.file_id == file_id) & (chunk.chunk_id == number)
        if number == 1:
            api.write(lambda tx, at=at: tx.change(update(t.file_chunk).where(at).values(filedata=b"short")))
        else:
            api.write(lambda tx, at=at: tx.change(delete(t.file_chunk).where(at)))
        answer = api.named("alice").get(f"/files/{file_id}")
        assert (answer.status, answer.errors[0]["code"]) == (404, "content_lost"), number


@once
def test_a_file_that_may_not_be_read_is_told_before_the_answer_begins(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_folder(api, tmp_path)
    file_id = upload(api).data["id"]
    key, usual = row(api, file_id).key, Path.open

    def refused(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == key:
            raise PermissionError(13, "Permission denied", str(path))
        return usual(path, *args, **options)

    monkeypatch.setattr(Path, "open", refused)
    for method in ("GET", "HEAD"):
        answer = api.named("alice").request(method, f"/files/{file_id}")
        assert answer.status == 503
        assert "retry-after" in answer.headers
    told = api.named("alice").get(f"/files/{file_id}").errors[0]
    assert told["code"] == "storage_away"
    assert "permission denied" in told["message"].lower()
    assert str(tmp_path) not in told["message"]


@once
def test_an_object_that_may_not_be_read_is_told_before_the_answer_begins(
    api: Api, s3: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its length may be told though its content is not."""
    in_bucket(api)
    file_id = upload(api).data["id"]
    lost = bucket.ObjectSlice.read

    def gone(piece: bucket.ObjectSlice) -> bytes:
        s3.drop(piece.key)
        return lost(piece)

    monkeypatch.setattr(bucket.ObjectSlice, "read", gone)
    answer = api.named("alice").get(f"/files/{file_id}")
    assert (answer.status, answer.errors[0]["code"]) == (404, "content_lost")


@once
def test_an_object_says_what_it_is(api: Api, s3: Store) -> None:
    in_bucket(api)
    stored = row(api, upload(api).data["id"])
    found = s3.get(f"{FOLDER}/{stored.key}")
    assert (found["ContentType"], found["CacheControl"]) == ("text/plain", "private, max-age=86400")


@once
def test_an_object_is_looked_for_in_the_folder_that_its_row_names(api: Api, s3: Store) -> None:
    in_bucket(api)
    file_id = upload(api).data["id"]
    s3.put(f"older/{row(api, file_id).key}", BODY.upper())
    older = '{"bucket":"attachments","folder":"older"}'
    api.write(lambda tx: tx.change(update(t.file).where(t.file.c.id == file_id).values(attrs=older)))
    assert api.named("alice").get(f"/files/{file_id}").content == BODY.upper()


@once
def test_a_bucket_that_is_away_is_named(api: Api, s3: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    in_bucket(api)
    file_id = upload(api).data["id"]
    before = api.rows(select(t.file.c.id))
    bucket._client.cache_clear()
    monkeypatch.setattr(bucket, "_ATTEMPTS", 1)
    monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{free_port()}")
    try:
        for answer in (upload(api, b"another"), api.named("alice").get(f"/files/{file_id}")):
            assert (answer.status, answer.errors[0]["code"]) == (503, "storage_away")
            assert "storage-s3" in answer.errors[0]["message"]
            assert int(answer.headers["retry-after"]) > 0
        assert api.rows(select(t.file.c.id)) == before
    finally:
        bucket._client.cache_clear()


@once
def test_a_bucket_that_is_not_there_refuses(api: Api, s3: Store) -> None:
    in_bucket(api, bucket="another")
    answer = upload(api)
    assert (answer.status, answer.errors[0]["code"]) == (503, "storage_away")
    assert "NoSuchBucket" in answer.errors[0]["message"]


@once
def test_a_folder_that_cannot_be_written_is_named(api: Api, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    in_folder(api, tmp_path / "file")
    answer = upload(api)
    assert (answer.status, answer.errors[0]["code"]) == (503, "storage_away")
    assert "storage-fs" in answer.errors[0]["message"]


@once
@pytest.mark.parametrize(
    "more",
    [
        {"secret-access-key": "$0$of-another-salt"},
        {"bucket": "internal.example.com/x?"},
        {"aws-region": "eu.example.com/"},
    ],
    ids=["secret", "bucket", "region"],
)
def test_with_a_plugin_that_cannot_be_used_the_database_keeps_new_files(
    api: Api, s3: Store, more: dict[str, str]
) -> None:
    in_bucket(api, **more)
    file_id = upload(api).data["id"]
    assert row(api, file_id).bk == "D"
    assert api.named("alice").get(f"/files/{file_id}").content == BODY
    api.write(lambda tx: tx.change(update(t.file).where(t.file.c.id == file_id).values(bk="3")))
    answer = api.named("alice").get(f"/files/{file_id}")
    assert (answer.status, answer.errors[0]["code"]) == (501, "storage_unusable")
    assert "storage-s3" in answer.errors[0]["message"]


@once
@pytest.mark.parametrize("letter", ["F", "3", "Z"])
def test_so_it_does_where_no_plugin_is_set_up(api: Api, letter: str) -> None:
    set_up(api, "other", letter, lambda namespace, salt: {})
    assert row(api, upload(api).data["id"]).bk == "D"
