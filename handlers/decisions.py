"""A pressed or typed act on a case: decode, load, who, may they, do."""

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType

from flows.approval import route, words
from flows.approval.case import Visit
from flows.approval.decide import Act, act_on
from flows.approval.run import choices_at
from flows.approval.turn import may_act, my_visit
from flows.cards import Button, Fact, Message
from flows.conversation.draft import Draft
from flows.conversation.reading import read, show
from flows.conversation.reason import read_reason, reason_question, stock_reasons
from flows.errors import BrokenRule, Incomplete, NotYourTurn, ReasonNeeded, Refused, StaleButton
from flows.facts import Facts
from flows.families import family_of
from flows.procedure.model import Json, Procedure, Step, Values
from handlers import demanded, recording
from handlers.events import Answer, Inbound
from handlers.filing import behind, resume
from handlers.gather import Bound, facts_of, load, seen
from handlers.later import do_later
from handlers.ports import Desk, Unit
from handlers.press import Press

_NOTHING: Values = MappingProxyType({})
_REASONED = ("refuse", "send_back", "cancel", "reserve", "hold", "answer")
_ANYWHERE = ("cancel", "hold", "answer")
"""Verbs of people who need not be asked at the open step."""
_SAID: Mapping[str, str] = {
    "agree": "已同意",
    "confirm": "已确认",
    "execute": "已办理",
    "report_return": "已销假，等室领导确认",
    "refuse": "已记为不同意",
    "send_back": "已退回修改",
    "withdraw": "已撤回",
    "urge": "已催办",
    "cancel": "已提出撤销",
    "reserve": "已记下保留意见，往下办理",
    "take_back": "已取回，请重新办理",
    "hold": "已挂起",
    "lift": "已恢复",
    "answer": "已答复",
    "comment": "已留言",
    "supplement": "已补充",
    "copy_to": "已抄送",
    "oral": "已补记",
}


def on_do(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """An act button: carried out at once, or after its reason or its second confirm."""
    verb, case_id, visit = press.parts[0], press.parts[1], press.number(2)
    if verb not in _SAID:
        raise StaleButton("没有这个按钮，请看最新的一条。")
    if verb in _REASONED:
        return ask_reason(unit, desk, person, verb, case_id, visit)
    return _do_or_ask(unit, desk, Act(verb, person, visit=visit), case_id)


def _do_or_ask(unit: Unit, desk: Desk, act: Act, case_id: str) -> Answer:
    """The act carried out, unless a choice belongs to it or it is asked once more."""
    found = seen(unit, desk, case_id, act.actor)
    facts = facts_of(unit, desk, found)
    mine = my_visit(found.case, found.procedure, act.actor, facts)
    if mine is not None and not mine.extra and act.visit in (-1, mine.index):
        step = found.procedure.step_by_id[mine.step]
        if act.verb == "execute" and asks_twice(found.procedure, step):
            return _ask_sure(unit, desk, act.actor, case_id, mine.index)
        if act.verb == "execute" and not act.set and recording.asks_first(found.procedure, step):
            return recording.ask(unit, desk, act, found, mine.index)
        choices = choices_at(found.procedure, step)
        if act.verb in ("agree", "confirm") and choices is not None and choices.id not in act.set:
            listed = "、".join(choices.choices)
            raise Refused(f"请在“同意 {found.case.code}”后面写上{choices.name}（{listed}），或点卡片上的按钮。")
    return _carry_out(unit, desk, act, found, facts)


def asks_twice(procedure: Procedure, step: Step) -> bool:
    """Only a seal asks twice: what is pressed on paper is not taken back."""
    return procedure.family == "seal" and procedure.family_params.get("stamp") == step.id


def do(unit: Unit, desk: Desk, act: Act, case_id: str) -> Answer:
    """Carry the act out and keep what follows from it, once everything the step has to write down was asked for."""
    found = seen(unit, desk, case_id, act.actor)
    return _carry_out(unit, desk, act, found, facts_of(unit, desk, found))


def _carry_out(unit: Unit, desk: Desk, act: Act, found: Bound, facts: Facts) -> Answer:
    if (filed := do_later(unit, desk, found, act)) is not None:
        return filed
    try:
        outcome = act_on(found.case, found.pack, found.procedure, act, facts)
    except (BrokenRule, Incomplete) as refusal:
        field = demanded.lacking(found, act, refusal)
        if field is None:
            raise
        return demanded.ask(unit, desk, found, act, field)
    unit.keep(outcome)
    return Answer(outcome.answer or f"{_SAID[act.verb]}。", case_id=found.case.id)


def on_demanded(unit: Unit, desk: Desk, draft: Draft, inbound: Inbound) -> Answer:
    """A line the step writes down was given: the next is asked for, or the step is done."""
    if demanded.called_off(draft, inbound):
        unit.say(draft.person, Message(text="好的，没有办理，本件仍在您这里。"), case_id=draft.case_id)
        resume(unit, desk, draft)
        return Answer()
    act = demanded.answered(unit, desk, draft, inbound)
    answered = do(unit, desk, act, draft.case_id)
    if inbound.file is not None:
        unit.attach(str(inbound.file.get("id", "")), draft.case_id)
    if answered.text:
        unit.say(draft.person, Message(text=answered.text), case_id=draft.case_id)
        resume(unit, desk, draft)
    return answered


def ask_reason(
    unit: Unit,
    desk: Desk,
    person: str,
    verb: str,
    case_id: str,
    visit: int,
    *,
    to: str = "",
    recorded: Values = _NOTHING,
) -> Answer:
    """Ask why before a refusal or a return (`to` an earlier step); nothing is decided until the reason is in.

    `recorded` is what the decision records: a finding that gives the case back needs its reason too.
    """
    found = seen(unit, desk, case_id, person)
    mine = visit if verb in _ANYWHERE else _own_visit(unit, desk, found, person, visit, verb).index
    if not recorded:
        attempt(unit, desk, found, Act(verb, person, visit=mine, to=to))
    earlier = unit.draft(person)
    turn = earlier.turn + 1 if earlier is not None else 1
    draft = Draft(
        found.pack.id,
        found.pack.version,
        found.procedure.id,
        values={"to": to, "set": dict(recorded)},
        stage="reason",
        turn=turn,
        case_id=case_id,
        verb=verb,
        visit=mine,
        person=person,
        behind=behind(earlier),
    )
    unit.keep_draft(person, draft)
    unit.say(person, reason_question("send_back" if recorded else verb, found.procedure, turn), case_id=case_id)
    return Answer()


def _own_visit(unit: Unit, desk: Desk, found: Bound, person: str, visit: int, verb: str) -> Visit:
    """The visit the person may act on; refused in the words an act would be refused in.

    Raises:
        Refused: as the act would be.
    """
    facts = facts_of(unit, desk, found)
    mine = my_visit(found.case, found.procedure, person, facts)
    if mine is not None and visit in (-1, mine.index):
        may_act(found.case, mine, found.procedure, person, facts)
        return mine
    attempt(unit, desk, found, Act(verb, person, visit=visit))
    raise NotYourTurn("这一步不在您这里，您的点击没有生效。")


def attempt(unit: Unit, desk: Desk, found: Bound, act: Act) -> None:
    """Try the act without keeping it: nothing comes of it where it lacks only its words.

    Raises:
        Refused: as the act would be.
    """
    with suppress(ReasonNeeded):
        act_on(found.case, found.pack, found.procedure, act, facts_of(unit, desk, found))


def on_reason(unit: Unit, desk: Desk, draft: Draft, inbound: Inbound) -> Answer:
    """The reason given: the decision it was asked for is taken with it."""
    procedure = desk.rules.of_case(load(unit, desk, draft.case_id).case).procedures[draft.procedure]
    reason = _reason(procedure, draft, inbound)
    if not reason:
        kept = "好的，没有生效。" if draft.verb in _ANYWHERE else "好的，没有作决定，本件仍在您这里。"
        unit.say(draft.person, Message(text=kept), case_id=draft.case_id)
        resume(unit, desk, draft)
        return Answer()
    to, given = str(draft.values.get("to", "")), draft.values.get("set")
    recorded: Values = given if isinstance(given, dict) else {}
    act = Act(draft.verb, draft.person, visit=draft.visit, reason=reason, to=to, set=recorded)
    answered = do(unit, desk, act, draft.case_id)
    unit.say(draft.person, Message(text=answered.text), case_id=draft.case_id)
    resume(unit, desk, draft)
    return answered


def given_up(unit: Unit, desk: Desk, draft: Draft) -> None:
    """After a refusal: a question about a decision that can no longer be taken is not put again."""
    found = load(unit, desk, draft.case_id)
    if draft.verb in _ANYWHERE:
        open_still = _possible(unit, desk, found, Act(draft.verb, draft.person, visit=draft.visit))
    else:
        mine = my_visit(found.case, found.procedure, draft.person, facts_of(unit, desk, found))
        open_still = mine is not None and mine.index == draft.visit
    if not open_still:
        resume(unit, desk, draft)


def _possible(unit: Unit, desk: Desk, found: Bound, act: Act) -> bool:
    try:
        attempt(unit, desk, found, act)
    except Refused:
        return False
    return True


def _reason(procedure: Procedure, draft: Draft, inbound: Inbound) -> str:
    """The reason said or picked; empty where it was called off."""
    if inbound.what == "tap":
        _, turn, pick = (*inbound.text.split(":"), "", "")[:3]
        if turn != str(draft.turn):
            raise StaleButton("这个按钮已经失效，请看最新的一条。")
        reasons = stock_reasons("send_back" if draft.values.get("set") else draft.verb, procedure)
        if pick == "cancel":
            return ""
        if pick not in map(str, range(len(reasons))):
            raise StaleButton("没有这个按钮，请看最新的一条。")
        return reasons[int(pick)]
    if inbound.text.strip() in ("取消", "算了", "/cancel"):
        return ""
    return read_reason(inbound.text)


def on_set(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """A choice recorded with the decision: the keeper's finding is the button itself."""
    case_id, visit, field_id, pick = press.parts[0], press.number(1), press.parts[2], press.number(3)
    found = seen(unit, desk, case_id, person)
    field = found.procedure.field_by_id.get(field_id)
    asked = next((item for item in found.case.visits if item.index == visit), None)
    step = found.procedure.step_by_id.get(asked.step) if asked is not None else None
    choices = choices_at(found.procedure, step) if step is not None else None
    if field is None or field != choices or not 0 <= pick < len(field.choices):
        raise StaleButton("没有这个按钮，请看最新的一条。")
    recorded: Values = {field_id: field.choices[pick]}
    if step is not None and route.gives_back(found.procedure, step, {**found.case.values, **recorded}):
        return ask_reason(unit, desk, person, "agree", case_id, visit, recorded=recorded)
    return do(unit, desk, Act("agree", person, visit=visit, set=recorded), case_id)


def on_offer(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """One of the ways the family offers to agree: a car with its driver, if it is still free."""
    case_id, visit, key = press.parts[0], press.number(1), press.parts[2]
    found = seen(unit, desk, case_id, person)
    asked = next((item for item in found.case.visits if item.index == visit), None)
    step = found.procedure.step_by_id.get(asked.step) if asked is not None else None
    if step is None:
        raise StaleButton("没有这个按钮，请看最新的一条。")
    facts = facts_of(unit, desk, found)
    offers = family_of(found.procedure).offers(found.procedure, step, found.case, facts)
    offer = next((item for item in offers if item.key == key), None)
    if offer is None and asked is not None and asked.status == "open":
        raise StaleButton("这辆车刚刚派出或已不合适，请从最新的卡片上另选，或发送“同意 码 车名”。")
    return do(unit, desk, Act("agree", person, visit=visit, set=offer.records if offer else {}), case_id)


def _ask_sure(unit: Unit, desk: Desk, person: str, case_id: str, visit: int) -> Answer:
    found = load(unit, desk, case_id)
    values, office = found.case.values, desk.office
    facts = tuple(
        Fact(field.name, show(field, values[field.id], office))
        for field in found.procedure.fields
        if field.id in ("seal", "document", "copies", "reason") and values.get(field.id) not in (None, "")
    )
    code = f"{case_id}:{visit}"
    step = found.procedure.step_by_id[found.case.visits[visit].step]
    others = [Button("实盖印数不同", f"count:{code}")] if demanded.numbers_of(found.procedure, step) else []
    if demanded.file_field(found, visit) is not None:
        others.append(Button("附扫描件并登记", f"scan:{code}"))
    title = words.title(found.procedure, found.case, office)
    unit.say(
        person,
        Message(
            text=f"请核对后盖章：{title}（{found.case.no}）。盖章登记后不能更改。",
            summary=facts,
            buttons=((Button("确认已盖章", f"sure:{code}", "primary"), *others),),
        ),
        case_id=case_id,
    )
    return Answer()


def on_sure(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """The second confirm of a seal: stamped and registered as applied for."""
    case_id, visit = press.parts[0], press.number(1)
    found = seen(unit, desk, case_id, person)
    asked = next((item for item in found.case.visits if item.index == visit), None)
    if asked is None or not asks_twice(found.procedure, found.procedure.step_by_id[asked.step]):
        raise StaleButton("没有这个按钮，请看最新的一条。")
    answered = do(unit, desk, Act("execute", person, visit=visit), case_id)
    if answered.text:
        unit.say(person, Message(text="已盖章并登记。", tone="agreed"), case_id=case_id)
    return answered


def ask_scan(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """Ask for the scan of the stamped paper; with it the stamping is registered."""
    found = seen(unit, desk, press.parts[0], person)
    mine = _own_visit(unit, desk, found, person, press.number(1), "execute")
    field = demanded.file_field(found, mine.index)
    if field is None or not asks_twice(found.procedure, found.procedure.step_by_id[mine.step]):
        raise StaleButton("没有这个按钮，请看最新的一条。")
    return demanded.ask(unit, desk, found, Act("execute", person, visit=mine.index), field)


def ask_count(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """Ask how many impressions were really made."""
    found = seen(unit, desk, press.parts[0], person)
    mine = _own_visit(unit, desk, found, person, press.number(1), "execute")
    step = found.procedure.step_by_id[mine.step]
    if not asks_twice(found.procedure, step):
        raise StaleButton("没有这个按钮，请看最新的一条。")
    field = demanded.number_field(found.procedure, step)
    earlier = unit.draft(person)
    draft = Draft(
        found.pack.id,
        found.pack.version,
        found.procedure.id,
        stage="reason",
        turn=earlier.turn + 1 if earlier else 1,
        case_id=found.case.id,
        verb="count",
        visit=mine.index,
        asking=field,
        person=person,
        behind=behind(earlier),
    )
    unit.keep_draft(person, draft)
    name = found.procedure.field_by_id[field].name
    unit.say(person, Message(text=f"{name}是多少？请发数字，或发“取消”。", expects="number"), case_id=found.case.id)
    return Answer()


def on_count(unit: Unit, desk: Desk, draft: Draft, inbound: Inbound) -> Answer:
    """The number of impressions given: stamped and registered with it."""
    if inbound.text.strip() in ("取消", "算了", "/cancel"):
        unit.say(draft.person, Message(text="好的，没有登记。"), case_id=draft.case_id)
        resume(unit, desk, draft)
        return Answer()
    found = load(unit, desk, draft.case_id)
    field = found.procedure.field_by_id[draft.asking]
    number: Json = read(
        field, inbound.text, office=desk.office, calendar=desk.calendar, now=desk.now, values=found.case.values
    )
    answered = do(
        unit, desk, Act("execute", draft.person, visit=draft.visit, set={draft.asking: number}), draft.case_id
    )
    unit.say(draft.person, Message(text=f"已盖章并登记，{field.name} {number}。", tone="agreed"), case_id=draft.case_id)
    resume(unit, desk, draft)
    return answered


def typed(unit: Unit, desk: Desk, person: str, verb: str, code: str, rest: str) -> Answer:
    """A decision typed with the case's code, for messengers without buttons."""
    case = unit.find_case(code)
    if case is None:
        raise Refused(f"没有找到码为“{code}”的申请。请在“待办”里核对，或发送“待办”。")
    if verb in _REASONED and not rest.strip():
        return ask_reason(unit, desk, person, verb, case.id, -1)
    chosen, reason = _choice_first(unit, desk, person, case.id, rest) if verb == "agree" else ({}, rest)
    act = Act(verb, person, reason=read_reason(reason) if reason.strip() else "", set=chosen)
    answered = _do_or_ask(unit, desk, act, case.id)
    if answered.text:
        unit.say(person, Message(text=answered.text), case_id=case.id)
    return answered


def _choice_first(unit: Unit, desk: Desk, person: str, case_id: str, rest: str) -> tuple[Values, str]:
    """What was typed behind 同意 and a code: the choice the step records, if it begins so, and the words after it."""
    found = seen(unit, desk, case_id, person)
    mine = my_visit(found.case, found.procedure, person, facts_of(unit, desk, found))
    step = found.procedure.step_by_id[mine.step] if mine is not None and not mine.extra else None
    if step is not None:
        facts = facts_of(unit, desk, found)
        named, left = family_of(found.procedure).typed(found.procedure, step, rest, facts)
        if named:
            return named, left
    field = choices_at(found.procedure, step) if step is not None else None
    chosen = next((choice for choice in field.choices if rest.startswith(choice)), "") if field is not None else ""
    if field is None or not chosen:
        return {}, rest
    return {field.id: chosen}, rest.removeprefix(chosen).lstrip(" ，,。：:")
