"""A scenario file as plain values, its office built, its keys known."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from flows.people import Body, Delegation, Office, Person, Post, Vehicle
from flows.procedure.model import Json, Procedure, Values
from flows.roster import OFFICER, Roster, Shift

ADMINISTRATOR = "ADMIN"
SCENARIO_KEYS = frozenset(
    {"id", "pack", "procedure", "title", "org", "now", "by", "history", "values", "then", "expect", "assumes", "note"}
)
ORG_KEYS = frozenset({"use", "set", "absent", "stand_in", "delegate", "vehicles", "config"})
SET_KEYS = frozenset({"posts_add", "posts_remove", "since"})
PERSON_KEYS = frozenset({"staff_no", "section", "posts", "since"})
ROSTER_KEYS = frozenset({"kind", "date", "shift", "person", "role"})
DELEGATE_KEYS = frozenset({"from", "to", "start", "end", "procedures"})
EVENT_KEYS = frozenset({"at", "by", "do", "step", "to", "reason", "set", "case", "item", "choice", "until"})
CONFIG_KEYS = frozenset(
    {
        "desk", "nudge_hours", "soft_as", "many_threshold", "seal_signer", "copy_to", "day_count",
        "daily_report_at", "urgent_limit_minutes", "roster_units",
    }
)  # fmt: skip


class CannotPlay(Exception):
    """The scenario needs something that cannot be played (yet); the sentence says what."""


@dataclass(frozen=True)
class Event:
    """One event of a scenario, times read and names resolved later."""

    at: datetime
    do: str
    by: str = ""
    step: str = ""
    to: str = ""
    reason: str = ""
    set: Mapping[str, Json] = field(default_factory=dict)
    case: str = ""
    until: str = ""
    item: Json = ""
    choice: str = ""


@dataclass(frozen=True)
class Scenario:
    """One scenario of a file, with the office it plays in."""

    id: str
    title: str
    pack: str
    procedure: str
    office: Office
    now: datetime
    by: str
    values: Mapping[str, Json]
    history: tuple[Mapping[str, Any], ...]
    then: tuple[Event, ...] | None
    expect: Mapping[str, Any]


def read_file(path: Path) -> tuple[tuple[str, "Scenario | CannotPlay"], ...]:
    """Every scenario of the file by id; one that cannot be read comes as the reason why.

    Raises:
        CannotPlay: the file is no scenario file.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise CannotPlay(f"{path.name}: not a YAML file in UTF-8 ({' '.join(str(error).split())})") from None
    if not isinstance(content, dict) or not isinstance(content.get("scenarios"), list):
        raise CannotPlay(f"{path.name}: no list of `scenarios`; expected the format of the scenarios' README")
    zone = _zone(path.name, str(content.get("timezone", "Asia/Shanghai")))
    orgs = content.get("orgs") or {}
    read: list[tuple[str, Scenario | CannotPlay]] = []
    for item in content["scenarios"]:
        name = str(item.get("id", "?")) if isinstance(item, dict) else "?"
        try:
            read.append((name, _scenario(item, orgs, zone)))
        except CannotPlay as reason:
            read.append((name, reason))
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            read.append((name, CannotPlay(f"not the format: {type(wrong).__name__} {wrong}")))
    return tuple(read)


def _zone(file: str, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        raise CannotPlay(f"{file}: no timezone `{name}`; write one like Asia/Shanghai") from None


def known(keys: Any, allowed: frozenset[str], where: str) -> None:
    """Refuse keys that the format does not have.

    Raises:
        CannotPlay: there is one.
    """
    unknown = sorted(set(keys) - allowed)
    if unknown:
        raise CannotPlay(f"unknown key in {where}: {', '.join(unknown)}")


def _scenario(item: Any, orgs: Mapping[str, Any], zone: ZoneInfo) -> Scenario:
    if not isinstance(item, dict):
        raise CannotPlay("a scenario must be a mapping")
    known(item, SCENARIO_KEYS, "the scenario")
    for key in ("id", "pack", "procedure", "org", "now", "expect"):
        if key not in item:
            raise CannotPlay(f"missing key: {key}")
    then = item.get("then")
    return Scenario(
        id=item["id"],
        title=str(item.get("title", "")),
        pack=item["pack"],
        procedure=item["procedure"],
        office=_rostered(_office(item["org"], orgs, item["pack"]), item.get("history") or ()),
        now=moment(item["now"], zone),
        by=str(item.get("by", "")),
        values={key: plain(value) for key, value in (item.get("values") or {}).items()},
        history=tuple(item.get("history") or ()),
        then=None if then is None else tuple(_event(event, zone) for event in then),
        expect=item["expect"],
    )


def _rostered(office: Office, history: Any) -> Office:
    """The office with the shifts its history tells of."""
    shifts = []
    for item in history:
        if isinstance(item, dict) and item.get("kind") == "roster":
            known(item, ROSTER_KEYS, "history of kind `roster`")
            who = office.by_name(item["person"])
            if not who:
                raise CannotPlay(f"nobody is called {item['person']}")
            day = date.fromisoformat(str(item["date"])[:10])
            shifts.append(Shift(day, str(item["shift"]), who[0].staff_no, str(item.get("role", OFFICER))))
    return replace(office, roster=Roster(tuple(shifts))) if shifts else office


def _event(item: Mapping[str, Any], zone: ZoneInfo) -> Event:
    known(item, EVENT_KEYS, "an event")
    return Event(
        at=moment(item["at"], zone),
        do=str(item["do"]),
        by=str(item.get("by", "")),
        step=str(item.get("step", "")),
        to=str(item.get("to", "")),
        reason=str(item.get("reason", "")),
        set={key: plain(value) for key, value in (item.get("set") or {}).items()},
        case=str(item.get("case", "")),
        until=str(plain(item.get("until", ""))),
        item=plain(item.get("item", "")),
        choice=str(item.get("choice", "")),
    )


def moment(value: Any, zone: ZoneInfo) -> datetime:
    """A time of the file as an aware moment of its zone."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=zone)
    return datetime.fromisoformat(str(value).replace(" ", "T")).replace(tzinfo=zone)


def plain(value: Any) -> Json:
    """A value of the file as the engine keeps it (dates as text)."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value  # type: ignore[no-any-return]


def _office(org: Mapping[str, Any], orgs: Mapping[str, Any], pack: str) -> Office:
    known(org, ORG_KEYS, "org")
    base = orgs.get(org["use"])
    if base is None:
        raise CannotPlay(f"unknown org: {org['use']}")
    changes = org.get("set") or {}
    number = {name: str(person["staff_no"]) for name, person in base["people"].items()}
    people = {number[name]: _person(name, item, changes.get(name) or {}) for name, item in base["people"].items()}
    people[ADMINISTRATOR] = Person(ADMINISTRATOR, "管理员", "", (Post("administrator"),))
    config = org.get("config") or {}
    known(config, CONFIG_KEYS, "config")
    return Office(
        name=str(base.get("unit", org["use"])),
        people=people,
        packs={"*": pack},
        in_charge={number[name]: tuple(sections) for name, sections in (base.get("in_charge") or {}).items()},
        bodies={key: _body(key, body, number) for key, body in (base.get("bodies") or {}).items()},
        desk={post: number[name] for post, name in (config.get("desk") or {}).items()},
        stand_ins={number[who]: number[by] for who, by in (org.get("stand_in") or {}).items()},
        delegations=tuple(_delegation(item, number) for item in org.get("delegate") or ()),
        vehicles=tuple(Vehicle(car, driver=number[name]) for car, name in (org.get("vehicles") or {}).items()),
        administrator=ADMINISTRATOR,
        absent=frozenset(number[name] for name in org.get("absent") or ()),
        settings={
            f"{pack}/{key}": _settled(key, value, number)
            for key, value in config.items()
            if key not in ("desk", "copy_to")
        },
        copy_to={key: tuple(number[who] for who in people) for key, people in (config.get("copy_to") or {}).items()},
    )


def _settled(key: str, value: Any, number: Mapping[str, str]) -> Json:
    """The office's word on one question; who signs for which seal is kept by staff number."""
    if key in ("seal_signer", "roster_units"):
        return {str(seal): number[name] for seal, name in value.items()}
    return plain(value)


def _person(name: str, item: Mapping[str, Any], change: Mapping[str, Any]) -> Person:
    known(item, PERSON_KEYS, f"person {name}")
    known(change, SET_KEYS, f"`set` of {name}")
    posts = [Post(post) for post in item["posts"] if post not in (change.get("posts_remove") or ())]
    for added in change.get("posts_add") or ():
        post, _, section = str(added).partition("@")
        posts.append(Post(post, section))
    since = date.fromisoformat(str(change.get("since", item["since"])))
    return Person(str(item["staff_no"]), name, item["section"], tuple(posts), since)


def _body(key: str, body: Mapping[str, Any], number: Mapping[str, str]) -> Body:
    members = tuple(number[name] for name in body.get("members") or ())
    return Body(key, str(body.get("name", key)), number[body["chair"]], members)


def _delegation(item: Mapping[str, Any], number: Mapping[str, str]) -> Delegation:
    known(item, DELEGATE_KEYS, "`delegate`")
    return Delegation(
        number[item["from"]],
        number[item["to"]],
        date.fromisoformat(str(item["start"])[:10]),
        date.fromisoformat(str(item["end"])[:10]),
        tuple(item.get("procedures") or ()),
    )


def number_of(scenario: Scenario, name: str) -> str:
    """The staff number of somebody named in the scenario.

    Raises:
        CannotPlay: nobody of that name.
    """
    found = scenario.office.by_name(name)
    if not found:
        raise CannotPlay(f"nobody is called {name}")
    return found[0].staff_no


def values_of(scenario: Scenario, procedure: Procedure, values: Values) -> dict[str, Json]:
    """A scenario's values as the engine keeps them: people by number, files by name.

    Raises:
        CannotPlay: the procedure has no such field, or nobody has that name.
    """
    read: dict[str, Json] = {}
    for key, value in values.items():
        if key not in procedure.field_by_id:
            raise CannotPlay(f"{procedure.id} has no field `{key}`")
        kind = procedure.field_by_id[key].type
        read[key] = (
            [_one(scenario, kind, item) for item in value] if isinstance(value, list) else _one(scenario, kind, value)
        )
    return read


def _one(scenario: Scenario, kind: str, value: Json) -> Json:
    if kind == "person" and isinstance(value, str):
        return number_of(scenario, value)
    if kind == "file" and isinstance(value, str):
        return {"id": "", "name": value, "size": 0}
    return value
