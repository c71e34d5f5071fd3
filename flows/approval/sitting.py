"""A meeting as its case tells it: who is due, who has signed in, how each item stands.

A procedure of a meeting says under `meeting` which of its fields hold what:

    name, start, items, cadre      what it is called, its beginning, its items, those of them about appointments
    due, body, posts, by_kind      who is due: a field, else the members of a body, else the holders of posts (by the
                                   value of the field `kind`)
    kind, more                     the field with the kind of meeting, and the one with further people due
    present, chair                 fields for who signed in and who chairs; `chairs` the posts whose holders may
    called, until                  the step that calls the meeting, and the one with which nobody signs in any more
    speak, vote, minutes           the steps at which members speak and vote, and the one that writes it down
    recused, written, passed, said fields that tell in words who stays out, who wrote, what passed, who voted how
    mode, secret                   the field with the way of voting, and the one in which nobody's vote is told

What was said one by one is kept beside the fields, under the names below.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from flows.people import Ask, Office
from flows.procedure.model import Json, Procedure, Step, Values

VOTES, RECUSED, WRITTEN, DEFERRED, LAST = "_votes", "_recused", "_written", "_deferred", "_last"
Choice = Literal["for", "against", "defer"]
CHOICES: Mapping[str, str] = {"for": "同意", "against": "反对", "defer": "缓议"}


@dataclass(frozen=True, slots=True)
class Count:
    """The votes on one item."""

    for_: int = 0
    against: int = 0
    defer: int = 0


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting as it stands. People are staff numbers; `votes` are by item and person.

    A secret vote says only that somebody has voted; its sums are in `sums`.
    """

    items: tuple[str, ...]
    cadre: frozenset[str]
    due: tuple[str, ...]
    present: tuple[str, ...]
    chair: str
    votes: Mapping[str, Mapping[str, str]]
    sums: Mapping[str, Count]
    recused: Mapping[str, tuple[str, ...]]
    written: Mapping[str, str]
    deferred: frozenset[str]
    last: str = ""
    secret: bool = False

    def count(self, item: str) -> Count:
        """The votes cast on the item so far."""
        cast = list(self.votes.get(item, {}).values())
        if self.secret:
            return self.sums.get(item, Count())
        return Count(cast.count("for"), cast.count("against"), cast.count("defer"))

    def out(self, item: str, person: str) -> bool:
        """Whether the person stays out of the item."""
        return person in self.recused.get(item, ())

    def voters(self, item: str) -> tuple[str, ...]:
        """Who of those present votes on the item."""
        return tuple(person for person in self.present if not self.out(item, person))

    def complete(self, item: str) -> bool:
        """Whether everybody who votes on the item has."""
        return set(self.voters(item)) <= self.votes.get(item, {}).keys()


def text_list(value: Json) -> tuple[str, ...]:
    """A list of texts, or one text whose lines (or parts between semicolons) are the list."""
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    parts = str(value).replace("；", "\n").replace(";", "\n").split("\n") if value else []
    return tuple(part.strip() for part in parts if part.strip())


def named(procedure: Procedure, key: str) -> str:
    """The field or word the procedure gives for the key (empty: none)."""
    value = procedure.family_params.get(key)
    return value if isinstance(value, str) else ""


def due_of(procedure: Procedure, values: Values, office: Office) -> tuple[str, ...]:
    """Who is due to attend: those named, else the body's members, else the holders of the posts."""
    params = procedure.family_params
    listed = text_list(values.get(named(procedure, "due")))
    if listed:
        return listed
    body = office.bodies.get(named(procedure, "body"))
    if body is not None and body.members:
        return body.members
    by_kind, posts = params.get("by_kind"), params.get("posts")
    if isinstance(by_kind, dict):
        posts = by_kind.get(str(values.get(named(procedure, "kind"))))
    holders = (p.staff_no for post in text_list(posts) for p in office.holders(post))
    more = text_list(values.get(named(procedure, "more")))
    return tuple(dict.fromkeys((*holders, *more)))


def chair_of(procedure: Procedure, values: Values, applicant: str, office: Office) -> str:
    """Who chairs: who convened it, else its filer if they may, else the body's chair or who holds the first post."""
    due = due_of(procedure, values, office)
    posts = text_list(procedure.family_params.get("chairs"))
    said = values.get(named(procedure, "chair"))
    if isinstance(said, str) and (said in due or not posts):
        return said
    if applicant in due and any(office.person(applicant).holds(post) for post in posts):
        return applicant
    body = office.bodies.get(named(procedure, "body"))
    if body is not None:
        return body.chair
    holders = (p.staff_no for post in posts for p in office.holders(post))
    return next((who for who in holders if not due or who in due), applicant)


def sitting_of(procedure: Procedure, values: Values, applicant: str, office: Office) -> Sitting:
    """The meeting as these values tell it."""
    params = procedure.family_params
    cadre = text_list(values.get(named(procedure, "cadre")))
    due = due_of(procedure, values, office)
    present = text_list(values.get(named(procedure, "present")))
    secret = bool(params.get("secret")) and values.get(named(procedure, "mode")) == params.get("secret")
    return Sitting(
        items=tuple(dict.fromkeys((*text_list(values.get(named(procedure, "items"))), *cadre))),
        cadre=frozenset(cadre),
        due=due,
        present=tuple(person for person in present if person in due),
        chair=chair_of(procedure, values, applicant, office),
        votes={item: _texts(cast) for item, cast in _mapping(values.get(VOTES)).items()},
        sums={item: _sum(cast) for item, cast in _mapping(values.get(VOTES)).items()},
        recused={item: text_list(who) for item, who in _mapping(values.get(RECUSED)).items()},
        written=_texts(values.get(WRITTEN)),
        deferred=frozenset(text_list(values.get(DEFERRED))),
        last=str(values.get(LAST) or ""),
        secret=secret,
    )


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _texts(value: Json) -> Mapping[str, str]:
    return {key: str(item) for key, item in _mapping(value).items() if not key.startswith("#")}


def _sum(value: Json) -> Count:
    sums = _mapping(_mapping(value).get("#"))
    counted = [sums.get(key) for key in CHOICES]
    return Count(*(number if isinstance(number, int) else 0 for number in counted))


def reached(count: int, of: int, numerator: int, denominator: int, *, more: bool = False) -> bool:
    """Whether so many of all are at least (or more than) the fraction."""
    return count * denominator > numerator * of if more else count * denominator >= numerator * of


def least(of: int, numerator: int, denominator: int, *, more: bool = False) -> int:
    """The smallest number that reaches the fraction of all."""
    return next(count for count in range(of + 2) if reached(count, of, numerator, denominator, more=more))


def seated(procedure: Procedure, step: Step, values: Values, applicant: str, office: Office) -> tuple[Ask, ...]:
    """Who of the meeting acts at a step: its chair, who speaks before the chair, or who votes."""
    sitting = sitting_of(procedure, values, applicant, office)
    match step.seat:
        case "chair":
            people: Iterable[str] = (sitting.chair,)
        case "speakers":
            people = (p for p in sitting.present if p != sitting.chair and _takes_part(sitting, p))
        case "members":
            people = (p for p in sitting.due if p != sitting.chair)
        case _:
            people = (p for p in sitting.present if _takes_part(sitting, p))
    found = [person for person in dict.fromkeys(people) if person in office.people]
    return tuple(Ask(person, step.actor) for person in found or (sitting.chair,))


def _takes_part(sitting: Sitting, person: str) -> bool:
    """Whether there is an item of which the person does not stay out."""
    return not sitting.items or any(not sitting.out(item, person) for item in sitting.items)


def open_items(sitting: Sitting, person: str, votable: Iterable[str]) -> tuple[str, ...]:
    """The items the person has still to vote on, of those that can be put to the vote."""
    return tuple(
        item
        for item in votable
        if item not in sitting.deferred and not sitting.out(item, person) and person not in sitting.votes.get(item, {})
    )
