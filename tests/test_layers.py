"""The layer rule: bot → handlers → flows ← storage ← bot, seen in every import, with no exceptions."""

import ast
import sys

import pytest

from tests.tree import PACKAGES, Source, imports, sources

MAY_IMPORT_OF_OURS = {
    "flows": {"flows"},
    "handlers": {"handlers", "flows"},
    "storage": {"storage", "flows"},
    "bot": set(PACKAGES),
}
MAY_IMPORT_OF_OTHERS = {
    "flows": {"croniter"},
    "handlers": set(),
    "storage": {
        "alembic", "chinese_calendar", "openpyxl", "psycopg", "psycopg_pool", "pypinyin", "redis", "sqlalchemy",
        "sqlmodel", "xlsxwriter", "yaml",
    },
    "bot": {"aiohttp", "jinja2", "redis", "telegram", "typst", "yaml"},
}  # fmt: skip
WORLD = {
    "asyncio", "concurrent", "ctypes", "ftplib", "http", "importlib", "io", "logging", "multiprocessing", "os",
    "pathlib", "random", "secrets", "select", "shutil", "signal", "smtplib", "socket", "socketserver", "sqlite3", "ssl",
    "subprocess", "tempfile", "threading", "time", "uuid",
}  # fmt: skip
"""Standard modules through which the clock, chance, files or other threads would come in."""


def breaches(source: Source) -> list[str]:
    """What the file imports against the rule, one line each."""
    ours, others = MAY_IMPORT_OF_OURS[source.package], MAY_IMPORT_OF_OTHERS[source.package]
    allowed = ours | others | (sys.stdlib_module_names - (WORLD if source.package == "flows" else set()))
    return [f"{source.path}:{line} imports {name}" for line, name in imports(source.tree) if _top(name) not in allowed]


def _top(name: str) -> str:
    return name.split(".", 1)[0]


def _source(path: str, text: str) -> Source:
    return Source(path, text, ast.parse(text))


def test_no_file_reaches_across_its_layer() -> None:
    assert [breach for source in sources(*PACKAGES) for breach in breaches(source)] == []


def test_every_package_is_looked_at() -> None:
    assert {source.package for source in sources(*PACKAGES)} == set(PACKAGES)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("flows/x.py", "import time"),
        ("flows/x.py", "def f():\n    from storage.tables import Case"),
        ("flows/x.py", "from . import people"),
        ("handlers/x.py", "import storage"),
        ("handlers/x.py", "def f():\n    import_module('storage.work')"),
        ("handlers/x.py", "import importlib\nimportlib.import_module(name)"),
        ("storage/x.py", "if TYPE_CHECKING:\n    from handlers.ports import Unit"),
        ("storage/x.py", "import aiohttp"),
        ("handlers/x.py", "import telegram"),
    ],
)
def test_a_breach_is_seen(path: str, text: str) -> None:
    assert breaches(_source(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("bot/x.py", "from storage.work import SqlWork\nimport handlers.router"),
        ("flows/x.py", "from croniter import croniter\nfrom datetime import date"),
        ("storage/x.py", "import sqlmodel, sqlite3\nfrom flows.people import Office"),
    ],
)
def test_what_the_house_allows_is_allowed(path: str, text: str) -> None:
    assert breaches(_source(path, text)) == []


def test_flows_wait_for_nothing() -> None:
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    found = [
        f"{source.path}:{node.lineno}"
        for source in sources("flows")
        for node in ast.walk(source.tree)
        if isinstance(node, waiting)
    ]
    assert found == []


def test_flows_open_no_file() -> None:
    found = [
        f"{source.path}:{node.lineno} {node.func.id}"
        for source in sources("flows")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "print", "input")
    ]
    assert found == []
