"""Choose between routes whose paths match the same address."""

from collections.abc import Sequence

from starlette.applications import Starlette

from osticket_api.web.route import HandlerRoute


def give_way_to_literal_paths(app: Starlette) -> None:
    """Keep `/users/{user}` from matching `/users/me`, which is a route of its own, for any method."""
    routes = [route for route in app.routes if isinstance(route, HandlerRoute)]
    for route in routes:
        route.yields_to = _more_literal(route, routes)


def _more_literal(route: HandlerRoute, others: Sequence[HandlerRoute]) -> tuple[HandlerRoute, ...]:
    start = route.path.partition("{")[0]
    near = [other for other in others if other.path.startswith(start)]  # Most are not, and this is quickly seen.
    by_path = {other.path: other for other in near if _is_more_literal(other.path, route.path)}
    return tuple(by_path.values())


def _is_more_literal(path: str, than: str) -> bool:
    pairs = list(zip(path.split("/"), than.split("/"), strict=False))
    if path.count("/") != than.count("/") or any(a != b and not _is_parameter(b) for a, b in pairs):
        return False
    return any(_is_parameter(b) and not _is_parameter(a) for a, b in pairs)


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{")
