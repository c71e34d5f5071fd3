"""`banshi export evidence`: what is in the archive is enough to check it, with nothing of banshi at hand."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.uploads import Uploads
from tests.bot.exported import LUO, PAPER, Exporting, Past, at_rest, past_of
from tests.fakes import MovableClock

FILES = {
    "README.md", "case.txt", "case.json", "journal.jsonl", "contents.json", "checkpoints.json", "attachments.json",
    "rules.json",
}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def past(
    request: pytest.FixtureRequest, home: Path, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Past]:
    """The office at rest, in the environment."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{home}/var/banshi.db"
    made = past_of(url, clock)
    at_rest(made, monkeypatch)
    yield made
    made.house.work.close()


@pytest.fixture
def export(capsys: pytest.CaptureFixture[str]) -> Exporting:
    return Exporting(capsys)


def unpacked(archive: Path) -> Path:
    """The archive in a folder of its own."""
    folder = archive.with_suffix("")
    with zipfile.ZipFile(archive) as kept:
        assert kept.testzip() is None
        kept.extractall(folder)
    return folder


def read(folder: Path, name: str) -> Any:  # noqa: ANN401  whatever the archive holds
    return json.loads((folder / name).read_text(encoding="utf-8"))


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def broken_at(folder: Path) -> list[str]:
    """What does not agree in the archive, computed here from the README's words alone."""
    case_id, previous, found, texts = read(folder, "case.json")["id"], "", [], set()
    lines = (folder / "journal.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    for place, line in enumerate(map(json.loads, lines), start=1):
        values = [case_id, place, line["at"], line["actor"], line["act"], line["data"], previous]
        written = ",".join(json.dumps(value, ensure_ascii=False) for value in values)
        if line["previous"] != previous or line["hash"] != sha(f"[{written}]".encode()):
            found.append(f"line {place}")
        previous = line["hash"]
        texts |= set(re.findall(r'\{"#":"([0-9a-f]{64})"\}', line["data"]))
    kept = {each["digest"]: sha(f"{each['salt']}:{each['text']}".encode()) for each in read(folder, "contents.json")}
    found += [f"text {digest}" for digest, counted in kept.items() if digest not in texts or digest != counted]
    for file in read(folder, "attachments.json"):
        if file["kept"] and sha((folder / file["path"]).read_bytes()) != file["sha256"]:
            found.append(f"attachment {file['name']}")
    if sha((folder / "rules.json").read_bytes())[:16] != read(folder, "case.json")["pack_version"]:
        found.append("rules")
    return found


def by_the_readme(folder: Path) -> subprocess.CompletedProcess[str]:
    """The program the README gives, run with nothing but Python."""
    program = re.search(r"```python\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert program is not None
    command = [sys.executable, "-I", "-X", "utf8", "-c", program[1]]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def test_the_archive_is_whole_and_checks_without_banshi(past: Past, export: Exporting, home: Path) -> None:
    no = past.no(past.waiting)
    assert f"{no}，日志 5 条，附件 1 个" in export.run(0, "evidence", no, "--out", home / "e.zip")
    assert (home / "e.zip").stat().st_mode & 0o777 == 0o600
    folder = unpacked(home / "e.zip")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == FILES | {f"attachments/{past.paper}"}
    assert (folder / "attachments" / past.paper).read_bytes() == PAPER
    assert broken_at(folder) == []
    checked = by_the_readme(folder)
    assert (checked.stdout, checked.returncode) == ("一致：日志 5 行\n", 0)
    case = read(folder, "case.json")
    assert (case["no"], case["applicant"], case["state"]) == (no, LUO, "pending")
    answers = {line["name"]: line["text"] for line in case["form"]}
    assert (answers["假别"], answers["医保定点医院证明"]) == ("病假", "诊断证明.pdf")
    assert case["pack"] in (folder / "rules.json").read_text(encoding="utf-8")
    last = json.loads((folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    (sealed,) = read(folder, "checkpoints.json")
    assert (sealed["seq"], sealed["hash"]) == (5, last["hash"])
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert readme.startswith(f"# 证据包：{no}\n")
    assert "没有不一致" in readme
    assert set(re.findall(r"`([a-z]+\.[a-z]+)`", readme)) >= FILES - {"README.md"}


def test_the_story_is_there_to_be_read_with_years_and_opinions(past: Past, export: Exporting, home: Path) -> None:
    export.run(0, "evidence", past.no(past.refused).lower(), "--out", home / "e.zip")
    told = (unpacked(home / "e.zip") / "case.txt").read_text(encoding="utf-8").splitlines()
    assert "状态：未通过" in told
    assert [line for line in told if line.startswith("2026-11-27 10:01 邬志高 ") and line.endswith("不同意，工作紧")]


def alter(name: str, old: str, new: str) -> Callable[[Path, str], None]:
    """Somebody writes something else into a file of the archive."""

    def done(folder: Path, _paper: str) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return done


def drop_a_line(folder: Path, _paper: str) -> None:
    lines = (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "journal.jsonl").write_text("".join([*lines[:1], *lines[2:]]), encoding="utf-8")


def another_paper(folder: Path, paper: str) -> None:
    (folder / "attachments" / paper).write_bytes(b"%PDF-1.4 another one")


TAMPERINGS = (
    alter("journal.jsonl", '"actor": "W022"', '"actor": "W021"'),
    alter("journal.jsonl", "09:11:00", "09:12:00"),
    alter("contents.json", "做手术", "看病"),
    alter("rules.json", "leave_request", "leave_asked"),
    drop_a_line,
    another_paper,
)


def test_what_was_changed_afterwards_is_seen(past: Past, export: Exporting, home: Path) -> None:
    export.run(0, "evidence", past.no(past.waiting), "--out", home / "e.zip")
    for tamper in TAMPERINGS:
        folder = unpacked(home / "e.zip")
        tamper(folder, past.paper)
        assert broken_at(folder) != []
        checked = by_the_readme(folder)
        assert (checked.returncode, checked.stdout[:4]) == (1, "不一致：")


def test_what_is_no_longer_kept_is_told_and_the_rest_still_checks(past: Past, export: Exporting, home: Path) -> None:
    Uploads(past.house.settings.var / "files").drop(past.paper)
    past.house.work.run_sync(lambda unit: unit.db.change("DELETE FROM contents WHERE body = :body", body="做手术"))
    said = export.run(0, "evidence", past.no(past.waiting), "--out", home / "e.zip")
    assert "附件 0 个" in said
    assert "1 个原件已不在" in said
    folder = unpacked(home / "e.zip")
    (paper,) = read(folder, "attachments.json")
    assert (paper["name"], paper["kept"], paper["path"]) == ("诊断证明.pdf", False, "")
    assert broken_at(folder) == []
    assert by_the_readme(folder).returncode == 0


def test_a_journal_that_was_tampered_with_is_exported_and_told(past: Past, export: Exporting, home: Path) -> None:
    change = "UPDATE journal SET actor = 'W001' WHERE case_id = :id AND seq = 4"
    past.house.work.run_sync(lambda unit: unit.db.change(change, id=past.waiting))
    said = export.run(1, "evidence", past.no(past.waiting), "--out", home / "e.zip")
    assert "日志第4条与校验值不符" in said
    folder = unpacked(home / "e.zip")
    assert broken_at(folder) == ["line 4"]
    assert "日志第4条与校验值不符" in (folder / "README.md").read_text(encoding="utf-8")
    assert by_the_readme(folder).stdout == "不一致：日志第 4 行\n"


def test_an_archive_that_is_there_is_written_over_only_by_force(past: Past, export: Exporting, home: Path) -> None:
    path = home / "e.zip"
    path.write_text("mine")
    assert "--force" in export.run(1, "evidence", past.no(past.taken), "--out", path)
    assert path.read_text() == "mine"
    export.run(0, "evidence", past.no(past.taken), "--out", path, "--force")
    assert broken_at(unpacked(path)) == []
