"""Render an error for the endpoint that was called: in the envelope, or as the old endpoints do."""

from starlette.requests import Request
from starlette.responses import Response

from osticket_api.errors import ApiError
from osticket_api.legacy import answers
from osticket_api.legacy.answers import LegacyError
from osticket_api.web import envelope, oauth_errors


def failure(request: Request, error: ApiError | LegacyError) -> Response:
    """The response to a request that failed."""
    if isinstance(error, LegacyError) or answers.is_legacy(request.scope):
        return answers.failure(request, error)
    if request.scope["path"].startswith(oauth_errors.PREFIX):
        return oauth_errors.failure(error)
    return envelope.failure(request, error)
