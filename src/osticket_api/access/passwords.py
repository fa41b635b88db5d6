"""Passwords as osTicket stores them: bcrypt, phpass' portable hashes, and plain MD5 of very old help desks.

Source: people.md 1.7.
"""

import hashlib
import hmac

import bcrypt

OWN_BACKENDS = ("", "local", "client")
"""The back ends that check the passwords stored here, of agents and of users. Source: people.md 6.2."""
_BCRYPT_BYTES = 72
_FORM_BYTES = 128
_ITOA64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NOBODY = b"$2a$08$E3OvYdOnhSzl9CXTzLAT.u/hWyhwuACVzjGje5vzxrQdfnlhQQ//K"
"""The hash of a password that nobody knows."""


def is_correct(password: str, stored: str | None) -> bool:
    """Whether the password fits the stored hash. Takes as long without a hash as with one."""
    secret = password.encode()[:_FORM_BYTES]
    if not stored:
        bcrypt.checkpw(secret[:_BCRYPT_BYTES], _NOBODY)
        return False
    if stored.startswith("$2"):
        return _fits_bcrypt(secret, stored.encode())
    if stored.startswith(("$P$", "$H$")):
        return hmac.compare_digest(_portable(secret, stored), stored)
    return is_outdated(stored) and hmac.compare_digest(hashlib.md5(secret, usedforsecurity=False).hexdigest(), stored)


def is_outdated(stored: str) -> bool:
    """Whether the hash is plain MD5, which osTicket replaces at the next sign-in."""
    return len(stored) == 32 and not stored.startswith("$")


def hashed(password: str) -> str:
    """A hash that PHP accepts: bcrypt, cost 8, prefix `$2a$`."""
    secret = password.encode()[:_BCRYPT_BYTES]
    return bcrypt.hashpw(secret, bcrypt.gensalt(8, prefix=b"2a")).decode()


def _fits_bcrypt(secret: bytes, stored: bytes) -> bool:
    try:
        return bcrypt.checkpw(secret[:_BCRYPT_BYTES], stored)
    except ValueError:
        return False


def _portable(secret: bytes, stored: str) -> str:
    """phpass' portable scheme: MD5 over salt and password, stretched 2^n times."""
    rounds = 1 << _ITOA64.index(stored[3])
    digest = hashlib.md5(stored[4:12].encode() + secret, usedforsecurity=False).digest()
    for _ in range(rounds):
        digest = hashlib.md5(digest + secret, usedforsecurity=False).digest()
    return stored[:12] + _encode64(digest)


def _encode64(data: bytes) -> str:
    letters = []
    for start in range(0, len(data), 3):
        group = data[start : start + 3]
        value = int.from_bytes(group, "little")
        letters += [_ITOA64[value >> (6 * step) & 63] for step in range(len(group) + 1)]
    return "".join(letters)
