# mypy: ignore-errors
"""A program on the generated Python client, which lies in `client` beside it. Writes what it found as JSON."""

import json
import sys
from io import BytesIO

sys.path.insert(0, ".")

from client import AuthenticatedClient, Client
from client.api.auth import login
from client.api.files import download_file, upload_file
from client.api.tickets import create_ticket, get_ticket, list_tickets
from client.models import (
    DryRunEffects,
    Failure,
    Login,
    TicketAnswer,
    TicketCreate,
    TicketPage,
    TokensAnswer,
    UploadFileFilesBody,
)
from client.types import File

base = sys.argv[1]
signed_in = login.sync(client=Client(base), body=Login(username="alice", password="demo-help-desk"))
assert isinstance(signed_in, TokensAnswer), signed_in
alice = AuthenticatedClient(base, signed_in.data.access_token)

page = list_tickets.sync(client=alice, status="open", per_page=5)
assert isinstance(page, TicketPage), page

new = TicketCreate(
    subject="Opened by a generated client",
    message="<p>Hello</p>",
    email="gerda@example.net",
    name="Gerda Generated",
    topic_id=1,
)
rehearsed = create_ticket.sync(client=alice, body=new, dry_run=True)
assert isinstance(rehearsed, DryRunEffects), rehearsed
opened = create_ticket.sync(client=alice, body=new)
assert isinstance(opened, TicketAnswer), opened
read = get_ticket.sync(str(opened.data.id), client=alice)
assert isinstance(read, TicketAnswer), read

wrong = TicketCreate(subject="To nowhere", message="Hello", email="gerda@example.net", topic_id=999_999)
refused = create_ticket.sync(client=alice, body=wrong)
assert isinstance(refused, Failure), refused

content = File(BytesIO(b"a file by a generated client"), "notes.txt", "text/plain")
uploaded = upload_file.sync(client=alice, body=UploadFileFilesBody(file=content))
fetched = download_file.sync(uploaded.data.id, client=alice)

told = {
    "list": {"subjects": [ticket.subject for ticket in page.data], "total": page.meta.total},
    "opened": {"subject": opened.data.subject, "status": opened.data.status.name},
    "rehearsed": [effect.kind for effect in rehearsed.data.effects],
    "read": {"subject": read.data.subject, "created_at": read.data.created_at.isoformat()},
    "refused": {"success": refused.success, "field": refused.errors[0].field},
    "file": fetched.payload.read().decode(),
}
sys.stdout.write(json.dumps(told))
