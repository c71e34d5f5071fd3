"""What a procedure leaves open or says twice, found by walking every combination of values its conditions tell apart.

A combination is built while walking: a field is given a value only when a condition on the way reads it, so that
fields without influence on each other are never multiplied. An outcome is there from the step that records it on;
a question that is not asked is not answered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import Literal

from flows.approval import route
from flows.errors import NoRoute
from flows.procedure.checks import Path, applies, passes
from flows.procedure.condition import holds, holds_test, with_decision
from flows.procedure.grid import grid
from flows.procedure.model import Branch, Condition, Goto, Json, Procedure, Rule, Step, Values

MOST_WAYS = 20_000
Kind = Literal["gap", "contradiction", "overlap", "never_applies", "never_reached", "too_many"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One place to put right: the ledger id of its step or rule, what is wrong there, and what to write instead.

    `example` are values that show it; `other` is the second rule of an overlap. A `too_many` says that the search
    was broken off, so that what was not found may still be there.
    """

    kind: Kind
    entry: str
    text: str
    fix: str
    example: Values = field(default_factory=lambda: MappingProxyType({}))
    other: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way through the procedure: the values met on it, the steps passed and where it leads.

    `end` is None where no branch of the last step holds; a goto to a step is one passed before. `agreed` is False
    where somebody refused or sent back on the way.
    """

    known: Values
    path: tuple[str, ...]
    end: Goto | None
    agreed: bool = True

    @property
    def comes_round(self) -> bool:
        """Whether the way leads back to a step it has passed, so that what follows is not told by it."""
        return self.end is not None and self.end.kind == "step"

    @property
    def given_up(self) -> bool:
        """Whether the way ends without the request being granted."""
        return self.end is not None and self.end.kind in ("end_refused", "send_back")


def flaws(procedure: Procedure) -> tuple[Flaw, ...]:
    """Gaps, contradictions and overlaps of the procedure, then what never applies or is never reached."""
    explorer = Explorer(procedure)
    ways = list(islice(explorer.ways(), MOST_WAYS + 1))
    whole = len(ways) <= MOST_WAYS
    found = [*_gaps(procedure, ways), *_Rules(explorer, ways).flaws()]
    if whole:
        return (*found, *_never_applies(explorer, ways), *_never_reached(procedure, ways))
    entry = f"{procedure.pack}/{procedure.id}"
    text = f"事项 {procedure.id} 的情形超过 {MOST_WAYS} 种，只查了其中一部分"
    return (*found, Flaw("too_many", entry, text, "把条件拆到各步的 next 里，减少互相牵连的字段"))


class Explorer:
    """Walks a procedure over every combination of values its conditions tell apart."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self._grid = grid(procedure)

    def ways(self) -> Iterator[Way]:
        """Every way through the procedure, those on which somebody refuses or sends back included."""
        yield from self._begin({})

    def applying(self, rule: Rule, known: Values, path: tuple[str, ...]) -> Iterator[Values]:
        """The combinations, beginning with those known, for which the rule applies after these steps."""
        need = self._unread(rule.when, known, path)
        if not need and rule.except_ and holds(rule.when, self.values(known, path)):
            need = self._unread(rule.except_, known, path)
        if need:
            for value in self._options(need, known, path):
                yield from self.applying(rule, {**known, need: value}, path)
        elif applies(rule, self.values(known, path)):
            yield known

    def values(self, known: Values, path: tuple[str, ...]) -> Values:
        """What the case says after these steps: an outcome counts once the step that records it was passed."""
        return {name: value for name, value in known.items() if value is not None and self._recorded(name, path)}

    def _recorded(self, name: str, path: tuple[str, ...]) -> bool:
        asked = self.procedure.field_by_id[name]
        return not asked.outcome or asked.recorded_by in path

    def _begin(self, known: Values) -> Iterator[Way]:
        need = self._scanned(0, known, ())
        if need:
            for value in self._options(need, known, ()):
                yield from self._begin({**known, need: value})
            return
        try:
            first = route.first(self.procedure, self.values(known, ()))
        except NoRoute as gap:
            yield Way(known, (gap.step,), None)
            return
        yield from self._from(known, (first.id,), agreed=True)

    def _from(self, known: Values, path: tuple[str, ...], *, agreed: bool) -> Iterator[Way]:
        """The ways on from the last step of the path."""
        step = self.procedure.step_by_id[path[-1]]
        yield from self._decided(known, path, step, "agree", agreed=agreed)
        for decision in ("refuse", "send_back"):
            if any(_on_decision(branch) for branch in step.next):
                yield from self._decided(known, path, step, decision, agreed=False)

    def _decided(
        self, known: Values, path: tuple[str, ...], step: Step, decision: str, *, agreed: bool
    ) -> Iterator[Way]:
        need = self._need(step, known, path, decision)
        if need:
            for value in self._options(need, known, path):
                yield from self._decided({**known, need: value}, path, step, decision, agreed=agreed)
            return
        try:
            goto = route.following(self.procedure, step, self.values(known, path), decision)
        except NoRoute:
            yield Way(known, path, None, agreed)
            return
        if goto.kind == "step" and goto.target not in path:
            yield from self._from(known, (*path, goto.target), agreed=agreed)
        else:
            yield Way(known, path, goto, agreed)

    def _need(self, step: Step, known: Values, path: tuple[str, ...], decision: str) -> str:
        """The first field that must have a value before it is known where the step leads; empty if none is."""
        steps = self.procedure.steps
        if decision == "agree" and not step.next:
            return self._scanned(steps.index(step) + 1, known, path)
        read = with_decision(self.values(known, path), decision)
        for branch in step.next:
            if decision != "agree" and not _on_decision(branch):
                continue
            need = self._unread(branch.when, known, path, decision)
            if need:
                return need
            if holds(branch.when, read):
                if branch.goto.kind != "step":
                    return ""
                return self._scanned(steps.index(self.procedure.step_by_id[branch.goto.target]), known, path)
        return ""

    def _scanned(self, index: int, known: Values, path: tuple[str, ...]) -> str:
        """The first field read while looking, from that place in the list on, for a step that is not skipped."""
        for step in self.procedure.steps[index:]:
            need = self._unread(step.only_if, known, path)
            if need or holds(step.only_if, self.values(known, path)):
                return need
        return ""

    def _unread(self, condition: Condition, known: Values, path: tuple[str, ...], decision: str = "agree") -> str:
        """The first field without a value the condition depends on; tests after one that fails are not read."""
        values = with_decision(self.values(known, path), decision)
        for test in condition:
            need = self._unsettled(test.field, known, path)
            if need:
                return need
            if not holds_test(test, values):
                return ""
        return ""

    def _unsettled(self, name: str, known: Values, path: tuple[str, ...], asking: tuple[str, ...] = ()) -> str:
        """The field itself, or one its question depends on, where that has no value yet; empty where it is settled."""
        if name in known or name not in self._grid or not self._recorded(name, path):
            return ""
        for test in self.procedure.field_by_id[name].ask_if:
            need = self._unsettled(test.field, known, path, (*asking, name)) if test.field not in asking else ""
            if need:
                return need
        return name

    def _options(self, name: str, known: Values, path: tuple[str, ...]) -> tuple[Json, ...]:
        """The values the field may have, None where it may be left out."""
        asked = self.procedure.field_by_id[name]
        if not holds(asked.ask_if, self.values(known, path)):
            return (None,)
        return self._grid[name] if asked.required and not asked.outcome else (*self._grid[name], None)


def _on_decision(branch: Branch) -> bool:
    return any(test.field == "decision" for test in branch.when)


def _gaps(procedure: Procedure, ways: list[Way]) -> Iterator[Flaw]:
    told: set[str] = set()
    for way in ways:
        step = way.path[-1]
        if way.end is None and step not in told:
            told.add(step)
            yield Flaw(
                "gap",
                procedure.entry("step", step),
                f"步骤 {step} 在{told_values(procedure, way.known)}时没有去向",
                "在 next 里补上这种情形，或在最后写一条不带 if 的",
                way.known,
            )


class _Rules:
    """The rules that demand a path, held against the ways they apply to."""

    def __init__(self, explorer: Explorer, ways: list[Way]) -> None:
        self.explorer = explorer
        self.procedure = explorer.procedure
        self.ways = [way for way in ways if way.agreed and way.end is not None and not way.comes_round]
        self.paths = {way.path for way in self.ways}
        self.demands = [
            (rule, item.params.steps)
            for rule in self.procedure.rules
            for item in rule.checks
            if isinstance(item.params, Path)
        ]

    def flaws(self) -> Iterator[Flaw]:
        """Each rule that is not kept once, each overlap once."""
        told: set[frozenset[str]] = set()
        for rule, steps in self.demands:
            for way, known in self._broken(rule, steps):
                other = self._rival(rule, steps, way, known)
                pair = frozenset({rule.id, other.id if other else rule.id})
                if pair not in told:
                    told.add(pair)
                    yield self._flaw(rule, steps, other, way, known)

    def _broken(self, rule: Rule, steps: tuple[str, ...]) -> Iterator[tuple[Way, Values]]:
        reads = {test.field for test in (*rule.when, *rule.except_)}
        outcome = any(asked.outcome for asked in self.procedure.fields if asked.id in reads)
        for way in self.ways:
            # A request that is refused on the way has no need of the steps behind, unless the rule is about that.
            if passes(way.path, steps) or (way.given_up and not outcome):
                continue
            for known in self.explorer.applying(rule, way.known, way.path):
                yield way, known

    def _rival(self, rule: Rule, steps: tuple[str, ...], way: Way, known: Values) -> Rule | None:
        """A rule that applies as well and whose steps are on no way together with this one's."""
        if not self._possible(steps):
            return None
        for other, theirs in self.demands:
            apart = other is not rule and self._possible(theirs) and not self._possible(steps, theirs)
            if apart and any(True for _ in self.explorer.applying(other, known, way.path)):
                return other
        return None

    def _possible(self, *demands: tuple[str, ...]) -> bool:
        return any(all(passes(path, steps) for steps in demands) for path in self.paths)

    def _flaw(self, rule: Rule, steps: tuple[str, ...], other: Rule | None, way: Way, known: Values) -> Flaw:
        when = told_values(self.procedure, known)
        if other is not None:
            first, second = sorted((rule, other), key=self.procedure.rules.index)
            text = f"规则 {first.id} 与 {second.id} 在{when}时同时适用，两条要走的步骤却不在一条路线上"
            return Flaw("overlap", second.entry, text, "改写其中一条的 when，使两条不相交", known, first.entry)
        text = f"规则 {rule.id} 要经过 {' → '.join(steps)}，{when}时的路线却是 {' → '.join(way.path)}"
        return Flaw("contradiction", rule.entry, text, "改正步骤的 next，或规则的 when、steps", known)


def _never_applies(explorer: Explorer, ways: list[Way]) -> Iterator[Flaw]:
    for rule in explorer.procedure.rules:
        conditional = (rule.when or rule.except_) and not rule.refused_in
        if conditional and not any(True for way in ways for _ in explorer.applying(rule, way.known, way.path)):
            text = f"规则 {rule.id} 永远不适用：没有哪种情形同时满足它的条件"
            yield Flaw("never_applies", rule.entry, text, "核对 when、except 里的字段、选项和数字")


def _never_reached(procedure: Procedure, ways: list[Way]) -> Iterator[Flaw]:
    reached = {step for way in ways for step in way.path}
    for step in procedure.steps:
        if step.id not in reached:
            text = f"步骤 {step.id} 在任何情形下都走不到"
            yield Flaw("never_reached", procedure.entry("step", step.id), text, "核对前面步骤的 next 和它的 only_if")


def told_values(procedure: Procedure, known: Mapping[str, Json]) -> str:
    """A combination in words: 申请人职级为工作人员、时长(天)为 0.5; any where nothing was asked."""
    parts = [_told(procedure.field_by_id[name].name, value) for name, value in known.items()]
    return "、".join(parts) or "任何情形"


def _told(name: str, value: Json) -> str:
    match value:
        case None:
            return f"{name}未填"
        case dict():
            return f"{name}已附"
        case int() | float():
            return f"{name}为 {value:g}"
        case _:
            return f"{name}为{value}"
