"""How an error from anywhere is told: in the envelope, or as the old doors do."""

from starlette.requests import Request
from starlette.responses import Response

from osticket_api.errors import ApiError
from osticket_api.legacy import answers
from osticket_api.web import envelope


def failure(request: Request, error: ApiError) -> Response:
    """The answer to a request that went wrong."""
    if answers.is_legacy(request.scope["path"]):
        return answers.failure(request, error)
    return envelope.failure(request, error)
