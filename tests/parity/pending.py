"""Recorded operations that this server does not offer yet."""

from fnmatch import fnmatchcase

from tests.parity.golden import Case

KINDS: dict[str, tuple[str, ...]] = {}

CASES = {
    "062-client-register-password-mismatch": "osTicket's form asks for the password twice, which our request does once"
}


def pending(case: Case) -> str | None:
    """Why this case is not replayed, or not yet; None when it is."""
    if case.name in CASES:
        return CASES[case.name]
    return next((why for why, kinds in KINDS.items() if any(fnmatchcase(case.kind, kind) for kind in kinds)), None)
