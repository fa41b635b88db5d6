"""Privacy over HTTP: for administrators, and for keys that stand for one and have `admin`."""

from dataclasses import replace
from io import BytesIO
from typing import Final

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.unit import Write
from osticket_api.features.privacy.archive import record_export, write_archive
from osticket_api.features.privacy.erasing import erase_user
from osticket_api.features.privacy.requests import Erasure
from osticket_api.features.privacy.responses import Erased
from osticket_api.features.users.api import get_for_update
from osticket_api.web.call import Call
from osticket_api.web.input import PathId
from osticket_api.web.results import Bytes, Download
from osticket_api.web.router import Router

router = Router(tag="privacy", prefix="/users/{user}/privacy")

_PRIVACY: Final = replace(ADMINISTRATOR, about_all_departments=True)
_MOST_BYTES: Final = 256 * 1024 * 1024


@router.get("/export", access=_PRIVACY)
async def get_privacy_export(call: Call, caller: Staff, user: PathId) -> Download:
    """Download everything about a user as a ZIP archive: `data.json` with the rows of each table, and the files.

    Internal notes on their tickets are in it: look through it before you hand it out. 409 for more than 256 MiB of
    files: `osticket-api privacy export` writes those. Each download leaves an entry in the audit log.
    """
    archive = BytesIO()
    counts = await call.database.read(write_archive, user, archive, _MOST_BYTES)
    if call.database.has_own_tables:
        await call.database.write(record_export, user, counts)
    return Download(Bytes(archive.getvalue()), f"user-{user}.zip", "application/zip", is_made=True)


@router.post("/erase", access=_PRIVACY)
def erase_user_data(unit: Write, caller: Staff, user: PathId, body: Erasure) -> Erased:
    """Erase a user, for good. With `dry_run=true` nothing is erased: the effects tell how many rows of which table.

    Either way the account, addresses, notes, drafts, sign-ins, mails and events about them go. The audit log stays.
    """
    rows = erase_user(unit, caller, get_for_update(unit, caller, user), body.mode)
    return Erased(user_id=user, mode=body.mode, rows=rows)
