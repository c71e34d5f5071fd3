"""The office's people and posts, and how a post becomes a person on entry to a step.

Posts, not persons, stand in a route; `assign` finds who is asked on the day (design section 5).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from flows.procedure.model import Json
from flows.roster import Roster

Sounds: TypeAlias = Callable[[str], tuple[frozenset[str], ...]]
"""How a name sounds: for each of its characters, every way it is read."""


def as_written(name: str) -> tuple[frozenset[str], ...]:
    """A name that sounds like nothing but itself."""
    return tuple(frozenset(char) for char in name)


CLASSIFIED = "classified"
"""The family that is off unless an office turns it on."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post somebody holds; `section` is set where it is held for another section than the person's own."""

    id: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One member of staff. `title` follows the name when spoken to (周建国主任); `since` begins continuous service."""

    staff_no: str
    name: str
    section: str
    posts: tuple[Post, ...]
    since: date | None = None
    title: str = ""
    active: bool = True
    leader: bool = False

    def holds(self, post: str) -> bool:
        """Whether this person holds the post, for whichever section."""
        return any(held.id == post for held in self.posts)

    @property
    def called(self) -> str:
        """The name with the post's title, as the office would say it."""
        return f"{self.name}{self.title}"


@dataclass(frozen=True, slots=True)
class Body:
    """A meeting that decides (主任办公会议); its chair records the decision."""

    id: str
    name: str
    chair: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal of the office; an empty keeper leaves it to whoever holds the keeper's post."""

    name: str
    keeper: str = ""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car of the office.

    `seats` counts the driver's own (0: not said); `driver` usually drives it; `licence` is the class it takes where
    the seats alone do not say. Inspection and insurance run to the end of their last day (None: not said).
    """

    name: str
    kind: str = ""
    seats: int = 0
    driver: str = ""
    licence: str = ""
    inspected_until: date | None = None
    insured_until: date | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """A principal's own order that somebody decides in their place, for some days and some procedures (none: all).

    `id` names one given in chat; one from the office folder has none.
    """

    principal: str
    delegate: str
    start: date
    end: date
    procedures: tuple[str, ...] = ()
    id: str = ""

    def covers(self, procedure: str, on: date) -> bool:
        """Whether the delegation is in force that day for that procedure."""
        return self.start <= on <= self.end and (not self.procedures or procedure in self.procedures)


@dataclass(frozen=True)
class Office:
    """Who is who here, and what this office has settled; read from the office folder.

    `packs` names the pack that rules each family (or `*`); `desk` gives a post to one of its holders;
    `stand_ins` is by person or by post; `sounds` tells how names sound; `absent` are known to be
    away whatever leave says; `settings` are keyed `pack/setting id`; `copy_to` names by procedure who is told when a
    request is approved, `stand_in_allowed` the procedures whose personal steps a stand-in or delegate may take here;
    `licences` is the licence class (C1) by driver, `rhythms` the times of what recurs, by ledger id, where the office
    sets them; `roster` says who is on duty when.
    """

    name: str
    people: Mapping[str, Person]
    packs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    in_charge: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    bodies: Mapping[str, Body] = field(default_factory=lambda: MappingProxyType({}))
    desk: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    stand_ins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    delegations: tuple[Delegation, ...] = ()
    seals: tuple[Seal, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    licences: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    administrator: str = ""
    absent: frozenset[str] = frozenset()
    settings: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    copy_to: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    stand_in_allowed: frozenset[str] = frozenset()
    rhythms: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    roster: Roster = field(default_factory=Roster)
    sounds: Sounds = field(default=as_written, compare=False, repr=False)

    def pack_of(self, family: str) -> str:
        """The pack that rules a family here (empty: none); what is classified only where the office names it."""
        return self.packs.get(family, "") if family == CLASSIFIED else self.packs.get(family) or self.packs.get("*", "")

    def person(self, staff_no: str) -> Person:
        """The person of that staff number; one who has left is still known by number.

        Raises:
            KeyError: nobody ever had that number.
        """
        return self.people[staff_no]

    def holders(self, post: str) -> tuple[Person, ...]:
        """Everybody active who holds the post, in order of staff number."""
        return self._by_post.get(post, ())

    @cached_property
    def _by_post(self) -> Mapping[str, tuple[Person, ...]]:
        return _grouped(self.people, lambda person: [held.id for held in person.posts])

    def section(self, name: str) -> tuple[Person, ...]:
        """Everybody active of the section, in order of staff number."""
        return self._by_section.get(name, ())

    @cached_property
    def _by_section(self) -> Mapping[str, tuple[Person, ...]]:
        return _grouped(self.people, lambda person: [person.section])

    def name_of(self, staff_no: str) -> str:
        """The person's name, or the number itself where nobody is known by it."""
        person = self.people.get(staff_no)
        return person.name if person else staff_no

    def by_name(self, name: str) -> tuple[Person, ...]:
        """Everybody active of that name (two people may share one)."""
        return tuple(p for _, p in sorted(self.people.items()) if p.active and p.name == name)

    def sounding_like(self, name: str) -> tuple[Person, ...]:
        """Everybody active whose name sounds like this one, character by character (王墙 like 王强)."""
        heard = self.sounds(name)
        people = [
            person for _, person in sorted(self.people.items()) if person.active and len(person.name) == len(name)
        ]
        return tuple(
            person
            for person in people
            if all(said & own for said, own in zip(heard, self.sounds(person.name), strict=True))
        )

    def vehicle(self, name: str) -> Vehicle | None:
        """The car of that name, if the office lists it."""
        return next((vehicle for vehicle in self.vehicles if vehicle.name == name), None)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections people work in, in order of first appearance by staff number."""
        return tuple(dict.fromkeys(person.section for _, person in sorted(self.people.items())))


def _grouped(
    people: Mapping[str, Person], groups_of: Callable[[Person], Iterable[str]]
) -> Mapping[str, tuple[Person, ...]]:
    """Everybody active by the groups they belong to, in order of staff number."""
    found: dict[str, dict[Person, None]] = {}
    for _, person in sorted(people.items()):
        for group in groups_of(person) if person.active else ():
            found.setdefault(group, {})[person] = None
    return {group: tuple(members) for group, members in found.items()}


@dataclass(frozen=True, slots=True)
class Ask:
    """One person asked at a step: as which post, and for whom they stand in (empty: for themselves)."""

    person: str
    post: str
    for_: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is asked at a step, and what had to be arranged for it.

    `why` names what was out of the ordinary: `raised` (own case, next higher post), `stand_in`, `delegate`,
    `vacant` (nobody holds the post), `waiting` (away and no stand-in).
    """

    asks: tuple[Ask, ...]
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is known to be away at this moment, from approved leave, trips and the office's own word."""

    away: frozenset[str] = frozenset()
    now: datetime | None = None
