"""What users and visitors read of the knowledge base."""

from pathlib import Path

import pytest

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.knowledge_base.texts import PICTURE, change, configure, uploaded
from tests.fixtures.api import Answer, Api, running_api
from tests.fixtures.counting import fewest_queries
from tests.fixtures.templates import demo_on_sqlite

PASSWORD, SIGNED_OUT, LOCKING, LAPTOP, SCREEN = 1, 2, 3, 4, 5
ACCOUNTS, EQUIPMENT = 1, 2
ACCESS = 11
KEY = "KNOWLEDGEKEY00000000000000000001"


def ids(answer: Answer) -> set[int]:
    return {each["id"] for each in answer.data}


@pytest.mark.parametrize("who", ["anonymous", "uma"])
def test_they_read_what_is_public_in_public_categories(api: Api, who: str) -> None:
    caller = api.named(who)
    assert ids(caller.get("/faqs")) == {PASSWORD, SIGNED_OUT, LAPTOP, SCREEN}
    assert caller.get(f"/faqs/{LOCKING}").status == 404
    assert ids(caller.get("/faqs?visibility=private")) == set()
    change(api, t.faq_category, EQUIPMENT, ispublic=0)
    assert ids(caller.get("/faqs")) == {PASSWORD, SIGNED_OUT}
    assert ids(caller.get("/faq-categories")) == {ACCOUNTS}
    assert caller.get(f"/faqs/{LAPTOP}").status == 404
    assert caller.get(f"/faq-categories/{EQUIPMENT}").status == 404


def test_a_private_category_hides_what_lies_below(api: Api) -> None:
    change(api, t.faq_category, EQUIPMENT, category_pid=ACCOUNTS)
    change(api, t.faq_category, ACCOUNTS, ispublic=0)
    visitor = api.anonymous()
    assert (ids(visitor.get("/faqs")), ids(visitor.get("/faq-categories"))) == (set(), set())
    assert ids(api.user("uma").get("/search?q=laptop&type=faqs")) == set()


def test_what_has_lost_its_category_is_for_agents(api: Api) -> None:
    change(api, t.faq, LAPTOP, category_id=99)
    assert api.anonymous().get(f"/faqs/{LAPTOP}").status == 404
    assert api.staff("bob").get(f"/faqs/{LAPTOP}").data["category"] is None


def test_they_read_no_more_than_concerns_them(api: Api) -> None:
    change(api, t.faq, PASSWORD, notes="Ask Bob", keywords="pin")
    seen = api.anonymous().get(f"/faqs/{PASSWORD}").data
    assert not {"notes", "keywords"} & seen.keys()
    assert seen["topics"] == [{"id": ACCESS, "name": "Access Issue"}]
    change(api, t.help_topic, ACCESS, ispublic=False)
    assert api.anonymous().get(f"/faqs/{PASSWORD}").data["topics"] == []
    category = api.user("uma").get(f"/faq-categories/{ACCOUNTS}").data
    assert ("notes" in category, category["faq_count"]) == (False, 2)


def test_without_a_knowledge_base_there_is_nothing(api: Api) -> None:
    configure(api, "enable_kb", "")
    for who in ("anonymous", "uma"):
        for path in ("/faqs", f"/faqs/{PASSWORD}", "/faq-categories", f"/faq-categories/{ACCOUNTS}"):
            assert api.named(who).get(path).status == 404, (who, path)
    assert api.staff("bob").get(f"/faqs/{PASSWORD}").status == 200


def test_a_knowledge_base_may_ask_to_sign_in(api: Api) -> None:
    def add_key(tx: Write) -> None:
        tx.insert(t.api_key, apikey=KEY, ipaddr="127.0.0.1", isactive=True, created=tx.now)

    api.write(add_key)
    assert api.key(KEY).get("/faqs").status == 200
    configure(api, "restrict_kb", "1")
    assert api.anonymous().get("/faqs").status == 401
    assert api.key(KEY).get("/faqs").status == 403
    assert api.user("ulf").get(f"/faqs/{PASSWORD}").status == 200


def test_files_are_as_public_as_their_faq(api: Api) -> None:
    alice, visitor, ulf = api.staff("alice"), api.anonymous(), api.user("ulf")
    file_id = uploaded(alice)
    path = f"/files/{file_id}"
    assert (visitor.get(path).status, ulf.get(path).status) == (401, 404)
    alice.patch(f"/faqs/{LAPTOP}", {"attachments": [{"file_id": file_id}]})
    assert (visitor.get(path).status, ulf.get(path).content) == (200, b"what price list.txt says")
    configure(api, "restrict_kb", "1")
    assert (visitor.get(path).status, ulf.get(path).status) == (401, 200)
    alice.patch(f"/faqs/{LAPTOP}", {"visibility": "private"})
    assert (ulf.get(path).status, api.staff("bob").get(path).status) == (404, 200)


def test_pictures_of_an_answer_are_shown(api: Api) -> None:
    answer = api.staff("alice").patch(f"/faqs/{LAPTOP}", {"answer": f"<p>Like this: {PICTURE}</p>"})
    assert answer.status == 200, answer.errors
    seen = api.anonymous().get(f"/faqs/{LAPTOP}").data["answer"]
    url = seen.partition('src="')[2].partition('"')[0]
    assert api.anonymous().get(url.removeprefix("/api/v2")).headers["content-type"] == "image/png"


def test_lists_take_few_queries_however_long(api: Api) -> None:
    visitor, alice = api.anonymous(), api.staff("alice")
    for caller, path, most in (
        (visitor, "/faqs", 6),
        (visitor, "/faq-categories", 5),
        (alice, "/faqs", 3),
        (alice, "/faq-categories", 3),
        (alice, "/canned-responses", 3),
    ):
        assert fewest_queries(caller, path) <= most, path


def test_visitors_read_so_often_and_no_more(tmp_path: Path) -> None:
    with running_api(demo_on_sqlite(tmp_path).copy(), tmp_path, rate_limit_enabled=True, rate_limit_requests=3) as api:
        statuses = [api.anonymous().get("/faqs").status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
