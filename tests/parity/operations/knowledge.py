"""Canned responses, FAQs and their categories. osTicket's forms require texts that the recorded inputs leave out."""

from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("canned.create")
def create_canned_response(scene: Scene, params: Params) -> Answer:
    body = {"title": params["title"], "response": "<p>x</p>"}
    return scene.post("/canned-responses", body | given(is_active=params.get("enabled")))


@operation("canned.update")
def update_canned_response(scene: Scene, params: Params) -> Answer:
    body = {"response": params["response"], "is_active": params["enabled"], "notes": params["notes"]}
    return scene.send("PATCH", f"/canned-responses/{params['canned']}", body)


@operation("canned.delete")
def delete_canned_responses(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/canned-responses/{canned}") for canned in params["canned"]][-1]


@operation("category.create")
def create_category(scene: Scene, params: Params) -> Answer:
    body = {"name": params["name"], "description": "x"}
    return scene.post("/faq-categories", body | _visibility(params, "public"))


@operation("category.update")
def update_category(scene: Scene, params: Params) -> Answer:
    body = {"notes": params["notes"]} | _visibility(params, "public")
    return scene.send("PATCH", f"/faq-categories/{params['category']}", body)


@operation("category.delete")
def delete_categories(scene: Scene, params: Params) -> Answer:
    """osTicket deletes the FAQs of a category without asking."""
    sent = [scene.send("DELETE", f"/faq-categories/{each}?faqs=delete") for each in params["categories"]]
    return sent[-1]


@operation("faq.create")
def create_faq(scene: Scene, params: Params) -> Answer:
    body = {
        "question": params["question"],
        "answer": params.get("answer", "<p>x</p>"),
        "category_id": params.get("category", 1),
        "topic_ids": params.get("topics", []),
        "attachments": [{"file_id": _uploaded(scene, each)} for each in params.get("attachments", ())],
    }
    return scene.post("/faqs", body | given(notes=params.get("notes")) | _visibility(params, "published"))


@operation("faq.update")
def update_faq(scene: Scene, params: Params) -> Answer:
    body = {"question": params["question"], "answer": params["answer"], "topic_ids": params["topics"]}
    return scene.send("PATCH", f"/faqs/{params['faq']}", body | _visibility(params, "published"))


@operation("faq.publish")
def publish_faq(scene: Scene, params: Params) -> Answer:
    return scene.send("PATCH", f"/faqs/{params['faq']}", {"visibility": "public"})


@operation("faq.delete")
def delete_faq(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/faqs/{params['faq']}")


def _visibility(params: Params, name: str) -> Params:
    words = {True: "public", False: "private", "featured": "featured"}
    return {"visibility": words[params[name]]} if name in params else {}


def _uploaded(scene: Scene, file: Params) -> int:
    made = scene.caller.post(
        f"/files?name={file['name']}", content=file["content"].encode(), headers={"Content-Type": file["type"]}
    )
    return int(made.data["id"])
