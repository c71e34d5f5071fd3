"""What must hold of an office after every single event, told from the journal and the tables, not by the engine."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.approval.case import Case, Entry
from flows.approval.turn import turn_of
from flows.procedure.model import DECIDING, Json
from handlers.gather import bound, facts_of
from handlers.ports import Desk
from storage.delegations import REGISTER
from storage.outbox import card_key
from storage.unit import Unit
from storage.verify import verify
from tests.proof.town import CHANNEL, OFFICE, PEOPLE

LEAVE_ROUTES: Mapping[tuple[str, float], tuple[str, ...]] = {
    ("工作人员", 0.5): ("chief_approve", "record"),
    ("工作人员", 1.0): ("chief_opinion", "leader_approve", "record"),
    ("工作人员", 2.0): ("chief_opinion", "leader_opinion", "director_approve", "record"),
    ("科室负责人", 0.5): ("leader_approve", "file", "record"),
    ("科室负责人", 1.0): ("leader_approve", "file", "record"),
    ("科室负责人", 2.0): ("leader_opinion", "director_approve", "file", "record"),
    ("副主任", 0.5): ("director_approve", "file", "record"),
    ("副主任", 1.0): ("director_approve", "file", "record"),
    ("副主任", 2.0): ("director_approve", "file", "record"),
}
"""The regulation's table of who signs, written out once more."""
MADE_ROUTES: Mapping[str, tuple[str, ...]] = {
    "joint": ("one", "two", "work"),
    "in_turn": ("one", "two", "work"),
    "by_vote": ("one", "two", "work"),
    "either": ("one", "two"),
}


def route_of(case: Case) -> tuple[str, ...]:
    """The steps the regulation demands of this case, in their order."""
    if case.procedure in MADE_ROUTES:
        return ("submit", *MADE_ROUTES[case.procedure])
    rank, days = str(case.values["applicant_rank"]), case.values["duration_days"]
    assert isinstance(days, float | int)
    return ("submit", *LEAVE_ROUTES[rank, float(days)], "report_back", "confirm_return")


@dataclass
class _Asking:
    """One visit as the journal's lines tell it."""

    step: str
    kind: str
    post: str
    extra: str
    root: int
    needed: int
    asked: set[str]
    done_by: str = ""
    standing: bool = False


@dataclass
class Signatures:
    """Who signed what, followed line by line; raises where a signature is skipped, doubled or not the signer's."""

    case: Case
    route: tuple[str, ...]
    orders: frozenset[tuple[str, str]] = frozenset()
    askings: list[_Asking] = field(default_factory=list)
    newest: dict[str, int] = field(default_factory=dict)
    held: bool = False

    def follow(self, entry: Entry) -> None:
        """Take in one more line."""
        data = entry.data
        match entry.act:
            case "entered" | "cancel_asked":
                self._enter(data)
            case "held" | "lifted":
                self.held = entry.act == "held"
            case "done":
                assert not self.held, f"{self.case.no} is decided while it is held"
                self._sign(entry)
            case "transferred" | "stood_in" | "succeeded":
                self.askings[_index(data)].asked |= _people(data.get("asks"))
            case "taken_back" | "overtaken":
                self._void(data.get("visits"))
            case "resubmitted" if data.get("back_to"):
                self._void(data.get("visits"))
            case "resubmitted":
                self._void([*range(len(self.askings))])
        if data.get("state") == "approved" or (entry.act == "ended" and data.get("state") == "closed"):
            self._require(self._deciding(), "approved without a signature")

    def _enter(self, data: Mapping[str, Json]) -> None:
        index, given, needed = len(self.askings), data.get("group"), data.get("needed")
        root = given if isinstance(given, int) and given >= 0 else index
        total, sign = data.get("total"), data.get("sign")
        needed = needed if isinstance(needed, int) else 1
        if sign in ("all", "in_order"):
            assert needed == total
        elif sign == "majority":
            assert isinstance(total, int)
            assert needed * 2 > total
        step, extra = str(data["step"]), str(data.get("extra") or "")
        asked = _people(data.get("asks"))
        self.askings.append(_Asking(step, str(data["kind"]), str(data["post"]), extra, root, needed, asked))
        if extra:
            return
        if root == index:
            self.newest[step] = index
        before = self.route[: self.route.index(step)] if step in self.route else self.route
        self._require(before, f"{step} is entered before")

    def _sign(self, entry: Entry) -> None:
        asking = self.askings[_index(entry.data)]
        assert not asking.done_by, f"visit {entry.data['visit']} of {self.case.no} is decided twice"
        asking.done_by, asking.standing = entry.actor, entry.data.get("decision") in ("agree", "done")
        if asking.kind in DECIDING or asking.kind == "confirm":
            assert entry.actor != self.case.applicant, "nobody decides their own case"
        assert self._entitled(entry, asking), f"{entry.actor} is not asked at {asking.step}"

    def _entitled(self, entry: Entry, asking: _Asking) -> bool:
        """Who was asked or holds the post, or whom one of those ordered, even meanwhile, to stand in."""
        principal = str(entry.data.get("for") or "")
        if principal:
            return _asked(principal, asking) and (
                (principal, entry.actor) in self.orders or entry.actor in asking.asked
            )
        return _asked(entry.actor, asking)

    def _void(self, visits: Json) -> None:
        for index in visits if isinstance(visits, list) else []:
            assert isinstance(index, int)
            self.askings[index].standing = False

    def _deciding(self) -> tuple[str, ...]:
        kinds = {asking.step: asking.kind for asking in self.askings}
        last = [step for step in self.route if step not in ("record", "file", "work", "report_back", "confirm_return")]
        assert set(last) <= set(kinds), "a step of the route was never entered"
        return tuple(last)

    def _require(self, steps: Iterable[str], why: str) -> None:
        for step in steps:
            root = self.newest.get(step, -1)
            signed = {a.done_by for a in self.askings if a.root == root and a.standing and not a.extra}
            needed = self.askings[root].needed if root >= 0 else 1
            assert len(signed) >= needed, f"{self.case.no}: {why}: {step} is not signed"


def _index(data: Mapping[str, Json]) -> int:
    index = data["visit"]
    assert isinstance(index, int)
    return index


def _people(asks: Json) -> set[str]:
    return {str(ask[0]) for ask in asks if isinstance(ask, list)} if isinstance(asks, list) else set()


def _asked(person: str, asking: _Asking) -> bool:
    return person in asking.asked or PEOPLE[person].holds(asking.post)


def every_order(unit: Unit) -> frozenset[tuple[str, str]]:
    """Principal and delegate of every order to stand in that was ever given, taken back or not."""
    rows = unit.register(REGISTER, offset=0, limit=unit.register_size(REGISTER))
    return frozenset((str(row.row["principal"]), str(row.row["delegate"])) for row in rows)


def no_signature_is_skipped(case: Case, entries: Sequence[Entry], orders: frozenset[tuple[str, str]]) -> None:
    """No step comes before its time, no visit is decided twice, by a stranger or by the applicant."""
    told = Signatures(case, route_of(case), orders)
    for entry in entries:
        told.follow(entry)


def who_is_asked_has_one_card(unit: Unit, case: Case) -> None:
    """Every person asked has been asked once, on one living card; an ended or returned case asks nobody."""
    waiting = [(visit, ask.person) for visit in case.visits if visit.status == "open" for ask in visit.asks]
    assert not (waiting and (case.ended or case.state == "returned"))
    assert waiting or case.state != "pending", f"{case.no} waits for nobody"
    assert max(Counter((visit.root, person) for visit, person in waiting).values(), default=0) <= 1
    for visit, person in waiting:
        own = person == case.applicant
        role = "applicant" if own else "approver" if _decided_at(visit.kind) else "keeper"
        key = card_key(case.id, role, visit.index)
        cards = unit.db.value(
            "SELECT COUNT(*) FROM cards WHERE person = :person AND channel = :channel AND card_key = :key",
            person=person,
            channel=CHANNEL,
            key=key,
        )
        asks = unit.db.value(
            "SELECT COUNT(*) FROM outbox WHERE case_id = :case_id AND person = :person AND visit = :visit"
            " AND notice = 'ask'",
            case_id=case.id,
            person=person,
            visit=visit.index,
        )
        assert cards == 1, f"{person} has {cards} cards of {case.no}"
        assert asks == 1 or own, f"{person} was asked {asks} times at visit {visit.index} of {case.no}"


def _decided_at(kind: str) -> bool:
    return kind in DECIDING or kind in ("confirm", "issue")


def boxes_agree_with_permission(unit: Unit, desk: Desk, case: Case) -> None:
    """A case lies in exactly the boxes of those it is open for, and whoever finds it there may act on it."""
    found = bound(desk, case)
    facts = facts_of(unit, desk, found)
    asked = {ask.person: ask for visit in case.visits if visit.status == "open" for ask in visit.asks}
    consent = any(visit.status == "open" and visit.extra == "cancel" for visit in case.visits)
    for person in PEOPLE:
        lying = {box for box in ("to_approve", "to_handle") if case in unit.box(box, person, offset=0, limit=99)}
        kinds = {v.kind for v in case.visits if v.status == "open" and v.asked(person)}
        assert lying == {"to_approve" if _decided_at(kind) else "to_handle" for kind in kinds}
        may = turn_of(case, found.procedure, person, facts) is not None
        if person in asked and not asked[person].for_ and not consent:
            assert may, f"{case.no} lies in {person}'s box, who may not act on it"
        if may and person not in asked:
            principals = {ask.for_ or ask.person for ask in asked.values()}
            stands_in = any(o.delegate == person and o.principal in principals for o in facts.office.delegations)
            holds = any(PEOPLE[person].holds(v.post) for v in case.visits if v.status == "open")
            assert holds or stands_in or OFFICE.stand_ins.get(next(iter(principals))) == person, f"{person} may act"


def ledger_is_the_sum_of_leaves(unit: Unit) -> None:
    """Every balance is the sum of the leaves that stand, and a leave stands as its case does."""
    expected: Counter[tuple[str, str]] = Counter()
    for row in unit.db.rows("SELECT leaves.*, cases.state FROM leaves JOIN cases ON cases.id = leaves.case_id"):
        match row["state"]:
            case "pending":
                assert row["status"] == "reserved"
            case "approved" | "closed":
                assert row["status"] == "settled"
            case _:
                assert row["status"] == "void"
        if row["status"] != "void":
            expected[row["person"], row["status"]] += row["days"]
    for person in PEOPLE:
        balances = [unit.balance(person, "事假", year) for year in (2026, 2027)]
        assert abs(sum(reserved for reserved, _ in balances) - expected[person, "reserved"]) < 1e-6
        assert abs(sum(used for _, used in balances) - expected[person, "settled"]) < 1e-6


def timers_belong_to_open_visits(unit: Unit) -> None:
    """A timer of a case waits for a visit that is open, or for a case that has not ended."""
    for row in unit.db.rows("SELECT case_id, visit FROM timers WHERE case_id <> ''"):
        case = unit.case(row["case_id"])
        open_ones = {visit.index for visit in case.visits if visit.status == "open"}
        assert row["visit"] in open_ones or (row["visit"] == -1 and not case.ended)


def the_end_is_told_once(unit: Unit, case: Case, entries: Sequence[Entry]) -> None:
    """The applicant hears of a refusal and of a cancellation as often as there was one."""
    refused = sum(entry.act == "ended" and entry.data.get("state") == "refused" for entry in entries)
    cancelled = sum(entry.act == "cancelled" for entry in entries)
    own = Counter(line.about for line in unit.outbox_log(case.id) if line.person == case.applicant and line.text)
    assert own["refused"] == refused
    assert own["cancelled"] == cancelled or case.applicant == entries[-1].actor


def case_holds(unit: Unit, desk: Desk, case_id: str) -> None:
    """Everything promised of one case."""
    case, entries = unit.case(case_id), unit.journal(case_id)
    no_signature_is_skipped(case, entries, every_order(unit))
    who_is_asked_has_one_card(unit, case)
    boxes_agree_with_permission(unit, desk, case)
    the_end_is_told_once(unit, case, entries)


def books_hold(unit: Unit) -> None:
    """Everything promised of the books as a whole."""
    differences = verify(unit).differences
    assert not differences, differences
    ledger_is_the_sum_of_leaves(unit)
    timers_belong_to_open_visits(unit)
