"""The route of a case held against the one expected: who has acted and who is asked, in order."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.scenario.reading import Scenario, number_of
from flows.approval.case import Case, Visit
from flows.people import Office

STRICT = frozenset({"review", "countersign", "approve", "sign", "instruct", "confirm"})


def named(scenario: Scenario, item: Mapping[str, str]) -> Mapping[str, str]:
    """An entry of the expected route with its people by staff number."""
    return {key: number_of(scenario, value) if key in ("person", "for") else value for key, value in item.items()}


@dataclass(frozen=True)
class Stop:
    """One entry of the route as it really was."""

    person: str
    posts: frozenset[str]
    kind: str
    for_: str
    step: str


def _stops(case: Case, office: Office) -> list[Stop]:
    """Who has acted and who is asked, in order; neighbouring acts of one person as the last of them."""
    stops: list[Stop] = []
    for visit in case.visits_of_round():
        if visit.status == "ended":
            continue
        stop = _stop(visit, office)
        if visit.merged and stops:
            before = stops.pop()
            stop = Stop(stop.person, stop.posts | before.posts, stop.kind, stop.for_, stop.step)
        stops.append(stop)
    return stops


def _stop(visit: Visit, office: Office) -> Stop:
    ask = min(visit.asks, key=lambda item: item.person) if visit.asks else None
    person = visit.done_by or (ask.person if ask else "")
    principal = visit.done_for or (ask.for_ if ask and not visit.done_by else "")
    posts = {visit.post, *(item.post for item in visit.asks)}
    for number in (person, principal):
        known = office.people.get(number)
        posts |= {post.id for post in known.posts} if known else set()
    return Stop(person, frozenset(posts), visit.kind, principal, visit.step)


def _fits(stop: Stop, expected: Mapping[str, str]) -> bool:
    return (
        stop.kind == expected["kind"]
        and stop.person == expected["person"]
        and expected["post"] in stop.posts
        and stop.for_ == expected.get("for", "")
    )


def differing(case: Case, office: Office, expected: list[Mapping[str, str]]) -> list[str]:
    """Deciding stops in order and person; of the others, further ones do no harm and missing ones do."""
    stops = _stops(case, office)
    shown = [f"{office.name_of(s.person)}:{s.kind}@{s.step}" for s in stops]
    strict = [stop for stop in stops if stop.kind in STRICT]
    wanted = [item for item in expected if item["kind"] in STRICT]
    if len(strict) != len(wanted) or not _in_order(strict, wanted):
        return [f"the route was {shown}"]
    rest = [stop for stop in stops if stop.kind not in STRICT]
    missing = [item for item in expected if item["kind"] not in STRICT and not any(_fits(s, item) for s in rest)]
    return [f"missing {dict(item)} in {shown}" for item in missing]


def _in_order(stops: list[Stop], wanted: list[Mapping[str, str]]) -> bool:
    """Whether they match one by one; neighbouring countersigns may stand in any order."""
    left = list(stops)
    for item in wanted:
        window = 0
        while window < len(left) and left[window].kind == "countersign" == item["kind"]:
            window += 1
        found = next((stop for stop in left[: max(window, 1)] if _fits(stop, item)), None)
        if found is None:
            return False
        left.remove(found)
    return True
