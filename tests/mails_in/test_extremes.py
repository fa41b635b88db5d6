"""Mails that are larger, deeper or odder than anybody writes: each is taken in, in a bounded time, with all it has."""

import base64
import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from osticket_api.features.inbound_mail.reading import read_mail
from tests.mails_in.conftest import MailDesk
from tests.mails_in.stored import Before, Row, stored

FROM: Final = b"From: Uma Owner <uma@acme-corp.test>\nTo: support@desk.test\n"
PLAIN: Final = FROM + b"Subject: x\nMessage-ID: <x@extreme.test>\n"
MIXED: Final = PLAIN + b"Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\nbody\n"
SECONDS: Final = 60
"""Of computing. Mails of this size cost at most 4 seconds on a quiet machine; anything worse than linear, hours."""


def attached(name: str, content: bytes) -> bytes:
    head = (
        f"--B\nContent-Type: application/octet-stream; name={name}\nContent-Disposition: attachment; filename={name}\n"
    )
    return head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content) + b"\n"


def nested(depth: int) -> bytes:
    opening = (f"--B{n}\nContent-Type: multipart/mixed; boundary=B{n + 1}\n\n".encode() for n in range(depth))
    start = PLAIN + b"Content-Type: multipart/mixed; boundary=B0\n\n"
    return start + b"".join(opening) + f"--B{depth}\nContent-Type: text/plain\n\nbody\n".encode()


def take(desk: MailDesk, mail: bytes) -> Row:
    with desk.untouched():
        before = Before(desk.desk)
        return stored(desk.desk, desk.post(mail), before)


def entry_of(desk: MailDesk, mail: bytes) -> Any:
    found = take(desk, mail)
    assert found["status"] == 201, found["answer"]
    (entry,) = found["entries"]
    return entry


EXTREMES: Final[dict[str, Callable[[], bytes]]] = {
    "3000 nested parts": lambda: nested(3000),
    "brackets in To": lambda: PLAIN + b"To: " + b"(" * 50_000 + b"\n\nbody",
    "angles in From": lambda: PLAIN + b"From: " + b"<" * 50_000 + b"\n\nbody",
    "quotes in Cc": lambda: PLAIN + b"Cc: " + b'",' * 50_000 + b"\n\nbody",
    "1500 recipients": lambda: PLAIN + b"Cc: " + b", ".join(b"N <n%d@a.test>" % n for n in range(1500)) + b"\n\nbody",
    "headers of 200 KB": lambda: PLAIN + b"X-Spam: " + b"a b c " * 35_000 + b"\n\nbody",
    "headers of emoji": lambda: PLAIN + b"X-Smile: " + "😀".encode() * 20_000 + b"\n\nbody",
    "20000 headers": lambda: PLAIN + b"".join(b"X-%d: y\n" % n for n in range(20_000)) + b"\nbody",
    "a subject of 100 KB": lambda: FROM + b"Message-ID: <s@x>\nSubject: " + b"S" * 100_000 + b"\n\nbody",
    "encoded words without end": lambda: FROM + b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nbody",
    "begun encoded words": lambda: FROM + b"Subject: " + b"=?a?q?" * 50_000 + b"\n\nbody",
    "a Message-ID of 70 KB": lambda: FROM + b"Subject: x\nMessage-ID: <" + b"m" * 70_000 + b"@x>\n\nbody",
    "50000 references": lambda: PLAIN + b"References: " + b"<a@b> " * 50_000 + b"\n\nbody",
    "100000 parameters": lambda: PLAIN + b"Content-Type: text/plain" + b"; a=b" * 100_000 + b"\n\nbody",
    "a name of 100 KB": lambda: b"From: " + b"N" * 100_000 + b" <uma@acme-corp.test>\nMessage-ID: <n@x>\n\nbody",
}


@pytest.mark.parametrize("name", EXTREMES)
def test_an_extreme_mail_is_taken_in(mail_desk: MailDesk, name: str) -> None:
    assert entry_of(mail_desk, EXTREMES[name]())["body"] == "body"


def test_a_file_larger_than_the_limit_is_kept(mail_desk: MailDesk) -> None:
    mail = MIXED + attached("large.bin", b"\x00\x01" * 700_000) + b"--B--\n"
    assert [file["size"] for file in entry_of(mail_desk, mail)["files"]] == [1_400_000]


def test_files_beyond_the_hundredth_are_kept(mail_desk: MailDesk) -> None:
    mail = MIXED + b"".join(attached(f"f{n}", b"file %d" % n) for n in range(230)) + b"--B--\n"
    assert len(entry_of(mail_desk, mail)["files"]) == 230


def test_a_mail_of_more_parts_than_are_taken_apart_is_kept_whole(mail_desk: MailDesk) -> None:
    mail = MIXED + b"--B\nContent-Type: text/plain\n\nx\n" * 5000 + b"--B--\n"
    files = entry_of(mail_desk, mail)["files"]
    assert [file["size"] for file in files if file["content_type"] == "message/rfc822"] == [len(mail)]


def test_a_body_too_long_for_its_column_is_a_file(mail_desk: MailDesk) -> None:
    entry = entry_of(mail_desk, PLAIN + b"Content-Type: text/plain\n\n" + b"word " * 100_000)
    assert (entry["body"], len(entry["files"])) == ("", 1)


SLOW: Final[dict[str, Callable[[], bytes]]] = {
    "parts in parts": lambda: nested(40_000),
    "boundaries alone": lambda: MIXED + b"--B\n" * 500_000,
    "dashes": lambda: MIXED + b"--\n" * 700_000,
    "addresses": lambda: PLAIN + b"To: " + b"a@b," * 500_000 + b"\n\nx",
    "continued lines": lambda: PLAIN + b"X-Y: z\n" + b" y\n" * 700_000 + b"\nx",
    "open tags": lambda: PLAIN + b"Content-Type: text/html\n\n" + b"<a " * 700_000,
    "open styles": lambda: PLAIN + b"Content-Type: text/html\n\n" + b"<style>" * 300_000,
    "begun comments": lambda: PLAIN + b"To: " + b"(a" * 1_000_000 + b"\n\nx",
    "escaped quotes": lambda: PLAIN + b'Content-Type: text/plain; name="' + b'\\"' * 1_000_000 + b"\n\nx",
    "unlabelled bytes": lambda: MIXED + b"--B\nContent-Type: text/plain\n\n\xe4\xfc\x81\xff\xfe\x80 \n" * 2000,
    "base64 of nothing": lambda: PLAIN + b"Content-Transfer-Encoding: base64\n\n" + b"=" * 2_000_000,
    "quoted nothing": lambda: PLAIN + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * 2_000_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_no_mail_takes_long_to_read(name: str) -> None:
    mail = SLOW[name]()
    start = time.process_time()
    read_mail(mail)
    assert time.process_time() - start < SECONDS
