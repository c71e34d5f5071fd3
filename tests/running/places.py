"""Where an office keeps its facts, and how they are backed up and restored there, as docs/operating.md tells it."""

import secrets
import shutil
import subprocess
import tarfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bot.backup import back_up
from bot.settings import from_environment
from storage.postgres import PostgresConnection
from storage.scratch import PREFIX
from tests.conftest import missing
from tests.tree import ROOT


class Place(ABC):
    """A folder that is the current one of the process, and the database that belongs to it."""

    folder: Path
    url: str

    @property
    def var(self) -> Path:
        """Where the uploads lie."""
        return self.folder / "var"

    @abstractmethod
    def back_up(self, to: Path) -> None:
        """Back the office up into that folder, whatever it is doing."""

    @abstractmethod
    def restored(self, of: Path) -> "Place":
        """Another place on which that folder's backup was restored."""


@dataclass
class OnSqlite(Place):
    """One file, backed up by `banshi backup`, restored by tar."""

    folder: Path

    @property
    def url(self) -> str:  # type: ignore[override]
        """The file's address."""
        return f"sqlite:///{self.var}/banshi.db"

    def back_up(self, to: Path) -> None:
        environment = {"DATABASE_URL": self.url, "OFFICE": str(ROOT / "offices" / "sample")}
        assert back_up(from_environment(environment), to / "banshi.tar", lambda _line: None)

    def restored(self, of: Path) -> Place:
        made = OnSqlite(self.folder.with_name("restored"))
        made.var.mkdir(parents=True)
        with tarfile.open(of / "banshi.tar") as archive:
            archive.extractall(made.var, filter="data")
        return made


@dataclass
class OnPostgres(Place):
    """A database of its own on the server, backed up by pg_dump, with `var` beside it."""

    folder: Path
    server: str
    stack: ExitStack
    name: str = field(default_factory=lambda: PREFIX + secrets.token_hex(6))

    def __post_init__(self) -> None:
        self.stack.enter_context(_database(self.server, self.name))

    @property
    def url(self) -> str:  # type: ignore[override]
        """The database's address."""
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name}"))

    def back_up(self, to: Path) -> None:
        _run("pg_dump", "--format=custom", f"--file={to}/banshi.dump", self.url)
        if self.var.exists():
            shutil.copytree(self.var, to / "var")

    def restored(self, of: Path) -> Place:
        made = OnPostgres(self.folder.with_name("restored"), self.server, self.stack)
        made.folder.mkdir()
        shutil.copytree(of / "var", made.var)
        _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={made.url}", f"{of}/banshi.dump")
        return made


@contextmanager
def _database(server: str, name: str) -> Iterator[None]:
    db = PostgresConnection(server)
    db.change(f"CREATE DATABASE {name}")
    try:
        yield
    finally:
        db.change(f"DROP DATABASE {name} WITH (FORCE)")
        db.close()


def _run(command: str, *words: str) -> None:
    if shutil.which(command) is None:
        missing(command)
    done = subprocess.run([command, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
