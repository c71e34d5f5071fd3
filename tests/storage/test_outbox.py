"""The outbox: what is asked, told and drawn anew, and how the sender works it off."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.approval.outcome import Notice, Outcome
from flows.cards import Button, Message
from flows.errors import UnknownCase
from flows.plain import from_plain
from flows.procedure.model import Json
from storage.console import case_of
from storage.delivery import LEASE
from storage.outbox import OutboxItem
from storage.unit import Unit
from tests.storage.sample import LI, LIU, NOW, WANG, ZHAO, ask, done, entered, file, go_on, tell

LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _bound(unit: Unit) -> None:
    for person in (LIU, WANG, LI):
        unit.bind("post", person, person)


def deliver(unit: Unit) -> list[OutboxItem]:
    """Send everything that is due, until nothing is."""
    found: list[OutboxItem] = []
    while batch := unit.due_outbox(LATER, 10):
        for item in batch:
            unit.sent([(item, f"m{item.id}")])
        found += batch
    return found


def test_an_ask_is_a_card_and_a_word_a_message(unit: Unit) -> None:
    case = file(unit, entered(WANG), notices=(ask(WANG, 0), tell(LI, "刘洋的事假已提交")))
    card, word = deliver(unit)
    assert (card.kind, card.notice, card.role, card.visit, card.message) == ("card", "ask", "approver", 0, None)
    assert card.card_key == f"{case.id}:approver:0"
    assert (card.person, card.channel, card.account, card.about) == (WANG, "post", WANG, "approve_step")
    assert card.created_at == NOW
    assert (word.kind, word.notice, word.person, word.card_key) == ("message", "tell", LI, "")
    assert word.message == Message(text="刘洋的事假已提交")


def test_the_applicant_has_one_card_whatever_the_step(unit: Unit) -> None:
    case = file(unit, notices=(Notice(LIU, "update", "filed", "applicant"), Notice(LIU, "ask", "x", "applicant", 3)))
    (card,) = deliver(unit)
    assert card.card_key == f"{case.id}:applicant"
    assert card.notice == "ask"


def test_every_channel_of_a_person_gets_its_own_row(unit: Unit) -> None:
    unit.bind("telegram", "77", WANG)
    case = file(unit, entered(WANG), notices=(ask(WANG, 0),))
    assert [(item.channel, item.account) for item in deliver(unit)] == [("post", WANG), ("telegram", "77")]
    assert [line.person for line in unit.outbox_log(case.id)] == [WANG]


def test_somebody_without_a_channel_is_still_in_the_log(unit: Unit) -> None:
    case = file(unit, entered(ZHAO), notices=(ask(ZHAO, 0), tell(ZHAO, "请办理")))
    assert deliver(unit) == []
    lines = [(line.person, line.kind, line.about, line.visit, line.text) for line in unit.outbox_log(case.id)]
    assert lines == [(ZHAO, "ask", "approve_step", 0, ""), (ZHAO, "tell", "approved", -1, "请办理")]
    assert unit.outbox_log(case.id)[0].at == NOW
    assert unit.next_outbox_at() is None


def test_every_copy_is_drawn_again_when_the_case_moves(unit: Unit) -> None:
    case = file(unit, entered(WANG), notices=(Notice(LIU, "update", "filed"), ask(WANG, 0)))
    deliver(unit)
    case = go_on(unit, case, done(WANG, 0), entered(LI), notices=(ask(LI, 1),))
    drawn = {(item.person, item.notice, item.card_key.removeprefix(case.id)) for item in deliver(unit)}
    assert drawn == {
        (LIU, "update", ":applicant"),
        (WANG, "update", ":approver:0"),
        (LI, "ask", ":approver:1"),
    }


def test_a_card_that_still_waits_gives_way_to_its_later_state(unit: Unit) -> None:
    case = file(unit, entered(WANG, LI), notices=(ask(WANG, 0), ask(LI, 0)))
    go_on(unit, case, done(WANG, 0))
    sent = deliver(unit)
    assert [(item.person, item.notice) for item in sent] == [(LI, "update"), (WANG, "update")]
    assert unit.db.value("SELECT COUNT(*) FROM outbox WHERE status = 'superseded'") == 2
    assert [line.kind for line in unit.outbox_log(case.id)] == ["ask", "ask", "update", "update"]


def test_two_people_asked_at_one_step_have_a_copy_each(unit: Unit) -> None:
    case = file(unit, entered(WANG, LI), notices=(ask(WANG, 0), ask(LI, 0)))
    assert len(deliver(unit)) == 2
    key = f"{case.id}:approver:0"
    assert unit.platform_id_of(WANG, "post", key) != unit.platform_id_of(LI, "post", key) != ""
    assert unit.platform_id_of(WANG, "telegram", key) == ""


def test_a_shown_card_is_found_again_to_be_changed_in_place(unit: Unit) -> None:
    case = file(unit, entered(WANG), notices=(ask(WANG, 0),))
    (first,) = deliver(unit)
    assert first.platform_id == ""
    go_on(unit, case, done(WANG, 0))
    (second,) = deliver(unit)
    assert second.platform_id == f"m{first.id}"


def test_the_same_notice_twice_is_one(unit: Unit) -> None:
    file(unit, entered(WANG), notices=(ask(WANG, 0), ask(WANG, 0), tell(LI), tell(LI)))
    assert len(deliver(unit)) == 2


def test_nothing_overtakes_a_row_that_is_tried_again(unit: Unit) -> None:
    for text in ("一", "二"):
        unit.say(LIU, Message(text=text))
    unit.say(WANG, Message(text="三"))
    first, other = unit.due_outbox(NOW, 10)
    assert (first.message, other.message) == (Message(text="一"), Message(text="三"))
    assert unit.due_outbox(NOW, 10) == ()
    unit.send_later(first.id, LATER, "429")
    unit.sent([(other, "m")])
    assert unit.due_outbox(NOW, 10) == ()
    assert unit.next_outbox_at() == LATER
    again = unit.due_outbox(LATER, 10)
    assert [(item.id, item.attempts) for item in again] == [(first.id, 2)]
    unit.sent([(first, "m")])
    assert [item.message for item in unit.due_outbox(LATER, 10)] == [Message(text="二")]


def test_a_claim_takes_no_more_than_asked(unit: Unit) -> None:
    for person in (LIU, WANG, LI):
        unit.say(person, Message(text="通知"))
    assert [item.person for item in unit.due_outbox(NOW, 2)] == [LIU, WANG]
    assert [item.person for item in unit.due_outbox(NOW, 2)] == [LI]


def test_nothing_is_sent_before_its_time(unit: Unit) -> None:
    unit.say(LIU, Message(text="通知"))
    (row,) = unit.due_outbox(NOW, 10)
    unit.send_later(row.id, NOW + timedelta(minutes=1), "later")
    assert unit.due_outbox(NOW + timedelta(seconds=59), 10) == ()
    assert len(unit.due_outbox(NOW + timedelta(minutes=1), 10)) == 1


def test_what_was_written_before_the_clock_was_set_back_is_not_held_until_then(unit: Unit) -> None:
    unit.say(LIU, Message(text="通知"))
    right = NOW - timedelta(days=900)
    (row,) = unit.due_outbox(right, 10)
    unit.send_later(row.id, right + timedelta(minutes=1), "later")
    assert unit.due_outbox(right, 10) == ()
    assert len(unit.due_outbox(right + timedelta(minutes=1), 10)) == 1


@pytest.mark.parametrize("settle", ["unknown", "never"])
def test_a_row_that_is_given_up_lets_the_next_one_through(unit: Unit, settle: str) -> None:
    unit.say(LIU, Message(text="一"))
    unit.say(LIU, Message(text="二"))
    (first,) = unit.due_outbox(NOW, 10)
    if settle == "unknown":
        unit.send_unknown(first.id)
    else:
        unit.send_never(first.id, "blocked")
    assert [item.message for item in unit.due_outbox(NOW, 10)] == [Message(text="二")]


def test_what_a_stopped_sender_had_claimed_is_sent_again(unit: Unit) -> None:
    unit.say(LIU, Message(text="通知"))
    (first,) = unit.due_outbox(NOW, 10)
    again = NOW + LEASE if unit.db.shared else NOW
    assert unit.requeue_claimed() == (0 if unit.db.shared else 1)
    assert [item.id for item in unit.due_outbox(again, 10)] == [first.id]
    unit.sent([(first, "m")])
    assert unit.requeue_claimed() == 0


def test_a_claim_lapses_only_after_its_time(unit: Unit) -> None:
    unit.say(LIU, Message(text="通知"))
    (first,) = unit.due_outbox(NOW, 10)
    assert unit.due_outbox(NOW + LEASE - timedelta(seconds=1), 10) == ()
    (again,) = unit.due_outbox(NOW + LEASE, 10)
    assert (again.id, again.attempts) == (first.id, 2)


@pytest.mark.parametrize("how", ["later", "restart"])
def test_an_outdated_card_is_not_tried_again(unit: Unit, how: str) -> None:
    case = file(unit, entered(WANG), notices=(ask(WANG, 0),))
    (first,) = unit.due_outbox(NOW, 10)
    go_on(unit, case, done(WANG, 0))
    if how == "later":
        unit.send_later(first.id, NOW, "timeout")
    elif unit.db.shared:
        assert unit.due_outbox(NOW + LEASE, 0) == ()
    else:
        unit.requeue_claimed()
    assert [item.notice for item in deliver(unit)] == ["update"]


def test_a_key_is_said_once_to_each_person(unit: Unit) -> None:
    message = Message(text="请销假", buttons=((Button("销假", "x"),),), expects="date")
    for _ in range(2):
        unit.say(LIU, message, key="overdue:1", case_id="c1", about="report_back")
        unit.say(WANG, message, key="overdue:1", case_id="c1", about="report_back")
        unit.say(LI, message)
    said = deliver(unit)
    assert [item.person for item in said] == [LIU, WANG, LI, LI]
    assert said[0].message == message
    assert [(line.person, line.kind, line.text) for line in unit.outbox_log("c1")] == [
        (LIU, "say", "请销假"),
        (WANG, "say", "请销假"),
    ]


def test_a_copy_in_a_channel_that_was_given_up_is_not_drawn_again(unit: Unit) -> None:
    case = file(unit, entered(WANG), notices=(ask(WANG, 0),))
    deliver(unit)
    unit.unbind("post", WANG)
    go_on(unit, case, done(WANG, 0))
    assert deliver(unit) == []


def in_the_console(unit: Unit, *people: str) -> None:
    for person in people:
        unit.unbind_everywhere(person)
        unit.bind("console", person, person)


def conversation(unit: Unit, person: str) -> list[Json]:
    unit.finish()
    return [line.body for line in unit.console_messages(person)]


def texts(unit: Unit, person: str) -> list[str]:
    return [from_plain(Message, body).text for body in conversation(unit, person)]


def test_the_console_shows_what_was_decided_without_a_sender(unit: Unit) -> None:
    in_the_console(unit, LIU, WANG)
    case = file(unit, entered(WANG), notices=(ask(WANG, 0), tell(LIU, "已提交")))
    unit.say(LIU, Message(text="请销假"), key="once", case_id=case.id)
    unit.say(LIU, Message(text="请销假"), key="once", case_id=case.id)
    assert deliver(unit) == []
    assert conversation(unit, WANG) == [{"case": case.id}]
    assert texts(unit, LIU) == ["已提交", "请销假"]
    assert [(line.person, line.kind) for line in unit.outbox_log(case.id)] == [
        (WANG, "ask"),
        (LIU, "tell"),
        (LIU, "say"),
    ]
    assert unit.db.news.people == {LIU, WANG}
    assert not unit.db.news.outbox


def test_a_card_in_the_console_is_one_line_that_changes(unit: Unit) -> None:
    in_the_console(unit, WANG)
    case = file(unit, entered(WANG), notices=(ask(WANG, 0),))
    unit.finish()
    unit.say(WANG, Message(text="一"))
    unit.finish()
    seen = unit.console_version()
    go_on(unit, case, done(WANG, 0))
    assert [case_of(body) for body in conversation(unit, WANG)] == [case.id, ""]
    assert [case_of(line.body) for line in unit.console_changes(WANG, after_version=seen)] == [case.id]


def test_beside_a_messenger_the_console_needs_no_row(unit: Unit) -> None:
    unit.bind("console", WANG, WANG)
    case = file(unit, entered(WANG), notices=(ask(WANG, 0),))
    assert conversation(unit, WANG) == [{"case": case.id}]
    assert [item.channel for item in deliver(unit)] == ["post"]
    assert unit.db.value("SELECT COUNT(*) FROM outbox") == 1


def test_what_a_failed_outcome_said_is_not_in_the_console(unit: Unit) -> None:
    in_the_console(unit, LIU, WANG)
    case = file(unit, entered(WANG))
    unit.finish()
    gone = Outcome(replace(case, id="gone"), ())
    with pytest.raises(UnknownCase):
        unit.keep(Outcome(case, (), notices=(tell(LIU),), also=(gone,)))
    assert conversation(unit, LIU) == []


def test_words_are_kept_only_until_they_are_shown(unit: Unit) -> None:
    unit.say(LIU, Message(text="一", expects="date"))
    deliver(unit)
    (row,) = unit.db.rows("SELECT words, message FROM outbox")
    assert (row["words"], row["message"]) == ("一", "")
