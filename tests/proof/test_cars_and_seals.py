"""Any order of requests, dispatches, drives and words about seals: no car, driver or seal is ever in two hands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flows.approval.case import Case
from flows.people import Person, Post, Vehicle
from handlers.events import Answer
from storage.connection import Row
from storage.database import open_work
from storage.scratch import Scratch
from storage.unit import Unit
from storage.verify import verify
from tests.fakes import MovableClock
from tests.proof.lives import fresh_files, live
from tests.proof.promises import timers_belong_to_open_visits
from tests.proof.town import CLERK, DEPUTY, KEEPER, LIU, OFFICE, SECOND_KEEPER, SUN, Town

DISPATCHER, SECOND_DISPATCHER, MA, LUO = "F015", "F016", "F018", "F019"
CARS = {"福办一号": MA, "福办二号": LUO}
SEALS = ("区委办公室印章", "区政府办公室印章")


def _one(staff_no: str, name: str, post: str) -> Person:
    return Person(staff_no, name, "秘书科", (Post("staff"), Post(post)))


MORE = (
    _one(DISPATCHER, "邓洁", "vehicle_dispatcher"),
    _one(SECOND_DISPATCHER, "向东", "vehicle_dispatcher"),
    _one(MA, "马国强", "driver"),
    _one(LUO, "罗勇", "driver"),
)
YARD = replace(
    OFFICE,
    people={**OFFICE.people, **{one.staff_no: one for one in MORE}},
    vehicles=tuple(Vehicle(name, "轿车", 5, driver) for name, driver in CARS.items()),
)
TIMES = (
    "今天10点到11点",
    "今天10点半到12点",
    "今天14点到16点",
    "明天9点到11点半",
    "明天11点到12点",
    "明天11点半到13点",
)
CASE, WHO = st.integers(0, 4), st.sampled_from((DISPATCHER, SECOND_DISPATCHER, MA, LUO, LIU, DEPUTY))
REASON = "情况有变"


class Yard(RuleBasedStateMachine):
    """The cars and seals of a small office, on the database of that address; `lent` is who has which seal."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.clock = MovableClock()
        self.town = Town(open_work(url, self.clock.now), self.clock, office=YARD)
        self.town.open()
        self.cases: list[str] = []
        self.seals: dict[str, tuple[str, str]] = {}
        self.lives = 1

    def teardown(self) -> None:
        """The office closes."""
        self.town.work.close()

    def _case(self, index: int) -> Case:
        return self.town.case(self.cases[index % len(self.cases)])

    def _visit(self, case: Case) -> int:
        return next((visit.index for visit in case.visits if visit.status == "open"), 1)

    def _asked(self, case: Case, other: str) -> str:
        """Who is asked; `other` where nobody is."""
        return next((ask.person for visit in case.visits if visit.status == "open" for ask in visit.asks), other)

    def _unchanged_if_refused(self, answer: Answer, before: dict[str, int]) -> None:
        assert answer.ok or self._revisions() == before, answer.text

    def _revisions(self) -> dict[str, int]:
        return self.town.look(lambda unit: {case: unit.case(case).revision for case in self.cases})

    @initialize(when=st.lists(st.sampled_from(TIMES), min_size=3, max_size=3))
    def first_requests(self, when: list[str]) -> None:
        """There is something to give cars to."""
        for who, each in zip((LIU, SUN, CLERK), when, strict=True):
            self.ask_for_a_car(who, each)
        assert self.cases

    @rule(who=st.sampled_from((LIU, SUN, CLERK)), when=st.sampled_from(TIMES))
    def ask_for_a_car(self, who: str, when: str) -> None:
        if len(self.cases) < 5:
            self.town.say(who, "取消")
            filed = ""
            for words in (f"{when}用车去市政府，2人", "机关公务", "否", "跳过", "提交"):
                filed = self.town.say(who, words).case_id
            self.cases += [filed] if filed else []

    @rule(case=CASE, acts=st.integers(1, 3))
    def go_on(self, case: int, acts: int) -> None:
        """A car is given, driven and brought back, so many steps of it."""
        for _ in range(acts):
            found = self._case(case)
            if found.visits[self._visit(found)].step == "dispatch":
                self.take_an_offer(case, DISPATCHER, 0)
            else:
                self.drive(case, "正常", 0)

    @rule(car=st.sampled_from(tuple(CARS)), driver=st.sampled_from(("马国强", "罗勇", "")))
    def all_of_them_with_one_car(self, car: str, driver: str) -> None:
        """Whatever waits is given the same car, and whoever was given one sets out at once."""
        for case in range(len(self.cases)):
            self.give_a_car(case, DISPATCHER, car, driver)
        for case in range(len(self.cases)):
            if "odometer_out" not in self._case(case).values:
                self.drive(case, "正常", case)

    @rule(case=CASE, who=WHO, car=st.sampled_from((*CARS, "")), driver=st.sampled_from(("马国强", "罗勇", "")))
    def give_a_car(self, case: int, who: str, car: str, driver: str) -> None:
        found, before = self._case(case), self._revisions()
        words = f"同意 {found.code} {car} {driver}".rstrip()
        self._unchanged_if_refused(self.town.say(self._asked(found, who), words), before)

    @rule(case=CASE, who=WHO, offer=st.integers(0, 2))
    def take_an_offer(self, case: int, who: str, offer: int) -> None:
        found, before = self._case(case), self._revisions()
        press = f"offer:{found.id}:{self._visit(found)}:{offer}"
        self._unchanged_if_refused(self.town.tap(self._asked(found, who), press), before)

    @rule(case=CASE, who=WHO, visit=st.integers(0, 4), verb=st.sampled_from(("agree", "execute", "take_back")))
    def tap_an_old_card(self, case: int, who: str, visit: int, verb: str) -> None:
        found, before = self._case(case), self._revisions()
        self._unchanged_if_refused(self.town.tap(who, f"do:{verb}:{found.id}:{visit}"), before)
        self.town.say(who, "取消")

    @rule(case=CASE, fit=st.sampled_from(("正常", "正常", "正常", "不适")), further=st.integers(-5, 40))
    def drive(self, case: int, fit: str, further: int) -> None:
        """The driver's next step, with what it asks for: how they are, and what the odometer shows."""
        found = self._case(case)
        driver = str(found.values.get("driver") or MA)
        self.town.say(driver, "取消")
        self.town.tap(driver, f"do:execute:{found.id}:{self._visit(found)}")
        shows = 12000 + 50 * self.clock.now().day + 2 * self.clock.now().hour + further
        for words in (str(shows), "跳过", "0") if "odometer_out" in found.values else (fit, str(shows)):
            self.town.say(driver, words)
        self.town.say(driver, "取消")

    @rule(case=CASE, who=st.sampled_from(("撤回", "撤销", "取回", "退回", "不同意")))
    def undo(self, case: int, who: str) -> None:
        """It is taken back, cancelled, sent back or refused by whoever may."""
        found, before = self._case(case), self._revisions()
        actor = found.applicant if who in ("撤回", "撤销") else DISPATCHER
        reason = "" if who in ("撤回", "取回") else f" {REASON}"
        self._unchanged_if_refused(self.town.say(actor, f"{who} {found.code}{reason}"), before)

    @rule(case=CASE)
    def consent(self, case: int) -> None:
        """Whoever is asked agrees, also to a cancellation."""
        found, before = self._case(case), self._revisions()
        answer = self.town.say(self._asked(found, DISPATCHER), f"同意 {found.code}")
        self._unchanged_if_refused(answer, before)

    @rule(
        who=st.sampled_from((KEEPER, SECOND_KEEPER, KEEPER, LIU)),
        verb=st.sampled_from(("借出", "借出", "归还", "停用", "恢复")),
        seal=st.sampled_from(SEALS),
        to=st.sampled_from(("刘洋", "孙立")),
    )
    def a_word_about_a_seal(self, who: str, verb: str, seal: str, to: str) -> None:
        """Lent only from the hand it is in, given back only when lent; a stranger's word is none."""
        rest = {"借出": f"给{to} 12月4日前还", "停用": "印面损坏"}.get(verb, "")
        status = self.seals.get(seal, ("", ""))[0]
        fits = {"借出": status == "", "归还": status == "lent", "恢复": status == "suspended", "停用": True}[verb]
        answer = self.town.say(who, f"{verb}印章 {seal} {rest}".rstrip())
        assert answer.text.startswith("已登记") is (fits and who != LIU), answer.text
        if fits and who != LIU:
            self.seals[seal] = {"借出": ("lent", to), "停用": ("suspended", "")}.get(verb, ("", ""))

    @rule(hours=st.sampled_from((0.5, 1, 2, 5, 24)))
    def time_passes(self, hours: float) -> None:
        self.town.until(self.clock.now() + timedelta(hours=hours))

    @precondition(lambda self: self.lives < 3)
    @rule()
    def restart(self) -> None:
        """The process ends and another goes on."""
        self.lives += 1
        self.town.work.close()
        self.town = Town(open_work(self.url, self.clock.now), self.clock, f"life{self.lives}-", YARD)

    @invariant()
    def everything_promised_holds(self) -> None:
        """After every step."""
        self.town.look(_books_hold)
        trips = self.town.look(lambda unit: unit.db.rows("SELECT * FROM trips ORDER BY starts, case_id"))
        _one_hand(trips)
        for trip in trips:
            _as_its_case(trip, self.town.case(trip["case_id"]))
        kept = self.town.look(lambda unit: unit.seals())
        assert {name: (seal.status, seal.to) for name, seal in kept.items()} == {
            name: stands for name, stands in self.seals.items() if stands[0]
        }


def _books_hold(unit: Unit) -> None:
    differences = verify(unit).differences
    assert not differences, differences
    timers_belong_to_open_visits(unit)
    twice = "SELECT key FROM register_rows WHERE key <> '' AND NOT superseded GROUP BY register_id, key"
    assert unit.db.rows(f"{twice} HAVING COUNT(*) > 1") == []


def _one_hand(trips: Sequence[Row]) -> None:
    """No car and no driver is promised twice for one time, or out twice."""
    for column in ("vehicle", "driver"):
        live_ones = [trip for trip in trips if trip["status"] in ("booked", "out")]
        for name in {trip[column] for trip in live_ones}:
            own = [trip for trip in live_ones if trip[column] == name]
            assert sum(trip["status"] == "out" for trip in own) <= 1, f"{name} is out twice"
            for earlier, later in pairwise(own):
                assert earlier["ends"] <= later["starts"], f"{name} is promised twice"


def _as_its_case(trip: Row, case: Case) -> None:
    """A trip stands as its case does; only its driver drove it, and no odometer went backwards."""
    match case.state:
        case "approved":
            assert trip["status"] in ("booked", "out", "back"), (case.no, trip["status"])
        case "closed":
            assert trip["status"] == "back", (case.no, trip["status"])
        case "pending" if any(visit.step == "drive" and visit.status == "open" for visit in case.visits):
            assert trip["status"] == "booked", (case.no, trip["status"])
        case _:
            assert trip["status"] == "void", (case.no, case.state, trip["status"])
    drove = [visit.done_by for visit in case.visits if visit.step in ("drive", "return") and visit.done_by]
    assert set(drove) <= set(CARS.values())
    if trip["odometer_in"] is not None and trip["odometer_out"] is not None:
        assert trip["odometer_in"] >= trip["odometer_out"]


def test_no_car_and_no_seal_is_in_two_hands_on_sqlite(tmp_path: Path) -> None:
    fresh = fresh_files(tmp_path)
    live(lambda: Yard(fresh()), 15)


@pytest.mark.postgres
def test_no_car_and_no_seal_is_in_two_hands_on_postgres(postgres_scratch: Scratch) -> None:
    def born() -> Yard:
        postgres_scratch.empty()
        return Yard(postgres_scratch.url)

    live(born, 4)
