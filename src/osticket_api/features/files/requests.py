"""Request models for uploads."""

from pydantic import Field

from osticket_api.web.input import Parameters


class UploadQuery(Parameters):
    name: str | None = Field(
        None,
        max_length=255,
        description="The name of the file, when the body is its raw content.",
        examples=["report.pdf"],
    )
