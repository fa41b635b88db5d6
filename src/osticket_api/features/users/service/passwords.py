"""osTicket's built-in policy for passwords. Source: people.md 6.3."""

LEAST_BYTES, MOST_BYTES = 6, 128


def check_password(password: str) -> str:
    """The password itself. Raises: ValueError saying what is wrong with it."""
    size = len(password.encode())
    if size < LEAST_BYTES:
        raise ValueError(f"A password has at least {LEAST_BYTES} characters.")
    if size > MOST_BYTES:
        raise ValueError(f"A password has at most {MOST_BYTES} bytes.")
    return password
