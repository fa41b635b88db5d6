"""Passwords checked against hashes of every kind that osTicket has stored."""

import hashlib

import pytest

from osticket_api.access.passwords import hashed, is_correct

PORTABLE = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"
"""The hash of `test12345` that phpass publishes as its test."""


@pytest.mark.parametrize(
    ("password", "stored"),
    [
        ("test12345", PORTABLE),
        ("test12345", hashlib.md5(b"test12345", usedforsecurity=False).hexdigest()),
        ("test12345", hashed("test12345")),
        ("x" * 100, hashed("x" * 72)),
    ],
    ids=["phpass", "md5", "bcrypt", "long"],
)
def test_the_right_password_fits_and_no_other_does(password: str, stored: str) -> None:
    assert is_correct(password, stored)
    assert not is_correct("wrong", stored)


@pytest.mark.parametrize("stored", [None, "", "$2a$08$cut-off", "something", "0" * 31])
def test_nothing_fits_what_is_not_a_hash(stored: str | None) -> None:
    assert not is_correct("test12345", stored)


def test_new_hashes_are_those_that_php_writes() -> None:
    assert hashed("test12345").startswith("$2a$08$")
