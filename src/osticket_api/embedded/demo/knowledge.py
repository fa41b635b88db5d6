"""Sample FAQs and canned responses."""

from osticket_api.db import tables as t
from osticket_api.embedded.demo.setting import Setting
from osticket_api.embedded.ledger import Ledger, plain_text

_PUBLIC, _FEATURED, _INTERNAL = 1, 2, 0

_ANSWERS = {
    ("Accounts", "Signing in and passwords.", _PUBLIC): (
        (
            "How do I reset my password?",
            "<p>Choose <b>Forgot my password</b> on the sign-in page and follow the link we send you.</p>",
            _FEATURED,
        ),
        ("Why am I signed out?", "<p>After half an hour without a click we sign you out to be safe.</p>", _PUBLIC),
        ("How do we lock an account?", "<p>Open the user, choose Manage Account, tick Locked.</p>", _INTERNAL),
    ),
    ("Equipment", "Getting and returning things.", _PUBLIC): (
        ("How long does a new laptop take?", "<p>Five working days once your manager has agreed.</p>", _PUBLIC),
        ("Where do I return a broken screen?", "<p>Leave it at the front desk with your name on it.</p>", _PUBLIC),
    ),
}

_CANNED = (
    ("We are looking into it", "<p>Hello %{ticket.name.first},</p><p>we are looking into it and will write again.</p>"),
    ("Please send a screenshot", "<p>A picture of the message you see would help us. Could you attach one?</p>"),
    ("Invoice sent again", "<p>We have sent the invoice again to %{ticket.email}.</p>"),
)


def plant_knowledge(ledger: Ledger, setting: Setting) -> None:
    """Source: people.md 5.6, 5.7."""
    for (name, description, visible), faqs in _ANSWERS.items():
        category = ledger.add(t.faq_category, name=name, description=f"<p>{description}</p>", ispublic=visible)
        for question, answer, published in faqs:
            _plant_faq(ledger, category["category_id"], question, answer, published, setting.access.id)
    departments = (None, setting.support.id, setting.billing.id)
    for (title, response), department in zip(_CANNED, departments, strict=True):
        ledger.add(t.canned_response, title=title, response=response, dept_id=department)


def _plant_faq(ledger: Ledger, category: int, question: str, answer: str, published: int, topic: int) -> None:
    faq = ledger.add(t.faq, category_id=category, question=question, answer=answer, ispublished=published, keywords=" ")
    ledger.index("K", faq["faq_id"], question, plain_text(answer))
    if "password" in question:
        ledger.add(t.faq_topic, faq_id=faq["faq_id"], topic_id=topic)
