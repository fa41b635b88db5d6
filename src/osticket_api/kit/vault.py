"""Secrets as they lie in the database: encrypted with a key that the database does not have (AES-256-GCM)."""

import hashlib
import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PREFIX: Final = b"sealed:1:"
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32
_ID_LENGTH: Final = 8


class UnknownKeyError(Exception):
    """A secret was encrypted with a key that is not given, or is not the one that was stored."""


class Vault:
    """Encrypts with the newest of some keys, and decrypts with any of them.

    `purpose` says what a secret is for. It is authenticated: a secret copied to another place cannot be opened there.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        derived = [_derived(key) for key in keys]
        self._newest = _id_of(derived[0])
        self._ciphers = {_id_of(key): AESGCM(key) for key in derived}

    def seal(self, secret: bytes, purpose: str) -> bytes:
        """A secret as it is stored."""
        nonce = os.urandom(_NONCE_BYTES)
        encrypted = self._ciphers[self._newest].encrypt(nonce, secret, purpose.encode())
        return _PREFIX + self._newest + b":" + b64encode(nonce + encrypted)

    def open(self, stored: bytes, purpose: str) -> bytes:
        """The secret that was stored; what was stored in clear before there was a vault is as it is.

        Raises: UnknownKeyError.
        """
        if not is_sealed(stored):
            return stored
        key_id, _, content = stored.removeprefix(_PREFIX).partition(b":")
        try:
            cipher = self._ciphers[key_id]
            data = b64decode(content, validate=True)
            return cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], purpose.encode())
        except (KeyError, ValueError, InvalidTag):
            raise UnknownKeyError(f"The {purpose} cannot be decrypted with the keys that are given") from None

    def seal_text(self, secret: str, purpose: str) -> str:
        return self.seal(secret.encode(), purpose).decode()

    def open_text(self, stored: str, purpose: str) -> str:
        """Raises: UnknownKeyError."""
        return self.open(stored.encode(), purpose).decode()

    def is_newest(self, stored: bytes) -> bool:
        """Whether something is encrypted with the newest key."""
        return stored.startswith(_PREFIX + self._newest + b":")


def is_sealed(stored: bytes) -> bool:
    """Whether something is encrypted at all."""
    return stored.startswith(_PREFIX)


def _derived(key: str) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"osticket-api secrets").derive(key.encode())


def _id_of(key: bytes) -> bytes:
    """An id that tells keys apart without revealing anything about them."""
    return hashlib.sha256(b"id " + key).hexdigest()[:_ID_LENGTH].encode()
