"""Looks for bytes that break the reader of mails, led by the branches they reach. Not part of the tests.

    pip install atheris
    python tools/fuzz_mail.py CORPUS tests/mails_in/seeds -max_total_time=300 -max_len=8192

What it finds goes to `tests/mails_in/seeds`, which the tests read.
"""

import sys

import atheris

with atheris.instrument_imports(include=["osticket_api.kit.mime", "osticket_api.features.inbound_mail"]):
    from osticket_api.features.inbound_mail.reading import read_mail


def read(raw: bytes) -> None:
    read_mail(raw)


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
