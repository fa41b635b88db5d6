"""A span for each round of a job that has done something or failed, linked to the requests that led to it."""

from collections import OrderedDict
from typing import Final

from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue

from osticket_api.kit.rounds import Round

_REMEMBERED: Final = 10_000
_LINKS: Final = 20


class JobTraces:
    """Remembers the spans of this process's latest requests: jobs follow them closely."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._requests: OrderedDict[str, SpanContext] = OrderedDict()

    def remember(self, request_id: str, span: SpanContext) -> None:
        """What a job does for this request is linked to this span from now on."""
        self._requests[request_id] = span
        if len(self._requests) > _REMEMBERED:
            self._requests.popitem(last=False)

    def add(self, told: Round) -> None:
        """One span, with what was done, counted. A request of another process is named by its id alone."""
        ids = sorted(told.request_ids)
        links = [Link(self._requests[each]) for each in ids if each in self._requests][:_LINKS]
        about: dict[str, AttributeValue] = {
            "osticket_api.job": told.job,
            **{f"osticket_api.done.{what}": count for what, count in told.done.items()},
            **({"osticket_api.request_ids": ids[:_LINKS]} if ids else {}),
        }
        name = f"job {told.job}"
        span = self._tracer.start_span(name, None, SpanKind.INTERNAL, about, links, told.began)
        if told.error is not None:
            span.set_attribute("error.type", type(told.error).__qualname__)
            span.set_status(Status(StatusCode.ERROR))
        span.end()
