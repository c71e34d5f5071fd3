"""Past cases looked up, by those whom they concern."""

from datetime import datetime, time, timedelta
from math import ceil

from flows.approval.card import form_of
from flows.approval.case import Case
from flows.approval.words import title
from flows.cards import Button, Message
from flows.conversation.search import Search, read_search
from flows.conversation.wording import folded
from handlers.events import Answer
from handlers.gather import bound, facts_of, procedures_of
from handlers.ports import Desk, Unit
from handlers.press import Press
from handlers.queries import PAGE, BoxPage, line_of

LOOKED_AT = 500
_PRESS = 64  # bytes of a button's code
_FIRST, _LAST = datetime(2000, 1, 1), datetime(2999, 1, 1)  # noqa: DTZ001  made aware below


def find(unit: Unit, desk: Desk, viewer: str, text: str, page: int) -> BoxPage:
    """One page of the cases the text asks for, newest first, among those the viewer may see.

    The newest five hundred that fit kind, period, state and applicant are looked at for the words.
    """
    search = read_search(
        text, (procedure for _, procedure in procedures_of(desk)), desk.office, viewer, desk.now.date()
    )
    found = [case for case in _narrowed(unit, desk, viewer, search) if _says(unit, desk, case, viewer, search.words)]
    pages = max(1, ceil(len(found) / PAGE))
    page = min(max(page, 1), pages)
    lines = tuple(line_of(unit, desk, case, viewer) for case in found[(page - 1) * PAGE : page * PAGE])
    return BoxPage(lines, page, pages, len(found))


def _narrowed(unit: Unit, desk: Desk, viewer: str, search: Search) -> tuple[Case, ...]:
    zone = desk.now.tzinfo
    first = datetime.combine(search.first, time()) if search.first else _FIRST
    after = datetime.combine(search.last + timedelta(days=1), time()) if search.last else _LAST
    return unit.search(
        "" if viewer == desk.office.administrator else viewer,
        procedures=search.procedures,
        states=search.states,
        applicant=search.applicant,
        since=first.replace(tzinfo=zone),
        until=after.replace(tzinfo=zone),
        limit=LOOKED_AT,
    )


def _says(unit: Unit, desk: Desk, case: Case, viewer: str, words: tuple[str, ...]) -> bool:
    """Whether every word stands in the case's title, number or form as the viewer may read it."""
    if not words:
        return True
    found = bound(desk, case)
    form = form_of(case, found.procedure, viewer, facts_of(unit, desk, found))
    parts = (case.no, case.code, title(found.procedure, case, desk.office), *(fact.text for fact in form))
    whole = folded("\n".join(parts))
    return all(word in whole for word in words)


def show_found(unit: Unit, desk: Desk, person: str, text: str, page: int) -> Answer:
    """The cases asked for as numbered lines; a number button opens the card."""
    shown = find(unit, desk, person, text, page)
    if not shown.total:
        told = "没有查到与您有关的这类事项。可以换个说法，例如：查 上个月 用印、查 请假 未通过、查 今年 会议通知。"
        unit.say(person, Message(text=told, buttons=((Button("我的申请", "box:mine:1"),),)))
        return Answer()
    first = (shown.page - 1) * PAGE + 1
    lines = [
        f"{n}. {line.title}｜{line.fact}｜{line.state_text}｜{line.at}" for n, line in enumerate(shown.lines, first)
    ]
    head = f"查到 {shown.total} 件" + (f"（第 {shown.page} / {shown.pages} 页）" if shown.pages > 1 else "")
    unit.say(person, Message(text="\n".join([head, *lines]), buttons=_buttons(shown, first, text)))
    return Answer()


def on_page(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """Another page of what was looked up."""
    return show_found(unit, desk, person, ":".join(press.parts[1:]), press.number(0))


def _buttons(shown: BoxPage, first: int, text: str) -> tuple[tuple[Button, ...], ...]:
    numbers = [Button(str(n), f"open:{line.case_id}") for n, line in enumerate(shown.lines, first)]
    rows = [tuple(numbers[i : i + 4]) for i in range(0, len(numbers), 4)]
    turns = [("上一页", shown.page - 1), ("下一页", shown.page + 1)]
    turn = tuple(Button(label, f"find:{to}:{text}") for label, to in turns if 1 <= to <= shown.pages)
    fitting = tuple(button for button in turn if len(button.press.encode()) <= _PRESS)
    return (*rows, fitting) if fitting else tuple(rows)
