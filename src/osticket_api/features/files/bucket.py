"""File content in a bucket of Amazon S3, where osTicket's plugin "Attachments hosted in Amazon S3" keeps it.

Amazon's own library speaks with it; it is optional (`osticket-api[s3]`). Which server that is follows from the region;
where it is another one that speaks as S3 does, the library's own variable AWS_ENDPOINT_URL_S3 names it.

Source: tickets.md 5.2.
"""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.util import find_spec
from typing import Any, BinaryIO, Final, TypeVar

from osticket_api.db.config import Config, load_config
from osticket_api.db.plugins import chosen, enabled_instances
from osticket_api.db.unit import Read, Write
from osticket_api.errors import NotAvailable, NotFound
from osticket_api.features.files.queries import StoredFile
from osticket_api.features.files.store import NewFile, content_lost, storage_away
from osticket_api.kit import off_loop, php_json
from osticket_api.mail.secrets import decrypt

R = TypeVar("R")

_PLUGIN: Final = "storage-s3"
_ENDPOINT: Final = "AWS_ENDPOINT_URL_S3"
_PIECE_BYTES: Final = 4 * 1024 * 1024
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
_REGION: Final = re.compile(r"[a-z0-9-]{0,32}")
_CONNECT_SECONDS: Final = 2
_READ_SECONDS: Final = 10
_ATTEMPTS: Final = 2
_LOST: Final = {"404", "NoSuchKey"}
_CACHED: Final = "private, max-age=86400"


@dataclass(frozen=True)
class Bucket:
    """The plugin's settings."""

    name: str
    folder: str
    region: str
    acl: str
    key_id: str
    secret: str = field(repr=False)
    letter: str = "3"

    @property
    def attributes(self) -> str:
        """The attributes that the plugin stores with each file."""
        return php_json.encode({"bucket": self.name, "folder": self.folder})

    def keep(self, tx: Write, file: NewFile, content: BinaryIO) -> None:
        """Send the content there. It is taken away again if the transaction is rolled back. Raises: Unavailable."""
        place = {"Bucket": self.name, "Key": _object_key(self.folder, file.key)}
        tx.undo_outside(off_loop.beside, lambda: _client(self).delete_object(**place))
        content.seek(0)
        more = {"ACL": self.acl} if self.acl else {}
        send = partial(
            _client(self).put_object,
            **place, **more, Body=content, ContentType=file.content_type, CacheControl=_CACHED,
        )  # fmt: skip
        _asked(send)


@dataclass(frozen=True)
class ObjectSlice:
    """The bytes from `start` up to `stop` of an object."""

    bucket: Bucket
    key: str
    start: int
    stop: int

    def read(self) -> bytes:
        """Raises: NotFound when it is gone; Unavailable."""
        return bytes(_asked(self._read))

    def _read(self) -> Any:
        wanted = f"bytes={self.start}-{self.stop - 1}"
        return _client(self.bucket).get_object(Bucket=self.bucket.name, Key=self.key, Range=wanted)["Body"].read()


def find_bucket(tx: Read) -> Bucket:
    """The bucket of the plugin. Raises: NotAvailable when the plugin cannot be used here; the text says why."""
    if find_spec("boto3") is None:
        raise _unusable("install `osticket-api[s3]`, which knows how to speak with it")
    instances = enabled_instances(tx, _PLUGIN)
    if not instances:
        raise _unusable("it is not set up")
    config = load_config(tx, instances[-1].namespace)
    secret = decrypt(config.text("secret-access-key"), tx.secret_salt, instances[-1].namespace)
    if not secret:
        raise _unusable("its secret key cannot be decrypted: SECRET_SALT must be osTicket's")
    bucket = _bucket(config, secret)
    if not _NAME.fullmatch(bucket.name) or not _REGION.fullmatch(bucket.region):
        raise _unusable("its bucket or its region is not a valid name")
    return bucket


def _bucket(config: Config, secret: str) -> Bucket:
    return Bucket(
        name=config.text("bucket").strip(),
        folder=config.text("folder").strip(),
        region=chosen(config.text("aws-region")),
        acl=chosen(config.text("acl")),
        key_id=config.text("aws-key-id").strip(),
        secret=secret,
    )


def locate(tx: Read, file: StoredFile) -> tuple[Bucket, str]:
    """The bucket and the key of a file's object, in the folder that its row names."""
    noted = php_json.decode(file.attributes)
    folder = noted.get("folder") if isinstance(noted, dict) else ""
    return find_bucket(tx), _object_key(str(folder or ""), file.key)


def _object_key(folder: str, key: str) -> str:
    return f"{folder}/{key}" if folder else key


def measure(bucket: Bucket, key: str) -> int:
    """How long an object is. Raises: NotFound when it is gone; Unavailable."""
    return int(_asked(lambda: _client(bucket).head_object(Bucket=bucket.name, Key=key)["ContentLength"]))


def reach(bucket: Bucket) -> None:
    """Ask whether the bucket is there. Raises: NotAvailable when it is not; Unavailable."""
    try:
        _asked(lambda: _client(bucket).head_bucket(Bucket=bucket.name))
    except NotFound:
        raise _unusable(f"there is no bucket {bucket.name}") from None


def slices(bucket: Bucket, key: str, start: int, stop: int) -> Sequence[ObjectSlice]:
    """The bytes from `start` up to `stop`, in pieces of at most four MiB."""
    return [ObjectSlice(bucket, key, at, min(at + _PIECE_BYTES, stop)) for at in range(start, stop, _PIECE_BYTES)]


def _asked(ask: Callable[[], R]) -> R:
    """Send a request to the bucket, outside the event loop. Raises: NotFound, Unavailable."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return off_loop.beside(ask)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _LOST:
            raise content_lost() from error
        raise storage_away(_PLUGIN, f"its bucket refuses ({code})") from error
    except (BotoCoreError, OSError) as error:
        raise storage_away(_PLUGIN, f"its bucket cannot be reached ({type(error).__name__})") from error


@lru_cache(maxsize=4)
def _client(bucket: Bucket) -> Any:
    from boto3.session import Session
    from botocore.config import Config as ClientConfig

    how = ClientConfig(
        signature_version="s3v4",
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"total_max_attempts": _ATTEMPTS},
        s3={"addressing_style": "path" if os.environ.get(_ENDPOINT) else "auto"},
        request_checksum_calculation="when_required",  # Servers that speak as S3 does may not know newer checksums.
        response_checksum_validation="when_required",
    )
    session = Session(aws_access_key_id=bucket.key_id, aws_secret_access_key=bucket.secret)
    return session.client("s3", region_name=bucket.region or "us-east-1", config=how)


def _unusable(reason: str) -> NotAvailable:
    return NotAvailable.because(
        f"Files are kept by osTicket's plugin {_PLUGIN}, which cannot be used: {reason}.", code="storage_unusable"
    )
