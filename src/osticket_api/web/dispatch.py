"""Find the route of a request by the beginning and the length of its path, instead of asking all before it."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from starlette.routing import Match, Router
from starlette.types import Receive, Scope, Send

from osticket_api.web.route import HandlerRoute

Shape = tuple[int, str]
"""How many segments a path has, and the one that names the resource, as in `/api/v2/tickets/12`."""

_RESOURCE = 3


class Dispatcher(Router):
    """Asks the few routes whose paths have the shape of the request's path. Where none matches, it asks all."""

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope.get("root_path"):
            for route in self._by_shape.get(_shape_of(scope["path"]), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found, router=self, route=route)
                    await route.handle(scope, receive, send)
                    return
        await super().app(scope, receive, send)

    @cached_property
    def _by_shape(self) -> dict[Shape, Sequence[HandlerRoute]]:
        shapes = defaultdict(list)
        for route in self.routes:
            if isinstance(route, HandlerRoute):
                shapes[_shape_of(route.path)].append(route)
        return dict(shapes)


def _shape_of(path: str) -> Shape:
    segments = path.split("/")
    return len(segments), segments[_RESOURCE] if len(segments) > _RESOURCE else ""
