"""The duty roster of an office: who is on which shift.

    roster.csv (or roster.xlsx)      日期, 班次, 人员 (staff number or name), 角色 (a post; left out: the duty officer)
    office.yaml                      duty: {hours: {白班: '08:30-17:30', 夜班: '17:30-08:30'}, leads: duty_leader}

A shift that ends no later than it begins runs into the next day.
"""

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from types import MappingProxyType

from flows.people import Person
from flows.roster import HOURS, OFFICER, Hours, Roster, Shift
from storage.office_rows import Row, read_date, read_rows
from storage.pack_form import Form, suggestion
from storage.problems import Problems

FILES = ("roster.csv", "roster.xlsx")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("日期", "date"),
    "shift": ("班次", "shift"),
    "person": ("人员", "工号", "姓名", "person"),
    "role": ("角色", "岗位", "role"),
}
_LONGEST_NAME = 6


def read_roster(
    folder: Path, head: Form, people: Mapping[str, Person], posts: Mapping[str, str], problems: Problems
) -> Roster:
    """The office's shifts in order of their days; `posts` are the roles by id, with the words for them."""
    hours = _hours(head.form("duty", "值班"))
    path = next((folder / name for name in FILES if (folder / name).exists()), None)
    if path is None:
        return Roster((), hours)
    shifts: dict[str, int] = {}
    found: list[Shift] = []
    for row in read_rows(path, COLUMNS, ("date", "shift", "person"), problems):
        shift = _Line(path.name, row, people, posts, hours, problems).shift()
        if shift is None:
            continue
        if shift.key in shifts:
            told = f"与第 {shifts[shift.key]} 行重复：{shift.day} {shift.name} {people[shift.person].name}"
            problems.error(path.name, row.line, told, "删去其中一行")
            continue
        shifts[shift.key] = row.line
        found.append(shift)
    return Roster(tuple(sorted(found)), hours)


def _hours(form: Form | None) -> Hours:
    """The hours of each kind of shift; those the office does not name are the usual ones."""
    if form is None:
        return HOURS
    own = form.form("hours", "班次时间")
    found = {name: _stretch(own, name) for name in own.items} if own is not None else {}
    form.close()
    return MappingProxyType({**HOURS, **{name: stretch for name, stretch in found.items() if stretch is not None}})


def _stretch(form: Form, name: str) -> tuple[time, time] | None:
    text = form.text(name)
    try:
        first, last = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        form.wrong(form.items[name], f"班次「{name}: {text}」不认识", "写成 '08:30-17:30'，过夜的写 '17:30-08:30'")
        return None
    if len(name) > _LONGEST_NAME:
        form.wrong(form.items[name], f"班次「{name}」的名字太长", f"不超过 {_LONGEST_NAME} 个字")
        return None
    return first, last


class _Line:
    """One row of the roster, read against the staff list and the kinds of shift."""

    def __init__(
        self,
        file: str,
        row: Row,
        people: Mapping[str, Person],
        posts: Mapping[str, str],
        hours: Hours,
        problems: Problems,
    ) -> None:
        self._file = file
        self._row = row
        self._people = people
        self._posts = posts
        self._hours = hours
        self._problems = problems

    def shift(self) -> Shift | None:
        """The shift of the row; None where something in it is wrong (all of it is told)."""
        day, name, person, role = self._day(), self._name(), self._person(), self._role()
        return Shift(day, name, person, role) if day is not None and name and person and role else None

    def _wrong(self, text: str, fix: str) -> None:
        self._problems.error(self._file, self._row.line, text, fix)

    def _day(self) -> date | None:
        text = self._row.get("date")
        day = read_date(text)
        if day is None:
            self._wrong(f"日期「{text}」不对", "写成 2026-11-24")
        return day

    def _name(self) -> str:
        name = self._row.get("shift")
        if name in self._hours:
            return name
        fix = suggestion(name, tuple(self._hours)) or "在 office.yaml 的 duty: {hours: …} 里写明起止时间"
        self._wrong(f"没有班次「{name}」", fix)
        return ""

    def _person(self) -> str:
        word = self._row.get("person")
        named = [p for number, p in self._people.items() if p.active and word in (number, p.name)]
        if len(named) == 1:
            return named[0].staff_no
        if named:
            self._wrong(f"有 {len(named)} 位叫「{word}」的人员", "改写工号")
        else:
            self._wrong(f"没有在职的人员「{word}」", suggestion(word, tuple(self._people)) or "写在职人员的工号或姓名")
        return ""

    def _role(self) -> str:
        word = self._row.get("role") or OFFICER
        role = next((post for post, name in self._posts.items() if word in (post, name, name.split("（")[0])), "")
        if not role:
            self._wrong(f"没有角色「{word}」", suggestion(word, tuple(self._posts)) or "写岗位编号，例如 duty_officer")
        return role
