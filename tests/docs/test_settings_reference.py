"""`.env.example` names every setting with the default that is in force."""

from pathlib import Path

import pytest

from osticket_api.settings import Settings, load
from osticket_api.settings_reference import MEANINGS, env_example
from tests.docs.printed import ROOT

EXAMPLE = ROOT / ".env.example"


def test_every_setting_has_a_meaning() -> None:
    """A new setting needs a line in MEANINGS (settings_reference.py)."""
    told = [name.lower() for meanings in MEANINGS.values() for name in meanings]
    assert sorted(told) == sorted(Settings.model_fields)


def test_the_committed_example_is_that_of_the_code() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == env_example(), (
        ".env.example is not what the settings say: run `make settings`, or "
        "`python -m osticket_api settings -o .env.example`, and commit it"
    )


def test_an_example_with_everything_switched_on_sets_what_is_in_force_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    lines = [line.removeprefix("#") if line[1:2] != " " else line for line in env_example().splitlines()]
    file = tmp_path / ".env"
    file.write_text("\n".join(lines))
    assert load(_env_file=file).model_dump() == Settings(_env_file=None).model_dump()
