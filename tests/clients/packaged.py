# mypy: ignore-errors
"""A program on the Python package. Writes what it found as JSON."""

import asyncio
import hashlib
import hmac
import json
import sys
import time
from base64 import b64decode, b64encode

import httpx

sys.path.insert(0, ".")

from osticket_client import AsyncDesk, Desk, InvalidSignature, SignIn, async_pages, pages, verify_webhook
from osticket_client.core.api.tickets import add_ticket_note, list_tickets
from osticket_client.core.models import NoteCreate
from osticket_client.paging import Refused
from osticket_client.retries import Retries

address, secret = sys.argv[1:]
told = {}

with Desk(address, SignIn("alice", "demo-help-desk")) as desk:
    told["tickets"] = [ticket.id for ticket in pages(list_tickets, desk.client, per_page=2, sort="-id")]
    note = add_ticket_note.sync("26", client=desk.client, body=NoteCreate(body="by a client package"))
    told["note"] = note.data.body
    file_id = desk.upload("notes.txt", b"a file", "text/plain")
    told["upload"] = "notes.txt" if desk.http.get(f"/api/v2/files/{file_id}").content == b"a file" else ""
    desk.http.auth._access += "x"
    told["renewed"] = desk.http.get("/api/v2/auth/me").is_success
    try:
        list(pages(list_tickets, desk.client, sort="nonsense"))
    except Refused as refused:
        told["refused"] = str(refused)


async def both() -> None:
    async with AsyncDesk(address, SignIn("alice", "demo-help-desk")) as desk:
        found = [ticket.id async for ticket in async_pages(list_tickets, desk.client, per_page=2, sort="-id")]
    assert found == told["tickets"]


asyncio.run(both())

calls = []


def failing_once(request: httpx.Request) -> httpx.Response:
    calls.append(request)
    return httpx.Response(503 if len(calls) == 1 else 200, headers={"Retry-After": "0"})


with httpx.Client(transport=Retries(httpx.MockTransport(failing_once), 3)) as client:
    assert client.get("https://desk.example.com").is_success
told["retried"] = len(calls)

body, moment = b'{"type": "ticket.created"}', str(int(time.time()))
key = b64decode(secret.removeprefix("whsec_"))
signature = b64encode(hmac.new(key, f"m1.{moment}.".encode() + body, hashlib.sha256).digest()).decode()
headers = {"webhook-id": "m1", "webhook-timestamp": moment, "webhook-signature": f"v1,{signature}"}
told["webhook"] = verify_webhook(secret, headers, body)
try:
    verify_webhook(secret, headers, body + b" ")
except InvalidSignature as error:
    told["forged"] = type(error).__name__

sys.stdout.write(json.dumps(told))
