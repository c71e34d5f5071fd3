"""Packs: one regulation each, a folder of YAML read into a frozen `Pack`.

A case keeps the text of the pack it was filed under (`pack_text`), so that it runs on by the rules of that day;
the version is the digest of that text, in which comments and layout do not count.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import flows
from flows.families import HONOURS
from flows.procedure.model import Pack
from storage.pack_reader import HEAD, Place, read_pack
from storage.pack_tree import Node, read_tree, wrap
from storage.problems import Problem, Problems

PACKS = Path(flows.__file__).parent / "packs"
_DIGITS = 16


class PackErrors(Exception):
    """A pack cannot be used; `problems` are all that is wrong in it, by file and line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class PackSource:
    """A pack with its canonical text and the place of every entry."""

    pack: Pack
    text: str
    places: Mapping[str, Place]


def version_of(text: str) -> str:
    """The version of a pack: the beginning of its text's digest."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def load_pack(folder: Path) -> Pack:
    """The pack in that folder.

    Raises:
        PackErrors: something in it is wrong; all of it is told.
    """
    return read_source(folder).pack


def load_packs(folder: Path = PACKS) -> dict[str, Pack]:
    """Every pack of the folder by id.

    Raises:
        PackErrors: something in one of them is wrong; all of it is told.
    """
    return {name: source.pack for name, source in read_sources(folder).items()}


def read_sources(folder: Path = PACKS) -> dict[str, PackSource]:
    """Every pack of the folder with text and places, by id.

    Raises:
        PackErrors: something in one of them is wrong; all of it is told.
    """
    sources: dict[str, PackSource] = {}
    found: list[Problem] = []
    for inside in sorted(path for path in folder.iterdir() if path.is_dir() and (path / HEAD).exists()):
        try:
            source = read_source(inside)
        except PackErrors as errors:
            found.extend(errors.problems)
            continue
        sources[source.pack.id] = source
    if found:
        raise PackErrors(tuple(found))
    return sources


def read_source(folder: Path, honours: Collection[str] = tuple(HONOURS)) -> PackSource:
    """The pack in that folder, its canonical text and the place of every entry.

    Raises:
        PackErrors: something in it is wrong; all of it is told.
    """
    return _read_source(folder, tuple(honours), _stamp(folder))


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What the folder's files are, so that one is read again only where it has changed."""
    found = ((path.name, path.stat()) for path in sorted(folder.glob("*.y*ml")))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


@lru_cache(maxsize=32)
def _read_source(folder: Path, honours: tuple[str, ...], _now: tuple[tuple[str, int, int], ...]) -> PackSource:
    problems = Problems()
    trees = _trees(folder, problems)
    text = _canonical(trees)
    source = _read(trees, text, honours, problems)
    if source.pack.id and source.pack.id != folder.name:
        problems.error(f"{folder.name}/{HEAD}", 1, f"编号 {source.pack.id} 与文件夹名 {folder.name} 不同", "改成一致")
        raise PackErrors(problems.errors)
    return source


def pack_text(folder: Path) -> str:
    """The canonical text of the pack in that folder, to be kept with the cases filed under it.

    Raises:
        PackErrors: a file cannot be read as YAML.
    """
    problems = Problems()
    trees = _trees(folder, problems)
    if problems.errors:
        raise PackErrors(problems.errors)
    return _canonical(trees)


def pack_from_text(text: str) -> Pack:
    """The pack of a kept text.

    Raises:
        PackErrors: this release can no longer run the text (a check or a function is gone).
    """
    trees = {file: wrap(tree, file) for file, tree in json.loads(text).items()}
    return _read(trees, text, tuple(HONOURS), Problems()).pack


def _read(trees: Mapping[str, Node], text: str, honours: Collection[str], problems: Problems) -> PackSource:
    if HEAD not in trees:
        raise PackErrors(problems.errors)
    reading = read_pack(trees, version_of(text), honours, problems)
    if problems.errors:
        raise PackErrors(problems.errors)
    return PackSource(reading.pack, text, reading.places)


def _trees(folder: Path, problems: Problems) -> dict[str, Node]:
    """The trees of the folder's files by name; messages name the file with its pack's folder."""
    if not (folder / HEAD).exists():
        problems.error(f"{folder.name}/{HEAD}", 0, "没有这个文件", "写出 pack、title、roles")
    trees: dict[str, Node] = {}
    for path in sorted(folder.glob("*.yaml")):
        shown = f"{folder.name}/{path.name}"
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            problems.error(shown, 0, "不是 UTF-8 编码", "用 UTF-8 保存")
            continue
        tree = read_tree(text, shown, problems)
        if tree is not None:
            trees[path.name] = tree
    return trees


def _canonical(trees: Mapping[str, Node]) -> str:
    plain = {file: tree.plain() for file, tree in sorted(trees.items())}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
