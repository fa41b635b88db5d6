"""The description is valid, complete, and true."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from osticket_api.server.openapi.catalogue import Catalogue
from osticket_api.server.openapi.names import EXCEPTIONS
from osticket_api.server.openapi.routes import api_routes
from osticket_api.server.openapi.shared import SCHEMAS
from osticket_api.server.openapi.words import ALSO, BODIES, PLACES, PLAIN_POSTS, STREAMS, TAGS, UNCONDITIONAL
from osticket_api.web.input import Changes
from tests.contract.published import Description, rows_of
from tests.contract.refusals import PROBLEM, row_counts
from tests.contract.test_matrix import KEY, MATRIX, _add_keys
from tests.fixtures.api import Answer, Api, Caller, running_api
from tests.fixtures.templates import Template

pytestmark = pytest.mark.xdist_group("openapi")

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
VERBS = set(
    re.findall(
        r"\w+",
        """add archive assign bulk cancel claim confirm copy count create delete disable download enable end erase get
        link list lock login logout mark merge move preview publish refer refresh register release remove replay reply
        request resend reset restore retry revoke rotate search send set start stop stream test transfer unassign unlink
        unlock update upload verify""",
    )
)
"""What an operation may begin with: what the rule makes of a new path may be a noun."""
SUMMARY_VERBS = {verb.capitalize() for verb in VERBS} | {"Act", "Ask", "Check", "Choose", "Sign"}

WRITES = sorted(route for route in MATRIX if not route.startswith("GET "))
READS = sorted(route for route in MATRIX if route.startswith("GET "))


@pytest.fixture(scope="module")
def desk(demo_sqlite: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with running_api(demo_sqlite.copy(), tmp_path_factory.mktemp("openapi")) as api:
        api.write(_add_keys)
        yield api


@pytest.fixture(scope="module")
def description(desk: Api) -> Description:
    return Description(desk)


def _whoever_may(route: str) -> list[str]:
    expected = MATRIX[route]["expect"]
    return [name for name in ("alice", "dora", "uma", "key", "anonymous") if expected[name] < 300]


def _who_may(desk: Api, route: str) -> Caller:
    """Somebody who may call a route as its row of the matrix does."""
    names = _whoever_may(route)
    if not names:
        pytest.skip("the row of the matrix lets nobody")
    return desk.key(KEY) if names[0] == "key" else desk.named(names[0])


def _call(desk: Api, route: str, caller: Caller | None = None, **options: Any) -> Answer:
    row = MATRIX[route]
    if "body" in row:
        options.setdefault("json", json.loads(row["body"]))
    if "content" in row:
        options.setdefault("content", row["content"])
    return (caller or _who_may(desk, route)).request(route.split()[0], row["path"], **options)


def _dry(path: str) -> str:
    return path + ("&" if "?" in path else "?") + "dry_run=true"


def _dry_run(desk: Api, route: str, **options: Any) -> Answer:
    row = MATRIX[route]
    path = _dry(row["path"])
    if "body" in row:
        options.setdefault("json", json.loads(row["body"]))
    if "content" in row:
        options.setdefault("content", row["content"])
    return _who_may(desk, route).request(route.split()[0], path, **options)


def test_the_description_is_valid(description: Description) -> None:
    errors = list(OpenAPIV31SpecValidator(description.document).iter_errors())
    assert [error.message for error in errors] == []


_FREE_FIELDS: Final = frozenset({"name", "signature"})
_FREE_TEXTS: Final = {
    "AuditEntry.target": "a path",
    "ChangeStatus.status": "the name of a status, which administrators choose",
    "ChangeStatus.status_id": "an id",
    "ClientToken.scope": "several permissions in one text, as RFC 6749 has it",
    "FieldCreate.type": "plugins bring types of fields, and lists are types: list-3",
    "FieldUpdate.type": "plugins bring types of fields, and lists are types: list-3",
    "FilterAction.type": "plugins bring actions",
    "FormField.type": "plugins bring types of fields, and lists are types: list-3",
    "HelpDesk.datetime_format": "a pattern of ICU",
    "HelpDeskChanges.datetime_format": "a pattern of ICU",
    "InboundMail.reason": "a sentence",
    "Introspection.scope": "several permissions in one text, as RFC 7662 has it",
    "MailFile.type": "a MIME type",
    "NamedField.type": "plugins bring types of fields, and lists are types: list-3",
    "NewWebhook.pause_reason": "a sentence",
    "Sample.reply_to": "an address",
    "SitePage.type": "pages of plugins and of mails have types of their own",
    "Webhook.pause_reason": "a sentence",
}
"""Texts that sound like a choice of a few words, each with what it is instead."""
_CHOICES: Final = re.compile(
    r"(^|_)(kind|state|status|source|sources|relation|type|method|event|mode|format|level|direction|visibility"
    r"|role|protocol|reason|target|scope|severity|outcome|encryption|origin|audience|channel|token_type)$"
)
_FORMATS: Final = re.compile(r"^(date|time|datetime|day_datetime|number|task_number)_format$|^content_type$")
"""Patterns that people write, and MIME types."""


def _ways(said: Any) -> list[Any]:
    """The schemas of the texts that a value may be, or that are in it where it is a list."""
    items = [said["items"]] if "items" in said else []
    return [each for each in (said, *said.get("anyOf", ()), *items) if each.get("type") == "string"]


def test_what_sounds_like_a_choice_is_published_as_one(description: Description) -> None:
    schemas = description.document["components"]["schemas"]
    told = {"enum", "const", "format", "pattern"}
    free = {
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, said in schema.get("properties", {}).items()
        if _CHOICES.search(field) and not _FORMATS.search(field)
        if any(not told & set(way) for way in _ways(said))
    }
    assert free - set(_FREE_TEXTS) == set()


def test_what_is_a_choice_in_one_place_is_a_choice_in_all(description: Description) -> None:
    """Words that are published in a request and not in the answer make every client guess."""
    schemas = description.document["components"]["schemas"]
    texts = {
        (name, field): [each for each in (said, *said.get("anyOf", ())) if each.get("type") == "string"]
        for name, schema in schemas.items()
        for field, said in schema.get("properties", {}).items()
    }
    choices = {field for (_, field), ways in texts.items() if any("enum" in each for each in ways)}
    assert {"registration", "severity", "outcome", "origin", "visibility"} <= choices - _FREE_FIELDS
    told = {"enum", "const", "format", "pattern"}
    free = {place for place, ways in texts.items() if any(not told & set(each) for each in ways)}
    assert {f"{name}.{field}" for name, field in free if field in choices - _FREE_FIELDS} <= set(_FREE_TEXTS)


def test_no_schema_hides_another(description: Description, desk: Api) -> None:
    app: Any = desk.client.app
    catalogue = Catalogue([route for route in api_routes(app) if route.include_in_schema])
    names = [*SCHEMAS, *catalogue._models[1], *catalogue._answers[1]]
    assert sorted(names) == sorted(set(names))


def test_changes_have_no_defaults_that_a_client_could_fill_in(description: Description) -> None:
    schemas = description.document["components"]["schemas"]
    fields = {name: schemas[name]["properties"].values() for name in schemas if name.endswith("Update")}
    assert "DepartmentUpdate" in fields
    assert not [name for name, each in fields.items() if any("default" in field for field in each)]


def test_of_changes_only_what_can_be_cleared_is_published_as_nullable(description: Description) -> None:
    schemas = description.document["components"]["schemas"]
    published = [model for model in Changes.__subclasses__() if model.__name__ in schemas]
    assert len(published) > 20
    for model in published:
        fields = schemas[model.__name__]["properties"]
        assert {name for name in fields if {"type": "null"} in fields[name].get("anyOf", ())} == model.clearable, model


def test_the_committed_description_is_that_of_the_code(description: Description) -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert committed == description.document, (
        "docs/openapi.json is not what the code says: run `make openapi`, or "
        "`python -m osticket_api openapi -o docs/openapi.json`, and commit it"
    )


def test_what_the_words_name_is_there(description: Description) -> None:
    """A route that is renamed takes its exceptions along."""
    identifiers = {operation["operationId"] for operation in description.operations.values()}
    assert {*BODIES, *ALSO, *PLAIN_POSTS, *STREAMS, *UNCONDITIONAL} <= identifiers
    assert EXCEPTIONS.keys() <= description.operations.keys()


def test_put_is_described_only_where_it_is_not_another_word_for_patch(description: Description) -> None:
    for route in description.operations:
        method, path = route.split()
        assert method != "PUT" or f"PATCH {path}" not in description.operations, route


@pytest.mark.parametrize(
    ("route", "name"),
    [
        ("GET /tickets", "list_tickets"),
        ("POST /tickets", "create_ticket"),
        ("GET /tickets/{ticket}", "get_ticket"),
        ("PATCH /tickets/{ticket}", "update_ticket"),
        ("DELETE /tickets/{ticket}", "delete_ticket"),
        ("POST /tickets/{ticket}/reply", "reply_to_ticket"),
        ("POST /tickets/{ticket}/note", "add_ticket_note"),
        ("POST /tickets/{ticket}/assign", "assign_ticket"),
        ("DELETE /tickets/{ticket}/collaborators/{collaborator}", "remove_ticket_collaborator"),
        ("GET /users/{user}/tickets", "list_user_tickets"),
    ],
)
def test_operations_have_the_names_that_generated_clients_want(description: Description, route: str, name: str) -> None:
    assert description.operations[route]["operationId"] == name


def test_every_operation_says_what_it_is(description: Description) -> None:
    """A path whose last word is neither a verb nor a collection needs a line in EXCEPTIONS (openapi/names.py)."""
    identifiers: set[str] = set()
    for route, operation in description.operations.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"]), route
        assert operation["operationId"] not in identifiers, operation["operationId"]
        identifiers.add(operation["operationId"])
        verb, *noun = operation["operationId"].split("_")
        assert verb in VERBS, route
        assert verb != "create" or noun[-1] not in VERBS - {"link", "list"}, route
        assert operation["summary"].split()[0] in SUMMARY_VERBS, (route, operation["summary"])
        assert 5 < len(operation["summary"]) <= 120, (route, operation["summary"])
        assert not operation["summary"].endswith("."), route
        assert operation["description"].endswith("."), (route, operation["description"])
        for parameter in operation["parameters"]:
            resolved = description.resolved(parameter)
            assert resolved["description"].endswith("."), (route, resolved["name"], resolved["description"])


def test_every_operation_tells_what_is_refused_before_it_is_reached(description: Description) -> None:
    for route in description.operations:
        assert {408, 414, 431} <= description.responses(route).keys(), route


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_whom_no_credential_is_asked_of_is_published(description: Description, route: str) -> None:
    if route in description.operations and MATRIX[route]["expect"]["anonymous"] not in (401, 403):
        security = description.operations[route]["security"]
        assert {} in security or security == []


def test_every_operation_tells_that_its_caller_may_be_refused(description: Description) -> None:
    for route in description.operations.keys() - {"GET /healthz", "GET /readyz"}:
        assert {403, 429} <= description.responses(route).keys(), route


def test_a_key_without_the_permission_is_refused_as_published(desk: Api, description: Description) -> None:
    made = desk.staff("dora").post("/api-keys", {"name": "Looks", "staff_id": 2, "permissions": ["users.read"]})
    answer = desk.key(made.data["key"]).get("/topics/1/form")
    assert answer.status == 403
    description.assert_published("GET /topics/{topic}/form", answer)


def test_every_group_and_every_place_is_explained(description: Description) -> None:
    """A new group needs a line in TAGS, a new placeholder one in PLACES (server/openapi/words.py)."""
    used = {tag for operation in description.operations.values() for tag in operation["tags"]}
    assert used <= TAGS.keys()
    places = {name for route in description.operations for name in description.parameters(route, "path")}
    assert places <= PLACES.keys()


def test_all_examples_fit_their_schemas(description: Description) -> None:
    faults: list[str] = []
    for route, operation in description.operations.items():
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for each in (*bodies, *description.responses(route).values()):
            for media in each.get("content", {}).values():
                if "example" in media:
                    faults += [f"{route}: {fault}" for fault in description.faults(media["schema"], media["example"])]
        for place in ("query", "path", "header"):
            for name, parameter in description.parameters(route, place).items():
                if "example" in parameter:
                    found = description.faults(parameter["schema"], parameter["example"])
                    faults += [f"{route} {name}: {fault}" for fault in found]
    assert faults == []


def test_json_bodies_and_answers_have_examples(description: Description) -> None:
    for route, operation in description.operations.items():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        assert body is None or "example" in body, route
        for status, response in description.responses(route).items():
            told = response.get("content", {}).get("application/json")
            assert told is None or "example" in told, (route, status)


@pytest.mark.parametrize("route", WRITES)
def test_the_example_of_a_body_is_taken(desk: Api, description: Description, route: str) -> None:
    content = description.operations.get(route, {}).get("requestBody", {}).get("content", {})
    if "application/json" not in content or not _whoever_may(route):
        return
    example, path = content["application/json"]["example"], _dry(MATRIX[route]["path"])
    answers = [desk.named(name).request(route.split()[0], path, json=example) for name in ("alice", "dora", "uma")]
    assert [answer for answer in answers if answer.status in (200, 409)], [answer.errors for answer in answers]


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_everybody_gets_an_answer_that_is_published(desk: Api, description: Description, route: str) -> None:
    if route not in description.operations:
        return
    calling = _call if route in READS else _dry_run
    for name in ("anonymous", "ulf", "uma", "charlie", "bob", "alice", "dora"):
        for headers in ({}, PROBLEM):
            desk.database.caches.clear()
            caller = desk.named(name)
            caller.headers.update(headers)
            row = MATRIX[route]
            path = row["path"] if calling is _call else _dry(row["path"])
            options: dict[str, Any] = {"json": json.loads(row["body"])} if "body" in row else {}
            if "content" in row:
                options["content"] = row["content"]
            description.assert_published(route, caller.request(route.split()[0], path, **options))


def _nodes(value: Any, *path: str) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every object of the description outside of examples, with where it is."""
    if isinstance(value, dict):
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        if key not in ("example", "examples"):
            yield from _nodes(each, *path, str(key))


def test_generators_of_clients_find_every_type(description: Description) -> None:
    faults = []
    for path, node in _nodes(description.document):
        kind = node.get("type")
        faults += [path] if kind == "array" and "items" not in node else []
        faults += [path] if node.get("maxItems") == 0 else []
        faults += [path] if ("const" in node or "enum" in node) and "type" not in node else []
        faults += [path] if isinstance(kind, list) else []
    assert faults == []


def test_schemas_have_names_that_classes_can_have(description: Description) -> None:
    schemas = description.document["components"]["schemas"]
    assert [name for name in schemas if not re.fullmatch(r"[A-Z][A-Za-z0-9]+", name)] == []


def test_fields_have_no_defaults_that_make_them_required(description: Description) -> None:
    schemas = description.document["components"]["schemas"]
    fields = [(name, field, each) for name in schemas for field, each in schemas[name].get("properties", {}).items()]
    assert [(name, field) for name, field, each in fields if "default" in each] == []
    assert "custom_fields" in schemas["TicketSummary"]["required"]
    assert "detail" not in schemas["BulkProblem"]["required"]


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_trying_a_route_out_as_it_is_filled_in_works(desk: Api, description: Description, route: str) -> None:
    """The page at /docs fills in the examples of parameters, and sends what is filled in."""
    if route not in description.operations or not _whoever_may(route):
        return
    headers = description.parameters(route, "header").values()
    assert [each["name"] for each in headers if "example" in each or "default" in each["schema"]] == []
    filled = {}
    for name, parameter in description.parameters(route, "query").items():
        value = parameter.get("example", parameter["schema"].get("default"))
        if value is not None and name != "dry_run":
            filled[name] = str(value).lower() if isinstance(value, bool) else value
    if route in READS and filled:
        path = MATRIX[route]["path"].partition("?")[0]
        assert _who_may(desk, route).get(path, params={**_required(route), **filled}).status == 200


def _required(route: str) -> dict[str, str]:
    """What the matrix's row asks for, since a list may need it."""
    return dict(parse_qsl(MATRIX[route]["path"].partition("?")[2]))


_SAYS_WHEN = {"GET /users/{user}/privacy/export"}
"""Its content says when it was made, so that two are the same within a second only."""


@pytest.mark.parametrize("route", sorted(set(READS) - _SAYS_WHEN))
def test_what_is_known_is_not_sent_again(desk: Api, description: Description, route: str) -> None:
    if route not in description.operations:
        return
    answer = _call(desk, route)
    is_declared = "If-None-Match" in description.parameters(route, "header")
    assert is_declared == ("etag" in answer.headers)
    if is_declared:
        again = _call(desk, route, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status == 304
        assert again.headers["etag"] == answer.headers["etag"]
        description.assert_published(route, again)


@pytest.mark.parametrize("route", WRITES)
def test_what_has_changed_is_not_overwritten(desk: Api, description: Description, route: str) -> None:
    if route not in description.operations:
        return
    answer = _dry_run(desk, route, headers={"If-Match": '"0123456789"'})
    is_declared = "If-Match" in description.parameters(route, "header")
    assert (answer.status == 412) == is_declared, answer.response.text[:300]


@pytest.mark.parametrize("route", WRITES)
def test_a_dry_run_tells_and_does_nothing(desk: Api, description: Description, route: str) -> None:
    if "dry_run" not in (description.parameters(route, "query") if route in description.operations else {}):
        return
    before = row_counts(desk)
    answer = _dry_run(desk, route)
    assert (answer.status, answer.meta.get("dry_run")) == (200, True)
    assert row_counts(desk) == before


@pytest.mark.parametrize("route", WRITES)
def test_what_is_done_is_answered_as_published(
    demo_sqlite: Template, description: Description, tmp_path: Path, route: str
) -> None:
    if route not in description.operations:
        return
    key = {"Idempotency-Key": "the only one"}
    with running_api(demo_sqlite.copy(), tmp_path) as api:
        api.write(_add_keys)
        caller = _who_may(api, route)
        answer = _call(api, route, caller, headers=key)
        assert answer.status < 300, answer.errors
        description.assert_published(route, answer)
        before = row_counts(api)
        if "Idempotency-Key" in description.parameters(route, "header"):
            again = _call(api, route, caller, headers=key)
            assert (again.status, _data(again)) == (answer.status, _data(answer))
            assert again.headers["idempotency-replayed"] == "true"
            assert row_counts(api) == before
            description.assert_published(route, again)


def _data(answer: Answer) -> Any:
    """What is answered beside the request's own id."""
    return answer.response.json()["data"] if answer.content else None


def test_the_rows_of_the_matrix_are_published(description: Description) -> None:
    assert rows_of(description).keys() == description.operations.keys()


def test_the_description_leads_to_its_page(desk: Api, description: Description) -> None:
    assert description.document["servers"] == [{"url": "/"}]
    pages = re.findall(r"\]\((/\w+)\)", description.document["info"]["description"])
    assert pages == ["/docs", "/problems"]
    assert [desk.client.get(page).status_code for page in pages] == [200, 200]


def test_every_property_has_a_description(description: Description) -> None:
    schemas = description.document["components"]["schemas"]
    properties = [
        (name, field, property)
        for name, schema in schemas.items()
        for field, property in schema.get("properties", {}).items()
    ]
    assert [(name, field) for name, field, property in properties if not property.get("description")] == []
    said = {(name, field): property["description"] for name, field, property in properties}
    assert said["Attachment", "size"] == "The size in bytes."


@pytest.mark.parametrize(
    ("schema", "field", "word"),
    [
        ("StatusRef", "state", "closed"),
        ("TicketSummary", "source", "Email"),
        ("TicketDetail", "relation", "merged"),
        ("Entry", "type", "response"),
        ("Event", "name", "transferred"),
        ("TimelineItem", "kind", "event"),
        ("FeedEvent", "type", "ticket.note_added"),
        ("EventActor", "kind", "staff"),
        ("Queue", "kind", "search"),
        ("TaskSummary", "status", "open"),
        ("Effect", "kind", "reset_link"),
        ("Tokens", "token_type", "Cookie"),
        ("Health", "status", "ready"),
    ],
)
def test_enumerations_are_published_as_such(description: Description, schema: str, field: str, word: str) -> None:
    assert word in description.document["components"]["schemas"][schema]["properties"][field]["enum"]
