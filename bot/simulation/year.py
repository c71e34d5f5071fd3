"""Day after day: what people set out to do, outages and retirements between, the watch each evening."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from statistics import median

from bot.simulation.dice import Dice
from bot.simulation.house import House, Line
from bot.simulation.people import People, in_hours
from bot.simulation.watch import wrong_in_all, wrong_today
from flows.approval import words
from flows.calendar import days
from storage.unit import Unit

_ASKS_A_DAY = 0.09
_OUTAGES_A_DAY = 0.03
_LEAVES_FOR_GOOD = 0.02
_LATE_PEOPLE = 0.08
_TRIES = 4
_QUIET = (time(7, 0), time(22, 0))
_PUSHED = frozenset({"ask", "tell", "nudge"})
_AT_ANY_HOUR = frozenset({"drive", "return"})
"""What may be told at night: a driver of a departure, and of a car that is not back."""


@dataclass
class Figures:
    """What the year came to."""

    filed: int = 0
    refused: int = 0
    decisions: int = 0
    pushes: int = 0
    reminders: int = 0
    at_night: int = 0
    outages: int = 0
    left: int = 0
    states: Counter[str] = field(default_factory=Counter)
    hours: list[float] = field(default_factory=list)
    with_deadline: int = 0
    overdue: int = 0
    wrong: list[str] = field(default_factory=list)


class Year:
    """A house lived in from its day on; the same dice make the same year, line for line."""

    def __init__(self, house: House, dice: Dice, say: Callable[[str], None]) -> None:
        self._house = house
        self._dice = dice
        self._say = say
        self._people = People(house, dice)
        self._agenda: list[tuple[datetime, int, str, str, str, int]] = []
        self._order = count()
        self._asked: dict[tuple[str, str], datetime] = {}
        self._down_until: datetime | None = None
        self._digest = hashlib.sha256()
        self.figures = Figures()

    @property
    def digest(self) -> str:
        """The digest of every line so far."""
        return self._digest.hexdigest()[:16]

    def live(self, first: date, last: date) -> Figures:
        """Live from the first day to the last, both included."""
        self._house.open()
        for day in days(first, last):
            morning = datetime.combine(day, time(0, 0), self._house.now.tzinfo)
            self._plan(day, morning)
            self._until(morning + timedelta(hours=23, minutes=50))
            self._watch(morning)
            if day.day == 1:
                self._looked_at(self._house.do(wrong_in_all))
        self._looked_at(self._house.do(wrong_in_all))
        self._house.do(self._count)
        return self.figures

    def _plan(self, day: date, morning: datetime) -> None:
        if self._dice.random() < _OUTAGES_A_DAY:
            self._at(morning + timedelta(minutes=self._dice.randint(0, 1439)), "outage")
        if not self._house.calendar.is_workday(day):
            return
        if self._dice.random() < _LEAVES_FOR_GOOD:
            self._at(morning + timedelta(hours=9), "leaves")
        for person in self._house.office.people.values():
            if person.active and self._dice.random() < _ASKS_A_DAY:
                begins = morning + timedelta(minutes=self._dice.randint(8 * 60 + 30, 17 * 60 + 20))
                self._at(in_hours(begins, self._house, self._dice), "asks", person.staff_no)

    def _at(self, moment: datetime, what: str, person: str = "", case_id: str = "", tried: int = 0) -> None:
        heappush(self._agenda, (moment, next(self._order), what, person, case_id, tried))

    def _until(self, end: datetime) -> None:
        """Everything that falls due until then, people and timers in the order of time."""
        while True:
            timer = self._house.next_timer() if self._down_until is None else self._down_until
            planned = self._agenda[0][0] if self._agenda else None
            coming = min((moment for moment in (timer, planned) if moment is not None), default=None)
            if coming is None or coming > end:
                break
            self._house.now = max(coming, self._house.now)
            if self._down_until is not None and self._house.now >= self._down_until:
                self._down_until = None
                self._house.open()
            elif planned is not None and planned <= self._house.now:
                self._happens(*heappop(self._agenda))
            else:
                self._house.ring()
            self._hear(by="")
        self._house.now = end

    def _happens(self, moment: datetime, _order: int, what: str, person: str, case_id: str, tried: int) -> None:
        if what == "outage":
            self.figures.outages += 1
            self._down_until = moment + timedelta(minutes=self._dice.choice((20, 90, 600, 1800)))
            self._log(f"the service is down until {self._down_until:%m-%d %H:%M}")
        elif self._down_until is not None:
            later = self._down_until + timedelta(minutes=self._dice.randint(1, 90))
            self._at(in_hours(later, self._house, self._dice), what, person, case_id, tried)
        elif what == "leaves":
            self._leave_for_good()
        elif not self._house.office.person(person).active:
            return
        elif person in self._house.away():
            tomorrow = in_hours(moment + timedelta(days=1), self._house, self._dice)
            self._at(tomorrow, what, person, case_id, tried)
        elif what == "asks":
            self._ask(person)
        else:
            self._react(person, case_id, tried)

    def _ask(self, person: str) -> None:
        answer = self._people.ask_for_something(person)
        if answer.case_id and answer.ok:
            self.figures.filed += 1
            self._log(f"{person} files {self._house.case(answer.case_id).no}")
        elif not answer.ok:
            self.figures.refused += 1
            self._log(f"{person} is refused: {answer.text}")
        self._hear(by=person)

    def _react(self, person: str, case_id: str, tried: int) -> None:
        before = self._house.case(case_id)
        answer = self._people.react(person, case_id)
        after = self._house.case(case_id)
        if answer is None:
            return
        if after.revision == before.revision:
            if tried < _TRIES:
                later = in_hours(self._house.now + timedelta(hours=20), self._house, self._dice)
                self._at(later, "reacts", person, case_id, tried + 1)
            return
        self.figures.decisions += 1
        asked = self._asked.pop((person, case_id), None)
        if asked is not None:
            self.figures.hours.append((self._house.now - asked).total_seconds() / 3600)
        self._log(f"{person} acts on {after.no}: {after.state}")
        self._hear(by=person)

    def _leave_for_good(self) -> None:
        """Somebody leaves the office; whoever sits beside them takes over their posts, and the service starts anew."""
        office = self._house.office
        people = [one for one in office.people.values() if one.active and one.staff_no != office.administrator]
        goes = self._dice.choice(people)
        heirs = [one for one in people if one.section == goes.section and one is not goes]
        if not heirs:
            return
        heir = self._dice.choice(heirs)
        self.figures.left += 1
        self._log(f"{goes.staff_no} leaves the office, {heir.staff_no} takes over")
        taken = tuple(dict.fromkeys((*heir.posts, *goes.posts)))
        changed = {goes.staff_no: replace(goes, active=False), heir.staff_no: replace(heir, posts=taken)}
        self._house.office = replace(office, people={**office.people, **changed})
        self._house.open()

    def _hear(self, *, by: str) -> None:
        """What people have been shown, and what they will do about it."""
        for line in self._house.news():
            if line.notice not in _PUSHED or line.person == by:
                continue
            self.figures.pushes += 1
            self.figures.reminders += line.notice == "nudge"
            self._at_night(line)
            if line.case_id and (line.notice != "tell" or line.about in ("returned", "send_back")):
                self._will_react(line)

    def _at_night(self, line: Line) -> None:
        moment = line.at.astimezone(self._house.now.tzinfo)
        if _QUIET[0] <= moment.time() <= _QUIET[1]:
            return
        self.figures.at_night += 1
        if line.about not in _AT_ANY_HOUR:
            self._looked_at([f"{moment:%m-%d %H:%M}: {line.person} is told of {line.about} at night"])

    def _will_react(self, line: Line) -> None:
        if line.notice == "ask":
            self._asked.setdefault((line.person, line.case_id), self._house.now)
        late = self._dice.random() < _LATE_PEOPLE
        hours = self._dice.uniform(24, 120) if late else self._dice.lognormvariate(0.3, 0.9)
        moment = in_hours(self._house.now + timedelta(hours=hours), self._house, self._dice)
        self._at(moment, "reacts", line.person, line.case_id)

    def _watch(self, morning: datetime) -> None:
        down = self._down_until is not None
        house = self._house
        wrong = [] if down else house.do(lambda unit: wrong_today(unit, house.office, morning, house.now))
        self._looked_at(wrong)

    def _looked_at(self, wrong: list[str]) -> None:
        for text in wrong:
            if text not in self.figures.wrong:
                self.figures.wrong.append(text)
                self._log(f"WRONG {text}")

    def _count(self, unit: Unit) -> None:
        for row in unit.db.rows("SELECT id, state FROM cases ORDER BY no"):
            self.figures.states[row["state"]] += 1
            for visit in unit.case_as_it_stands(row["id"]).visits:
                if visit.due_at is not None and visit.status != "ended":
                    self.figures.with_deadline += 1
                    self.figures.overdue += (visit.done_at or self._house.now) > visit.due_at

    def _log(self, text: str) -> None:
        line = f"{self._house.now:%Y-%m-%d %H:%M} {text}"
        self._digest.update(f"{line}\n".encode())
        self._say(line)


def told_of(figures: Figures, digest: str) -> list[str]:
    """The year in a few lines."""
    states = "，".join(f"{words.STATES[state]} {number}" for state, number in sorted(figures.states.items()))
    per = figures.pushes / figures.decisions if figures.decisions else 0.0
    share = 100 * figures.overdue / figures.with_deadline if figures.with_deadline else 0.0
    hours = median(figures.hours) if figures.hours else 0.0
    return [
        f"申请 {figures.filed} 件（{states or '无'}），当场不予受理 {figures.refused} 次，办理 {figures.decisions} 次",
        f"推送 {figures.pushes} 条，每次办理 {per:.1f} 条；提醒 {figures.reminders} 条；夜间 {figures.at_night} 条",
        f"从送到到办理，中位数 {hours:.1f} 小时；有期限的 {figures.with_deadline} 步，超期 {share:.1f}%",
        f"停机 {figures.outages} 次，离职 {figures.left} 人；日志校验 {digest}",
        f"不符 {len(figures.wrong)} 处" + ("" if not figures.wrong else "：" + "；".join(figures.wrong[:5])),
    ]
