"""The guide to mail, run exactly as it is printed, against a real server and a real mail server."""

import re
import subprocess
import sys
from pathlib import Path

from tests.docs.printed import PRINTED_ADDRESS, needs_curl, run, script
from tests.fixtures.smtp import mail_server


@needs_curl
def test_mail_is_set_up_as_printed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "osticket_api", "demo"]
    environment = {"HOST": "127.0.0.1", "PORT": "0", "DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    with (
        mail_server(tmp_path) as mails,
        subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server,
    ):
        try:
            assert server.stdout is not None
            address = ""
            for line in server.stdout:
                if line.startswith("listening on "):
                    address = line.removeprefix("listening on ").strip()
                    break
            text = script("docs/guide/mail.md", "sh mail").replace("2525", str(mails.port))
            assert PRINTED_ADDRESS in text
            answered = run(text, address)
        finally:
            server.terminate()
    assert answered.returncode == 0, answered.stderr
    assert re.findall(r'\{"success":(true|false)', answered.stdout) == ["true"] * 5, answered.stdout
    assert '"ok":true' in answered.stdout
    assert "s3cret" not in answered.stdout
    assert "About " in answered.stdout
    assert [envelope.rcpt_tos for envelope in mails.taken] == [["you@example.org"]]
    assert mails.logins == [(b"support", b"s3cret P@ss")]
