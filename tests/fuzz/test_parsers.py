"""The bytes that broke a parser once, and those that its fuzzing begins with: each is read, or refused as declared."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.parsers import PARSERS, feed, seeds


@pytest.mark.parametrize("name", PARSERS)
def test_what_is_kept_is_read_or_refused(name: str) -> None:
    kept = seeds(name)
    assert kept
    for seed in kept:
        feed(name, seed.read_bytes())


@st.composite
def _changed(draw: st.DrawFn, kept: list[Path]) -> bytes:
    """One of them with pieces taken out, doubled, or put in."""
    content = bytearray(draw(st.sampled_from(kept)).read_bytes())
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 20)))
        content[start:end] = draw(st.sampled_from([b"", bytes(content[start:end]) * 2]) | st.binary(max_size=6))
    return bytes(content)


@pytest.mark.parametrize("name", PARSERS)
def test_what_is_nearly_right_is_read_or_refused(name: str) -> None:
    @settings(max_examples=40, derandomize=True, database=None, deadline=None)
    @given(_changed(seeds(name)))
    def attack(raw: bytes) -> None:
        feed(name, raw)

    attack()


@pytest.mark.parametrize("name", PARSERS)
def test_much_of_the_same_is_read_soon(name: str) -> None:
    """64 KB take a second at most."""
    for seed in seeds(name)[:3]:
        content = seed.read_bytes()
        started = time.thread_time()
        feed(name, (content * (65_536 // max(len(content), 1) + 1))[:65_536])
        assert time.thread_time() - started < 1, seed
