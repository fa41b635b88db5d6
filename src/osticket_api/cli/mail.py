"""`osticket-api mail`: look at outgoing mails, send one again, try an account."""

import asyncio
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from osticket_api.access.principal import ANONYMOUS
from osticket_api.cli.connection import opened_help_desk
from osticket_api.features.outgoing_mails import api as outgoing_mails
from osticket_api.features.outgoing_mails.api import MailQuery, State, queries
from osticket_api.mail.trying import Trial, send_test_mail
from osticket_api.settings import ConfigurationError, load

app = typer.Typer(no_args_is_help=True, help="Look at outgoing mails, send them again, try accounts.")

_console = Console(highlight=False, markup=False, soft_wrap=True)


@app.command("list")
def list_(
    state: Annotated[State | None, typer.Option(help="Only mails in this state.")] = None,
    ticket: Annotated[int | None, typer.Option(help="Only mails about the ticket with this id.")] = None,
    recipient: Annotated[str | None, typer.Option(help="Only mails to this address.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 20,
) -> None:
    """List the newest mails that this server made."""
    asked = {"state": state, "ticket_id": None if ticket is None else str(ticket), "recipient": recipient}
    query = MailQuery(per_page=limit, total=False, **asked)
    table = Table("mail", "state", "made", "tries", "to", "subject", box=None)
    for mail in asyncio.run(_written(queries.list_mails, query)).items:
        made = f"{mail.created_at:%Y-%m-%d %H:%M}"
        table.add_row(str(mail.id), mail.state, made, str(mail.attempts), ", ".join(mail.recipients), mail.subject)
    _console.print(table)


@app.command()
def retry(mails: Annotated[list[int], typer.Argument(help="Ids of mails.")]) -> None:
    """Have mails delivered now that wait, failed, were cancelled or only stored. A running server or worker does it."""
    mode = load().mail_mode
    for mail in mails:
        asyncio.run(_written(outgoing_mails.retry_mail, mail, mode=mode))
        _console.print(f"The mail {mail} is queued.")


@app.command("send-test")
def send_test(
    to: Annotated[str, typer.Argument(help="The address to send to.")],
    email: Annotated[int, typer.Option("--from", help="Id of the help desk's address to send from.")] = 0,
) -> None:
    """Connect to the account of an address, log in there, and send one mail. Without --from: the default address.

    Where MAIL_SENDMAIL is set, hand one to that program too.
    """
    trial = asyncio.run(_tried(email, to))
    for step in trial.steps:
        _console.print(f"{'ok' if step.ok else 'failed':7}{step.name}: {step.answer}")
    if not trial.ok:
        raise typer.Exit(1)


async def _written(function: Any, *args: Any, **options: Any) -> Any:
    settings = load()
    async with opened_help_desk(settings) as database:
        return await database.write(function, ANONYMOUS, *args, **options)


async def _tried(email_id: int, to: str) -> Trial:
    settings = load()
    if settings.read_only:
        raise ConfigurationError("READ_ONLY is set: this server sends no mail")
    async with opened_help_desk(settings) as database:
        return await send_test_mail(database, settings, email_id or None, to)
