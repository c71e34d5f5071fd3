"""The browser console: the sample office's window, and the messenger of offices that use no other.

One person's console lies under `/as/<staff number>/`, so that two windows can be two people. The console knows the
office as a `ConsoleFacade`, learns from a `Hub` when to look again, and leaves to `identify` who is asking.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channels import console_events, console_pages, console_say
from bot.channels.console_core import Console
from bot.channels.console_facade import ConsoleFacade
from bot.channels.console_guard import ConsoleSettings, Identify, guard, identify_by_path
from bot.channels.console_hub import Hub
from bot.channels.console_sign_in import SignIn
from bot.channels.console_static import Assets
from bot.channels.console_view import Pages

Page = Callable[[Console, web.Request], Awaitable[web.StreamResponse]]

_PERSON = "/as/{person}"
_GETS: tuple[tuple[str, Page], ...] = (
    ("/", console_pages.front),
    ("/static/{path:.+}", console_pages.static),
    (_PERSON, console_pages.bare),
    (f"{_PERSON}/", console_pages.conversation),
    (f"{_PERSON}/older", console_pages.older),
    (f"{_PERSON}/events", console_events.events),
    (f"{_PERSON}/changes", console_events.changes),
    (f"{_PERSON}/now", console_pages.now),
    (f"{_PERSON}/box/{{box}}", console_pages.box),
    (f"{_PERSON}/search", console_pages.search),
    (f"{_PERSON}/case/{{case}}", console_pages.case),
    (f"{_PERSON}/case/{{case}}/panel", console_pages.panel),
    (f"{_PERSON}/procedures", console_pages.procedures),
    (f"{_PERSON}/registers", console_pages.registers),
    (f"{_PERSON}/registers/{{register}}.xlsx", console_pages.register_sheet),
    (f"{_PERSON}/registers/{{register}}", console_pages.register),
    (f"{_PERSON}/calendar", console_pages.calendar),
    (f"{_PERSON}/cars", console_pages.cars),
    (f"{_PERSON}/more", console_pages.more),
    (f"{_PERSON}/files/{{file}}", console_pages.download),
)
_POSTS: tuple[tuple[str, Page], ...] = ((f"{_PERSON}/say", console_say.say), (f"{_PERSON}/press", console_say.press))


def add_console(
    app: web.Application,
    facade: ConsoleFacade,
    hub: Hub,
    settings: ConsoleSettings,
    identify: Identify = identify_by_path,
    sign_in: SignIn | None = None,
) -> None:
    """Put the console into the application: its addresses, its door, and the end of its streams at shutdown.

    `identify_by_path` is for the sample office only, where everybody may be anybody; elsewhere `sign_in` says who
    is asking, and its pages are added.

    Raises:
        ValueError: anybody could be anybody although this is not the sample office.
    """
    identify = sign_in.identify if sign_in is not None else identify
    if identify is identify_by_path and not settings.sample:
        raise ValueError("outside the sample office the console needs an identify of its own")
    assets = Assets()
    console = Console(facade, hub, settings, identify, assets, Pages(assets))
    app.middlewares.append(guard(settings, console.apology))
    app.router.add_routes(
        [web.get(path, _bound(console, page)) for path, page in _GETS]
        + [web.post(path, _bound(console, page)) for path, page in _POSTS]
    )
    if sign_in is not None:
        app.router.add_get("/sign-in/{shown}", _bound(console, sign_in.ask))
        app.router.add_post("/sign-in", _bound(console, sign_in.enter))
        app.router.add_post("/sign-out", _bound(console, sign_in.leave))

    async def end_streams(_app: web.Application) -> None:
        hub.close()

    app.on_shutdown.append(end_streams)


def _bound(console: Console, page: Page) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await page(console, request)

    return handle


def console_app(
    facade: ConsoleFacade, hub: Hub, settings: ConsoleSettings, identify: Identify = identify_by_path
) -> web.Application:
    """An application that is the console and nothing else."""
    app = web.Application()
    add_console(app, facade, hub, settings, identify)
    return app
