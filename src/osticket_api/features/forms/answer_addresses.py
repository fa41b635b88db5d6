"""Addresses of files in answers: `/users/7/files/92` is file 92 in the answers of user 7."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from osticket_api.web.file_urls import FileUrls

RESOURCES: Final[Mapping[str, str]] = {"T": "ticket", "A": "task", "U": "user", "O": "organization"}
"""The resources that answer forms, by the code in `form_entry.object_type`."""

FileUrl = Callable[[int, int], str]
"""Makes the address of a file in an answer, from the id of the resource that answered and the id of the file."""


def file_url(object_type: str, urls: FileUrls) -> FileUrl:
    """The function that makes addresses of files in answers of one type of object."""
    resource = RESOURCES[object_type]
    return lambda object_id, file_id: urls(_path(resource, object_id, file_id))


def with_plain_urls(resource: str, object_id: int, answers: dict[str, Any]) -> dict[str, Any]:
    """Answers whose files have the addresses that are the same for everybody. Answers that are hidden stay UNSET."""
    if not answers:
        return answers
    return {name: _with_plain_urls(resource, object_id, value) for name, value in answers.items()}


def _with_plain_urls(resource: str, object_id: int, value: Any) -> Any:
    if not (isinstance(value, list) and all(isinstance(each, dict) and "url" in each for each in value)):
        return value
    return [{**file, "url": _path(resource, object_id, file["id"])} for file in value]


def _path(resource: str, object_id: int, file_id: int) -> str:
    return f"/api/v2/{resource}s/{object_id}/files/{file_id}"
