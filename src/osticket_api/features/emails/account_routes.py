"""The mail accounts of the help desk's addresses over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR
from osticket_api.db.unit import Read, Write
from osticket_api.errors import NotFound
from osticket_api.features.emails import accounts
from osticket_api.features.emails.account_requests import AccountChanges, AccountTest, AccountType
from osticket_api.features.emails.account_responses import MailAccount
from osticket_api.mail.trying import Trial, send_test_mail
from osticket_api.web.call import Call
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Secret
from osticket_api.web.router import Router

router = Router(tag="emails", prefix="/emails")

_KINDS: dict[str, AccountType] = {"smtp": "smtp", "mailbox": "mailbox"}


@router.get("/{address}/accounts", access=ADMINISTRATOR)
def get_mail_accounts(unit: Read, caller: Staff, address: PathId) -> Page[MailAccount]:
    """The accounts by which mail is sent from an address and fetched for it. Passwords are never shown."""
    found = accounts.list_accounts(unit, caller, address)
    return Page(found, per_page=max(1, len(found)), page=1, total=len(found))


@router.get("/{address}/accounts/{account_type}", access=ADMINISTRATOR)
def get_mail_account(unit: Read, caller: Staff, address: PathId, account_type: str) -> MailAccount:
    """The account that sends (`smtp`), or the one that fetches (`mailbox`)."""
    return accounts.get_account(unit, caller, address, _kind(account_type))


@router.put("/{address}/accounts/{account_type}", access=ADMINISTRATOR)
def put_mail_account(
    unit: Write, caller: Staff, address: PathId, account_type: str, body: AccountChanges
) -> MailAccount:
    """Set up an account, or change it. osTicket uses it too: mail is fetched by osTicket alone."""
    return accounts.set_account(unit, caller, address, _kind(account_type), body.given())


@router.delete("/{address}/accounts/{account_type}", access=ADMINISTRATOR)
def delete_mail_account(unit: Write, caller: Staff, address: PathId, account_type: str) -> None:
    """Delete an account with its credentials."""
    accounts.delete_account(unit, caller, address, _kind(account_type))


@router.post("/{address}/test", access=ADMINISTRATOR)
async def test_mail_account(call: Call, address: PathId, body: AccountTest) -> Secret[Trial]:
    """Connect to the server by which this address sends, log in, and send one mail; the answer has each reply of the
    server.
    """
    return Secret(await send_test_mail(call.database, call.settings, address, body.to))


def _kind(account_type: str) -> AccountType:
    """Raises: NotFound."""
    if account_type not in _KINDS:
        raise NotFound.because(f"There is no {account_type} account. Accounts are smtp and mailbox.")
    return _KINDS[account_type]
