"""Any order of acts by anybody, legal or not, with time passing and restarts between: every promise holds."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from flows.approval.case import Case
from flows.approval.run import role_of
from handlers.events import Answer
from storage.database import open_work
from storage.scratch import Scratch
from tests.fakes import MovableClock
from tests.proof.lives import fresh_files, live
from tests.proof.promises import books_hold, case_holds
from tests.proof.town import (
    CHIEF,
    CLERK,
    DEPUTY,
    DIRECTOR,
    KEEPER,
    LIU,
    PEOPLE,
    SECOND_KEEPER,
    SECRETARY,
    SUN,
    Town,
)

EVERYBODY = (*PEOPLE, *PEOPLE)
DAYS = tuple(f"12月{day}日" for day in (1, 2, 3, 4, 7, 8, 9, 10, 11))
LENGTHS = ("{}上午请半天", "{}请一天", "{}请两天")
FILERS = (LIU, SUN, CLERK, CHIEF, KEEPER, SECRETARY, DEPUTY)
CASE, WHO, WHOM = st.integers(0, 5), st.integers(0, 19), st.sampled_from(tuple(PEOPLE))
REASON = "情况有变"


class OfficeLife(RuleBasedStateMachine):
    """A small office as it lives, on the database of that address."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.clock = MovableClock()
        self.town = Town(open_work(url, self.clock.now), self.clock)
        self.town.open()
        self.cases: list[str] = []
        self.closed: dict[str, Case] = {}
        self.seen: dict[str, int] = {}
        self.seen_at: object = None
        self.lives = 1

    def teardown(self) -> None:
        """The office closes."""
        self.town.work.close()

    def _case(self, index: int) -> Case:
        return self.town.case(self.cases[index % len(self.cases)])

    def _one_of(self, index: int, *states: str) -> Case:
        """Mostly a case in one of these states, where there is one; sometimes any."""
        known = [self.town.case(case) for case in self.cases]
        fitting = [case for case in known if case.state in states] if index else known
        return (fitting or known)[index % len(fitting or known)]

    def _who(self, case: Case, index: int) -> str:
        """Mostly somebody who is asked, sometimes anybody."""
        asked = [ask.person for visit in case.visits if visit.status == "open" for ask in visit.asks]
        likely = (*asked, *asked, *asked, case.applicant, *PEOPLE)
        return likely[index % len(likely)]

    def _act(self, index: int, who: int, words: str) -> Answer:
        """Something typed about a case; a refusal says why and changes nothing."""
        case = self._case(index)
        before = self._revisions()
        answer = self.town.say(self._who(case, who), words.format(code=case.code))
        self._unchanged_if_refused(answer, before)
        return answer

    def _revisions(self) -> dict[str, int]:
        return self.town.look(lambda unit: {case: unit.case(case).revision for case in self.cases})

    def _unchanged_if_refused(self, answer: Answer, before: dict[str, int]) -> None:
        if not answer.ok:
            assert answer.text.endswith(("。", "？", "）")), answer.text
            assert self._revisions() == before

    @initialize(leave=st.booleans())
    def first_case(self, leave: bool) -> None:
        """There is something to act on."""
        found = self.town.file_leave(LIU, "12月3日请一天") if leave else self.town.file(LIU, "joint")
        self.cases.append(found)

    @rule(who=st.sampled_from(FILERS), length=st.sampled_from(LENGTHS), day=st.sampled_from(DAYS))
    def ask_for_leave(self, who: str, length: str, day: str) -> None:
        if len(self.cases) < 4:
            filed = self.town.file_leave(who, length.format(day))
            self.cases += [filed] if filed else []

    @rule(who=st.sampled_from(FILERS), procedure=st.sampled_from(("joint", "in_turn", "by_vote", "either")))
    def file(self, who: str, procedure: str) -> None:
        if len(self.cases) < 4:
            self.town.say(who, "取消")
            self.cases.append(self.town.file(who, procedure))

    @rule(case=CASE, who=st.integers(0, 2), acts=st.integers(1, 5))
    def go_on(self, case: int, who: int, acts: int) -> None:
        """Whoever is asked does what is asked, so many acts long."""
        for _ in range(acts):
            found = self._case(case)
            waiting = [visit for visit in found.visits if visit.status == "open"]
            if not waiting:
                return
            visit = waiting[who % len(waiting)]
            actor = visit.asks[who % len(visit.asks)].person
            verb = "agree" if role_of(visit.kind) == "approver" else "execute"
            before = self._revisions()
            self._unchanged_if_refused(self.town.tap(actor, f"do:{verb}:{found.id}:{visit.index}"), before)
            self.everything_promised_holds()

    @rule(case=CASE, who=WHO)
    def agree(self, case: int, who: int) -> None:
        self._act(case, who, "同意 {code}")

    @rule(case=CASE, who=WHO, visit=st.integers(-1, 6), verb=st.sampled_from(("agree", "execute", "confirm", "urge")))
    def tap_an_old_card(self, case: int, who: int, visit: int, verb: str) -> None:
        """A card of some earlier state, from whoever's hand."""
        found, before = self._case(case), self._revisions()
        answer = self.town.tap(self._who(found, who), f"do:{verb}:{found.id}:{visit}")
        self._unchanged_if_refused(answer, before)

    @rule(case=CASE, who=WHO)
    def tap_twice(self, case: int, who: int) -> None:
        """The same event brought twice: answered the same, done once."""
        found = self._case(case)
        actor, press = self._who(found, who), f"do:agree:{found.id}:-1"
        key = f"twice-{self.lives}-{self._revisions()}-{actor}-{found.id}"
        first = self.town.tap(actor, press, key=key)
        before = self._revisions()
        assert self.town.tap(actor, press, key=key).text == first.text
        assert self._revisions() == before

    @rule(case=CASE, who=WHO)
    def refuse(self, case: int, who: int) -> None:
        self._act(case, who, f"不同意 {{code}} {REASON}")

    @rule(case=CASE, who=WHO)
    def reserve(self, case: int, who: int) -> None:
        self._act(case, who, f"保留意见 {{code}} {REASON}")

    @rule(case=CASE, who=WHO)
    def carry_out(self, case: int, who: int) -> None:
        self._act(case, who, "办理 {code}")

    @rule(case=CASE, who=WHO)
    def confirm(self, case: int, who: int) -> None:
        self._act(case, who, "确认 {code}")

    @rule(case=CASE, who=WHO)
    def send_back(self, case: int, who: int) -> None:
        self._act(case, who, f"退回 {{code}} {REASON}")

    @rule(case=CASE, who=WHO, to=WHOM)
    def send_back_to_a_step(self, case: int, who: int, to: str) -> None:
        self._act(case, who, f"退回到 {{code}} {PEOPLE[to].name} {REASON}")

    @rule(case=CASE, who=st.sampled_from((0, 0, 0, 7)))
    def hand_in_again(self, case: int, who: int) -> None:
        found = self._one_of(case, "returned", "refused", "withdrawn")
        actor = found.applicant if not who else tuple(PEOPLE)[who]
        self.town.say(actor, "取消")
        before = self._revisions()
        opened = self.town.say(actor, f"重交 {found.code}")
        self._unchanged_if_refused(opened, before)
        if opened.ok:
            filed = self.town.say(actor, "提交").case_id
            self.cases += [filed] if filed and filed not in self.cases else []

    @rule(case=CASE, who=st.sampled_from((0, 0, 3)))
    def withdraw(self, case: int, who: int) -> None:
        found, before = self._one_of(case, "pending", "returned"), self._revisions()
        actor = found.applicant if not who else DIRECTOR
        self._unchanged_if_refused(self.town.say(actor, f"撤回 {found.code}"), before)

    @rule(case=CASE)
    def cancel(self, case: int) -> None:
        """撤销 of what is approved; what is not approved stays."""
        found, before = self._one_of(case, "approved"), self._revisions()
        self._unchanged_if_refused(self.town.say(found.applicant, f"撤销 {found.code} {REASON}"), before)

    @rule(case=CASE, who=WHO, to=WHOM)
    def transfer(self, case: int, who: int, to: str) -> None:
        self._act(case, who, f"转交 {{code}} {PEOPLE[to].name}")

    @rule(case=CASE, who=WHO, to=WHOM, word=st.sampled_from(("加签", "后加签", "并加签")))
    def add_a_signer(self, case: int, who: int, to: str, word: str) -> None:
        self._act(case, who, f"{word} {{code}} {PEOPLE[to].name}")

    @rule(case=CASE, who=WHO, to=WHOM)
    def put_a_question(self, case: int, who: int, to: str) -> None:
        self._act(case, who, f"问一下 {{code}} {PEOPLE[to].name} 谁接手？")

    @rule(case=CASE, who=WHO)
    def answer_a_question(self, case: int, who: int) -> None:
        found = self._case(case)
        asked = [item.to for item in found.questions if item.answered_at is None]
        actor = asked[who % len(asked)] if asked else self._who(found, who)
        before = self._revisions()
        self._unchanged_if_refused(self.town.say(actor, f"答复 {found.code} 我接手"), before)

    @rule(case=CASE, who=WHO)
    def take_back(self, case: int, who: int) -> None:
        found = self._case(case)
        decided = [visit.done_by for visit in found.visits if visit.status == "done" and visit.done_by]
        before = self._revisions()
        likely = (*reversed(decided), *PEOPLE)
        self._unchanged_if_refused(self.town.say(likely[who % len(likely)], f"取回 {found.code}"), before)

    @rule(case=CASE, who=WHO)
    def hold(self, case: int, who: int) -> None:
        self._act(case, who, f"挂起 {{code}} {REASON}")

    @rule(case=CASE, who=WHO)
    def lift(self, case: int, who: int) -> None:
        found = self._case(case)
        before = self._revisions()
        actor = found.held or self._who(found, who)
        self._unchanged_if_refused(self.town.say(actor, f"恢复 {found.code}"), before)

    @rule(case=CASE)
    def urge(self, case: int) -> None:
        found, before = self._case(case), self._revisions()
        self._unchanged_if_refused(self.town.say(found.applicant, f"催办 {found.code}"), before)

    @rule(case=CASE)
    def report_back(self, case: int) -> None:
        found, before = self._one_of(case, "approved"), self._revisions()
        self._unchanged_if_refused(self.town.say(found.applicant, f"销假 {found.code}"), before)

    @rule(principal=st.sampled_from((DEPUTY, DIRECTOR, CHIEF, KEEPER)), delegate=WHOM)
    def order_somebody_to_stand_in(self, principal: str, delegate: str) -> None:
        self.town.say(principal, "取消")
        name = PEOPLE[delegate].name
        for words in ("start:delegation", name, "今天", "12月4日", "全部事项", "提交"):
            self.town.take(principal, "tap" if ":" in words else "text", words)
        self.town.say(principal, "取消")

    @rule(who=st.sampled_from((DEPUTY, DIRECTOR, CHIEF, KEEPER, SECOND_KEEPER)))
    def take_an_order_back(self, who: str) -> None:
        today = self.clock.now().date()
        orders = self.town.look(lambda unit: unit.delegations(today))
        for order in orders[:1]:
            answer = self.town.tap(who, f"revoke:{order.id}")
            assert answer.ok is (who == order.principal)

    @rule(hours=st.sampled_from((0.05, 1, 5, 24, 72, 240)))
    def time_passes(self, hours: float) -> None:
        self.town.until(self.clock.now() + timedelta(hours=hours))

    @precondition(lambda self: self.lives < 4)
    @rule()
    def restart(self) -> None:
        """The process ends and another goes on."""
        self.lives += 1
        self.town.work.close()
        self.town = Town(open_work(self.url, self.clock.now), self.clock, name=f"life{self.lives}-")

    @invariant()
    def everything_promised_holds(self) -> None:
        """After every step, for whatever it has touched; for everything where time has passed or a life has ended."""
        desk, now = self.town.desk, self._revisions()
        moment = (self.lives, self.clock.now())
        touched = [case for case in self.cases if moment != self.seen_at or self.seen.get(case) != now[case]]
        self.seen, self.seen_at = now, moment
        self.town.look(books_hold)
        for case in touched:
            self.town.look(lambda unit, of=case: case_holds(unit, desk, of))  # type: ignore[misc]

    @invariant()
    def what_is_closed_stays_closed(self) -> None:
        """An ended case is the same for ever, to the last line of its journal."""
        for case_id in self.cases:
            case = self.town.case(case_id)
            if case.ended:
                assert self.closed.setdefault(case_id, case) == case


def test_no_order_of_events_breaks_a_promise_on_sqlite(tmp_path: Path) -> None:
    fresh = fresh_files(tmp_path)
    live(lambda: OfficeLife(fresh()), 20)


@pytest.mark.postgres
def test_no_order_of_events_breaks_a_promise_on_postgres(postgres_scratch: Scratch) -> None:
    def born() -> OfficeLife:
        postgres_scratch.empty()
        return OfficeLife(postgres_scratch.url)

    live(born, 8)
