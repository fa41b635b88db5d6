"""Writes the reference pages of the docs site from the code: settings, errors, permissions, events.

python tools/write_reference.py docs/reference
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from pathlib import Path

import osticket_api
from osticket_api.access.permissions import ALONE, GlobalPermission, KeyPermission, Permission
from osticket_api.errors import ApiError
from osticket_api.events.catalogue import CATALOGUE, STREAM_ONLY
from osticket_api.settings_environment import OURS, SHARED
from osticket_api.settings_reference import MEANINGS, default

SOURCES = Path(osticket_api.__file__).parent


def settings() -> str:
    text = (
        "From the environment, or from `.env` in the working directory. A wrong value stops the start with a sentence. "
        "`osticket-api settings` prints them as a file to start from.\n\n"
        "A misspelled name stops the start too: in `.env` each that is no setting; in the environment, where others "
        f"have names too, each that begins with {_listed(OURS)}, and each that a letter or two would make a "
        f"setting that is not given. Others that begin with {_listed(SHARED)} are told at the start of a server, and "
        "by `osticket-api doctor`. What Kubernetes and Docker name after a service (`DB_SERVICE_HOST`, "
        "`DB_PORT=tcp://10.0.0.1:3306`), and `MAIL` where it is the mailbox of a login shell, are no settings. "
        "A setting that would have no effect, such as `DB_HOST` without `DB_CONNECTION`, stops the start as well.\n"
    )
    for group, meanings in MEANINGS.items():
        rows = ((f"`{name}`", code(default(name)), meaning) for name, meaning in meanings.items())
        text += f"\n## {group.partition(':')[0]}\n\n" + table(("name", "default", "meaning"), rows)
    return page("Settings", text)


def _listed(prefixes: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in prefixes)


def errors() -> str:
    text = (
        "An answer that is no success has `errors`: each with a `code`, a `message`, and the `field` it is about "
        "where there is one. Codes are never renamed; messages may be.\n\n## By status\n\n"
    )
    family = sorted(kinds(), key=lambda kind: kind.status)
    text += table(
        ("status", "code", "when"), ((str(each.status), f"`{each.code}`", meaning_of(each)) for each in family)
    )
    text += (
        "\n## Finer codes\n\nIn the place of the code of the status, where a program may want to tell them apart.\n\n"
    )
    text += table(("code", "such as"), ((f"`{name}`", message) for name, message in sorted(finer_codes().items())))
    return page("Errors", text)


def permissions() -> str:
    groups = {
        "Of roles": (Permission, "What a role allows, in the departments in which an agent has it."),
        "Of agents": (GlobalPermission, "What an agent may do anywhere in the help desk."),
    }
    text = "Names are those that osTicket stores. A refusal (403) names the permission that is lacking.\n"
    for heading, (names, meaning) in groups.items():
        text += f"\n## {heading}\n\n{meaning}\n\n" + "".join(f"- `{name}`\n" for name in names)
    text += "\n## Of API keys\n\nA key that stands for an agent can have those above too, as far as the agent does.\n\n"
    rows = ((f"`{name}`", "by itself" if name in ALONE else "with an agent") for name in KeyPermission)
    return page("Permissions", text + table(("permission", "has an effect"), rows))


def events() -> str:
    text = "Each is told to those who may hear it, in the feed, the stream and webhooks. [How](../events.md).\n\n"
    rows = (
        (f"`{each.name}`", each.summary + (" Stream only." if each.name in STREAM_ONLY else ""), each.audience.value)
        for each in CATALOGUE.values()
    )
    return page("Events", text + table(("type", "what happened", "who hears"), rows))


def kinds() -> Iterator[type[ApiError]]:
    waiting = [ApiError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not ApiError:
            yield kind


def meaning_of(kind: type[ApiError]) -> str:
    own = kind.__doc__ if "__doc__" in vars(kind) else None
    return " ".join((own or HTTPStatus(kind.status).phrase).split())


def finer_codes() -> dict[str, str]:
    """Each code that is given where an error is raised, with a message that comes with it."""
    found: dict[str, str] = {}
    known = {kind.code for kind in kinds()}
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (told := code_and_message(node)) and told[0] not in known:
                found[told[0]] = found.get(told[0]) or told[1]
    return found


def code_and_message(call: ast.Call) -> tuple[str, str] | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "Fault" and len(call.args) > 1 and isinstance(call.args[0], ast.Constant):
        return str(call.args[0].value), words(call.args[1])
    if name == "because":
        for each in call.keywords:
            if each.arg == "code" and isinstance(each.value, ast.Constant):
                return str(each.value.value), words(call.args[0]) if call.args else ""
    return None


def words(node: ast.expr) -> str:
    """A message as it stands in the code, with `...` for what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "..." for part in node.values)
    return ""


def code(text: str) -> str:
    return f"`{text}`" if text else "none"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads)]
    lines += [["---"] * len(lines[0]), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def page(title: str, text: str) -> str:
    return f"# {title}\n\n{text}"


PAGES = {"settings.md": settings, "errors.md": errors, "permissions.md": permissions, "events.md": events}


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in PAGES.items():
        (folder / name).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
