"""The doctor's checks of files that osTicket's storage plugins keep outside the database."""

from collections.abc import Sequence
from typing import Final

from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.doctor.findings import Finding, failure, ok, warning
from osticket_api.features.files.api import StorageState, examine_storage
from osticket_api.settings import Settings

_PLACES: Final = {
    "storage-fs": "Set the plugin's folder in osTicket to an absolute path that this server's system user may use too.",
    "storage-s3": "Check the plugin's settings in osTicket, SECRET_SALT, and that this machine reaches the bucket.",
}
_UNKNOWN: Final = "Files that it keeps are answered with 501: move them with `php manage.php file migrate` of osTicket."
_LOST: Final = "Bring them back from a backup, or let the plugin name the place where they are."
_NAMED: Final = 5


async def examine_files(database: Database, settings: Settings) -> Sequence[Finding]:
    """Check that folders and buckets outside the database can be used, and that files are there."""
    database.secret_salt = settings.salt()
    return await database.read(_findings)


def _findings(tx: Read) -> Sequence[Finding]:
    found = [_finding(state) for state in examine_storage(tx)]
    return found or [ok("file storage", "files are kept in the database")]


def _finding(state: StorageState) -> Finding:
    if state.fault is not None:
        return failure("file storage", state.fault, _PLACES.get(state.plugin, _UNKNOWN))
    if state.lost:
        named = ", ".join(map(str, state.lost[:_NAMED])) + (", ..." if len(state.lost) > _NAMED else "")
        message = f"{state.plugin}: {len(state.lost)} of its newest {state.looked_at} files are not there (ids {named})"
        return warning("file storage", message, _LOST)
    return ok(
        "file storage", f"{state.plugin}: its place can be used, and its newest {state.looked_at} files are there"
    )
