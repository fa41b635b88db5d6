"""Secrets of mail accounts as osTicket encrypts them in its `config` table: PHP reads ours, and we read PHP's.

Source: mail.md 6.2
"""

import binascii
import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_ENVELOPE: Final = "$2$"
_METHOD: Final = b"$1$"
_BLOCK: Final = 16


def account_namespace(email_id: int, account_id: int) -> str:
    """The namespace of a mailbox account's rows in `config`."""
    return f"email.{email_id}.account.{account_id}"


def subkey(name: str, namespace: str) -> str:
    """The part of the key besides the salt. `name`: the user name, or the owner of an OAuth2 token."""
    return _md5(name + namespace)


def encrypt(text: str, salt: str, key: str, iv: bytes | None = None) -> str:
    """A secret as osTicket stores it. Neither '' nor '0' can be encrypted there: they are stored as nothing."""
    if text in ("", "0"):
        return ""
    vector = iv or os.urandom(_BLOCK)
    padder = PKCS7(_BLOCK * 8).padder()
    encryptor = _cipher(salt, key, vector).encryptor()
    sealed = encryptor.update(padder.update(text.encode()) + padder.finalize()) + encryptor.finalize()
    return _ENVELOPE + b64encode(_METHOD + vector + sealed).decode()


def decrypt(stored: str, salt: str, key: str) -> str | None:
    """The secret; None when it was encrypted with another salt or key, or otherwise."""
    try:
        data = b64decode(stored.removeprefix(_ENVELOPE), validate=True)
        vector, sealed = data[len(_METHOD) : len(_METHOD) + _BLOCK], data[len(_METHOD) + _BLOCK :]
        if not stored.startswith(_ENVELOPE) or not data.startswith(_METHOD):
            return None
        decryptor = _cipher(salt, key, vector).decryptor()
        unpadder = PKCS7(_BLOCK * 8).unpadder()
        return (unpadder.update(decryptor.update(sealed) + decryptor.finalize()) + unpadder.finalize()).decode()
    except (binascii.Error, ValueError):
        return None


def _cipher(salt: str, key: str, vector: bytes) -> Cipher[modes.CBC]:
    message = (salt + _md5(key)).encode()
    return Cipher(algorithms.AES(hmac.new(vector, message, "sha512").digest()[:16]), modes.CBC(vector))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
