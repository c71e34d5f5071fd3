"""Live updates: one event per message that is new or changed, its id the version to resume after.

A page that reconnects says the last id it saw and gets what it missed; a message it already shows in that version
is left alone there, so nothing is lost and nothing stands twice.
"""

from aiohttp import web

from bot.channels.console_core import Console, base_of, html_answer, number
from bot.channels.console_facade import ConsoleMessage, PersonLine
from bot.channels.console_guard import Refusal, finish, report
from bot.channels.console_hub import Listener
from bot.channels.console_view import as_event, quick_of

TOO_MANY = 100
"""More missed messages than this, and the page is better loaded anew."""
_RECENT = 12


async def events(console: Console, request: web.Request) -> web.StreamResponse:
    """The stream of one open page, until the browser leaves or the house closes."""
    person = await console.who(request)
    after = await _resume_point(console, request, person)
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    finish(request, response, console.settings)
    await response.prepare(request)
    try:
        with console.hub.listen(person.staff_no) as ear:
            await _stream(console, request, person, response, ear, after)
    except (ConnectionError, Refusal):
        pass
    except Exception as bug:  # noqa: BLE001  the answer has begun: end it, the page comes again
        report(request, bug)
    return response


async def _resume_point(console: Console, request: web.Request, person: PersonLine) -> int:
    """The version the page has seen; one from before a restored database counts as nothing seen (-1)."""
    now = await console.facade.version(person.staff_no)
    seen = number(request.headers.get("Last-Event-ID", ""), -1)
    if seen < 0:
        seen = number(request.query.get("after", ""), now)
    return seen if seen <= now else -1


async def _stream(
    console: Console,
    request: web.Request,
    person: PersonLine,
    response: web.StreamResponse,
    ear: Listener,
    after: int,
) -> None:
    woken = True
    while not ear.closed:
        await console.who(request)
        if woken:
            after = await _send_changes(console, request, person, response, after)
        else:
            await response.write(as_event("", after, "ping"))
        woken = await ear.wait(console.settings.heartbeat)


async def _send_changes(
    console: Console, request: web.Request, person: PersonLine, response: web.StreamResponse, after: int
) -> int:
    changed = await console.facade.changes(person.staff_no, max(after, 0))
    if after < 0 or len(changed) > TOO_MANY:
        version = await console.facade.version(person.staff_no)
        await response.write(as_event("", version, "reload"))
        return version
    for message in changed:
        html = await update(console, request, person, (message,), message.version, whole=False)
        await response.write(as_event(html, message.version))
    last = max((message.version for message in changed), default=after)
    html = await update(console, request, person, (), last, whole=True)
    await response.write(as_event(html, last))
    return last


async def changes(console: Console, request: web.Request) -> web.StreamResponse:
    """What the stream would have sent, for a window that asks from time to time instead."""
    person = await console.who(request)
    after = await _resume_point(console, request, person)
    changed = await console.facade.changes(person.staff_no, max(after, 0))
    html = await update(console, request, person, changed[:TOO_MANY], max(after, 0), whole=True)
    response = html_answer(request, html)
    if after < 0 or len(changed) > TOO_MANY:
        response.headers["HX-Refresh"] = "true"
    return response


async def update(
    console: Console,
    request: web.Request,
    person: PersonLine,
    changed: tuple[ConsoleMessage, ...],
    version: int,
    *,
    whole: bool,
) -> str:
    """The page's parts that changed; `whole` adds the counts and the buttons above the input."""
    view = await console.view(request, person, messages=changed)
    recent = await console.facade.messages(person.staff_no, before=None, limit=_RECENT) if whole else ()
    return console.pages.draw(
        "console_update.html",
        v=view,
        base=base_of(person),
        messages=changed,
        version=max((version, *(message.version for message in changed))),
        counts=await console.facade.counts(person.staff_no) if whole else {},
        quick=quick_of(recent) if whole else None,
    )
