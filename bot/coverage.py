"""`banshi coverage`: every entry of the five registers, and what proves that it is carried out.

An entry is proven where a scenario that passes fails once this entry alone is switched off: its step skipped, its rule
or recurring item taken out. A scenario that then cannot be played proves nothing, unless it plays the item itself.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.failed import Failed
from bot.scenario.reading import CannotPlay, Scenario, read_file
from bot.scenarios import judged, rules_of
from flows.calendar import Calendar
from flows.procedure.ledger import STATUSES, LedgerEntry, Status, carries_out, status_of, without
from flows.procedure.model import Pack
from handlers.ports import Rules
from storage.ledgers import read_ledger
from storage.office_calendar import published_calendar
from storage.packs import load_packs
from storage.scratch import Scratch, scratch

SCENARIOS = Path(__file__).parent.parent / "tests" / "scenarios"
_WORDS: Mapping[Status, str] = {
    "people": "由人办",
    "proven": "已证明",
    "carried_out": "已实现未证明",
    "missing": "未实现",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one entry: how far it is carried out, its clauses, and the scenario that proves it."""

    status: Status
    clauses: tuple[str, ...]
    scenario: str = ""


def told_of(packs: Mapping[str, Pack], scenarios: Sequence[Scenario], failed: Callable[[str], None]) -> dict[str, Told]:
    """Every ledger entry of the packs by its id, after trying each that is carried out against the scenarios.

    `failed` is told of every scenario that does not pass as things are.
    """
    with scratch() as database:
        stage = _Stage(published_calendar(), database)
        passing = _passing(stage, scenarios, rules_of(packs), failed)
        return {
            f"{pack.id}/{entry.id}": told for pack in packs.values() for entry, told in _of_pack(stage, pack, passing)
        }


def cover(files: Sequence[Path], say: Callable[[str], None], *, as_json: bool, packs: Sequence[str] = ()) -> int:
    """Say how far each regulation is carried out; returns 0 where every scenario holds.

    Raises:
        Failed: a file holds no scenarios, or no pack has that name.
    """
    loaded = load_packs()
    for name in packs:
        if name not in loaded:
            raise Failed(f"没有规章 {name}，请从这些中选：{'、'.join(loaded)}。")
    chosen = {name: loaded[name] for name in packs or loaded}
    failed: list[str] = []
    told = told_of(chosen, _scenarios(files, chosen), failed.append)
    say(_as_json(told, failed) if as_json else "\n".join([*_table(told, chosen), *map(_unproving, failed)]))
    return 1 if failed else 0


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where scenarios are played."""

    calendar: Calendar
    database: Scratch

    def play(self, scenario: Scenario, rules: Rules) -> list[str]:
        return judged(scenario, rules, self.calendar, self.database)


def _scenarios(files: Sequence[Path], packs: Mapping[str, Pack]) -> list[Scenario]:
    found: list[Scenario] = []
    for path in files or sorted(SCENARIOS.glob("*.yaml")):
        try:
            read = read_file(path)
        except (OSError, CannotPlay) as reason:
            raise Failed(f"读不了情景文件 {path.name}：{reason}。") from None
        found += [one for _, one in read if isinstance(one, Scenario) and one.pack in packs]
    return found


def _passing(
    stage: _Stage, scenarios: Sequence[Scenario], rules: Rules, failed: Callable[[str], None]
) -> list[Scenario]:
    passing: list[Scenario] = []
    for one in scenarios:
        if stage.play(one, rules):
            failed(one.id)
        else:
            passing.append(one)
    return passing


def _of_pack(stage: _Stage, pack: Pack, passing: Sequence[Scenario]) -> list[tuple[LedgerEntry, Told]]:
    ledger = read_ledger(pack.id)
    own = [one for one in passing if one.pack == pack.id]
    proven = {entry.id: _prover(stage, pack, entry, own) for entry in ledger if _may_be_proven(pack, entry)}
    names = {entry for entry, scenario in proven.items() if scenario}
    return [
        (entry, Told(status_of(entry, pack, ledger, names), entry.clauses, proven.get(entry.id, "")))
        for entry in ledger
    ]


def _may_be_proven(pack: Pack, entry: LedgerEntry) -> bool:
    return entry.own and entry.enforce != "manual" and carries_out(pack, entry.id)


def _prover(stage: _Stage, pack: Pack, entry: LedgerEntry, scenarios: Sequence[Scenario]) -> str:
    """The first scenario that fails without the entry; those that name it are tried first, then its procedure's."""
    rules = rules_of({pack.id: without(pack, entry.id)})
    full = f"{pack.id}/{entry.id}"
    procedure = _procedure(pack, entry)
    near = [(one, _names(one, full, entry.id.rpartition("/")[2])) for one in scenarios]
    tried = [one for one, named in near if named] + [
        one for one, named in near if not named and one.procedure == procedure
    ]
    return next((one.id for one in tried if _fails(stage.play(one, rules), entry)), "")


def _fails(wrong: Sequence[str], entry: LedgerEntry) -> bool:
    return bool(wrong) and (wrong[0] == "FAILED" or entry.section == "recurring")


def _procedure(pack: Pack, entry: LedgerEntry) -> str:
    if entry.section != "recurring":
        return entry.procedure
    name = entry.id.rpartition("/")[2]
    return next((item.procedure for item in pack.recurring if item.id == name), "")


def _names(scenario: Scenario, full: str, short: str) -> bool:
    """Whether the scenario says something of the entry: by its ledger id, or a step of its procedure by its own."""
    told = json.dumps(scenario.expect, ensure_ascii=False, default=str)
    return f'"{full}"' in told or (f'"{short}"' in told and f"/{scenario.procedure}/" in full)


def _table(told: Mapping[str, Told], packs: Mapping[str, Pack]) -> list[str]:
    lines = [_line("规章", "条目", *(_WORDS[status] for status in STATUSES))]
    in_all: Counter[str] = Counter()
    for pack in packs.values():
        counted = Counter[str](one.status for entry, one in told.items() if entry.startswith(f"{pack.id}/"))
        in_all.update(counted)
        lines.append(_figures(pack.title, counted))
    return [*lines, _figures("合计", in_all)]


def _figures(name: str, counted: Counter[str]) -> str:
    return _line(name, str(counted.total()), *(str(counted[status]) for status in STATUSES))


def _line(name: str, *cells: str) -> str:
    return " | ".join((*cells, name))


def _unproving(scenario: str) -> str:
    return f"情景 {scenario} 没有通过，不算证明。"


def _as_json(told: Mapping[str, Told], failed: Sequence[str]) -> str:
    entries = {
        entry: {"status": one.status, "clauses": list(one.clauses), "scenario": one.scenario}
        for entry, one in told.items()
    }
    return json.dumps({"entries": entries, "failed": list(failed)}, ensure_ascii=False, indent=1)
