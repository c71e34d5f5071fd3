"""`banshi coverage`: what is told of every entry of the registers, and that nothing counts as proven by itself."""

import json
from pathlib import Path

import pytest
import yaml

from bot.coverage import cover
from bot.failed import Failed
from flows.procedure.ledger import unknown_to
from flows.procedure.model import Pack
from storage.ledgers import read_ledger
from storage.packs import load_packs

SEALS = Path(__file__).parent / "seal_offices.yaml"
HITSZ = ("hitsz-office",)


def told(*files: Path) -> tuple[int, dict[str, dict[str, object]], list[str]]:
    lines: list[str] = []
    code = cover(files, lines.append, as_json=True, packs=HITSZ)
    told = json.loads("\n".join(lines))
    return code, told["entries"], told["failed"]


def only(tmp_path: Path, *names: str, **change: object) -> Path:
    """The named scenarios of the file alone, with keys of their `expect` replaced."""
    content = yaml.safe_load(SEALS.read_text(encoding="utf-8"))
    kept = [one for one in content["scenarios"] if one["id"] in names]
    for one in kept:
        one["expect"] |= change
    path = tmp_path / "some.yaml"
    path.write_text(yaml.safe_dump({**content, "scenarios": kept}, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize("pack", load_packs().values(), ids=lambda pack: pack.id)
def test_every_entry_of_a_pack_is_one_of_its_register_with_the_same_clauses(pack: Pack) -> None:

    ledger = {entry.id: entry for entry in read_ledger(pack.id)}
    assert unknown_to(tuple(ledger.values()), pack) == ()
    for procedure in pack.procedures.values():
        for rule in procedure.rules:
            entry = ledger[f"{procedure.id}/rule/{rule.id}"]
            assert (rule.id, set(rule.cite), rule.enforce) == (rule.id, set(entry.clauses), entry.enforce)
        for step in procedure.steps:
            assert (step.id, set(step.cite)) == (step.id, set(ledger[f"{procedure.id}/step/{step.id}"].clauses))


def test_the_ledgers_hold_every_entry_of_the_registers() -> None:
    assert {name: len(read_ledger(name)) for name in load_packs()} == {
        "futian-office": 1248,
        "hitsz-office": 74,
        "party-office": 924,
        "school-office": 183,
        "tax-office": 316,
    }


def test_what_a_scenario_needs_is_proven_by_it() -> None:
    code, entries, failed = told(SEALS)
    stamp = entries["hitsz-office/seal_request/step/stamp"]
    assert (code, failed, stamp["status"], stamp["clauses"]) == (0, [], "proven", ["流程3·运行环节/1"])
    assert stamp["scenario"]
    control = entries["hitsz-office/risk_06/risk_control/c1"]
    assert control == {"status": "people", "clauses": ["流程6·防控措施/1"], "scenario": ""}


def test_without_a_scenario_that_needs_it_a_step_is_not_proven(tmp_path: Path) -> None:
    content = yaml.safe_load(SEALS.read_text(encoding="utf-8"))
    other = next(one["id"] for one in content["scenarios"] if one["pack"] != "hitsz-office")
    _, entries, _ = told(only(tmp_path, other))
    assert entries["hitsz-office/seal_request/step/stamp"]["status"] == "carried_out"


def test_a_scenario_that_fails_anyway_proves_nothing(tmp_path: Path) -> None:
    content = yaml.safe_load(SEALS.read_text(encoding="utf-8"))
    name = next(one["id"] for one in content["scenarios"] if one["pack"] == "hitsz-office")
    code, entries, failed = told(only(tmp_path, name, state="no state"))
    assert (code, failed) == (1, [name])
    assert not [entry for entry, one in entries.items() if one["status"] == "proven"]


def test_the_table_counts_every_entry_once() -> None:
    lines: list[str] = []
    cover((SEALS,), lines.append, as_json=False, packs=HITSZ)
    (told_once,) = lines
    assert "74 | 3 |" in told_once.splitlines()[-1]


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"none\.yaml"):
        told(tmp_path / "none.yaml")
    with pytest.raises(Failed, match="没有规章 no-office"):
        cover((), lambda line: None, as_json=True, packs=("no-office",))


@pytest.mark.parametrize("pack", load_packs())
def test_every_entry_of_leave_seals_and_cars_is_proven(pack: str) -> None:
    """Each step and rule, switched off alone, makes one of this folder's scenarios fail."""
    lines: list[str] = []
    assert cover((), lines.append, as_json=True, packs=(pack,)) == 0
    entries = json.loads("\n".join(lines))["entries"]
    ours = {one.id for one in load_packs()[pack].procedures.values() if one.family in ("leave", "seal", "car")}
    unproven = [
        entry
        for entry, told in entries.items()
        if told["status"] == "carried_out" and entry.split("/")[1] in ours and "/duty/" not in entry
    ]
    assert unproven == []
