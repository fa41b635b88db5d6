"""Recorded operations that this server does not offer yet."""

from fnmatch import fnmatchcase

from tests.parity.golden import Case

KINDS = {
    "other stage": (
        "account.*",
        "canned.*",
        "category.*",
        "client.*",
        "dept.*",
        "draft.*",
        "email.create",
        "faq.*",
        "filter.*",
        "form.*",
        "list.*",
        "note.*",
        "org.*",
        "role.*",
        "sequence.*",
        "sla.*",
        "staff.*",
        "team.*",
        "topic.*",
        "user.*",
    )
}
CHANNELS: dict[str, tuple[str, ...]] = {}

MAILING = ("entry.edit_resend", "commit", "resend")
"""Sending an edited response again: this server mails nothing yet."""


def pending(case: Case) -> str | None:
    """Why this case is not replayed yet; None when it is."""
    by_kind = (reason for reason, kinds in KINDS.items() if any(fnmatchcase(case.kind, kind) for kind in kinds))
    by_channel = (reason for reason, channels in CHANNELS.items() if case.channel in channels)
    return next(by_kind, None) or next(by_channel, None) or ("other stage" if _mails(case) else None)


def _mails(case: Case) -> bool:
    kind, name, value = MAILING
    return case.kind == kind and bool(case.params.get(name) == value)
