"""Files people write, bent: an office folder, a pack and a scenario either work or are told by file and line."""

import shutil
from pathlib import Path

import pytest
import yaml

from bot.scenarios import run_scenarios
from storage.office import OfficeErrors, read_office
from storage.packs import PACKS, PackErrors, load_packs, read_source
from storage.problems import Problem
from tests.attack.chance import EVENTS, Chance
from tests.attack.siege import TOLD_TOO_MUCH
from tests.tree import ROOT

OFFICE = ROOT / "offices" / "sample"
FILES = ("office.yaml", "people.csv", "calendar.csv")
SCENARIOS = ROOT / "tests" / "scenarios" / "leave_futian.yaml"
PACK = PACKS / "party-office"


def told_well(problems: tuple[Problem, ...], names: set[str], name: str) -> None:
    """Every problem names a file of the folder, a line that can be, and says something in words."""
    assert problems, name
    for problem in problems:
        assert problem.file in names, f"{name}: {problem}"
        assert problem.line >= 0, f"{name}: {problem}"
        assert problem.message, f"{name}: {problem}"
        assert not TOLD_TOO_MUCH.search(problem.message.replace(".py", "")), f"{name}: {problem}"


def write(path: Path, text: str) -> None:
    """The text in UTF-8, half characters as bytes that are none."""
    path.write_bytes(text.encode("utf-8", "surrogatepass"))


def bent_yaml(chance: Chance, text: str) -> str:
    """The file with lines bent, or its values, or a byte order mark or an alias put in."""
    if chance.happens(one_in=2):
        return chance.bent_lines(text)
    tree = chance.bent_tree(yaml.safe_load(text))
    try:
        return yaml.safe_dump(tree, allow_unicode=True)
    except (yaml.YAMLError, UnicodeEncodeError):
        return chance.bent_lines(text)


def test_whatever_stands_in_the_office_folder(tmp_path: Path) -> None:
    packs = tuple(load_packs().values())
    texts = {name: (OFFICE / name).read_text(encoding="utf-8") for name in FILES}
    for event in range(EVENTS // 10):
        chance = Chance("office", event)
        name = chance.one(FILES)
        for other, text in texts.items():
            write(tmp_path / other, text)
        bend = bent_yaml if name.endswith(".yaml") else Chance.bent_lines
        write(tmp_path / name, bend(chance, texts[name]))
        try:
            read_office(tmp_path, packs)
        except OfficeErrors as errors:
            told_well(errors.problems, set(FILES), chance.name)


def test_whatever_stands_in_a_pack(tmp_path: Path) -> None:
    folder = tmp_path / PACK.name
    shutil.copytree(PACK, folder)
    names = sorted(path.name for path in PACK.glob("*.yaml"))
    told = {f"{PACK.name}/{name}" for name in names}
    for event in range(EVENTS // 40):
        chance = Chance("pack", event)
        name = chance.one(names)
        text = (PACK / name).read_text(encoding="utf-8")
        write(folder / name, bent_yaml(chance, text))
        try:
            read_source(folder)
        except PackErrors as errors:
            told_well(errors.problems, told, chance.name)
        write(folder / name, text)


def test_whatever_stands_in_a_scenario_file(tmp_path: Path) -> None:
    content = yaml.safe_load(SCENARIOS.read_text(encoding="utf-8"))
    path = tmp_path / "bent.yaml"
    for event in range(EVENTS // 40):
        chance = Chance("scenario", event)
        scenario = chance.one(content["scenarios"])
        text = yaml.safe_dump({**content, "scenarios": [scenario]}, allow_unicode=True)
        write(path, bent_yaml(chance, text))
        lines: list[str] = []
        try:
            run_scenarios([path], lines.append)
        except Exception as bug:  # noqa: BLE001  the event has to be named
            pytest.fail(f"{chance.name}: {type(bug).__name__} {bug}")
        assert lines[-1].endswith("failed"), chance.name
        assert all(line.startswith(("ok ", "FAILED", "CANNOT")) for line in lines[:-1]), f"{chance.name}: {lines}"


@pytest.mark.parametrize("zone", ["Nowhere/Town", "../etc/passwd", "\0", "/etc/localtime", ""])
def test_a_timezone_that_is_none_is_one_line(tmp_path: Path, zone: str) -> None:
    content = yaml.safe_load(SCENARIOS.read_text(encoding="utf-8"))
    path = tmp_path / "zone.yaml"
    path.write_text(yaml.safe_dump({**content, "timezone": zone}, allow_unicode=True), encoding="utf-8")
    lines: list[str] = []
    assert not run_scenarios([path], lines.append)
    assert "timezone" in lines[0]


def test_a_scenario_that_breaks_does_not_stop_the_next(tmp_path: Path) -> None:
    content = yaml.safe_load(SCENARIOS.read_text(encoding="utf-8"))
    first, second = content["scenarios"][:2]
    first["procedure"] = ["a list is no name"]
    path = tmp_path / "two.yaml"
    path.write_text(yaml.safe_dump({**content, "scenarios": [first, second]}, allow_unicode=True), encoding="utf-8")
    lines: list[str] = []
    assert not run_scenarios([path], lines.append)
    assert lines[0].startswith("CANNOT")
    assert lines[-1] == "1 passed, 1 failed"
