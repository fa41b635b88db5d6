"""What osTicket's built-in policy demands of a password. Source: people.md 6.3."""

_LEAST_BYTES, _MOST_BYTES = 6, 128


def check_password(password: str) -> str:
    """The password itself. Raises: ValueError saying what is wrong with it."""
    size = len(password.encode())
    if size < _LEAST_BYTES:
        raise ValueError(f"A password has at least {_LEAST_BYTES} characters.")
    if size > _MOST_BYTES:
        raise ValueError(f"A password has at most {_MOST_BYTES} bytes.")
    return password
