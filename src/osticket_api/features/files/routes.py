"""Files over HTTP: upload once, attach by id."""

from typing import Annotated

from osticket_api.access.principal import ApiKey, Principal, Staff, User
from osticket_api.access.rules import CREATES_TICKETS, FETCHES_SHARED_FILES
from osticket_api.db.unit import Read, Write
from osticket_api.features.files.requests import UploadQuery
from osticket_api.features.files.responses import File
from osticket_api.features.files.spool import Spooled, receive_file
from osticket_api.features.files.uploads import open_file, upload
from osticket_api.web.file_urls import SignatureQuery
from osticket_api.web.handlers import Prepared
from osticket_api.web.input import PathId
from osticket_api.web.results import Created, Download
from osticket_api.web.router import Router

router = Router(tag="files", prefix="/files")


@router.post("", access=CREATES_TICKETS)
def post_file(
    unit: Write,
    caller: Staff | User | ApiKey,
    query: UploadQuery,
    file: Annotated[Spooled, Prepared(receive_file)],
) -> Created[File]:
    """Upload a file, to be attached by its id: a multipart form with one file, or the raw body and `?name=`."""
    return Created(upload(unit, caller, file))


@router.get("/{file}", access=FETCHES_SHARED_FILES)
def get_file(unit: Read, caller: Principal, file: PathId, query: SignatureQuery) -> Download:
    """A file's content, whole or in ranges, for whoever uploaded it or sees something it is attached to.

    Files of public FAQs are for everybody who may read the knowledge base.
    """
    return open_file(unit, caller, file)
