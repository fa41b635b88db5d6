"""The tools that write. Each begins with a dry run: only `dry_run=false` changes anything."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any, Final, Literal

from markdown_it import MarkdownIt
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from osticket_api.kit import html
from osticket_api.mcp import shown
from osticket_api.mcp.api import Api
from osticket_api.mcp.attached import Files, Folder
from osticket_api.mcp.reading import Ctx, Number, reference

Format = Literal["markdown", "html", "text"]
Text = Annotated[str, Field(min_length=1, max_length=65_535)]
DryRun = Annotated[bool, Field(description="True answers what would happen, and changes nothing.")]
IdOrName = Annotated[int | str, Field(description="The id, or the exact name.")]

_MARKDOWN: Final = MarkdownIt("js-default", {"html": False})


class Writing:
    """Tools that change tickets."""

    def __init__(self, api: Api, folder: Folder) -> None:
        self._api = api
        self._folder = folder

    async def create_ticket(
        self,
        ctx: Ctx,
        subject: Annotated[str, Field(min_length=1, max_length=255)],
        message: Text,
        email: Annotated[str | None, Field(description="Of the user whose ticket it is.")] = None,
        name: Annotated[str | None, Field(max_length=100)] = None,
        format: Format = "markdown",
        topicId: int | None = None,
        projectContext: Annotated[str | None, Field(max_length=100, description="What it is about, put first.")] = None,
        attachments: Files = None,
        dry_run: DryRun = True,
    ) -> dict[str, Any]:
        """Open a ticket for a user."""
        body = _body(message, format)
        if projectContext:
            body = f"<p><strong>Project:</strong> {html.escape(projectContext)}</p>{body}"
        new = {"subject": subject, "message": body, "email": email, "name": name, "topic_id": topicId}
        given = {field: value for field, value in new.items() if value is not None}
        given |= self._folder.attachments(attachments)
        return await self._write(ctx, "POST", "/tickets", given, dry_run)

    async def update_ticket(
        self,
        ctx: Ctx,
        number: Number,
        departmentId: IdOrName | None = None,
        statusId: IdOrName | None = None,
        topicId: IdOrName | None = None,
        staffId: Annotated[int | str | None, Field(description="The id, or the username.")] = None,
        slaId: IdOrName | None = None,
        dueDate: Annotated[str | None, Field(description="A date, or a moment in ISO 8601. null: none.")] = "",
        parentTicketNumber: Number | None = None,
        note: Text | None = None,
        noteTitle: Annotated[str | None, Field(max_length=100)] = None,
        noteFormat: Format = "markdown",
        attachments: Annotated[Files, Field(description="Files to attach to the note.")] = None,
        dry_run: DryRun = True,
    ) -> dict[str, Any]:
        """Change a ticket: where it is, whose, its status, topic, SLA plan, due date, parent; and add a note.

        All of it happens, or nothing.
        """
        wanted = {
            "department_id": await self._id(ctx, "departments", departmentId),
            "status_id": await self._id(ctx, "statuses", statusId),
            "topic_id": await self._id(ctx, "topics", topicId),
            "staff_id": await self._id(ctx, "staff", staffId, named_by="username"),
            "sla_id": await self._id(ctx, "slas", slaId),
        }
        changes: dict[str, Any] = {field: value for field, value in wanted.items() if value is not None}
        if dueDate != "":
            changes["due_at"] = _moment(dueDate)
        if parentTicketNumber:
            changes["parent"] = reference(parentTicketNumber)
        if note:
            changes["note"] = self._note(note, noteTitle, noteFormat, attachments)
        elif attachments or noteTitle:
            raise ToolError("Files and a title belong to a note: give one.")
        if not changes:
            raise ToolError("Say what shall change.")
        return await self._write(ctx, "PATCH", f"/tickets/{reference(number)}", changes, dry_run)

    async def delete_ticket(self, ctx: Ctx, number: Number, dry_run: DryRun = True) -> dict[str, Any]:
        """Delete a ticket with its conversation, for good."""
        return await self._write(ctx, "DELETE", f"/tickets/{reference(number)}", {}, dry_run)

    async def create_subticket_link(
        self, ctx: Ctx, parentNumber: Number, childNumber: Number, dry_run: DryRun = True
    ) -> dict[str, Any]:
        """Make a ticket the child of another."""
        body = {"tickets": [reference(childNumber)]}
        return await self._write(ctx, "POST", f"/tickets/{reference(parentNumber)}/link", body, dry_run)

    async def unlink_subticket(self, ctx: Ctx, number: Number, dry_run: DryRun = True) -> dict[str, Any]:
        """Take a ticket from its parent."""
        return await self._write(ctx, "POST", f"/tickets/{reference(number)}/unlink", {}, dry_run)

    async def reply(
        self,
        ctx: Ctx,
        number: Number,
        message: Text,
        format: Format = "markdown",
        attachments: Files = None,
        dry_run: DryRun = True,
    ) -> dict[str, Any]:
        """Answer the user of a ticket, who gets it by mail."""
        body = {"body": _body(message, format), **self._folder.attachments(attachments)}
        return await self._write(ctx, "POST", f"/tickets/{reference(number)}/reply", body, dry_run)

    async def add_note(
        self,
        ctx: Ctx,
        number: Number,
        note: Text,
        title: Annotated[str | None, Field(max_length=100)] = None,
        format: Format = "markdown",
        attachments: Files = None,
        dry_run: DryRun = True,
    ) -> dict[str, Any]:
        """Add an internal note to a ticket, which users never see."""
        body = self._note(note, title, format, attachments)
        return await self._write(ctx, "POST", f"/tickets/{reference(number)}/note", body, dry_run)

    def _note(self, text: str, title: str | None, format: Format, attachments: Files) -> dict[str, Any]:
        titled = {"title": title} if title else {}
        return {"body": _body(text, format), **titled, **self._folder.attachments(attachments)}

    async def assign_ticket(
        self,
        ctx: Ctx,
        number: Number,
        agent: Annotated[int | str | None, Field(description="The agent's id, or username.")] = None,
        team: IdOrName | None = None,
        comment: Text | None = None,
        dry_run: DryRun = True,
    ) -> dict[str, Any]:
        """Give a ticket to an agent or to a team."""
        if (agent is None) == (team is None):
            raise ToolError("Name either an agent or a team.")
        body: dict[str, Any] = {"comment": _body(comment, "markdown")} if comment else {}
        if agent is not None:
            body["staff_id"] = await self._id(ctx, "staff", agent, named_by="username")
        else:
            body["team_id"] = await self._id(ctx, "teams", team)
        return await self._write(ctx, "POST", f"/tickets/{reference(number)}/assign", body, dry_run)

    async def set_status(
        self, ctx: Ctx, number: Number, status: IdOrName, comment: Text | None = None, dry_run: DryRun = True
    ) -> dict[str, Any]:
        """Close a ticket, reopen it, or give it another status."""
        body: dict[str, Any] = {"status_id": await self._id(ctx, "statuses", status)}
        if comment:
            body["comment"] = _body(comment, "markdown")
        return await self._write(ctx, "POST", f"/tickets/{reference(number)}/status", body, dry_run)

    async def _write(self, ctx: Ctx, method: str, path: str, body: Mapping[str, Any], dry_run: bool) -> dict[str, Any]:
        answer = await self._api.send(ctx, method, path, body, dry_run=dry_run)
        if dry_run:
            return shown.effects(answer.data)
        done: dict[str, Any] = {"dry_run": False, "warnings": list(answer.meta.get("warnings", ()))}
        if isinstance(answer.data, Mapping):
            is_entry = "body" in answer.data
            done["entry" if is_entry else "ticket"] = (shown.entry if is_entry else shown.ticket)(answer.data)
        return done

    async def _id(self, ctx: Ctx, noun: str, wanted: int | str | None, *, named_by: str = "name") -> int | None:
        """The id of what is named. Raises: ToolError where nothing is called so."""
        if wanted is None or isinstance(wanted, int) or wanted.isdecimal():
            return None if wanted is None else int(wanted)
        found = (await self._api.get(ctx, f"/{noun}", q=wanted, per_page=100)).data
        ids = [each["id"] for each in found if str(each[named_by]).casefold() == wanted.casefold()]
        if len(ids) != 1:
            raise ToolError(f"{len(ids) or 'None'} of the {noun} is called {wanted}: give the id.")
        return int(ids[0])


def _body(text: str, format: Format) -> str:
    """A text as the HTML that the API takes."""
    if format == "html":
        return text
    return str(_MARKDOWN.render(text)) if format == "markdown" else f"<p>{html.escape(text)}</p>".replace("\n", "<br>")


def _moment(text: str | None) -> str | None:
    """A moment with a zone; a date means its end, UTC. Raises: ToolError."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ToolError(f"dueDate: {text} is not a date or a moment in ISO 8601.") from None
    if len(text) == len("2026-01-31"):
        moment = datetime.combine(moment, time(23, 59, 59))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
