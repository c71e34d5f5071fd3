"""Our own source files as syntax trees, for the tests that walk them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "handlers", "flows", "storage")


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """The top-level folder it lies in."""
        return self.path.split("/", 1)[0]


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file of these folders, in order of path."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]
    texts = ((path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in sorted(found))
    return tuple(Source(path, text, ast.parse(text, path)) for path, text in texts)


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported anywhere in the tree, also inside functions.

    A relative import comes as its dots and name; a module named to `import_module` or `__import__` counts as well
    (as `?` where the name is not written out).
    """
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, level=level):
                yield node.lineno, "." * level + (module or "")
            case ast.Call(func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module")):
                name = node.args[0] if node.args else None
                named = isinstance(name, ast.Constant) and isinstance(name.value, str)
                yield node.lineno, str(name.value) if isinstance(name, ast.Constant) and named else "?"
