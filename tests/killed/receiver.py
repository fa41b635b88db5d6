"""`python -m tests.killed.receiver PORT FILE`: a receiver of webhooks that writes down what it got, then says so.

It may be killed at any moment: what it has answered is in the file.
"""

import json
import sys
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Lock
from typing import Any

from tests.webhooks.receiving import Patient


@dataclass(frozen=True)
class Taken:
    """A delivery that was written down."""

    id: str
    event: Any


def taken(file: Path) -> list[Taken]:
    """What was written down so far, in order. A line that was cut off by a kill was never answered."""
    lines = file.read_bytes().split(b"\n") if file.exists() else [b""]
    found = [_read(line) for line in lines]
    return [each for each in found if each is not None]


def _read(line: bytes) -> Taken | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return Taken(told["id"], told["body"]["data"])


def main(port: int, file: Path) -> None:
    lock = Lock()
    with file.open("ab", buffering=0) as written:
        written.write(b"\n")  # After a line that was cut off.

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                line = json.dumps({"id": self.headers["webhook-id"], "body": body}).encode() + b"\n"
                with lock:
                    written.write(line)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        Patient(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
