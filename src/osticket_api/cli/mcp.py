"""`osticket-api mcp`: the help desk as tools of an assistant that speaks the Model Context Protocol."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from osticket_api.settings import ConfigurationError, load


class Transport(StrEnum):
    stdio = "stdio"
    http = "http"


def mcp(
    url: Annotated[
        str, typer.Option(envvar="OSTICKET_API_URL", help="The address of an osticket-api server.")
    ] = "http://127.0.0.1:8080",
    key: Annotated[
        str | None, typer.Option(envvar="OSTICKET_API_KEY", help="The API key to act with; over stdio only.")
    ] = None,
    tools: Annotated[
        str | None, typer.Option(envvar="OSTICKET_MCP_TOOLS", help="Groups of tools, comma separated, or `reads`.")
    ] = None,
    transport: Annotated[Transport, typer.Option(help="How the assistant connects.")] = Transport.stdio,
    files: Annotated[
        Path | None,
        typer.Option(
            envvar="OSTICKET_MCP_FILES", help="A folder whose files may be attached by their path; over stdio only."
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen, over http.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to listen, over http.")] = 8090,
) -> None:
    """Serve an assistant the tools of the help desk, through the HTTP API of a running server.

    Over stdio they act with the API key given here. Over http each request brings its own `X-API-Key` or
    `Authorization` header, which is passed on.
    """
    if not load().features_mcp:
        raise ConfigurationError("FEATURES_MCP is off: assistants are not served here")
    try:
        from osticket_api.mcp.api import Api, open_client
        from osticket_api.mcp.server import build, reading_groups, usual_groups
    except ImportError:
        raise ConfigurationError("the mcp command needs its own packages: pip install 'osticket-api[mcp]'") from None
    if (transport is Transport.stdio) == (key is None):
        raise ConfigurationError(
            "over stdio, give the API key to act with in OSTICKET_API_KEY"
            if key is None
            else "over http each request brings its own key: leave OSTICKET_API_KEY away"
        )
    if files is not None and transport is Transport.http:
        raise ConfigurationError("over http, files come with their content: leave --files away")
    groups = reading_groups() if tools == "reads" else tuple(tools.split(",")) if tools else usual_groups()

    async def serve() -> None:
        async with open_client(url) as client:
            server = build(Api(client, {"X-API-Key": key} if key else None), groups, files)
            if transport is Transport.stdio:
                await server.run_stdio_async()
            else:
                await server.run_streamable_http_async(host=host, port=port, stateless_http=True)

    asyncio.run(serve())
