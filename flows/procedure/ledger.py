"""The ledger of a regulation: every entry of its register, and how far a pack carries each of them out.

people        the register leaves it to people (`enforce: manual`)
carried_out   the pack has it and something carries it out
missing       it does not, yet
proven        carried out, and a scenario fails once it is switched off (told by who plays them)
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from flows.procedure.model import Enforce, Pack, Procedure, Recurring, Rule, Test

Item = TypeVar("Item", Rule, Recurring)

Status = Literal["people", "missing", "carried_out", "proven"]
STATUSES: tuple[Status, ...] = ("people", "proven", "carried_out", "missing")
_OWN = frozenset({"step", "rule", "recurring"})
_NEVER = (Test("decision", "in", []),)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry: its id without the pack, how it is to be enforced, the procedures it serves and its clauses."""

    id: str
    enforce: Enforce
    serves: tuple[str, ...]
    clauses: tuple[str, ...]

    @property
    def section(self) -> str:
        """What it is: step, rule, recurring, duty, power, risk_control or manual."""
        return self.id.split("/")[1]

    @property
    def procedure(self) -> str:
        """The procedure of a step or rule (of others: the role, the risk or the word pack)."""
        return self.id.split("/")[0]

    @property
    def own(self) -> bool:
        """Whether a pack can have this very entry; a duty, a power or a control counts as what it serves."""
        return self.section in _OWN


def status_of(entry: LedgerEntry, pack: Pack, ledger: Collection[LedgerEntry], proven: Collection[str]) -> Status:
    """How far the pack carries the entry out; `proven` are the ids that a scenario has proven.

    A duty, a power or a control counts as the procedures it serves: as far as the least of their steps.
    """
    if entry.enforce == "manual":
        return "people"
    if entry.own:
        if not carries_out(pack, entry.id):
            return "missing"
        return "proven" if entry.id in proven else "carried_out"
    steps = [item for item in ledger if item.section == "step" and item.procedure in entry.serves]
    if not steps or {item.procedure for item in steps} != set(entry.serves):
        return "missing"
    found = {status_of(step, pack, ledger, proven) for step in steps}
    return next((status for status in ("missing", "carried_out") if status in found), "proven")


def carries_out(pack: Pack, entry: str) -> bool:
    """Whether the pack has a step or rule of that id that is carried out, or an item that recurs.

    It recurs by itself or, where the text leaves it open, as the office says.
    """
    scope, section, name = entry.split("/")
    procedure = pack.procedures.get(scope)
    if section == "recurring":
        return any(item.id == name and (bool(item.cron) or item.ask) for item in pack.recurring)
    if procedure is None:
        return False
    if section == "step":
        return name in procedure.step_by_id
    rule = procedure.rule_by_id.get(name)
    return rule is not None and bool(rule.checks or rule.by)


def unknown_to(ledger: Collection[LedgerEntry], pack: Pack) -> tuple[str, ...]:
    """The pack's steps, rules and recurring items that are no entry of the ledger."""
    known = {entry.id for entry in ledger}
    return tuple(entry for entry in entries_of(pack) if entry not in known)


def entries_of(pack: Pack) -> tuple[str, ...]:
    """The ids, without the pack's own, of the pack's steps, rules and recurring items."""
    inside = [
        f"{procedure.id}/{section}/{item.id}"
        for procedure in pack.procedures.values()
        for section, items in (("step", procedure.steps), ("rule", procedure.rules))
        for item in items
    ]
    return (*inside, *(f"pack/recurring/{item.id}" for item in pack.recurring))


def without(pack: Pack, entry: str) -> Pack:
    """The pack with one step skipped, or one rule or recurring item taken out."""
    scope, section, name = entry.split("/")
    if section == "recurring":
        return replace(pack, recurring=_but(pack.recurring, name))
    procedure = pack.procedures[scope]
    return replace(pack, procedures={**pack.procedures, scope: _TAKEN_OUT[section](procedure, name)})


def _without_rule(procedure: Procedure, name: str) -> Procedure:
    return replace(procedure, rules=_but(procedure.rules, name))


def _without_step(procedure: Procedure, name: str) -> Procedure:
    steps = (replace(step, only_if=_NEVER) if step.id == name else step for step in procedure.steps)
    return replace(procedure, steps=tuple(steps))


def _but(items: tuple[Item, ...], name: str) -> tuple[Item, ...]:
    return tuple(item for item in items if item.id != name)


_TAKEN_OUT: Mapping[str, Callable[[Procedure, str], Procedure]] = {"rule": _without_rule, "step": _without_step}
