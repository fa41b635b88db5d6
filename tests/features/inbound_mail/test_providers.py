"""Mail that providers post: in the form in which each of them sends it, signed, and taken once."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr
from sqlalchemy import func, select

from osticket_api.db import tables as t
from osticket_api.features.inbound_mail.providers import ses
from tests.fixtures.api import Answer, Api

MAILGUN_KEY = "key-of-mailgun"
POSTMARK_LOGIN = "postmark:a long password"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-test.pem"
EC_KEY = generate_private_key(SECP256R1())
RSA_KEY = generate_rsa_key(65537, 2048)
SENDGRID_KEY = b64encode(EC_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def mail(subject: str = "Broken door", sender: str = "wes@example.org") -> bytes:
    headers = {
        "From": f"Wes <{sender}>",
        "To": "help@example.com",
        "Subject": subject,
        "Message-ID": f"<{sha256(subject.encode()).hexdigest()[:16]}@mail.example>",
        "Content-Type": "text/plain; charset=iso-8859-1",
    }
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", "The door is br\xf6ken.", ""]).encode("latin-1")


def now(offset: timedelta = timedelta()) -> datetime:
    return datetime.now(UTC) + offset


def form(fields: dict[str, bytes]) -> tuple[str, bytes]:
    boundary = "xYzZY"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    ]
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def mailgun(raw: bytes, at: datetime, token: str = "t0ken") -> tuple[str, dict[str, str], bytes]:
    timestamp = str(int(at.timestamp()))
    signature = hmac.new(MAILGUN_KEY.encode(), (timestamp + token).encode(), sha256).hexdigest()
    fields = {
        "recipient": b"help@example.com",
        "body-mime": raw,
        "timestamp": timestamp.encode(),
        "token": token.encode(),
    }
    content_type, body = form({**fields, "signature": signature.encode()})
    return "mailgun-mime", {"Content-Type": content_type}, body


def sendgrid(raw: bytes, at: datetime) -> tuple[str, dict[str, str], bytes]:
    content_type, body = form({"to": b"help@example.com", "envelope": b"{}", "email": raw})
    timestamp = str(int(at.timestamp()))
    signature = b64encode(EC_KEY.sign(timestamp.encode() + body, ECDSA(SHA256()))).decode()
    names = ("X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp")
    return "sendgrid", {"Content-Type": content_type, **dict(zip(names, (signature, timestamp), strict=True))}, body


def postmark(raw: bytes, at: datetime, login: str = POSTMARK_LOGIN) -> tuple[str, dict[str, str], bytes]:
    body = json.dumps({"FromName": "Wes", "MessageID": "1", "TextBody": "x", "RawEmail": raw.decode("latin-1")})
    login = b64encode(login.encode()).decode()
    return "postmark", {"Content-Type": "application/json", "Authorization": f"Basic {login}"}, body.encode()


def sns(raw: bytes, at: datetime, **changed: str) -> tuple[str, dict[str, str], bytes]:
    notice = {
        "notificationType": "Received",
        "receipt": {"action": {"type": "SNS", "topicArn": TOPIC, "encoding": "BASE64"}},
        "content": b64encode(raw).decode(),
    }
    message = {
        "Type": "Notification",
        "MessageId": sha256(raw).hexdigest()[:32],
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Receipt Notification",
        "Message": json.dumps(notice),
        "Timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE,
        **changed,
    }
    signed = "".join(f"{name}\n{message[name]}\n" for name in sorted(message) if not name.startswith("Sign"))
    message["Signature"] = b64encode(RSA_KEY.sign(signed.encode(), PKCS1v15(), SHA256())).decode()
    return "ses", {"Content-Type": "text/plain; charset=UTF-8"}, json.dumps(message).encode()


Form = Callable[[bytes, datetime], tuple[str, dict[str, str], bytes]]
FORMS: list[Form] = [mailgun, sendgrid, postmark, sns]


def post(api: Api, given: tuple[str, dict[str, str], bytes]) -> Answer:
    provider, headers, body = given
    return api.anonymous().request("POST", f"/inbound-mail/{provider}", headers=headers, content=body)


def tickets(api: Api) -> int:
    return int(api.rows(select(func.count().label("n")).select_from(t.ticket))[0].n)


def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(RSA_KEY.public_key())
    builder = builder.serial_number(1).not_valid_before(now(-timedelta(days=1))).not_valid_after(now(timedelta(days=1)))
    return builder.sign(RSA_KEY, SHA256()).public_bytes(Encoding.PEM)


@pytest.fixture(autouse=True)
def _set_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    app: Any = api.client.app
    before = app.state.settings
    secrets = {"mailgun_key": MAILGUN_KEY, "sendgrid_key": SENDGRID_KEY, "postmark_login": POSTMARK_LOGIN}
    values = {f"inbound_{name}": SecretStr(value) for name, value in {**secrets, "ses_topics": TOPIC}.items()}
    app.state.settings = before.model_copy(update=values)
    monkeypatch.setitem(ses.certificates, CERTIFICATE, certificate())
    yield
    app.state.settings = before


@pytest.mark.parametrize("provider", FORMS)
def test_a_mail_opens_a_ticket_once(api: Api, provider: Form) -> None:
    before, given = tickets(api), provider(mail(), now())
    answer = post(api, given)
    assert (answer.status, answer.data["outcome"]) == (200, "stored"), answer.content
    ticket = api.staff("dora").get(f"/tickets/number:{answer.data['ticket_number']}?include=thread").data
    assert (ticket["subject"], ticket["source"]) == ("Broken door", "Email")
    assert post(api, given).data["outcome"] == "repeated"
    assert tickets(api) == before + 1


@pytest.mark.parametrize("provider", FORMS)
def test_what_is_not_signed_by_the_provider_is_refused(api: Api, provider: Form) -> None:
    before, (name, headers, body) = tickets(api), provider(mail(), now())
    wrong = {key: value[:-6] + "AAAAA=" if key != "Content-Type" else value for key, value in headers.items()}
    changed = body.replace(b"door", b"gate").replace(b"signature", b"signatur_")
    changed = changed.replace(b'"Timestamp": "2', b'"Timestamp": "1')
    assert post(api, (name, wrong, changed)).status == 401
    assert post(api, (name, {"Content-Type": headers["Content-Type"]}, b"")).status in (400, 401)
    assert tickets(api) == before


@pytest.mark.parametrize("login", [b"Basic \xe4", b"Basic x", b"Basic", b"Bearer x"])
def test_a_login_that_is_none_is_refused(api: Api, login: bytes) -> None:
    name, _, body = postmark(mail(), now())
    headers: dict[str, Any] = {"Content-Type": "application/json", "Authorization": login}
    assert post(api, (name, headers, body)).status == 401


@pytest.mark.parametrize("provider", [postmark, sns])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"[]",
        b'"x"',
        b'{"Message":"\xff","RawEmail":"\xff"}',
        b'{"X":"\\ud800"}',
        b'{"X":' + b"[" * 50_000,
        b"[" * 50_000,
    ],
)
def test_a_body_that_is_nothing_is_an_error(api: Api, provider: Form, body: bytes) -> None:
    name, headers, _ = provider(mail(), now())
    assert post(api, (name, headers, body)).status == 400


@pytest.mark.parametrize("message", ["", "x", "[]", "[" * 50_000, '{"receipt":' + "[" * 50_000, '{"content": 5}'])
def test_a_signed_message_that_is_no_mail_is_an_error(api: Api, message: str) -> None:
    assert post(api, sns(mail(), now(), Message=message)).status in (400, 422)
    assert post(api, sns(mail(), now(), Timestamp="0001-01-01T00:00:00+01:00")).status == 400


@pytest.mark.parametrize("provider", [mailgun, sendgrid, sns])
def test_an_old_signature_is_refused(api: Api, provider: Form) -> None:
    for age in (timedelta(days=2), -timedelta(days=2)):
        assert post(api, provider(mail(), now(age))).errors[0]["code"] == "signature_expired"


def test_a_signature_is_good_for_one_mail(api: Api) -> None:
    at = now()
    assert post(api, mailgun(mail(), at)).data["outcome"] == "stored"
    assert post(api, mailgun(mail("Another one"), at)).errors[0]["code"] == "signature_used"


def test_a_mail_that_is_not_taken_is_not_sent_again(api: Api) -> None:
    at = now()
    api.staff("dora").post("/ban-list", {"email": "spam@example.net"})
    before = tickets(api)
    answer = post(api, mailgun(mail(sender="spam@example.net"), at))
    assert (answer.status, answer.data["outcome"]) == (200, "rejected")
    assert post(api, mailgun(mail("Another one"), at)).status == 401
    assert tickets(api) == before


def test_other_topics_and_other_keys_of_amazon_are_refused(api: Api) -> None:
    for changed in ({"TopicArn": TOPIC + "s"}, {"SigningCertURL": "https://example.net/x.pem"}, {"Type": "Other"}):
        assert post(api, sns(mail(), now(), **changed)).errors[0]["code"] == "signature_invalid"


def test_a_subscription_is_confirmed_at_amazon_alone(api: Api) -> None:
    asked = {"Type": "SubscriptionConfirmation", "Token": "x", "SubscribeURL": "https://example.net/?Action=Confirm"}
    given = sns(mail(), now(), **asked)
    assert post(api, given).status == 401


def test_a_provider_is_told_how_to_send_the_raw_mail(api: Api) -> None:
    name, headers, body = postmark(mail(), now())
    answer = post(api, (name, headers, body.replace(b"RawEmail", b"RawEmial")))
    assert (answer.status, answer.errors[0]["code"]) == (422, "raw_mail_missing")
    assert post(api, ("unknown", {}, b"")).status == 404
