"""What no translation reads of a recorded operation is told."""

import json

from tests.parity.recorded import Recorded


def params() -> Recorded:
    return Recorded({"name": "Ann", "phone": None, "members": [{"staff": 1, "alerts": True}], "fields": {"a": 1}})


def test_everything_is_unread_at_first() -> None:
    assert params().unread() == ["name", "phone", "members", "fields"]


def test_what_is_read_is_not_named_and_looking_whether_it_is_there_is_no_reading() -> None:
    given = params()
    assert given["name"] == "Ann"
    assert given.get("phone") is None
    assert "fields" in given
    assert given.unread() == ["members", "fields"]


def test_what_lies_deeper_counts_for_itself() -> None:
    given = params()
    assert [each["staff"] for each in given["members"]] == [1]
    assert given.unread() == ["name", "phone", "members[0].alerts", "fields"]


def test_a_body_reads_all_of_it() -> None:
    for read_all in (json.dumps, dict, lambda given: {**given}, lambda given: given | {}, lambda given: {} | given):
        given = Recorded({"one": 1, "two": {"three": 3}})
        json.dumps(read_all(given))
        assert given.unread() == [], read_all


def test_a_replaced_value_reads_through() -> None:
    given = Recorded({"tasks": [1], "comments": "x"})
    each = given.replacing(task=1)
    assert (each["task"], each["comments"]) == (1, "x")
    assert given.unread() == ["tasks"]
