"""Files over HTTP: uploaded once, attached by id, read only by those who may."""

import hashlib

from tests.fixtures.api import Api

TEXT = b"line one\nline two\n"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def test_upload_raw_and_attach_by_id(api: Api) -> None:
    alice = api.staff("alice")
    uploaded = alice.post("/files?name=notes.txt", content=TEXT, headers={"Content-Type": "text/plain"})
    assert uploaded.status == 201, uploaded.errors
    assert uploaded.data["size"] == len(TEXT)
    note = alice.post(
        "/tickets/26/note", {"body": "<p>See file</p>", "attachments": [{"file_id": uploaded.data["id"]}]}
    )
    assert note.status == 201, note.errors
    (attachment,) = note.data["attachments"]
    assert (attachment["name"], attachment["file_id"]) == ("notes.txt", uploaded.data["id"])
    assert alice.get(attachment["url"].removeprefix("/api/v2")).content == TEXT


def test_upload_as_a_form(api: Api) -> None:
    uploaded = api.user("uma").post("/files", files={"file": ("../../etc/passwd", TEXT, "text/plain")})
    assert uploaded.status == 201, uploaded.errors
    assert api.user("uma").get(f"/files/{uploaded.data['id']}").content == TEXT


def test_a_file_is_attached_by_its_uploader_only(api: Api) -> None:
    uploaded = api.staff("dora").post("/files?name=secret.txt", content=b"a secret of dora")
    refused = api.staff("alice").post(
        "/tickets/26/note", {"body": "x", "attachments": [{"file_id": uploaded.data["id"]}]}
    )
    assert refused.status == 422
    assert refused.errors[0]["code"] == "unknown_file"


def test_an_upload_has_a_name_and_an_id_of_its_own_though_the_content_is_there(api: Api) -> None:
    first = api.staff("dora").post("/files?name=dismissals.txt", content=TEXT).data
    second = api.user("uma").post("/files?name=notes.txt", content=TEXT).data
    third = api.user("uma").post("/files?name=again.txt", content=TEXT).data
    assert [each["name"] for each in (first, second, third)] == ["dismissals.txt", "notes.txt", "again.txt"]
    assert first["id"] < second["id"] < third["id"]
    said = api.user("uma").post("/tickets/26/message", {"body": "See.", "attachments": [{"file_id": second["id"]}]})
    assert [each["name"] for each in said.data["attachments"]] == ["notes.txt"]
    download = api.staff("alice").get(f"/files/{second['id']}")
    assert 'filename="notes.txt"' in download.headers["content-disposition"]


def test_a_shared_content_is_downloaded_under_the_name_that_the_caller_knows(api: Api) -> None:
    api.staff("dora").post("/files?name=dismissals.txt", content=TEXT)
    files = {"file": ("notes.txt", TEXT, "text/plain")}
    said = api.user("uma").post("/tickets/26/message", files=files, data={"payload": '{"body": "See."}'})
    assert said.status == 201, said.errors
    (attachment,) = said.data["attachments"]
    download = api.user("uma").get(f"/files/{attachment['file_id']}")
    assert 'filename="notes.txt"' in download.headers["content-disposition"]


def test_a_file_is_read_by_its_uploader_and_by_those_who_see_where_it_is(api: Api) -> None:
    alice = api.staff("alice")
    file_id = alice.post("/files?name=a.txt", content=TEXT).data["id"]
    assert api.user("uma").get(f"/files/{file_id}").status == 404
    alice.post("/tickets/26/note", {"body": "hidden from uma", "attachments": [{"file_id": file_id}]})
    assert api.user("uma").get(f"/files/{file_id}").status == 404
    assert api.staff("bob").get(f"/files/{file_id}").status == 200
    alice.post("/tickets/26/reply", {"body": "for uma", "attachments": [{"file_id": file_id}]})
    assert api.user("uma").get(f"/files/{file_id}").status == 200
    assert api.user("ulf").get(f"/files/{file_id}").status == 404


def test_ranges_and_tags(api: Api) -> None:
    alice = api.staff("alice")
    url = f"/files/{alice.post('/files?name=a.txt', content=TEXT).data['id']}"
    part = alice.get(url, headers={"Range": "bytes=5-7"})
    assert (part.status, part.content, part.headers["content-range"]) == (206, TEXT[5:8], f"bytes 5-7/{len(TEXT)}")
    assert alice.get(url, headers={"Range": "bytes=-4"}).content == TEXT[-4:]
    beyond = alice.get(url, headers={"Range": "bytes=999-"})
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{len(TEXT)}")
    whole = alice.get(url)
    assert alice.get(url, headers={"If-None-Match": whole.headers["etag"]}).status == 304
    assert alice.request("HEAD", url).headers["content-length"] == str(len(TEXT))


def test_a_web_page_is_never_shown_in_place(api: Api) -> None:
    alice = api.staff("alice")
    page = b"<!doctype html><script>alert(1)</script>"
    url = f"/files/{alice.post('/files?name=cat.png', content=page, headers={'Content-Type': 'image/png'}).data['id']}"
    answer = alice.get(url)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_empty_and_nameless_uploads_are_refused(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post("/files?name=a.txt", content=b"").errors[0]["code"] == "empty_file"
    assert alice.post("/files", content=TEXT).fields == ["name"]


def test_files_larger_than_the_help_desk_allows_are_refused(api: Api) -> None:
    answer = api.staff("alice").post("/files?name=big.bin", content=b"x" * (1_048_576 + 1))
    assert answer.status == 422
    assert answer.errors[0]["code"] == "file_too_large"


def test_bodies_too_long_for_their_column_come_back_whole(api: Api) -> None:
    alice = api.staff("alice")
    body = "<p>" + "A long story. " * 6000 + "</p>"
    note = alice.post("/tickets/26/note", {"body": body})
    assert note.status == 201, note.errors
    assert hashlib.sha1(note.data["body"].encode()).digest() == hashlib.sha1(body.encode()).digest()
    assert note.data["attachments"] == []


def test_images_in_the_text_are_stored_and_shown_again(api: Api) -> None:
    alice = api.staff("alice")
    note = alice.post("/tickets/26/note", {"body": f'<p>Look <img src="data:image/png;base64,{PIXEL}"></p>'})
    (attachment,) = note.data["attachments"]
    assert attachment["inline"] is True
    assert attachment["url"] in note.data["body"]
    assert alice.get(attachment["url"].removeprefix("/api/v2")).headers["content-type"] == "image/png"
