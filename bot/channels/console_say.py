"""Events in: what is said, pressed or uploaded, and how the page learns what came of it."""

from urllib.parse import quote

from aiohttp import web

from bot.channels.console_core import FLASH, Console, base_of, html_answer, number, see_other, wants_fragment
from bot.channels.console_events import TOO_MANY, update
from bot.channels.console_facade import PersonLine
from bot.channels.console_form import Said, read_form
from bot.channels.console_guard import Refusal
from handlers.events import Answer

SEEN = "X-Console-Version"
"""The header in which the page's script says up to which version it shows everything."""


async def say(console: Console, request: web.Request) -> web.StreamResponse:
    """What the person typed, picked or uploaded; a file and the words sent with it are one event."""
    person = await console.who(request)
    said = await read_form(console, request, person)
    if not said.text and said.file is None:
        raise Refusal(400, "还没有内容。请先写一句话，或选一个文件。")
    if said.file is not None:
        key = said.event(person.staff_no, "file")
        answer = await console.facade.receive(person.staff_no, key, "file", text=said.text, file=said.file)
    else:
        key = said.event(person.staff_no, "text")
        answer = await console.facade.receive(person.staff_no, key, "text", text=said.text)
    return await _answered(console, request, person, said, answer)


async def press(console: Console, request: web.Request) -> web.StreamResponse:
    """A button of a card or a question."""
    person = await console.who(request)
    said = await read_form(console, request, person)
    if not said.press or len(said.press.encode()) > 64:
        raise Refusal(400, "这个按钮没有认出来。请刷新页面后再试一次。")
    key = said.event(person.staff_no, "tap")
    answer = await console.facade.receive(person.staff_no, key, "tap", text=said.press)
    return await _answered(console, request, person, said, answer)


async def _answered(
    console: Console, request: web.Request, person: PersonLine, said: Said, answer: Answer
) -> web.StreamResponse:
    if wants_fragment(request):
        return await _fragment(console, request, person, said, answer)
    base = base_of(person)
    opened = f"{base}/?case={quote(answer.case_id, safe='')}" if answer.case_id and not answer.text else ""
    response = see_other(opened or _own_page(said.back, base))
    if answer.text:
        response.set_cookie(
            FLASH, quote(answer.text[:300]), max_age=20, httponly=True, samesite="Strict", path=f"{base}/"
        )
    return response


def _own_page(back: str, base: str) -> str:
    """The page to go back to, if it is one of this person's; their conversation otherwise."""
    plain = back.isascii() and back.isprintable() and "\\" not in back
    return back if plain and back.startswith(f"{base}/") else f"{base}/"


async def _fragment(
    console: Console, request: web.Request, person: PersonLine, said: Said, answer: Answer
) -> web.Response:
    """The answer, everything that changed since the page last heard, and the case it opens, if any."""
    seen = number(request.headers.get(SEEN, ""), -1)
    if seen < 0:
        seen = await console.facade.version(person.staff_no)
    changed = await console.facade.changes(person.staff_no, seen)
    page = None
    if answer.case_id and not answer.text:
        page = await console.facade.case_page(person.staff_no, answer.case_id)
    view = await console.view(request, person, case=page, back=_own_page(said.back, base_of(person)))
    html = console.pages.draw("console_answer.html", v=view, answer=answer, page=page)
    response = html_answer(request, html + await update(console, request, person, changed[:TOO_MANY], seen, whole=True))
    if len(changed) > TOO_MANY:
        response.headers["HX-Refresh"] = "true"
    return response
