"""What the vault encrypts only its keys decrypt, and only for the same purpose."""

import pytest

from osticket_api.kit.vault import UnknownKeyError, Vault

OLD, NEW = "an old key of more than 32 letters", "a new key, which has 32 letters too"


@pytest.mark.parametrize("secret", [b"", b"a", b"whsec_\xff\x00" * 50, b"sealed:1:"])
def test_what_is_sealed_is_opened_again(secret: bytes) -> None:
    vault = Vault([NEW])
    sealed = vault.seal(secret, "hook")
    assert len(secret) < 4 or secret not in sealed.removeprefix(b"sealed:1:")
    assert vault.open(sealed, "hook") == secret
    assert vault.seal(secret, "hook") != sealed


def test_old_key_opens_and_the_newest_seals() -> None:
    sealed = Vault([OLD]).seal(b"secret", "hook")
    both = Vault([NEW, OLD])
    assert both.open(sealed, "hook") == b"secret"
    assert not both.is_newest(sealed)
    again = both.seal(b"secret", "hook")
    assert both.is_newest(again)
    assert Vault([NEW]).open(again, "hook") == b"secret"


def test_other_key_other_purpose_and_a_changed_value_are_refused() -> None:
    vault = Vault([NEW])
    sealed = vault.seal(b"secret", "hook")
    for stored, purpose in ((Vault([OLD]).seal(b"secret", "hook"), "hook"), (sealed, "mail"), (sealed[:-4], "hook")):
        with pytest.raises(UnknownKeyError):
            vault.open(stored, purpose)
    for broken in (b"sealed:1:", b"sealed:1:::", sealed + b"!", sealed.replace(b"sealed:1:", b"sealed:1:0")):
        with pytest.raises(UnknownKeyError):
            vault.open(broken, "hook")


def test_what_was_stored_in_clear_is_read_as_it_is() -> None:
    assert Vault([NEW]).open(b"whsec_abc", "hook") == b"whsec_abc"
