"""The office of sixty that lives the year: invented people, the posts of the pack, seals and cars."""

from collections.abc import Iterator
from datetime import date
from itertools import count, cycle

from bot.simulation.dice import Dice
from flows.people import Body, Office, Person, Post, Seal, Vehicle
from flows.procedure.model import Pack

PACK = "futian-office"
SECTIONS = ("秘书科", "办文科", "信息科", "督查科", "综合科")
LEADERS = "室领导"
_SIZES = (11, 11, 11, 11, 10)
"""Sixty with four leaders of the office and two of the district."""
_OWN_POSTS = {
    "秘书科": "secretariat_chief",
    "办文科": "doc_chief",
    "信息科": "info_chief",
    "督查科": "supervision_chief",
    "综合科": "general_chief",
}
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "安宁远航思齐明哲嘉禾文博若兰清源子涵雨桐晓峰云帆静怡志强慧敏建平海涛"
_DECIDE_TOGETHER = ("_meeting", "_group", "_committee")
_NOT_HELD = frozenset({"staff", "driver", "district_leader"})
_CARS = (("一号车", 5), ("二号车", 5), ("三号车", 7), ("四号车", 19))
_FAR = date(2099, 12, 31)


def town(pack: Pack, dice: Dice) -> Office:
    """The office; every post of the pack has a holder, so that no request waits for nobody from the start."""
    numbers = (f"X{number:03d}" for number in count(1))
    people = [*_leaders(numbers, dice)]
    for section, size in zip(SECTIONS, _SIZES, strict=True):
        people += _section(section, numbers, dice, size)
    people += [
        _person(number, LEADERS, ("district_leader",), dice) for number, _ in zip(numbers, range(2), strict=False)
    ]
    people = _with_posts(people, pack)
    deputies = [one.staff_no for one in people if one.holds("deputy_director")]
    chiefs = {section: one.staff_no for section in SECTIONS for one in people if _leads(one, section)}
    seconds = {section: one.staff_no for section in SECTIONS for one in people if _seconds(one, section)}
    director = people[0].staff_no
    drivers = [one.staff_no for one in people if one.holds("driver")]
    keepers = [one.staff_no for one in people if one.holds("seal_keeper")]
    return Office(
        name="云溪区委区政府办公室",
        people={one.staff_no: one for one in people},
        packs={"*": pack.id},
        in_charge={
            deputy: tuple(SECTIONS[at] for at in range(len(SECTIONS)) if at % len(deputies) == turn)
            for turn, deputy in enumerate(deputies)
        },
        bodies={name: Body(name, name, director, (director, *deputies)) for name in _bodies(pack)},
        stand_ins={director: deputies[0]}
        | dict(zip(deputies, (*deputies[1:], deputies[0]), strict=True))
        | {chiefs[section]: seconds[section] for section in SECTIONS},
        seals=tuple(Seal(name, keepers[at % len(keepers)]) for at, name in enumerate(_seals(pack))),
        vehicles=tuple(
            Vehicle(name, "轿车", seats, drivers[at % len(drivers)], "", _FAR, _FAR)
            for at, (name, seats) in enumerate(_CARS)
        ),
        licences=dict.fromkeys(drivers, "A1"),
        administrator=chiefs["秘书科"],
    )


def _person(number: str, section: str, posts: tuple[str, ...], dice: Dice) -> Person:
    name = dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, 2))
    since = date(dice.randint(1990, 2024), dice.randint(1, 12), dice.randint(1, 28))
    return Person(number, name, section, tuple(Post(post) for post in posts), since)


def _leaders(numbers: Iterator[str], dice: Dice) -> Iterator[Person]:
    yield _person(next(numbers), LEADERS, ("director", "office_leader"), dice)
    for _ in range(3):
        posts = ("deputy_director", "deputy_director_in_charge", "office_leader")
        yield _person(next(numbers), LEADERS, posts, dice)


def _section(section: str, numbers: Iterator[str], dice: Dice, size: int) -> list[Person]:
    head = _person(next(numbers), section, ("section_chief", _OWN_POSTS[section], "responsible_unit"), dice)
    second = _person(next(numbers), section, ("section_deputy",), dice)
    clerk = _person(next(numbers), section, ("staff", "attendance_clerk"), dice)
    if section == SECTIONS[0]:
        drivers = [_person(next(numbers), section, ("staff", "driver"), dice) for _ in range(4)]
        keepers = [_person(next(numbers), section, ("staff", "seal_keeper"), dice) for _ in range(2)]
        own = [
            _person(next(numbers), section, ("staff", "secretariat"), dice),
            _person(next(numbers), section, ("staff", "vehicle_dispatcher"), dice),
            *drivers,
            *keepers,
        ]
    else:
        own = []
    others = (_person(next(numbers), section, ("staff",), dice) for _ in range(size - 3 - len(own)))
    return [head, second, clerk, *own, *others]


def _with_posts(people: list[Person], pack: Pack) -> list[Person]:
    """The people with the posts nobody holds yet given round among the staff."""
    held = {post.id for one in people for post in one.posts}
    given: dict[str, list[str]] = {}
    turn = cycle([one.staff_no for one in people if one.posts[0].id == "staff"])
    for post in pack.roles:
        if post not in held | _NOT_HELD and not post.endswith(_DECIDE_TOGETHER):
            given.setdefault(next(turn), []).append(post)
    return [
        Person(
            one.staff_no,
            one.name,
            one.section,
            (*one.posts, *(Post(post) for post in given.get(one.staff_no, ()))),
            one.since,
        )
        for one in people
    ]


def _bodies(pack: Pack) -> list[str]:
    """The posts of the pack that several people are together."""
    return sorted(post for post in pack.roles if post.endswith(_DECIDE_TOGETHER))


def _seals(pack: Pack) -> list[str]:
    named = {
        choice
        for procedure in pack.procedures.values()
        if procedure.family == "seal"
        for field in procedure.fields
        if field.id == str(procedure.family_params.get("field", ""))
        for choice in field.choices
    }
    return sorted(named) or ["办公室印章"]


def _leads(one: Person, section: str) -> bool:
    return one.section == section and one.holds("section_chief")


def _seconds(one: Person, section: str) -> bool:
    return one.section == section and one.holds("section_deputy")
