"""Recorded operations that this server does not offer yet."""

from fnmatch import fnmatchcase

from tests.parity.golden import Case

KINDS = {
    "other stage": (
        "client.*",
        "draft.*",
        "filter.*",
        "staff.login",
        "staff.logout",
    )
}


def pending(case: Case) -> str | None:
    """Why this case is not replayed yet; None when it is."""
    if _mails(case):
        return "this server mails nothing yet"
    return next((why for why, kinds in KINDS.items() if any(fnmatchcase(case.kind, kind) for kind in kinds)), None)


def _mails(case: Case) -> bool:
    """Whether the operation is to send an edited response again."""
    return case.kind == "entry.edit_resend" and case.params.get("commit") == "resend"
