"""What of a new description breaks clients of an older one."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """A line for each change that a client of the old description may stumble over.

    A client breaks where an operation, an answered field or a status is gone, where something new is required of it, or
    where a value it sends is no longer taken.
    """
    return [*_operations(old, new), *_schemas(old, new)]


def _operations(old: Schema, new: Schema) -> Iterator[str]:
    for path, item in old["paths"].items():
        for method, before in item.items():
            route = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{route} is gone"
                continue
            if before["operationId"] != after["operationId"]:
                yield f"{route} is {after['operationId']} now, and was {before['operationId']}"
            yield from (f"{route}: {fault}" for fault in _parameters(old, before, new, after))
            yield from (f"{route}: {fault}" for fault in _bodies(before, after))
            succeeding = {status for status in before["responses"] if status < "400"}
            yield from (f"{route} no longer answers {each}" for each in sorted(succeeding - after["responses"].keys()))


def _parameters(old: Schema, before: Schema, new: Schema, after: Schema) -> Iterator[str]:
    was, now = _by_name(old, before), _by_name(new, after)
    for place, name in was.keys() - now.keys():
        yield f"the {place} parameter {name} is gone"
    for key, parameter in now.items():
        is_required = parameter.get("required", False)
        if is_required and not was.get(key, {}).get("required", False):
            yield f"the {key[0]} parameter {key[1]} is required now"
        if key in was:
            yield from (f"{key[1]} {fault}" for fault in _narrowed(was[key]["schema"], parameter["schema"]))


def _by_name(document: Schema, operation: Schema) -> dict[tuple[str, str], Schema]:
    parameters = [_resolved(document, each) for each in operation["parameters"]]
    return {(each["in"], each["name"]): each for each in parameters}


def _resolved(document: Schema, value: Schema) -> Schema:
    while "$ref" in value:
        *_, kind, name = value["$ref"].split("/")
        value = document["components"][kind][name]
    return value


def _bodies(before: Schema, after: Schema) -> Iterator[str]:
    was, now = before.get("requestBody"), after.get("requestBody")
    if now is not None and now.get("required") and (was is None or not was.get("required")):
        yield "a body is required now"
    if was is not None:
        gone = was["content"].keys() - (now or {"content": {}})["content"].keys()
        yield from (f"a body of {media} is no longer taken" for media in sorted(gone))


def _schemas(old: Schema, new: Schema) -> Iterator[str]:
    sent = _sent(new)
    for name, before in old["components"]["schemas"].items():
        after = new["components"]["schemas"].get(name)
        if after is None:
            yield f"the schema {name} is gone"
            continue
        gone = before.get("properties", {}).keys() - after.get("properties", {}).keys()
        yield from (f"{name}.{field} is gone" for field in sorted(gone))
        if name in sent:
            required = set(after.get("required", ())) - set(before.get("required", ()))
            yield from (f"{name}.{field} is required now" for field in sorted(required))
        for field in before.get("properties", {}).keys() & after.get("properties", {}).keys():
            was, now = before["properties"][field], after["properties"][field]
            if was.get("type", now.get("type")) != now.get("type", was.get("type")):
                yield f"{name}.{field} is of type {now.get('type')} now, and was {was.get('type')}"
            if name in sent:
                yield from (f"{name}.{field} {fault}" for fault in _narrowed(was, now))


def _narrowed(was: Schema, now: Schema) -> Iterator[str]:
    """What a value may no longer be."""
    if "enum" in was and "enum" in now:
        yield from (f"can no longer be {value}" for value in was["enum"] if value not in now["enum"])
    for limit, is_narrower in (("maxLength", min), ("maximum", min), ("minLength", max), ("minimum", max)):
        if limit in now and (limit not in was or is_narrower(was[limit], now[limit]) != was[limit]):
            yield f"has the {limit} {now[limit]} now"


def _sent(document: Schema) -> set[str]:
    """The names of schemas that clients send."""
    found: set[str] = set()
    waiting = [
        media["schema"]
        for item in document["paths"].values()
        for operation in item.values()
        for media in operation.get("requestBody", {}).get("content", {}).values()
    ]
    while waiting:
        for name in _references(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
