"""The office folder: who is who, which pack rules what, and what this office has settled.

    office.yaml    name, packs, posts, sections, in_charge, bodies, desk, stand_ins, delegations, seals,
                   vehicles, drivers, hours, settings, copy_to, stand_in_allowed, recurring, duty
    people.csv     (or people.xlsx) one person a row
    roster.csv     (or roster.xlsx) who is on duty when, one shift a row
    calendar.csv   the office's own days off and make-up days, laid over the published calendar

Every mistake is told at once with file, line and fix; what the office has still to settle comes as notices.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from types import MappingProxyType

from flows.approval.delegation import objection
from flows.calendar import Calendar, OfficeHours
from flows.people import Body, Delegation, Office, Person, Seal
from flows.procedure.model import Json, Pack, Procedure, Setting
from storage.office_calendar import read_calendar
from storage.office_channels import tell_forbidden
from storage.office_conventions import Conventions
from storage.office_fleet import read_licences, read_vehicles
from storage.office_people import StaffList, read_people
from storage.office_posts import read_posts
from storage.office_rhythms import read_rhythms
from storage.office_roster import read_roster
from storage.office_rows import read_date
from storage.pack_form import Form, suggestion
from storage.pack_reader import FAMILIES, Place
from storage.pack_tree import Node, read_tree
from storage.problems import Problem, Problems
from storage.sounds import sounds_of

FILE = "office.yaml"
ALL_FAMILIES = "*"


class OfficeErrors(Exception):
    """The office folder cannot be used; `problems` are all that is wrong in it, by file and line.

    `notices` are what it should know besides.
    """

    def __init__(self, problems: tuple[Problem, ...], notices: tuple[Problem, ...] = ()) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
        self.notices = notices


@dataclass(frozen=True)
class ReadOffice:
    """An office read from its folder, with its calendar and what it should know or settle (`notices`).

    `places` are keyed `person/<staff number>`, `seal/<name>` and `people` (the staff list).
    """

    office: Office
    calendar: Calendar
    notices: tuple[Problem, ...]
    places: Mapping[str, Place]


def read_office(folder: Path, packs: Iterable[Pack]) -> ReadOffice:
    """The office of that folder.

    Raises:
        OfficeErrors: something in it is wrong; all of it is told.
    """
    packs = tuple(packs)
    problems = Problems()
    head = _head(folder, problems)
    sections = head.texts("sections")
    used = _in_use(head, packs)
    mapped = read_posts(head, {post for pack in used for post in pack.roles})
    staff = read_people(folder, used, sections, mapped, problems)
    hours = _hours(head.form("hours", "办公时间"))
    calendar = read_calendar(folder, hours, problems)
    office = _Reader(head, staff, packs, problems).office()
    posts = {post: name for pack in used for post, name in pack.roles.items()}
    office = replace(office, roster=read_roster(folder, head, staff.people, posts, problems))
    head.close()
    notices = tuple(problem for problem in problems.found if problem.weight == "notice")
    if problems.errors:
        raise OfficeErrors(problems.errors, notices)
    return ReadOffice(office, calendar, notices, MappingProxyType(_places(head, staff)))


def _in_use(head: Form, packs: tuple[Pack, ...]) -> tuple[Pack, ...]:
    """The packs that rule a family here; all of them where none is named rightly."""
    node = head.items.get("packs")
    named = node.plain() if node is not None else {}
    names = list(named.values()) if isinstance(named, dict) else []
    return tuple(pack for pack in packs if pack.id in names) or packs


def _places(head: Form, staff: StaffList) -> dict[str, Place]:
    places = {f"person/{number}": Place(staff.file, line) for number, line in staff.lines.items()}
    seals = head.items["seals"].value if "seals" in head.items else []
    for node in seals if isinstance(seals, list) else ():
        name = node.value.get("name") if isinstance(node.value, dict) else None
        if name is not None:
            places[f"seal/{name.value}"] = Place(node.file, node.line)
    return {**places, "people": Place(staff.file, 0)}


def _head(folder: Path, problems: Problems) -> Form:
    """What stands in office.yaml; without the file nothing else is worth reading."""
    path = folder / FILE
    if not path.exists():
        problems.error(FILE, 0, f"没有 {FILE}", "照示例单位写一份，或用 OFFICE 指出另一个文件夹")
        raise OfficeErrors(problems.errors)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problems.error(FILE, 0, "文字编码无法识别", "另存为 UTF-8")
        return Form(Node({}, FILE, 0), problems, FILE)
    tree = read_tree(text, FILE, problems)
    return Form(tree or Node({}, FILE, 0), problems, FILE)


def _hours(form: Form | None) -> OfficeHours:
    if form is None:
        return OfficeHours()
    am, pm = _stretch(form, "am", OfficeHours().am), _stretch(form, "pm", OfficeHours().pm)
    form.close()
    if not am[0] < am[1] <= pm[0] < pm[1]:
        form.wrong(form.node, "办公时间上午、下午不成先后", "写成 am: '08:30-12:00'，pm: '14:00-17:30'")
        return OfficeHours()
    return OfficeHours(am, pm)


def _stretch(form: Form, key: str, default: tuple[time, time]) -> tuple[time, time]:
    text = form.text(key)
    if not text:
        return default
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        form.wrong(form.items[key], f"办公时间「{key}: {text}」不认识", "写成 '08:30-12:00'")
        return default
    return begin, end


class _Reader:
    """office.yaml read against the staff list and the packs."""

    def __init__(self, head: Form, staff: StaffList, packs: tuple[Pack, ...], problems: Problems) -> None:
        self.head = head
        self.staff = staff
        self.packs = {pack.id: pack for pack in packs}
        self.posts = {post for pack in packs for post in pack.roles}
        self.sections = {person.section for person in staff.people.values()}
        self.problems = problems
        known = tuple(name for pack in packs for name in pack.procedures)
        self._conventions = Conventions(head, known, self._person)

    def office(self) -> Office:
        """The office as far as it can be read."""
        administrator = self.head.word("administrator")
        self._person(administrator, self.head.items.get("administrator"), "administrator")
        return Office(
            name=self.head.text("name"),
            people=MappingProxyType(dict(self.staff.people)),
            packs=self._packs(),
            in_charge=self._in_charge(),
            bodies=self._bodies(),
            desk=self._desk(),
            stand_ins=self._stand_ins(),
            delegations=self._delegations(),
            seals=self._seals(),
            vehicles=read_vehicles(self.head, self.staff.people, self.problems),
            licences=read_licences(self.head, self.staff.people),
            administrator=administrator,
            settings=self._settings(),
            rhythms=read_rhythms(self.head, self._used()),
            copy_to=self._conventions.copy_to(),
            stand_in_allowed=self._conventions.stand_in_allowed(),
            sounds=sounds_of,
        )

    def _person(self, number: str, node: Node | None, what: str) -> Person | None:
        """The active person of that number; anything else is a problem at that value."""
        if not number or node is None:
            return None
        person = self.staff.people.get(number)
        if person is None:
            near = suggestion(number, tuple(self.staff.people))
            self.head.wrong(node, f"{what}：没有工号 {number} 的人", near or f"核对 {self.staff.file}")
        elif not person.active:
            self.head.wrong(node, f"{what}：{person.name}（{number}）已不在职", "换成在职的人")
        return person

    def _packs(self) -> Mapping[str, str]:
        form = self.head.form("packs", "packs", required=True)
        found: dict[str, str] = {}
        for family in form.items if form is not None else ():
            pack = form.text(family) if form is not None else ""
            if form is not None and pack and pack not in self.packs:
                form.wrong(form.items[family], f"没有规章包「{pack}」", suggestion(pack, tuple(self.packs)))
            if form is not None and family not in (ALL_FAMILIES, *FAMILIES):
                form.wrong(form.items[family], f"packs：没有「{family}」这类事项", suggestion(family, FAMILIES))
            found[family] = pack
        return MappingProxyType(found)

    def _in_charge(self) -> Mapping[str, tuple[str, ...]]:
        form = self.head.form("in_charge", "in_charge")
        found: dict[str, tuple[str, ...]] = {}
        for number in form.items if form is not None else ():
            if form is None:
                break
            self._person(number, form.items[number], "in_charge")
            found[number] = form.texts(number)
            for section in found[number]:
                if section not in self.sections:
                    near = suggestion(section, tuple(self.sections))
                    form.wrong(form.items[number], f"in_charge：没有科室「{section}」", near)
        return MappingProxyType(found)

    def _bodies(self) -> Mapping[str, Body]:
        found: dict[str, Body] = {}
        for node in self.head.nodes("bodies"):
            form = Form(node, self.problems, "会议")
            body = form.text("id")
            form.what = f"会议 {body}"
            self._post(body, form.items.get("id", node), "bodies")
            chair = form.word("chair")
            self._person(chair, form.items.get("chair"), f"会议 {body} 的主持人")
            members = form.texts("members")
            for number in members:
                self._person(number, form.items["members"], f"会议 {body} 的成员")
            found[body] = Body(body, form.text("name"), chair, members)
            form.close()
        return MappingProxyType(found)

    def _post(self, post: str, node: Node, where: str) -> None:
        if post and post not in self.posts:
            self.head.wrong(node, f"{where}：岗位「{post}」不认识", suggestion(post, tuple(self.posts)))

    def _desk(self) -> Mapping[str, str]:
        form = self.head.form("desk", "desk")
        found: dict[str, str] = {}
        for post in form.items if form is not None else ():
            if form is None:
                break
            self._post(post, form.items[post], "desk")
            number = form.word(post)
            person = self._person(number, form.items[post], f"desk 的 {post}")
            if person is not None and not person.holds(post):
                fix = f"在 {self.staff.file} 里补上该岗位"
                form.wrong(form.items[post], f"desk：{person.name}没有岗位 {post}", fix)
            found[post] = number
        return MappingProxyType(found)

    def _stand_ins(self) -> Mapping[str, str]:
        form = self.head.form("stand_ins", "stand_ins")
        found: dict[str, str] = {}
        for who in form.items if form is not None else ():
            if form is None:
                break
            node = form.items[who]
            number = form.word(who)
            if who not in self.posts:
                self._person(who, node, "stand_ins")
            self._person(number, node, f"{who} 的代办人")
            if number == who:
                form.wrong(node, f"stand_ins：{who} 的代办人是本人", "换成另一个人")
            found[who] = number
        if form is not None:
            self._no_circle(form, found)
        return MappingProxyType(found)

    def _no_circle(self, form: Form, found: Mapping[str, str]) -> None:
        told: set[str] = set()
        for start in found:
            seen = [start]
            while seen[-1] in found and found[seen[-1]] not in seen:
                seen.append(found[seen[-1]])
            back = found.get(seen[-1], "")
            if back == start and back != found[start] and not told & set(seen):
                told |= set(seen)
                # Two people who stand in for each other are usual; longer circles are a slip of the pen.
                if len(seen) > 2:
                    form.wrong(form.items[start], f"stand_ins 绕成一圈：{' → '.join([*seen, start])}", "断开其中一个")

    def _delegations(self) -> tuple[Delegation, ...]:
        found: list[Delegation] = []
        for node in self.head.nodes("delegations"):
            form = Form(node, self.problems, "委托")
            principal, delegate = form.word("from"), form.word("to")
            for key, number in (("from", principal), ("to", delegate)):
                self._person(number, form.items.get(key), f"委托的 {key}")
            start, end = (read_date(form.text(key)) for key in ("start", "end"))
            procedures = form.texts("procedures")
            self._procedures(procedures, form)
            form.close()
            if start is None or end is None or end < start:
                form.wrong(node, "委托的起止日期不对", "写成 start: 2026-11-24、end: 2026-11-26，起不晚于止")
                continue
            order = Delegation(principal, delegate, start, end, procedures)
            why = objection(order, found, lambda number: number)
            if why:
                form.wrong(node, f"委托 {principal} → {delegate}：{why}", "改 delegations 里的这一项")
                continue
            found.append(order)
        return tuple(found)

    def _seals(self) -> tuple[Seal, ...]:
        found = []
        for node in self.head.nodes("seals"):
            form = Form(node, self.problems, "印章")
            name = form.text("name")
            form.what = f"印章 {name}"
            keeper = form.word("keeper")
            self._person(keeper, form.items.get("keeper"), f"{name}的保管人")
            found.append(Seal(name, keeper))
            form.close()
        return tuple(found)

    def _procedures(self, names: tuple[str, ...], form: Form) -> None:
        known = tuple(name for pack in self.packs.values() for name in pack.procedures)
        for name in names:
            if name not in known:
                form.wrong(form.items["procedures"], f"委托：没有事项「{name}」", suggestion(name, known))

    def _settings(self) -> Mapping[str, Json]:
        """What the office has settled, keyed `pack/setting`."""
        form = self.head.form("settings", "settings")
        found: dict[str, Json] = {}
        known = {f"{pack.id}/{name}": setting for pack in self._used() for name, setting in pack.settings.items()}
        for key in form.items if form is not None else ():
            node = form.take(key) if form is not None else None
            if node is None or form is None:
                continue
            setting = known.get(key)
            if setting is None:
                form.wrong(node, f"settings：没有待定事项「{key}」", suggestion(key, tuple(known)))
            elif not allowed(setting, node.plain()):
                form.wrong(node, f"settings：「{key}」不能是 {node.plain()}", f"可写：{_choices(setting)}")
            found[key] = node.plain()
        self._ask_for_rest(found)
        tell_forbidden(self._used(), found, self.problems, FILE)
        return MappingProxyType(found)

    def _ask_for_rest(self, settled: Mapping[str, Json]) -> None:
        """A notice for each question left open that touches what the office can file, one for all the others."""
        for pack in self._used():
            left = [item for item in pack.settings.values() if f"{pack.id}/{item.id}" not in settled]
            near = [item for item in left if touches(item, pack)]
            for item in near:
                message = f"待单位确认 {pack.id}/{item.id}：{item.question}；现按默认：{item.default_text}"
                self.problems.notice(FILE, 0, message, f"在 settings 里写 {pack.id}/{item.id}，可写：{_choices(item)}")
            if len(left) > len(near):
                self.problems.notice(
                    FILE, 0, f"待单位确认 {pack.id} 另有 {len(left) - len(near)} 项，涉及尚未启用的事项"
                )

    def _used(self) -> tuple[Pack, ...]:
        names = self.head.items.get("packs")
        used = names.plain() if names is not None else {}
        named = dict.fromkeys(str(name) for name in used.values()) if isinstance(used, dict) else {}
        return tuple(self.packs[name] for name in named if name in self.packs)


def allowed(setting: Setting, value: Json) -> bool:
    """Whether an office may settle the question so: one of its choices, else a value of the default's kind."""
    if setting.choices:
        return value in setting.choices
    if isinstance(value, bool) or isinstance(setting.default, bool):
        return type(value) is type(setting.default)
    if isinstance(setting.default, (int, float)):
        return isinstance(value, (int, float))
    return isinstance(value, type(setting.default))


def _choices(setting: Setting) -> str:
    """What may be written, as it is written."""
    listed = setting.choices or (setting.default,)
    shown = "、".join(str(choice).lower() if isinstance(choice, bool) else str(choice) for choice in listed)
    return shown if setting.choices else f"{shown} 或同类的值"


def clauses_of(procedure: Procedure) -> frozenset[str]:
    """Every clause the procedure rests on."""
    fields = (clause for item in procedure.fields for clause in item.cite)
    steps = (clause for item in procedure.steps for clause in item.cite)
    rules = (clause for item in procedure.rules for clause in item.cite)
    return frozenset((*fields, *steps, *rules))


def touches(setting: Setting, pack: Pack) -> bool:
    """Whether the question is about a clause one of the pack's procedures rests on; conventions always are."""
    cited = {clause for procedure in pack.procedures.values() for clause in clauses_of(procedure)}
    return not setting.cite or any(
        clause.startswith(own) or own.startswith(clause) for clause in cited for own in setting.cite
    )
