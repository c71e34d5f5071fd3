"""What is said in chat about boxes, cases and what can be started."""

from flows.approval.card import route_of, stops_ahead
from flows.approval.menu import choices_for
from flows.cards import Button, CaseLine, Fact, Message
from flows.conversation.commands import FAMILY_WORDS
from flows.errors import Refused, StaleButton
from flows.families import family_of
from handlers.batching import batch_buttons
from handlers.events import Answer
from handlers.filing import start
from handlers.gather import facts_of, procedures_of, seen
from handlers.menus import starters
from handlers.ports import Box, Desk, Unit
from handlers.queries import BOX_NAMES, BOXES, PAGE, BoxPage, box_page, clauses_of, of_family

_EMPTY: dict[str, str] = {
    "to_approve": "现在没有等您审批的申请。有人提交后会出现在这里。",
    "to_handle": "现在没有等您办理的事项。批准后需要您经手的会出现在这里。",
    "mine": "您还没有提交过申请。",
    "done": "您还没有审批过申请。",
    "copied": "还没有抄送给您的申请。",
}


def start_family(unit: Unit, desk: Desk, person: str, family: str) -> Answer:
    """Start the family's procedure, or let the person choose among several.

    Raises:
        Refused: this office runs none of that family.
    """
    found = tuple(p.id for p in of_family(desk, person, family))
    if not found:
        raise Refused(f"本单位还没有启用{FAMILY_WORDS[family]}，请联系办公室管理员。")
    return start_or_choose(unit, desk, person, found)


def start_or_choose(unit: Unit, desk: Desk, person: str, procedures: tuple[str, ...]) -> Answer:
    """Start the only procedure named, or ask which of several is meant."""
    if len(procedures) == 1:
        return start(unit, desk, person, procedures[0])
    named = [p for _, p in procedures_of(desk) if p.id in procedures]
    buttons = tuple((Button(p.name, f"start:{p.id}"),) for p in named)
    unit.say(person, Message(text="要办哪一种？", buttons=buttons, expects="choice"))
    return Answer()


def _box(name: str) -> Box:
    for box in BOXES:
        if box == name:
            return box
    raise StaleButton("没有这个按钮，请看最新的一条。")


def show_inbox(unit: Unit, desk: Desk, person: str) -> Answer:
    """What waits for the person: to approve and to handle, in one message each."""
    show_box(unit, desk, person, "to_approve", 1)
    if unit.count("to_handle", person):
        show_box(unit, desk, person, "to_handle", 1)
    return Answer()


def show_box(unit: Unit, desk: Desk, person: str, name: str, page: int) -> Answer:
    """One page of a box as numbered lines; a number button opens the card."""
    box = _box(name)
    shown = box_page(unit, desk, box, person, page)
    if not shown.total:
        unit.say(person, Message(text=f"{BOX_NAMES[box]}：{_EMPTY[box]}", buttons=starters(desk, person)[:1]))
        return Answer()
    late = sum(line.overdue for line in shown.lines)
    head = f"{BOX_NAMES[box]} {shown.total} 件" + (f"，本页超时 {late} 件" if late else "")
    first = (shown.page - 1) * PAGE + 1
    numbered = enumerate(shown.lines, first)
    batches = tuple((button,) for button in batch_buttons(unit, desk, person)) if box == "to_approve" else ()
    lines = [f"{n}. {_marks(line)}{line.title}｜{line.fact}｜{line.state_text}｜{line.at}" for n, line in numbered]
    unit.say(person, Message(text="\n".join([head, *lines]), buttons=(*_numbers(shown, first, box), *batches)))
    return Answer()


def _marks(line: CaseLine) -> str:
    return f"{'【超时】' if line.overdue else ''}{'【未读】' if line.unread else ''}"


def _numbers(shown: BoxPage, first: int, box: Box) -> tuple[tuple[Button, ...], ...]:
    numbers = [Button(str(n), f"open:{line.case_id}") for n, line in enumerate(shown.lines, first)]
    rows = [tuple(numbers[i : i + 4]) for i in range(0, len(numbers), 4)]
    turn = []
    if shown.page > 1:
        turn.append(Button("上一页", f"box:{box}:{shown.page - 1}"))
    if shown.page < shown.pages:
        turn.append(Button("下一页", f"box:{box}:{shown.page + 1}"))
    return (*rows, tuple(turn)) if turn else tuple(rows)


def show_case(unit: Unit, desk: Desk, person: str, case_id: str) -> Answer:
    """The case's card, said again at the end of the conversation."""
    seen(unit, desk, case_id, person)
    unit.mark_read(case_id, person, desk.now)
    unit.show(person, case_id)
    return Answer(case_id=case_id)


def show_more(unit: Unit, desk: Desk, person: str, case_id: str) -> Answer:
    """What else can be done with the case beside deciding it, by button; each is checked again when pressed."""
    found = seen(unit, desk, case_id, person)
    choices = choices_for(found.case, found.procedure, person, facts_of(unit, desk, found))
    buttons = tuple(Button(choice.label, choice.press) for choice in choices)
    rows = tuple(buttons[i : i + 3] for i in range(0, len(buttons), 3))
    unit.say(person, Message(text=f"{found.case.no} 还可以：", buttons=rows), case_id=case_id)
    return Answer(case_id=case_id)


def show_why(unit: Unit, desk: Desk, person: str, case_id: str) -> Answer:
    """Why the case goes the way it goes: computed facts, the route, and every clause behind it."""
    found = seen(unit, desk, case_id, person)
    facts = facts_of(unit, desk, found)
    applicant = desk.office.person(found.case.applicant)
    figures = family_of(found.procedure).figures(found.procedure, found.case.values, applicant, facts)
    clauses = tuple(Fact(clause.cite, clause.text, (clause.entry,)) for clause in clauses_of(found))
    computed = tuple(Fact(label, text) for label, text in family_of(found.procedure).labels(figures))
    to_come = stops_ahead(found.case, found.pack, found.procedure, facts)
    unit.say(
        person,
        Message(
            text=f"{found.case.no} 为什么这样走：",
            summary=(*computed, *clauses),
            route=route_of(found.case, found.pack, found.procedure, facts, to_come),
        ),
        case_id=case_id,
    )
    return Answer(case_id=case_id)
