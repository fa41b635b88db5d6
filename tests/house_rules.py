"""The rules of this house that no general linter knows. `make check` runs them; each names the file and the line.

They are here because rules that live in prose only are forgotten. See CONTRIBUTING.md.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "osticket_api"

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
CLOCKS = {"now", "utcnow", "today"}
CLOCK_FILE = "kit/clock.py"
INTERNALS_FILE = "db/internals.py"
INTERNALS = ("sqlalchemy.util", "sqlalchemy.sql.compiler", "sqlalchemy.pool", "sqlalchemy.engine")
INTERNAL_ATTRIBUTES = {"loaded_dbapi", "is_disconnect", "checkedout", "construct_expanded_state"}
VAGUE_NAMES = {"utils", "util", "helpers", "common", "misc", "base"}
FEATURES = "osticket_api.features."
NAMES_EVERY_ROUTER = "server/registry.py"
HEXADECIMAL = re.compile(r"\b0x[0-9A-Fa-f]+\b")
WRITES_HEXADECIMAL = ("db/flags.py", "embedded/seed/", "kit/")
"""Where bits of osTicket have their names, are rows of data, or are none of osTicket's."""
HOLDS_BITS = re.compile(r"(flags|status|mode|mask|bits)\b")
FINDS_OUT = {"features/forms/cdata.py"}
"""What finds out by a failed statement that a cached value is wrong, without any change of ours."""
UNFINISHED = ("TODO", "FIXME")


@dataclass(frozen=True)
class File:
    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.relative_to(SOURCE).as_posix()

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def files_are_short(file: File) -> Iterator[tuple[int, str]]:
    lines = file.text.count("\n")
    if lines > MAX_FILE_LINES:
        yield 1, f"the file has {lines} lines, which is a question whether it wants to be two"


def functions_are_short(file: File) -> Iterator[tuple[int, str]]:
    for function in file.functions:
        lines = (function.end_lineno or 0) - function.lineno + 1
        if lines > MAX_FUNCTION_LINES:
            yield function.lineno, f"{function.name} has {lines} lines"


def modules_say_what_they_are_for(file: File) -> Iterator[tuple[int, str]]:
    if not ast.get_docstring(file.tree):
        yield 1, "the module has no docstring"


def names_say_something(file: File) -> Iterator[tuple[int, str]]:
    if file.path.stem in VAGUE_NAMES:
        yield 1, f"{file.path.stem} says nothing"


def one_clock(file: File) -> Iterator[tuple[int, str]]:
    """Time is `tx.now`, or `kit.clock`: nothing else can be held still by a test."""
    if file.name == CLOCK_FILE:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in ("datetime", "date"):
                yield node.lineno, "read the time from tx.now or kit.clock"


def routes_know_no_sql(file: File) -> Iterator[tuple[int, str]]:
    if not file.path.stem.endswith("routes"):
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
            yield node.lineno, "SQL belongs into queries and services"


def writers_name_their_source(file: File) -> Iterator[tuple[int, str]]:
    """A service that writes osTicket's tables says which behaviour it reproduces, in the function or the module."""
    if "/service" not in file.name or not file.name.startswith("features/"):
        return
    module_says = "Source:" in (ast.get_docstring(file.tree) or "")
    for function in file.tree.body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_") and _writes(function):
            text = ast.get_docstring(function) or ""
            if not text:
                yield function.lineno, f"{function.name} writes and has no docstring"
            elif not module_says and "Source:" not in text:
                yield function.lineno, f"{function.name} writes and names no source"


def _writes(function: ast.FunctionDef) -> bool:
    first = function.args.args[0].annotation if function.args.args else None
    return isinstance(first, ast.Name) and first.id == "Write"


def nothing_is_unfinished(file: File) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(file.text.splitlines(), 1):
        if any(word in line for word in UNFINISHED):
            yield number, "finish it or drop it"


def inner_parts_of_sqlalchemy_are_in_one_module(file: File) -> Iterator[tuple[int, str]]:
    """What SQLAlchemy does not promise may change with any version."""
    if file.name == INTERNALS_FILE:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(INTERNALS):
            yield node.lineno, f"use {INTERNALS_FILE}"
        if isinstance(node, ast.Attribute) and node.attr in INTERNAL_ATTRIBUTES:
            yield node.lineno, f"{node.attr} belongs into {INTERNALS_FILE}"


def caches_are_ended_by_the_ledger(file: File) -> Iterator[tuple[int, str]]:
    """A value dropped by hand is dropped in one process, and before the commit."""
    if file.name.startswith("db/") or file.name in FINDS_OUT:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("drop", "clear"):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if owner == "caches":
                yield node.lineno, "name the table in the ledger (db/caches.py) that ends the cached value"


def bits_of_osticket_are_named(file: File) -> Iterator[tuple[int, str]]:
    """A bit of osTicket's columns has its name in `db/flags.py`, which says where it is described."""
    for node in ast.walk(file.tree):
        match node:
            case ast.BinOp(left=column, op=ast.BitAnd() | ast.BitOr() | ast.BitXor(), right=ast.Constant(value=bit)):
                pass
            case ast.Call(func=ast.Attribute(value=column, attr="bitwise_and"), args=[ast.Constant(value=bit)]):
                pass
            case _:
                continue
        if HOLDS_BITS.search(ast.unparse(column)):
            yield node.lineno, f"name the bit {bit!r} in db/flags.py"
    if not file.name.startswith(WRITES_HEXADECIMAL):
        for number, line in enumerate(file.text.splitlines(), 1):
            for literal in HEXADECIMAL.findall(line):
                yield number, f"name the bits {literal} in db/flags.py"


def features_are_used_through_their_front_door(file: File) -> Iterator[tuple[int, str]]:
    """What is outside a feature imports from its `api.py` alone. Only the registry reads the routers."""
    if file.name == NAMES_EVERY_ROUTER:
        return
    imports = (node for node in ast.walk(file.tree) if isinstance(node, ast.Import | ast.ImportFrom))
    for node in imports:
        for module in _imported(node):
            feature, _, rest = module.removeprefix(FEATURES).partition(".")
            is_foreign = module.startswith(FEATURES) and not file.name.startswith(f"features/{feature}/")
            if is_foreign and rest.partition(".")[0] != "api":
                yield node.lineno, f"import from {FEATURES}{feature}.api"


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """What an import names, with the module before each name, so that `from x import api` is `x.api`."""
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names)
    elif node.module:
        yield from (f"{node.module}.{each.name}" for each in node.names)


RULES = (
    files_are_short,
    functions_are_short,
    modules_say_what_they_are_for,
    names_say_something,
    one_clock,
    routes_know_no_sql,
    writers_name_their_source,
    nothing_is_unfinished,
    inner_parts_of_sqlalchemy_are_in_one_module,
    caches_are_ended_by_the_ledger,
    bits_of_osticket_are_named,
    features_are_used_through_their_front_door,
)


def tests_are_where_the_code_is() -> Iterator[str]:
    """A folder in `tests/features` is called as the feature that it tests, and every feature has one with tests in it.

    Those of a feature that is called as a layer below it are with the tests of that layer.
    """
    tests = Path(__file__).parent
    features = {path.parent.name for path in (SOURCE / "features").glob("*/__init__.py")}
    layers = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    tested = {path.parent.name for path in (tests / "features").glob("*/test_*.py")}
    tested |= {path.parent.name for path in tests.glob("*/test_*.py")} & layers
    for name in sorted({path.parent.name for path in (tests / "features").glob("*/__init__.py")} - features):
        yield f"tests/features/{name}: there is no such feature"
    for name in sorted(features - tested):
        yield f"features/{name}: it has no tests in tests/features/{name}"


def broken() -> Iterator[str]:
    yield from tests_are_where_the_code_is()
    for path in sorted(SOURCE.rglob("*.py")):
        file = File(path, path.read_text(), ast.parse(path.read_text()))
        for rule in RULES:
            for line, message in rule(file):
                yield f"{path.relative_to(SOURCE.parents[1])}:{line}: {rule.__name__}: {message}"


if __name__ == "__main__":
    found = list(broken())
    sys.stdout.write("".join(f"{each}\n" for each in found) or "house rules kept\n")
    sys.exit(bool(found))
