"""How the reader of the binary log connects, which speaks to the server by another driver than the rest."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

import pymysql

from osticket_api.db.rights import DENIED
from osticket_api.events.binlog.server import Ask, Denied
from osticket_api.settings import Settings

SECONDS: Final = 10
"""How long the server may say nothing. It sends a heartbeat twice a second."""
_LOCKED_OUT: Final = {1044, 1045, 3118}
"""No access to the database, a wrong password, a locked account."""

Address = Mapping[str, Any]


def address_of(settings: Settings) -> Address:
    """Return the arguments of `pymysql.connect`."""
    url = settings.server_url
    place = {"unix_socket": settings.db_socket} if settings.db_socket else {"host": url.host, "port": url.port}
    return {
        **place,
        "user": url.username,
        "password": settings.db_password.get_secret_value().encode(),  # The driver would send a text as Latin-1.
        "database": url.database,
        "charset": "utf8mb4",
        "autocommit": True,
        "connect_timeout": SECONDS,
        "read_timeout": SECONDS,
        **_tls(settings),
    }


def _tls(settings: Settings) -> dict[str, Any]:
    """The same as for other connections: without DB_SSL_... none."""
    files = {"ssl_ca": settings.db_ssl_ca, "ssl_cert": settings.db_ssl_cert, "ssl_key": settings.db_ssl_key}
    given = {name: path for name, path in files.items() if path}
    if not given:
        return {"ssl_disabled": True}
    has_ca = bool(settings.db_ssl_ca)
    return {**given, "ssl_verify_cert": has_ca, "ssl_verify_identity": has_ca and settings.db_ssl_check_hostname}


@contextmanager
def connected(address: Address) -> Iterator[Ask]:
    """Ask the server on a connection of its own."""
    with closing(pymysql.connect(**address)) as connection:

        def ask(statement: str) -> Sequence[Sequence[Any]]:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                    return list(cursor.fetchall())
            except pymysql.MySQLError as error:
                if is_denied(error):
                    raise Denied from error
                raise

        yield ask


def is_denied(error: Exception) -> bool:
    return bool(error.args) and error.args[0] in {*DENIED, *_LOCKED_OUT}
