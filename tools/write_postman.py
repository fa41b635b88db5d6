"""Write the Postman collection and its environment from docs/openapi.json: every operation, with its example.

`python tools/write_postman.py docs/openapi.json postman`
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_SIGN_IN: Final = "login"
_JSON: Final = "application/json"
_SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_ONLY_READS: Final = 'pm.environment.get("only_reads") === "true"'
_BEFORE_ANY: Final = (
    "// `only_reads` runs the whole collection without a change: what is a GET, and before it the sign-in.",
    'const reads = pm.request.method === "GET" || pm.info.requestName === "Sign in";',
    f"if ({_ONLY_READS} && !reads) pm.execution.skipRequest();",
)
_BEFORE_STREAM: Final = (f"if ({_ONLY_READS}) pm.execution.skipRequest(); // It would never end.",)
_AFTER_SIGN_IN: Final = (
    "const { access_token, refresh_token } = pm.response.json().data;",
    'pm.environment.set("access_token", access_token);',
    'pm.environment.set("refresh_token", refresh_token);',
)
_CREDENTIALS: Final = {"username": "{{username}}", "password": "{{password}}", "kind": "{{kind}}"}


class Writer:
    """One description of the API."""

    def __init__(self, described: dict[str, Any]) -> None:
        self._described = described

    def collection(self) -> dict[str, Any]:
        about = self._described["info"]
        return {
            "info": {"name": about["title"], "description": about.get("description", ""), "schema": _SCHEMA},
            "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{access_token}}", "type": "string"}]},
            "event": [_script("prerequest", _BEFORE_ANY)],
            "item": [self._folder(tag) for tag in self._described["tags"]],
        }

    def _folder(self, tag: dict[str, Any]) -> dict[str, Any]:
        found = [each for each in self._operations() if each[2]["tags"][:1] == [tag["name"]]]
        found.sort(key=lambda each: each[2]["operationId"] != _SIGN_IN)  # What follows is sent with its token.
        return {
            "name": tag["name"],
            "description": tag.get("description", ""),
            "item": [self._item(*each) for each in found],
        }

    def _operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path, item in self._described["paths"].items():
            yield from ((method, path, item[method]) for method in _METHODS if method in item)

    def _item(self, method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
        parameters = [self._whole(each) for each in operation.get("parameters", ())]
        request = {
            "method": method.upper(),
            "description": operation.get("description", ""),
            "url": _url(path, parameters),
            "header": [_parameter(each, each.get("required")) for each in parameters if each["in"] == "header"],
            **({"auth": {"type": "noauth"}} if _is_open(operation) else {}),
            **self._body(operation),
        }
        return {"name": operation["summary"], "event": list(self._scripts(method, path, operation)), "request": request}

    def _whole(self, part: dict[str, Any]) -> dict[str, Any]:
        """What a reference leads to."""
        for name in part["$ref"].removeprefix("#/").split("/") if "$ref" in part else ():
            part = self._described[name] if "$ref" in part else part[name]
        return part

    def _body(self, operation: dict[str, Any]) -> dict[str, Any]:
        content = operation.get("requestBody", {}).get("content", {})
        if operation["operationId"] == _SIGN_IN:
            return {"body": _raw(_CREDENTIALS)}
        if _JSON in content:
            return {"body": _raw(content[_JSON].get("example", {}))}
        if "application/x-www-form-urlencoded" in content:
            example = content["application/x-www-form-urlencoded"].get("example", {})
            return {"body": {"mode": "urlencoded", "urlencoded": [_pair(*each) for each in example.items()]}}
        if content:
            return {"body": {"mode": "formdata", "formdata": [{"key": "file", "type": "file", "src": []}]}}
        return {}

    def _scripts(self, method: str, path: str, operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if "text/event-stream" in json.dumps(operation["responses"]):
            yield _script("prerequest", _BEFORE_STREAM)
        codes = sorted(int(code) for code in operation["responses"] if code.isdigit())
        is_plain = method == "get" and "{" not in path
        expected = [code for code in codes if code < 400 or code == 403 or (code < 500 and not is_plain)]
        told = f'pm.test("{path} answers as described", () => pm.expect(pm.response.code).to.be.oneOf({expected}));'
        yield _script("test", (told, *(_AFTER_SIGN_IN if operation["operationId"] == _SIGN_IN else ())))


def environment() -> dict[str, Any]:
    """The variables of the collection, for the embedded help desk with its sample data."""
    values = {
        "base_url": "http://127.0.0.1:8080",
        "username": "dora",
        "password": "demo-help-desk",
        "kind": "staff",
        "access_token": "",
        "refresh_token": "",
        "only_reads": "false",
    }
    secret = ("password", "access_token", "refresh_token")
    return {
        "name": "osticket-api",
        "values": [
            {**_pair(name, value), "type": "secret" if name in secret else "default"} for name, value in values.items()
        ],
    }


def _script(when: str, lines: Sequence[str]) -> dict[str, Any]:
    return {"listen": when, "script": {"type": "text/javascript", "exec": list(lines)}}


def _url(path: str, parameters: Sequence[dict[str, Any]]) -> dict[str, Any]:
    places = [f":{part[1:-1]}" if part.startswith("{") else part for part in path.strip("/").split("/")]
    query = [_parameter(each, each.get("required")) for each in parameters if each["in"] == "query"]
    sent = "&".join(f"{each['key']}={each['value']}" for each in query if not each["disabled"])
    return {
        "raw": "{{base_url}}/" + "/".join(places) + (f"?{sent}" if sent else ""),
        "host": ["{{base_url}}"],
        "path": places,
        "query": query,
        "variable": [_parameter(each, True) for each in parameters if each["in"] == "path"],
    }


def _is_open(operation: dict[str, Any]) -> bool:
    """Whether no token is sent: an old one would be refused where a new one is asked for."""
    return operation["operationId"] == _SIGN_IN or operation.get("security") == []


def _parameter(parameter: dict[str, Any], is_sent: Any) -> dict[str, Any]:
    usual = 1 if parameter["schema"].get("type") == "integer" else "printer"
    example = parameter.get("example", parameter["schema"].get("enum", [usual])[0])
    pair = _pair(parameter["name"], example)
    return {**pair, "description": parameter.get("description", ""), "disabled": not is_sent}


def _pair(name: str, value: Any) -> dict[str, str]:
    return {"key": name, "value": str(value)}


def _raw(example: Any) -> dict[str, Any]:
    return {"mode": "raw", "raw": json.dumps(example, indent=2), "options": {"raw": {"language": "json"}}}


def write(description: Path, folder: Path) -> None:
    writer = Writer(json.loads(description.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("collection", writer.collection()), ("environment", environment())):
        (folder / f"osticket-api.postman_{name}.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
