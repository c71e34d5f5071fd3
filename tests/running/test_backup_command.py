"""`banshi backup`: what is in the archive, and one sentence where there can be none."""

import tarfile
from pathlib import Path

import pytest

from bot.cli import main
from bot.uploads import Uploads
from flows.records import StoredFile
from storage.database import open_work, prepare
from tests.bot.office_folder import office_folder
from tests.fakes import MovableClock

KEPT = "ab" * 32


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: MovableClock) -> Path:
    """The folder of an office with one upload, in the environment; the secret is kept beside the database."""
    folder = tmp_path / "var"
    url = f"sqlite:///{folder}/banshi.db"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("OFFICE", str(office_folder(tmp_path / "office")))
    prepare(url)
    place = Uploads(folder / "files").path_of(KEPT)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"content")
    (folder / "secret_key").write_text("00" * 32)
    work = open_work(url, clock.now)
    work.run_sync(lambda unit: unit.keep_file(StoredFile("f1", "证明.pdf", 7, KEPT, "F021")))
    work.close()
    return folder


def told(capsys: pytest.CaptureFixture[str], code: int, *words: str) -> str:
    """What the command says, which must be one sentence where it fails."""
    assert main(["backup", *words]) == code
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == (1 if said.err else 0)
    return said.out + said.err


def test_the_archive_holds_everything_and_is_its_owners_only(
    var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "kept.tar"
    assert "附件 1 个" in told(capsys, 0, str(to))
    assert to.stat().st_mode & 0o777 == 0o600
    with tarfile.open(to) as archive:
        files = {member.name for member in archive if member.isfile()}
    office = {"office/office.yaml", "office/people.csv"}
    assert files == {"banshi.db", "secret_key", f"files/ab/{KEPT}", *office}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.tar", "office", "var"]
    assert sorted(path.name for path in var.iterdir()) == ["banshi.db", "files", "secret_key"]


def test_what_is_there_is_not_written_over(var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "kept.tar"
    to.write_text("the backup of yesterday")
    assert "已经存在" in told(capsys, 1, str(to))
    assert to.read_text() == "the backup of yesterday"


def test_an_upload_that_is_not_there_is_told(var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Uploads(var / "files").path_of(KEPT).unlink()
    assert KEPT in told(capsys, 1, str(tmp_path / "kept.tar"))
    assert (tmp_path / "kept.tar").exists()


def test_a_damaged_database_is_no_backup(var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = var / "banshi.db"
    whole = bytearray(database.read_bytes())
    whole[8192:16384] = bytes(8192)
    database.write_bytes(whole)
    assert "损坏" in told(capsys, 1, str(tmp_path / "kept.tar"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["office", "var"]


def test_where_nothing_can_be_written_nothing_is_left(
    var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "没有写成" in told(capsys, 1, str(tmp_path / "nowhere" / "kept.tar"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["office", "var"]


def test_facts_on_a_server_are_backed_up_by_the_server(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://office@db/facts")
    assert "pg_dump" in told(capsys, 1, str(tmp_path / "kept.tar"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    assert "没有找到数据库" in told(capsys, 1, str(tmp_path / "kept.tar"))
