"""The shape of a procedure's steps: which can be reached, and whether a case can go round for ever."""

from collections.abc import Iterator, Mapping

from flows.procedure.model import Procedure, Step


def unreachable(procedure: Procedure) -> tuple[Step, ...]:
    """Steps no goto and no listed order leads to, whatever the values are."""
    if not procedure.steps:
        return ()
    reached: set[str] = set()
    waiting = [procedure.steps[0].id]
    while waiting:
        here = waiting.pop()
        if here not in reached and here in procedure.step_by_id:
            reached.add(here)
            waiting.extend(_after(procedure, here))
    return tuple(step for step in procedure.steps if step.id not in reached)


def circles(procedure: Procedure) -> tuple[tuple[Step, ...], ...]:
    """Circles of steps no decision can leave.

    A branch that reads a decision or an outcome lets people leave a circle, and so do the branches after it; a
    circle made of the other branches is walked for ever by a case of the right values.
    """
    dynamic = {field.id for field in procedure.fields if field.outcome} | {"decision"}
    edges = {step.id: tuple(_fixed(procedure, step, dynamic)) for step in procedure.steps}
    return tuple(tuple(procedure.step_by_id[name] for name in circle) for circle in _circles(edges))


def _listed_after(procedure: Procedure, step: Step) -> Iterator[str]:
    index = procedure.steps.index(step)
    if index + 1 < len(procedure.steps):
        yield procedure.steps[index + 1].id


def _after(procedure: Procedure, name: str) -> Iterator[str]:
    """Every step that may come next, the branches behind an unconditional one left out."""
    step = procedure.step_by_id[name]
    if step.only_if or not step.next:
        yield from _listed_after(procedure, step)
    for branch in step.next:
        if branch.goto.kind == "step":
            yield branch.goto.target
        if not branch.when:
            return


def _fixed(procedure: Procedure, step: Step, dynamic: set[str]) -> Iterator[str]:
    """The steps that come next by values nobody on the way can change."""
    if step.only_if or not step.next:
        yield from _listed_after(procedure, step)
    for branch in step.next:
        if any(test.field in dynamic for test in branch.when):
            return
        if branch.goto.kind == "step" and branch.goto.target in procedure.step_by_id:
            yield branch.goto.target
        if not branch.when:
            return


def _circles(edges: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """One circle for each set of steps that lie on it, found by walking down from every step."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    done: set[str] = set()
    for start in edges:
        _walk(start, edges, (), done, found)
    return list(found.values())


def _walk(
    here: str,
    edges: Mapping[str, tuple[str, ...]],
    trail: tuple[str, ...],
    done: set[str],
    found: dict[frozenset[str], tuple[str, ...]],
) -> None:
    if here in trail:
        circle = trail[trail.index(here) :]
        found.setdefault(frozenset(circle), circle)
        return
    if here in done:
        return
    for target in edges[here]:
        _walk(target, edges, (*trail, here), done, found)
    done.add(here)
