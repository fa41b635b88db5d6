"""Files over HTTP: upload once, attach by id."""

import asyncio
from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ANYONE, CREATES_TICKETS
from osticket_api.features.files.download import Download
from osticket_api.features.files.hashes import fingerprint
from osticket_api.features.files.schemas import UploadQuery
from osticket_api.features.files.shapes import File
from osticket_api.features.files.spool import spooled
from osticket_api.features.files.uploads import open_file, upload
from osticket_api.web.call import CallDependency
from osticket_api.web.download import download
from osticket_api.web.input import PathId, query
from osticket_api.web.router import Router

router = Router(tag="files", prefix="/files")


@router.create("", access=CREATES_TICKETS, returns=File)
async def post_file(call: CallDependency, query: Annotated[UploadQuery, query(UploadQuery)]) -> Response:
    """Upload a file, to be attached by its id: a multipart form with one file, or the raw body and `?name=`."""

    def answer(file: File) -> Response:
        return call.one(file, status=201, location=file.url)

    async with spooled(call.request, query.name) as file:
        known = await asyncio.to_thread(fingerprint, file.content)
        call.body_digest = f"{file.name} {known.signature}"
        return await call.change(answer, upload, file, known)


@router.read("/{file}", access=ANYONE, returns=bytes)
async def get_file(call: CallDependency, file: PathId) -> Response:
    """A file's content, whole or in ranges, for whoever uploaded it or sees something it is attached to.

    Files of public FAQs are for everybody who may read the knowledge base.
    """
    content = await call.read(open_file, file)
    return download(
        call, Download(call.database, content), name=content.file.name, content_type=content.file.content_type
    )
