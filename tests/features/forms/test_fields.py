"""Each type of field: what it takes from JSON, what it stores, what it gives back."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as draw
from hypothesis import strategies as st

from osticket_api.db.flags import FieldFlag
from osticket_api.db.unit import Write
from osticket_api.features.forms.fields import Answer, Field, Unfit, codec_for, display, parse, read
from osticket_api.features.forms.fields import search_text as searched
from osticket_api.features.forms.references import References
from tests.fixtures.f1 import CLOCK, HelpDesk


class Nowhere(References):
    """References of a help desk that has nothing to refer to, and that lives in Berlin."""

    zone = ZoneInfo("Europe/Berlin")
    now = CLOCK

    def __init__(self) -> None:
        pass


def field(kind: str, **configuration: Any) -> Field:
    return Field(7, 1, kind, "Answer", "answer", FieldFlag(0x3301), configuration)


def answer(kind: str, value: Any, **configuration: Any) -> Answer:
    return parse(field(kind, **configuration), value, Nowhere())


@pytest.mark.parametrize("given", ["=1+1", "-5", "+cmd", "@me"])
@pytest.mark.parametrize("kind", ["text", "memo"])
def test_what_a_spreadsheet_would_run_is_refused(kind: str, given: str) -> None:
    with pytest.raises(Unfit, match="formula"):
        answer(kind, given)


def test_a_plus_with_digits_is_no_formula() -> None:
    assert answer("text", "+4930").value == "+4930"


@pytest.mark.parametrize(
    ("validator", "fit", "unfit"),
    [
        ("email", "ann@x.org", "ann@localhost"),
        ("email", "a@b", "a b@x.y"),
        ("phone", "(318) 555-8634", "12-34"),
        ("ip", "2001:db8::1", "300.1.1.1"),
        ("number", "-1.5e3", "1,5"),
    ],
)
def test_a_text_is_held_to_its_validator(validator: str, fit: str, unfit: str) -> None:
    assert answer("text", fit, validator=validator).value == fit
    with pytest.raises(Unfit):
        answer("text", unfit, validator=validator)


def test_a_pattern_of_php_is_understood() -> None:
    pattern = {"validator": "regex", "regex": r"/^cc-\d+$/i", "validator-error": "must look like CC-7."}
    assert answer("text", "CC-12", **pattern).value == "CC-12"
    with pytest.raises(Unfit, match="must look like CC-7"):
        answer("text", "12", **pattern)


def test_a_pattern_that_would_take_years_refuses() -> None:
    with pytest.raises(Unfit):
        answer("text", "a" * 10_000 + "-", validator="regex", regex="/^(a|aa)+$/")


def test_a_short_text_loses_its_tags_and_keeps_its_emoji_by_name() -> None:
    assert answer("text", " <b>bold</b> \U0001f600 ").value == "bold :grinning_face:"


def test_a_long_text_is_made_safe() -> None:
    stored = answer("memo", '<p onclick="x()">hi<script>alert(1)</script> \U0001f600</p>')
    assert stored.value == "<p>hi &#128512;</p>"
    assert stored.search == "hi \U0001f600"


def test_a_long_text_without_html_is_stored_as_it_is() -> None:
    assert answer("memo", "a < b\nc", html=False).value == "a < b\nc"


def test_an_event_shows_the_first_200_characters_of_a_long_text() -> None:
    assert display(field("memo"), "<p>" + "x" * 300 + "</p>") == "x" * 200


def test_a_text_too_long_for_its_column_is_refused() -> None:
    with pytest.raises(Unfit, match="too long"):
        answer("text", "ü" * 40_000)


@pytest.mark.parametrize(
    ("given", "stored", "shown"),
    [
        ("(318) 555-8634", "3185558634", "(318) 555-8634"),
        ("555.0001", "5550001", "555-0001"),
        ("+49 30 1234567", "49301234567", "49301234567"),
        ("337 555 9999 ext. 123", "3375559999X123", "(337) 555-9999 x123"),
        ("3375559999X123", "3375559999X123", "(337) 555-9999 x123"),
        (5550001, "5550001", "555-0001"),
    ],
)
def test_a_phone_number_is_taken_in_any_notation(given: Any, stored: str, shown: str) -> None:
    taken = answer("phone", given)
    assert (taken.value, taken.search) == (stored, shown)


@pytest.mark.parametrize("given", ["12345", "call me", "555-CALL-NOW", "ext 5"])
def test_what_is_no_phone_number_is_refused(given: str) -> None:
    with pytest.raises(Unfit):
        answer("phone", given)


@pytest.mark.parametrize(("given", "stored"), [(True, "1"), (False, "0"), (None, "0"), ("true", "1"), (0, "0")])
def test_a_check_box_is_never_nothing(given: Any, stored: str) -> None:
    assert answer("bool", given).value == stored


def test_a_check_box_takes_no_words() -> None:
    with pytest.raises(Unfit):
        answer("bool", "maybe")


COLOURS = {"choices": "r:Red\ng:Green\n\nblue"}


@pytest.mark.parametrize("given", ["g", "G", "green", ["g"], {"key": "g", "label": "Green"}, {"g": "Green"}])
def test_a_choice_is_found_by_key_or_label(given: Any) -> None:
    taken = answer("choices", given, **COLOURS)
    assert (taken.value, taken.column, taken.search) == ('{"g":"Green"}', "g", "Green")


def test_a_line_without_colon_is_its_own_label() -> None:
    assert answer("choices", "blue", **COLOURS).value == '{"blue":"blue"}'


def test_an_unknown_choice_is_refused_and_the_nearest_named() -> None:
    with pytest.raises(Unfit, match="Did you mean blue") as refusal:
        answer("choices", "bleu", **COLOURS)
    assert refusal.value.allowed == ["r", "g", "blue"]


def test_several_choices_need_a_field_for_several() -> None:
    taken = answer("choices", ["r", "blue", "r"], **COLOURS, multiselect=True)
    assert (taken.value, taken.column) == ('{"r":"Red","blue":"blue"}', "r, blue")
    with pytest.raises(Unfit, match="one choice only"):
        answer("choices", ["r", "g"], **COLOURS)


def test_keys_that_count_from_zero_are_stored_as_php_does() -> None:
    taken = answer("choices", "0", choices="0:No\n1:Yes")
    assert taken.value == '["No"]'
    assert read(field("choices", choices="0:No\n1:Yes"), taken.value) == {"key": "0", "label": "No"}


@pytest.mark.parametrize(
    "stored", ['{"r":"Red"}', "r", "r,Red", '["r"]', pytest.param('{"r": "Red"}', id="with blanks")]
)
def test_a_choice_is_read_however_it_was_stored(stored: str) -> None:
    assert read(field("choices", **COLOURS), stored) == {"key": "r", "label": "Red"}


@pytest.mark.parametrize("stored", [None, "", "[]", "false", "{}"])
def test_no_choice_is_null(stored: str | None) -> None:
    assert read(field("choices", **COLOURS), stored) is None
    assert read(field("choices", **COLOURS, multiselect=True), stored) == []


def test_several_choices_are_read_from_a_rebuilt_lookup_table() -> None:
    several = field("choices", **COLOURS, multiselect=True)
    both = [{"key": "r", "label": "Red"}, {"key": "g", "label": "Green"}]
    assert read(several, "r,Red,g,Green") == both
    assert read(several, "r, g") == both


def test_a_choice_nobody_knows_any_more_is_shown_as_stored() -> None:
    assert read(field("choices", **COLOURS), "violet, not a key") == {
        "key": "violet, not a key",
        "label": "violet, not a key",
    }


@pytest.mark.parametrize("stored", ['{"1":"Berlin"}', "1,Berlin"])
def test_a_list_item_is_read_with_its_id(stored: str) -> None:
    assert read(field("list-2"), stored) == {"id": 1, "value": "Berlin"}


def test_a_time_zone_is_stored_with_blanks_around_the_slash() -> None:
    taken = answer("timezone", "europe/berlin")
    assert (taken.value, taken.column, taken.search) == (
        '{"Europe\\/Berlin":"Europe \\/ Berlin"}',
        "Europe/Berlin",
        "",
    )
    assert read(field("timezone"), taken.value) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("given", "stored", "back"),
    [
        ("2024-05-06", "2024-05-06 00:00:00 CEST", "2024-05-05T22:00:00Z"),
        ("2024-05-06T09:14:15Z", "2024-05-06 11:14:15 CEST", "2024-05-06T09:14:15Z"),
        ("2024-01-06T09:14:15+05:30", "2024-01-06 04:44:15 CET", "2024-01-06T03:44:15Z"),
    ],
)
def test_a_time_is_stored_in_the_zone_of_the_help_desk(given: str, stored: str, back: str) -> None:
    taken = answer("datetime", given, time=True)
    assert taken.value == stored
    assert read(field("datetime", time=True), stored) == back
    assert answer("datetime", back, time=True) == taken


def test_a_field_has_its_own_zone() -> None:
    taken = answer("datetime", "2024-05-06T13:14:15Z", time=True, timezone="America/New_York")
    assert (taken.value, taken.search) == ("2024-05-06 09:14:15 EDT", "5/6/24, 9:14 AM")


def test_a_field_for_days_drops_the_hour() -> None:
    assert answer("datetime", "2024-05-06T23:30:00Z").value == "2024-05-07 00:00:00 CEST"


@pytest.mark.parametrize(
    ("stored", "back"),
    [
        ("2024-03-20 00:00:00 UTC", "2024-03-20T00:00:00Z"),
        ("2024-05-01 00:00:00 EDT", "2024-05-01T04:00:00Z"),
        ("2024-05-01 00:00:00 +03", "2024-04-30T21:00:00Z"),
        ("2024-05-01 12:00 -0330", "2024-05-01T15:30:00Z"),
        ("2024-05-01", "2024-05-01T00:00:00Z"),
        ("1714521600", "2024-05-01T00:00:00Z"),
        ("next Tuesday", "next Tuesday"),
        ("0", None),
        ("", None),
    ],
)
def test_a_time_is_read_however_it_was_stored(stored: str, back: str | None) -> None:
    assert read(field("datetime", time=True), stored) == back


def test_a_day_is_read_as_the_day_that_was_stored() -> None:
    assert read(field("datetime"), "2024-05-01 00:00:00 EDT") == "2024-05-01"
    assert read(field("datetime"), answer("datetime", "2024-05-01").value) == "2024-05-01"
    assert read(field("datetime"), "0") is None


@pytest.mark.parametrize(
    ("configuration", "refusal"),
    [
        ({"future": False}, "later than permitted .2024-03-06"),
        ({"max": "2024-03-31 00:00:00 UTC"}, "later than permitted"),
        ({"min": 1893456000}, "earlier than permitted .2030-01-01"),
    ],
)
def test_a_time_out_of_range_is_refused(configuration: dict[str, Any], refusal: str) -> None:
    with pytest.raises(Unfit, match=refusal):
        answer("datetime", "2024-05-06", **configuration)


@pytest.mark.parametrize("given", ["soon", "06/05/2024", 1714521600, True, "0001-01-01"])
def test_what_is_no_time_is_refused(given: Any) -> None:
    with pytest.raises(Unfit):
        answer("datetime", given)


def test_a_priority_is_found_by_id_label_or_slug(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> list[Answer]:
        words = (3, "3", "High", "high", {"id": 3, "name": "High"})
        return [parse(field("priority"), word, References(tx)) for word in words]

    assert set(help_desk.trial(trial)) == {Answer("High", 3, column="3")}


def test_a_department_is_stored_by_name_on_an_edit_and_by_id_at_first(help_desk: HelpDesk) -> None:
    edited = help_desk.trial(lambda tx: parse(field("department"), "sales", References(tx)))
    assert edited == Answer("Sales", 2, column="0")
    assert codec_for("department").at_creation(edited) == Answer("2", column="0")


def test_a_child_department_is_also_found_by_its_full_name(help_desk: HelpDesk) -> None:
    found = help_desk.trial(lambda tx: parse(field("department"), "Maintenance / Field Service", References(tx)))
    assert found.value_id == 4


def test_clients_cannot_choose_a_private_department(help_desk: HelpDesk) -> None:
    with pytest.raises(Unfit) as refusal:
        help_desk.trial(lambda tx: parse(field("department"), "Vault", References(tx, audience="client")))
    assert "Vault" not in refusal.value.allowed


@pytest.mark.parametrize(("kind", "given", "stored"), [("sla", "Gold 8h", 2), ("topic", "Sales quote", 13)])
def test_topics_and_plans_are_stored_as_name_and_id(help_desk: HelpDesk, kind: str, given: str, stored: int) -> None:
    taken = help_desk.trial(lambda tx: parse(field(kind), given, References(tx)))
    assert (taken.value, taken.value_id) == (given, stored)
    assert read(field(kind), taken.value, stored) == {"id": stored, "name": taken.value}


@pytest.mark.parametrize("given", [{"staff_id": 2}, "s2", {"staff": {"id": 2, "name": "Bob Full"}}])
def test_an_agent_can_be_an_answer(help_desk: HelpDesk, given: Any) -> None:
    taken = help_desk.trial(lambda tx: parse(field("assignee"), given, References(tx)))
    assert taken.value == taken.column == '{"s2":"Bob Full"}'
    assert read(field("assignee"), taken.value) == {"staff": {"id": 2, "name": "Bob Full"}}


def test_a_team_can_be_an_answer(help_desk: HelpDesk) -> None:
    taken = help_desk.trial(lambda tx: parse(field("assignee"), {"team_id": 2}, References(tx)))
    assert read(field("assignee"), taken.value) == {"team": {"id": 2, "name": "Escalation"}}


@pytest.mark.parametrize("given", ["s99", "bob", 2, {"staff_id": True}, {}, ["s2"]])
def test_nobody_is_no_assignee(help_desk: HelpDesk, given: Any) -> None:
    if given == {}:
        assert answer("assignee", given) == Answer()
        return
    with pytest.raises(Unfit):
        help_desk.trial(lambda tx: parse(field("assignee"), given, References(tx)))


def test_a_file_that_something_holds_cannot_be_taken_by_its_number(help_desk: HelpDesk) -> None:
    with pytest.raises(Unfit, match="upload it first"):
        help_desk.trial(lambda tx: parse(field("files"), [92], References(tx)))
    taken = help_desk.trial(lambda tx: parse(field("files"), [92], References(tx, held_files=[92])))
    assert (taken.value, [file.id for file in taken.files]) == ('{"92":"photo.png"}', [92])


@pytest.mark.parametrize(
    ("configuration", "refusal"),
    [({"extensions": ".pdf, .txt"}, "cannot take photo.png"), ({"size": 5}, "5 bytes"), ({"max": "1"}, "at most 1")],
)
def test_a_file_field_has_limits(help_desk: HelpDesk, configuration: dict[str, Any], refusal: str) -> None:
    photos = field("files", **configuration)
    with pytest.raises(Unfit, match=refusal):
        help_desk.trial(lambda tx: parse(photos, [92, 91], References(tx, held_files=[91, 92])))


@pytest.mark.parametrize("stored", [None, "", "false", "[]", "null", "garbage"])
def test_no_files_are_an_empty_list(stored: str | None) -> None:
    assert read(field("files"), stored) == []


def test_what_a_plugin_brought_is_read_and_left_alone() -> None:
    assert read(field("rating"), "5") == "5"
    with pytest.raises(Unfit, match="plugin"):
        answer("rating", 5)


def test_an_encrypted_answer_stays_secret() -> None:
    assert read(field("password"), "$2$secret") is None
    assert searched(field("password"), "$2$secret") == ""


def test_half_a_character_is_refused() -> None:
    with pytest.raises(Unfit, match="unpaired surrogate"):
        answer("choices", ["\ud83d"], **COLOURS)


KINDS = ["text", "memo", "phone", "bool", "choices", "list-2", "timezone", "datetime", "priority", "department"]
KINDS += ["topic", "sla", "assignee", "files", "from a plugin"]
STORED = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"[\[{(\"0-9a-z:, }\]-]{0,20}", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} ([+-][0-9]{4}|[A-Z]{3})", fullmatch=True),
    st.sampled_from(['{"a":"\\ud83d"}', "[" * 5000, '{"' + "9" * 5000 + '":1}', "9" * 5000, '{"²":"x"}']),
)


@draw(kind=st.sampled_from(KINDS), stored=STORED, multiselect=st.booleans())
def test_reading_never_fails(kind: str, stored: str, multiselect: bool) -> None:
    asked = field(kind, **COLOURS, multiselect=multiselect)
    repr(read(asked, stored)).encode()
    searched(asked, stored).encode()
    display(asked, stored)
    codec_for(kind).identity(asked, stored, None)


@draw(moment=st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_time_comes_back_as_it_was_sent(moment: datetime) -> None:
    text = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    taken = answer("datetime", text, time=True)
    assert read(field("datetime", time=True), taken.value) == text


@draw(value=st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4))
def test_whatever_json_is_sent_is_taken_or_refused(value: Any) -> None:
    for kind in ("text", "memo", "phone", "bool", "choices", "timezone", "datetime", "x"):
        with suppress(Unfit):
            answer(kind, value, **COLOURS)
