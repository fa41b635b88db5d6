"""Keys and signatures of contents, as osTicket computed them."""

from io import BytesIO

import pytest

from osticket_api.features.files.hashes import BLOCK_BYTES, blocks, fingerprint


@pytest.mark.parametrize(
    ("content", "key", "signature"),
    [
        (b"line one\nline two\n", "lwWWaTce1CpyQ13AJmpDLbQ0jMw", "lwWWaTce1CpyQ13AmHkp1hybafDGQGuE"),
        (b"from uma\n", "W6DUOzKv6yGKfOicbd6sqIkHnkI", "W6DUOzKv6yGKfOic5rrtHyTjNj23YINo"),
        (b"room 12\n", "ZQSUPez1ezAMoaog7i2plKXKRW0", "ZQSUPez1ezAMoaogYSxYsdzHJKXTED9e"),
        (b"do this\n", "Cswu-9-TycM8c-X2EjTF73taBc8", "Cswu-9-TycM8c-X2LA9pZGZCo-kPhEyh"),
        (b"tray two\n", "8sE-PPPjkUnEbxq7f11UhHjiOm0", "8sE-PPPjkUnEbxq7NZoNxzvA7-xjnB6Q"),
        (b"plain%20text", "NY-N8EGwwmIPf2TXYH3-yujwDeA", "NY-N8EGwwmIPf2TX_15K_Ot7vd5Ca4gt"),
    ],
)
def test_hashes_are_those_osticket_stored(content: bytes, key: str, signature: str) -> None:
    print_ = fingerprint(BytesIO(content))
    assert (print_.sha1, print_.signature, print_.size) == (key, signature, len(content))


def test_key_is_five_random_characters_before_the_hash_of_the_content() -> None:
    print_ = fingerprint(BytesIO(b"tray two\n"))
    keys = {print_.new_key() for _ in range(50)}
    assert len(keys) == 50
    assert {key[5:] for key in keys} == {"8sE-PPPjkUnEbxq7f11UhHjiOm0"}
    assert {len(key) for key in keys} == {32}


def test_content_is_read_from_its_start_in_blocks() -> None:
    content = BytesIO(b"x" * (2 * BLOCK_BYTES + 1))
    content.seek(7)
    assert [len(block) for block in blocks(content)] == [BLOCK_BYTES, BLOCK_BYTES, 1]
    assert fingerprint(content).size == 2 * BLOCK_BYTES + 1
