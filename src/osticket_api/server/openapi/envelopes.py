"""The envelope around responses: one named schema for each kind of response."""

from osticket_api.server.openapi.shared import Schema, reference


def envelope_name(item: Schema, *, is_page: bool, is_slice: bool = False) -> str:
    """The name of the envelope around an item, a list of items, a page or a slice of them."""
    if item.get("type") == "array":
        return f"{_name(item['items'])}ListAnswer"
    if is_slice:
        return f"{_name(item)}Slice"
    return f"{_name(item)}Page" if is_page else f"{_name(item)}Answer"


def _name(item: Schema) -> str:
    """The name of the resource: a page of `TicketSummary` is a `TicketPage`, a `TicketDetail` a `TicketAnswer`."""
    return str(item["$ref"]).rpartition("/")[2].removesuffix("Summary").removesuffix("Detail")


def envelope(item: Schema, *, is_page: bool, is_slice: bool = False) -> Schema:
    """The schema of a whole response."""
    return {
        "type": "object",
        "required": ["success", "data", "meta", "errors"],
        "properties": {
            "success": {"type": "boolean", "const": True},
            "data": {"type": "array", "items": item} if is_page or is_slice else item,
            "meta": reference("schemas", "PageMeta" if is_page else "SliceMeta" if is_slice else "Meta"),
            "errors": {"type": "array", "items": reference("schemas", "Error"), "description": "Empty."},
        },
    }
