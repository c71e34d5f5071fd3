"""Every scenario file of this folder is played; the runner takes nothing on trust."""

from pathlib import Path

import pytest
import yaml

from bot.failed import Failed
from bot.scenarios import run_scenarios

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
LEAVE = Path(__file__).parent / "leave_futian.yaml"


def played(*paths: Path) -> tuple[bool, list[str]]:
    lines: list[str] = []
    return run_scenarios(list(paths), lines.append), lines


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_all_of_a_file_pass(path: Path, database: str, request: pytest.FixtureRequest) -> None:
    server = "" if database == "sqlite" else str(request.getfixturevalue("postgres_server"))
    lines: list[str] = []
    passed = run_scenarios([path], lines.append, server)
    assert passed, "\n".join(lines)
    assert lines[-1] == f"{len(lines) - 1} passed, 0 failed"


def test_another_database_is_no_place_for_scenarios() -> None:
    with pytest.raises(Failed, match="PostgreSQL"):
        run_scenarios([LEAVE], lambda line: None, "sqlite:///var/banshi.db")


def changed(tmp_path: Path, **change: object) -> Path:
    """The first scenario alone, with some of its keys replaced (a key of `expect` by `expect_<key>`)."""
    content = yaml.safe_load(LEAVE.read_text(encoding="utf-8"))
    scenario = content["scenarios"][0]
    for key, value in change.items():
        target, name = (scenario["expect"], key[7:]) if key.startswith("expect_") else (scenario, key)
        target[name] = value
    path = tmp_path / "changed.yaml"
    path.write_text(yaml.safe_dump({**content, "scenarios": [scenario]}, allow_unicode=True), encoding="utf-8")
    return path


def test_the_first_scenario_as_it_is_passes(tmp_path: Path) -> None:
    assert played(changed(tmp_path))[1][-1] == "1 passed, 0 failed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expect_state": "closed"}, "state"),
        ({"expect_accepted": False}, "accepted"),
        ({"expect_figures": {"days": 1}}, "days"),
        ({"expect_figures": {"dais": 1}}, "dais"),
        ({"expect_clauses": ["futian-office/leave_request/rule/r03"]}, "r03"),
        ({"expect_route": [{"post": "section_chief", "person": "金安琪", "kind": "approve"}]}, "route"),
        ({"expect_done": ["director_approve"]}, "director_approve"),
        ({"expect_records": [{"register": "attendance", "row": {"days": 2}}]}, "attendance"),
        ({"expect_told": [{"person": "顾南", "about": "approved"}]}, "told"),
        ({"expect_not_asked": ["梁景行"]}, "梁景行"),
        ({"expect_due": {"report_back": "2026-11-30"}}, "report_back"),
        ({"expect_mood": "good"}, "mood"),
        ({"expect_refused_events": [1]}, "refused_events"),
        ({"expect_figures": 3}, "figures"),
        ({"expect_route": {"post": "section_chief"}}, "route"),
        ({"mood": "good"}, "mood"),
        ({"by": "无名"}, "无名"),
        ({"values": {"leave_kind": "事假"}}, "leave_kind"),
        ({"then": [{"at": "2026-11-24 09:00", "by": "梁景行", "do": "applaud"}]}, "applaud"),
        ({"procedure": "leave_requests"}, "leave_requests"),
    ],
)
def test_a_wrong_expectation_or_an_unknown_word_fails(tmp_path: Path, change: dict[str, object], words: str) -> None:
    passed, lines = played(changed(tmp_path, **change))
    assert not passed
    assert lines[-1] == "0 passed, 1 failed"
    assert words in lines[0]


@pytest.mark.parametrize("text", ["", "scenarios: 3", "- a", "a: [", "\0"])
def test_a_file_that_holds_no_scenarios_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    passed, lines = played(path)
    assert (passed, lines[-1]) == (False, "0 passed, 1 failed")
    assert lines[0].startswith("CANNOT broken.yaml")
