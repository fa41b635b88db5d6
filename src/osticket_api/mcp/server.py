"""The server that an assistant connects to: its tools, resources and prompts."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, GetPromptResult, InputRequiredResult, ToolAnnotations

from osticket_api import __version__
from osticket_api.mcp import shown
from osticket_api.mcp.api import Api, Missing
from osticket_api.mcp.attached import Folder
from osticket_api.mcp.reading import Reading
from osticket_api.mcp.writing import Writing
from osticket_api.settings import ConfigurationError

_PREFIX: Final = "osticket_"

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "read": (
        "get_ticket",
        "list_tickets",
        "search_tickets",
        "get_parent_ticket",
        "get_child_tickets",
        "download_attachment",
    ),
    "faq": ("search_faqs", "get_faq"),
    "stats": ("get_stats",),
    "create": ("create_ticket",),
    "update": ("update_ticket",),
    "reply": ("reply",),
    "note": ("add_note",),
    "assign": ("list_assignees", "assign_ticket"),
    "status": ("set_status",),
    "link": ("create_subticket_link", "unlink_subticket"),
    "delete": ("delete_ticket",),
}
"""The tools, by what a person allows an assistant to do."""

_READS: Final = ("read", "faq", "stats")
_DESTROYS: Final = frozenset({"delete_ticket"})

_INSTRUCTIONS: Final = (
    "An osTicket help desk. Tools act as one agent or API key, and may do what that one may. Every tool that writes "
    "first answers what it would do (dry_run=true); it acts only with dry_run=false. "
)


class _Server(MCPServer[Any]):
    """A server that says what is wrong with a request for a prompt: its base answers any fault as an internal one."""

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, context: Context[Any, Any] | None = None
    ) -> GetPromptResult | InputRequiredResult:
        """Raises: MCPError for a prompt there is not, or one without what it needs."""
        prompts = {prompt.name: prompt for prompt in await self.list_prompts()}
        if name not in prompts:
            known = ", ".join(prompts) or "none"
            raise MCPError(INVALID_PARAMS, f"There is no prompt called {name}; there are: {known}.")
        needed = [each.name for each in prompts[name].arguments or () if each.required]
        missing = [each for each in needed if not str((arguments or {}).get(each, "")).strip()]
        if missing:
            raise MCPError(INVALID_PARAMS, f"The prompt {name} needs: {', '.join(missing)}.")
        return await super().get_prompt(name, arguments, context)


def build(api: Api, allowed: Collection[str], folder: Path | None = None) -> MCPServer[Any]:
    """A server with the tools of the groups that are allowed. Raises: ConfigurationError for a group there is not."""
    unknown = sorted(set(allowed) - GROUPS.keys())
    if unknown:
        raise ConfigurationError(f"there are no tools called {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    server = _Server(
        "osticket-api", version=__version__, instructions=_INSTRUCTIONS + shown.EXPLAINED, log_level="WARNING"
    )
    reading, writing = Reading(api), Writing(api, Folder(folder))
    for group in (each for each in GROUPS if each in allowed):
        for name in GROUPS[group]:
            _add_tool(server, name, getattr(reading, name, None) or getattr(writing, name))
    if "read" in allowed:
        _add_ticket_resource(server, reading)
        _add_prompts(server)
    if "faq" in allowed:
        _add_faq_resource(server, reading)
    return server


def _add_tool(server: MCPServer[Any], name: str, function: Callable[..., Any]) -> None:
    reads = not hasattr(Writing, name)
    hints = ToolAnnotations(read_only_hint=reads, destructive_hint=name in _DESTROYS, open_world_hint=False)
    server.tool(name=_PREFIX + name, annotations=hints)(function)


def _add_ticket_resource(server: MCPServer[Any], reading: Reading) -> None:
    @server.resource("osticket://tickets/{number}", name="ticket", mime_type="application/json")
    async def ticket(number: str, ctx: Context[Any, Any]) -> str:
        """A ticket with its conversation, by its public number."""
        return await _as_resource(reading.get_ticket(ctx, number=number))


def _add_faq_resource(server: MCPServer[Any], reading: Reading) -> None:
    @server.resource("osticket://faqs/{id}", name="faq", mime_type="application/json")
    async def faq(id: str, ctx: Context[Any, Any]) -> str:
        """An FAQ with its answer."""
        if not (id.isascii() and id.isdecimal()):
            raise ResourceNotFoundError(f"{id} is not the id of an FAQ.")
        return await _as_resource(reading.get_faq(ctx, int(id)))


async def _as_resource(read: Awaitable[Any]) -> str:
    """What was read, as JSON. Raises: ResourceNotFoundError, ResourceError with what the API says."""
    try:
        return json.dumps(await read)
    except Missing as error:
        raise ResourceNotFoundError(str(error)) from error
    except ToolError as error:
        raise ResourceError(str(error)) from error


def _add_prompts(server: MCPServer[Any]) -> None:
    @server.prompt(name="triage", title="Triage a ticket")
    def triage(number: str) -> str:
        """Work out what a ticket is about, how urgent it is, and who should have it."""
        return (
            f"Read ticket {number}. Say in one sentence what its user needs. Then propose a priority, a department and "
            "an assignee, each with the reason, and name similar tickets and FAQs that may help. Change nothing "
            f"without being asked to. {shown.EXPLAINED}"
        )

    @server.prompt(name="draft_answer", title="Draft an answer")
    def draft_answer(number: str) -> str:
        """Write an answer to the user of a ticket, for an agent to look at."""
        return (
            f"Read ticket {number} and the FAQs about its subject. Write a short and friendly answer in the language "
            "of the user, that promises nothing the conversation or an FAQ does not. Show it as text; do not send it. "
            f"{shown.EXPLAINED}"
        )


def usual_groups() -> tuple[str, ...]:
    """The groups of tools that an assistant gets by default: all but deleting."""
    return tuple(group for group in GROUPS if group != "delete")


def reading_groups() -> tuple[str, ...]:
    """The groups of tools that change nothing."""
    return _READS
