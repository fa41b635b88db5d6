"""Which agents a text mentions."""

import pytest

from osticket_api.kit.mentions import mentioned


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Please look, @alice.", ("alice",)),
        ("@Alice and @bob.builder, again @ALICE!", ("alice", "bob.builder")),
        ("(@bob) [@al_ice]", ("bob", "al_ice")),
        ("mail a@example.com or x.@example or https://x/@bob", ()),
        ("@ @a @-", ()),
        ("@" + "a" * 40, ()),
        (" ".join(f"@agent{number}" for number in range(50)), tuple(f"agent{number}" for number in range(20))),
    ],
)
def test_a_name_after_an_at_sign_is_a_mention(text: str, names: tuple[str, ...]) -> None:
    assert mentioned(text, is_html=False) == names


def test_markup_is_no_part_of_a_mention() -> None:
    body = '<p>See <b>@alice</b><br>@bob</p><a href="https://x/@carl" title="@dan">@eve</a>'
    assert mentioned(body, is_html=True) == ("alice", "bob", "eve")
