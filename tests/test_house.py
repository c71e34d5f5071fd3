"""The house's conventions, asked of every file: docstrings, lengths, and words that do not belong here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tree import PACKAGES, ROOT, Source, sources

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
TEXTS = {
    ".css", ".csv", ".html", ".ini", ".j2", ".js", ".json", ".mako", ".md", ".py", ".svg", ".toml", ".txt", ".yaml",
    ".yml", "",
}  # fmt: skip
NOT_OURS = {
    ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv", "__pycache__", "banshi.egg-info",
    "build", "dist", "node_modules", "var", "vendor",
}  # fmt: skip
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
PLACES = re.compile(r"(?<![\w.:])/(work|root|home|opt|farm|Users)/|/tmp/|pythonhosted|registry\.npmjs|/simple\b")
PROVING = {"expect", "fail", "raises", "run_state_machine_as_test"}
"""What fails by itself where something is not so."""
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(body: list[ast.stmt]) -> Iterator[Definition]:
    """Functions and classes of a module, and the methods of its public classes; nothing inside functions."""
    for node in body:
        if isinstance(node, Definition):
            yield node
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from definitions(node.body)


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function anywhere in the file."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def our_texts() -> Iterator[tuple[str, str]]:
    """Path and text of every text file of ours."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        if path.is_file() and path.suffix in TEXTS and not NOT_OURS & set(inside.parts):
            yield inside.as_posix(), path.read_text("utf-8")


def test_every_module_and_everything_public_says_what_it_is() -> None:
    silent = [source.path for source in sources(*PACKAGES, "tests") if not ast.get_docstring(source.tree)]
    silent += [
        f"{source.path}:{node.lineno} {node.name}"
        for source in sources(*PACKAGES)
        for node in definitions(source.tree.body)
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_files_are_short() -> None:
    long = [
        f"{source.path}: {lines} lines"
        for source in sources(*PACKAGES, "tests")
        if (lines := source.text.count("\n")) >= LONGEST_FILE
    ]
    assert long == []


def test_functions_are_short() -> None:
    long = [
        f"{source.path}:{node.lineno} {node.name}: {lines} lines"
        for source in sources(*PACKAGES, "tests")
        for node in functions(source)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_tests_wait_for_events_and_never_for_time() -> None:
    waiting = [
        f"{source.path}:{node.lineno}"
        for source in sources("tests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("sleep", "wait_for_timeout")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("asyncio", "time", "page")
    ]
    assert waiting == []


def test_every_test_can_fail() -> None:
    """It asserts, or what it calls does, at whatever depth."""
    called = {
        node.name: {_last_name(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
        for source in sources("tests")
        for node in functions(source)
    }
    proving = {node.name for source in sources("tests") for node in functions(source) if _asserts(node)} | PROVING
    while more := {name for name, names in called.items() if names & proving} - proving:
        proving |= more
    assert [name for name in called if name.startswith("test_") and name not in proving] == []


def _asserts(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Assert) for each in ast.walk(node))


def _last_name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{source.path}:{number}"
        for source in sources(*PACKAGES)
        for number, line in enumerate(source.text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    found = [
        f"{path}:{number}"
        for path, text in our_texts()
        if path != here
        for number, line in enumerate(text.splitlines(), 1)
        if PLACES.search(line)
    ]
    assert found == []


def test_every_package_has_its_docstring_in_an_init() -> None:
    bare = [
        folder.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for folder in {path.parent for path in (ROOT / package).rglob("*.py")}
        if not (folder / "__init__.py").exists()
    ]
    assert bare == []
