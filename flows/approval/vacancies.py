"""Posts nobody holds, found before a case meets them: every step is asked of everybody who may file.

A case that meets an empty post goes to its stand-in, else to the administrator (design section 5); an office should
know that beforehand.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.approval.assign import assign, stand_in_of
from flows.approval.preview import completed
from flows.facts import Facts
from flows.people import Office
from flows.procedure.condition import absent, holds_test
from flows.procedure.model import Condition, Procedure, Step, Values


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post that nobody fills at some step of a procedure.

    `own` are the staff numbers of those whose own request finds nobody above them; empty where the post itself is
    empty. `heir` is who is registered to stand in for the post (empty: the administrator is asked).
    """

    post: str
    procedure: str
    steps: tuple[str, ...]
    own: tuple[str, ...] = ()
    heir: str = ""


def vacancies(procedure: Procedure, facts: Facts) -> tuple[Vacancy, ...]:
    """Every post of the procedure that somebody's request would find empty, in the order of its steps."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    on_the_way = {who: _steps_of(procedure, who, facts) for who in may_file(procedure, facts.office)}
    for step in procedure.steps:
        if step.actor == procedure.initiator or step.named_in or step.seat or step.actor in facts.office.bodies:
            continue
        own = tuple(
            who
            for who, steps in on_the_way.items()
            if step.id in steps and "vacant" in assign(procedure, step, who, facts).why
        )
        empty = not facts.office.holders(step.actor)
        if own or empty:
            found.setdefault((step.actor, () if empty else own), []).append(step.id)
    return tuple(
        Vacancy(post, procedure.id, tuple(steps), own, stand_in_of(post, facts)) for (post, own), steps in found.items()
    )


def may_file(procedure: Procedure, office: Office) -> tuple[str, ...]:
    """Staff numbers of those who usually start the procedure; whom a rule of it does not cover does not."""
    outside = {
        post
        for rule in procedure.rules
        for item in rule.checks
        if item.name == "not_for"
        for post in getattr(item.params, "posts", ())
    }
    everybody = procedure.initiator == "staff"
    return tuple(
        number
        for number, person in sorted(office.people.items())
        if person.active and (everybody or person.holds(procedure.initiator))
        if not any(person.holds(post) for post in outside)
    )


def _steps_of(procedure: Procedure, who: str, facts: Facts) -> frozenset[str]:
    """The steps this person's request can reach, whatever they fill in: only what is known of them is settled."""
    known = completed(procedure, {}, who, facts)
    reached: set[str] = set()
    waiting = list(_listed(procedure, 0, known))
    while waiting:
        step = waiting.pop()
        if step.id in reached:
            continue
        reached.add(step.id)
        if not step.next:
            waiting += _listed(procedure, procedure.place_of[step.id] + 1, known)
        for branch in step.next:
            if branch.goto.kind == "step" and _may_hold(branch.when, known):
                target = procedure.place_of[branch.goto.target]
                waiting += _listed(procedure, target, known)
    return frozenset(reached)


def _listed(procedure: Procedure, index: int, known: Values) -> Iterator[Step]:
    """The steps one of which comes next in the list: those that may be skipped and the first that may not."""
    for step in procedure.steps[index:]:
        if _may_hold(step.only_if, known):
            yield step
        if not step.only_if:
            return


def _may_hold(condition: Condition, known: Values) -> bool:
    return all(absent(known.get(test.field)) or holds_test(test, known) for test in condition)
