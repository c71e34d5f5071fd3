"""The console's pages: conversation, boxes, cases, procedures, registers, calendar, and files to download."""

from datetime import date, timedelta
from typing import get_args
from urllib.parse import quote

from aiohttp import web

from bot.channels.console_core import PAGE, Console, base_of, html_answer, number, see_other
from bot.channels.console_facade import ProcedureLine
from bot.channels.console_guard import Refusal, lost
from bot.channels.console_names import safe_name
from bot.channels.console_view import by_section, quick_of
from flows.conversation.search import MOST
from handlers.ports import Box

_BOXES: dict[str, Box] = {box: box for box in get_args(Box)}


async def front(console: Console, request: web.Request) -> web.StreamResponse:
    """The sample office's「以谁的身份」, or the way to one's own console."""
    if console.settings.sample:
        people = await console.facade.people()
        html = console.pages.draw(
            "console_people.html", office=console.settings.office, sections=tuple(by_section(people))
        )
        return html_answer(request, html)
    person = await console.who(request)
    return see_other(f"{base_of(person)}/")


async def bare(console: Console, request: web.Request) -> web.StreamResponse:
    """The address without its last slash."""
    return see_other(f"{base_of(await console.who(request))}/")


async def conversation(console: Console, request: web.Request) -> web.StreamResponse:
    """The conversation, its latest messages or (`before`) those before one of them."""
    person = await console.who(request)
    before = number(request.query.get("before", ""), 0) or None
    frame = await console.frame(person, "talk", await console.side_case(request, person))
    found = await console.facade.messages(person.staff_no, before=before, limit=PAGE + 1)
    messages = found[-PAGE:]
    starters = await console.facade.procedures(person.staff_no) if len(messages) < 3 else ()
    return await console.page(
        request,
        person,
        frame,
        "console_talk.html",
        messages=messages,
        quick=quick_of(messages),
        older=messages[0].id if len(found) > PAGE else None,
        starters=starters,
        before=before,
    )


async def older(console: Console, request: web.Request) -> web.StreamResponse:
    """Messages before one of them, to be put above it."""
    person = await console.who(request)
    before = number(request.query.get("before", ""), 0) or None
    found = await console.facade.messages(person.staff_no, before=before, limit=PAGE + 1)
    messages = found[-PAGE:]
    view = await console.view(request, person, messages=messages)
    rest = messages[0].id if len(found) > PAGE else None
    return html_answer(request, console.pages.draw("console_older.html", v=view, messages=messages, older=rest))


async def box(console: Console, request: web.Request) -> web.StreamResponse:
    """One page of a box."""
    person = await console.who(request)
    name = _BOXES.get(request.match_info["box"])
    if name is None:
        raise lost()
    frame = await console.frame(person, name, await console.side_case(request, person))
    listed = await console.facade.box(person.staff_no, name, max(1, number(request.query.get("page", ""), 1)))
    url = f"{base_of(person)}/box/{name}"
    back = f"{url}?page={listed.page}" if listed.page > 1 else url
    return await console.page(request, person, frame, "console_box.html", back=back, box=name, listed=listed, url=url)


async def search(console: Console, request: web.Request) -> web.StreamResponse:
    """The past cases that were asked for."""
    person = await console.who(request)
    text = " ".join(request.query.get("q", "").split())[:MOST]
    frame = await console.frame(person, "search", await console.side_case(request, person))
    page = max(1, number(request.query.get("page", ""), 1))
    listed = await console.facade.search(person.staff_no, text, page) if text else None
    url = f"{base_of(person)}/search?q={quote(text, safe='')}"
    back = f"{url}&page={listed.page}" if listed is not None and listed.page > 1 else url
    return await console.page(
        request, person, frame, "console_search.html", back=back, asked=text, listed=listed, url=url
    )


async def case(console: Console, request: web.Request) -> web.StreamResponse:
    """A case on a page of its own, for reading at length and for printing."""
    person = await console.who(request)
    page = await console.facade.case_page(person.staff_no, request.match_info["case"])
    frame = await console.frame(person, "case", await console.side_case(request, person))
    url = f"{base_of(person)}/case/{quote(page.card.case_id, safe='')}"
    return await console.page(request, person, frame, "console_case.html", case=page, back=url)


async def panel(console: Console, request: web.Request) -> web.StreamResponse:
    """A case as it stands beside the page; `from` is the page to go back to."""
    person = await console.who(request)
    page = await console.facade.case_page(person.staff_no, request.match_info["case"])
    view = await console.view(request, person, case=page, back=_back(request, person_base=base_of(person)))
    return html_answer(request, console.pages.draw("console_panel.html", v=view, page=page))


def _back(request: web.Request, *, person_base: str) -> str:
    asked = request.query.get("from", "")
    return asked if asked.startswith(f"{person_base}/") else ""


async def now(console: Console, request: web.Request) -> web.StreamResponse:
    """What waits, as it stands beside the page when no case is open."""
    person = await console.who(request)
    view = await console.view(request, person, back=_back(request, person_base=base_of(person)))
    overview = await console.overview(person, view.back)
    return html_answer(request, console.pages.draw("console_now.html", v=view, overview=overview))


async def procedures(console: Console, request: web.Request) -> web.StreamResponse:
    """Everything this person may begin, by subject."""
    person = await console.who(request)
    frame = await console.frame(person, "procedures", await console.side_case(request, person))
    lines = await console.facade.procedures(person.staff_no)
    url = f"{base_of(person)}/procedures"
    return await console.page(request, person, frame, "console_procedures.html", back=url, groups=_by_subject(lines))


def _by_subject(lines: tuple[ProcedureLine, ...]) -> tuple[tuple[str, tuple[ProcedureLine, ...]], ...]:
    subjects = dict.fromkeys(line.subject for line in lines)
    return tuple((subject, tuple(line for line in lines if line.subject == subject)) for subject in subjects)


async def registers(console: Console, request: web.Request) -> web.StreamResponse:
    """The registers this person may read."""
    person = await console.who(request)
    frame = await console.frame(person, "registers", await console.side_case(request, person))
    lines = await console.facade.registers(person.staff_no)
    url = f"{base_of(person)}/registers"
    return await console.page(request, person, frame, "console_registers.html", back=url, lines=lines)


async def register(console: Console, request: web.Request) -> web.StreamResponse:
    """One page of a register."""
    person = await console.who(request)
    frame = await console.frame(person, "registers", await console.side_case(request, person))
    asked = max(1, number(request.query.get("page", ""), 1))
    table = await console.facade.register_page(person.staff_no, request.match_info["register"], asked)
    url = f"{base_of(person)}/registers/{quote(table.id, safe='')}"
    back = f"{url}?page={table.page}"
    return await console.page(request, person, frame, "console_register.html", back=back, table=table, url=url)


async def register_sheet(console: Console, request: web.Request) -> web.StreamResponse:
    """The whole register as a spreadsheet to be saved."""
    person = await console.who(request)
    sheet = await console.facade.register_sheet(person.staff_no, request.match_info["register"])
    name = quote(safe_name(f"{sheet.title}.xlsx"), safe="")
    headers = {"Content-Disposition": f"attachment; filename=\"register.xlsx\"; filename*=UTF-8''{name}"}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return web.Response(body=sheet.content, headers=headers, content_type=kind)


async def calendar(console: Console, request: web.Request) -> web.StreamResponse:
    """A month of the office's calendar."""
    person = await console.who(request)
    frame = await console.frame(person, "calendar", await console.side_case(request, person))
    year, month = _month(request.query.get("month", ""))
    shown = await console.facade.calendar_page(person.staff_no, year, month)
    url = f"{base_of(person)}/calendar"
    return await console.page(
        request,
        person,
        frame,
        "console_calendar.html",
        back=f"{url}?month={shown.year:04}-{shown.month:02}",
        shown=shown,
        url=url,
        before=_shifted(shown.year, shown.month, -1),
        after=_shifted(shown.year, shown.month, 1),
        provisional=any(day.provisional for day in shown.days),
    )


def _month(text: str) -> tuple[int | None, int | None]:
    year, _, month = text.partition("-")
    if not text:
        return None, None
    if not (1949 <= number(year, 0) <= 2199 and 1 <= number(month, 0) <= 12):
        raise Refusal(404, "没有这个月份。请从日历页面上翻月。")
    return int(year), int(month)


def _shifted(year: int, month: int, by: int) -> str:
    counted = year * 12 + month - 1 + by
    return f"{counted // 12:04}-{counted % 12 + 1:02}"


async def cars(console: Console, request: web.Request) -> web.StreamResponse:
    """A week of the office's cars."""
    person = await console.who(request)
    frame = await console.frame(person, "cars", await console.side_case(request, person))
    shown = await console.facade.fleet_week(person.staff_no, _day(request.query.get("week", "")))
    url = f"{base_of(person)}/cars"
    before, after = (shown.monday + timedelta(days=days) for days in (-7, 7))
    return await console.page(
        request,
        person,
        frame,
        "console_cars.html",
        back=f"{url}?week={shown.monday.isoformat()}",
        shown=shown,
        url=url,
        before=before.isoformat(),
        after=after.isoformat(),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(404, "没有这一天。请从用车页面上翻周。") from None


async def more(console: Console, request: web.Request) -> web.StreamResponse:
    """Everything the narrow screen's tab bar has no room for."""
    person = await console.who(request)
    frame = await console.frame(person, "more")
    return await console.page(request, person, frame, "console_more.html", back=f"{base_of(person)}/more")


async def download(console: Console, request: web.Request) -> web.StreamResponse:
    """An attachment, always to be saved and never to be shown in the page."""
    person = await console.who(request)
    opened = await console.facade.open_file(person.staff_no, request.match_info["file"])
    name = quote(safe_name(opened.name), safe="")
    body = b"".join([piece async for piece in opened.content])
    headers = {
        "Content-Disposition": f"attachment; filename=\"attachment\"; filename*=UTF-8''{name}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }
    return web.Response(body=body, headers=headers, content_type="application/octet-stream")


async def static(console: Console, request: web.Request) -> web.StreamResponse:
    """Style, scripts and icon."""
    asset = console.assets.at(request.path)
    if asset is None:
        raise lost()
    return asset.answer(request)
