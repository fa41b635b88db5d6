"""Public keys, with which signatures are verified."""

from base64 import b64decode

from cryptography.hazmat.primitives.serialization import load_der_public_key


def is_public_key(encoded: str) -> bool:
    """Whether this is a public key in base64. An empty text counts as one."""
    try:
        return not encoded or bool(load_der_public_key(b64decode(encoded, validate=True)))
    except ValueError:
        return False
