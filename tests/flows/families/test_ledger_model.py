"""The ledger against a model of its own: plain sets of half days, whatever is filed, decided, undone or returned from.

The model knows weekends and nothing else of the code it checks (no holiday falls into these weeks).
"""

from datetime import date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from flows.errors import BrokenRule
from tests.flows.families.desk import CHIEF, CHIEF_OF_OFFICE, CLERK, DEPUTY, SHANGHAI, STAFF, Desk, at

FIRST = date(2026, 11, 24)
BEGINS = {"am": (8, 30), "pm": (14, 0)}
HALVES = [(FIRST + timedelta(days=n), half) for n in range(28) for half in ("am", "pm")]
Half = tuple[date, str]


def working(first: int, last: int) -> frozenset[Half]:
    return frozenset(half for half in HALVES[first : last + 1] if half[0].weekday() < 5)


def text(index: int) -> str:
    day, half = HALVES[index]
    return f"{day.isoformat()} {half}"


def begins(half: Half) -> datetime:
    hour, minute = BEGINS[half[1]]
    return datetime(half[0].year, half[0].month, half[0].day, hour, minute, tzinfo=SHANGHAI)


spans = st.tuples(st.integers(0, 55), st.integers(0, 9)).map(lambda pair: (pair[0], min(55, sum(pair))))


class Ledger(RuleBasedStateMachine):
    """Leaves of one person, in any order of events; `held` and `state` are what the model believes."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(now=at("2026-11-23T09:00"))
        self.held: dict[str, frozenset[Half]] = {}
        self.state: dict[str, str] = {}

    def having(self, state: str) -> list[str]:
        return sorted(case for case, now in self.state.items() if now == state)

    def taken(self, *, without: str = "") -> frozenset[Half]:
        return frozenset().union(*(held for case, held in self.held.items() if case != without))

    @rule(span=spans)
    def file(self, span: tuple[int, int]) -> None:
        wanted = working(*span)
        try:
            case = self.desk.file(
                "leave_request", leave_type="事假", start_at=text(span[0]), end_at=text(span[1]), reason="家事"
            )
        except BrokenRule:
            assert not wanted or wanted & self.taken()
            return
        assert wanted
        assert not wanted & self.taken()
        self.held[case], self.state[case] = wanted, "reserved"

    @precondition(lambda self: self.having("reserved"))
    @rule(data=st.data())
    def approve(self, data: st.DataObject) -> None:
        case = data.draw(st.sampled_from(self.having("reserved")))
        for by in (CHIEF, DEPUTY, CHIEF_OF_OFFICE):
            if self.desk.cases[case].state == "pending":
                self.desk.act(case, "agree", by)
        self.state[case] = "settled"
        if data.draw(st.booleans()):
            self.desk.act(case, "execute", CLERK)
            self.state[case] = "recorded"

    @precondition(lambda self: self.having("reserved"))
    @rule(data=st.data(), how=st.sampled_from([("withdraw", STAFF), ("refuse", CHIEF), ("send_back", CHIEF)]))
    def give_up(self, data: st.DataObject, how: tuple[str, str]) -> None:
        case = data.draw(st.sampled_from(self.having("reserved")))
        self.desk.act(case, *how)
        self.held[case] = frozenset()
        self.state[case] = "returned" if how[0] == "send_back" else "over"

    @precondition(lambda self: self.having("returned"))
    @rule(data=st.data(), span=spans)
    def repair(self, data: st.DataObject, span: tuple[int, int]) -> None:
        case = data.draw(st.sampled_from(self.having("returned")))
        wanted = working(*span)
        try:
            self.desk.resubmit(case, start_at=text(span[0]), end_at=text(span[1]))
        except BrokenRule:
            assert not wanted or wanted & self.taken()
            return
        self.held[case], self.state[case] = wanted, "reserved"

    @precondition(lambda self: self.having("settled") + self.having("recorded"))
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        case = data.draw(st.sampled_from(self.having("settled") + self.having("recorded")))
        self.desk.happen("cancelled", case, "cancelled")
        self.held[case], self.state[case] = frozenset(), "over"

    @precondition(lambda self: self.having("recorded"))
    @rule(data=st.data(), hours=st.integers(0, 24 * 16), minutes=st.sampled_from([0, 1, 29, 30, 31]))
    def come_back(self, data: st.DataObject, hours: int, minutes: int) -> None:
        case = data.draw(st.sampled_from(self.having("recorded")))
        before, moment = self.desk.now, begins(min(self.held[case])) + timedelta(hours=hours, minutes=minutes)
        self.desk.act(case, "report_return", STAFF, moment.replace(tzinfo=None).isoformat())
        self.desk.now = before
        self.held[case] = frozenset(half for half in self.held[case] if begins(half) + timedelta(minutes=30) < moment)
        self.state[case] = "back"

    @invariant()
    def the_ledger_is_the_half_days_held(self) -> None:
        reserved = sum(len(self.held[case]) for case in self.having("reserved")) / 2
        used = sum(len(self.held[case]) for state in ("settled", "recorded", "back") for case in self.having(state)) / 2
        assert self.desk.balance("事假") == (reserved, used)

    @invariant()
    def every_case_holds_the_half_days_the_model_says(self) -> None:
        for case, held in self.held.items():
            assert {(slot.day, slot.half) for slot in self.desk.held[case].slots} == held
        assert sum(len(held) for held in self.held.values()) == len(self.taken())

    @invariant()
    def the_register_says_the_days_that_stand(self) -> None:
        for case, held in self.held.items():
            row = self.desk.rows.get(("attendance", f"{case}:record"))
            if row is not None:
                assert row["status"] == ("active" if held else "void")
                assert not held or row["days"] == len(held) / 2


Ledger.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLedger = Ledger.TestCase
