"""Whatever bytes are posted as a mail, there is a ticket, an entry, or a refusal that says why: nothing crashes."""

from itertools import chain
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osticket_api.features.inbound_mail.reading import read_mail
from tests.mails_in import cases
from tests.mails_in.conftest import MailDesk

SEEDS: Final = Path(__file__).with_name("seeds")
"""Mails that once broke the reader, or that random changes led into its rarer branches."""

KNOWN: Final = [mail for case in chain(cases.own(), cases.recorded()) for mail in case.mails if len(mail) < 5000]
NAMES: Final = (
    *("From", "To", "Cc", "Bcc", "Delivered-To", "Reply-To", "Subject", "Message-ID", "In-Reply-To", "References"),
    *("Content-Type", "Content-Disposition", "Content-Transfer-Encoding", "Content-ID", "X-Priority", "Return-Path"),
)
VALUES: Final = (
    b"=?utf-8?b?/w==?=", b"=?x?q?a?=", b"=?utf-7?q?+AGE?=", b"multipart/mixed; boundary=B", b"message/rfc822",
    b"base64", b"text/html; charset=utf-16", b"text/plain; charset=idna", b"application/ms-tnef",
    b"attachment; filename*0*=x''%",
    b"quoted-printable", b"<a@b>", b'"', b"(", b"<", b"uma@acme-corp.test", b"a@b" * 20, b"\xff\xfe", b"\x00",
)  # fmt: skip


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A known mail with pieces taken out, doubled, or put in."""
    mail = bytearray(draw(st.sampled_from(KNOWN)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(mail)))
        end = min(len(mail), start + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from([b"", bytes(mail[start:end]) * 2, *VALUES]) | st.binary(max_size=8))
        mail[start:end] = piece
    return bytes(mail)


@st.composite
def built(draw: st.DrawFn) -> bytes:
    """Headers and parts put together at random."""
    value = st.sampled_from(VALUES) | st.binary(max_size=30)
    fields = draw(st.lists(st.tuples(st.sampled_from(NAMES), value), max_size=8))
    head = b"".join(name.encode() + b": " + each + b"\n" for name, each in fields)
    parts = draw(st.lists(st.sampled_from([b"--B\n", b"--B--\n", b"--A\n", b"\n", *VALUES]) | st.binary(max_size=40)))
    return head + b"\n" + b"\n".join(parts)


any_mail = st.binary(max_size=300) | changed() | built()


def read(raw: bytes) -> None:
    read_mail(raw)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(any_mail)
def test_any_bytes_are_some_mail(raw: bytes) -> None:
    read(raw)


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*")), ids=lambda path: path.name)
def test_a_seed_is_some_mail(seed: Path) -> None:
    read(seed.read_bytes())


ALLOWED: Final = {201, 400, 403, 409, 413, 422}


def test_any_bytes_are_taken_or_refused(mail_desk: MailDesk) -> None:
    with mail_desk.untouched():

        @settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
        @given(any_mail)
        def posting(raw: bytes) -> Any:
            answer = mail_desk.post(raw)
            assert answer.status in ALLOWED

        posting()


def test_every_seed_is_taken_or_refused(mail_desk: MailDesk) -> None:
    with mail_desk.untouched():
        for seed in sorted(SEEDS.glob("*")):
            answer = mail_desk.post(seed.read_bytes())
            assert answer.status in ALLOWED, seed.name
