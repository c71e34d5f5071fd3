"""The console's middle: who asks, what stands around a page, and how a page or a fragment is answered."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from aiohttp import web

from bot.channels.console_facade import BoxPage, ConsoleFacade, ConsoleMessage, NotHere, PersonLine
from bot.channels.console_guard import ConsoleSettings, Identify, Refusal, form_token, lost
from bot.channels.console_hub import Hub
from bot.channels.console_static import Assets
from bot.channels.console_view import Frame, Pages, View, clause_ids, clauses_of_case
from flows.cards import CasePage
from flows.errors import UnknownCase
from handlers.ports import Box

FLASH = "banshi_said"
PAGE = 30
"""Messages drawn at once; earlier ones are fetched on demand."""
OVERVIEW: tuple[Box, ...] = ("to_approve", "to_handle", "mine")


@dataclass(frozen=True)
class Console:
    """Everything a request handler of the console needs."""

    facade: ConsoleFacade
    hub: Hub
    settings: ConsoleSettings
    identify: Identify
    assets: Assets
    pages: Pages

    async def who(self, request: web.Request) -> PersonLine:
        """The person this request is for.

        Raises:
            Refusal: nobody is signed in, or the address is somebody else's.
        """
        me = await self.identify(request)
        if me is None:
            raise Refusal(
                401,
                "请先登录：在聊天里给办事机器人发“登录”，打开它发来的登录链接；没有绑定聊天账号，请找办公室管理员要。",
            )
        person = await self.facade.person(me) if me == request.match_info.get("person", me) else None
        if person is None:
            raise lost()
        return person

    async def view(
        self,
        request: web.Request,
        person: PersonLine,
        *,
        messages: tuple[ConsoleMessage, ...] = (),
        case: CasePage | None = None,
        back: str = "",
    ) -> View:
        """What fragments of this person need; `back` is the page they stand on (their conversation by default)."""
        base = base_of(person)
        found = await self.facade.clauses(clause_ids(messages)) if messages else {}
        known = {**found, **clauses_of_case(case)} if case else found
        token = form_token(request, self.settings, person.staff_no)
        return View(base=base, token=token, back=back or f"{base}/", clauses=known)

    async def frame(self, person: PersonLine, here: str, side: CasePage | None = None) -> Frame:
        """What stands around a page; read before the page's own values, so that the stream misses nothing."""
        return Frame(
            office=self.settings.office,
            sample=self.settings.sample,
            person=person,
            people=await self.facade.people() if self.settings.sample else (),
            version=await self.facade.version(person.staff_no),
            counts=await self.facade.counts(person.staff_no),
            here=here,
            side=side,
            cars=await self.facade.gives_cars(),
        )

    async def page(
        self,
        request: web.Request,
        person: PersonLine,
        frame: Frame,
        template: str,
        *,
        messages: tuple[ConsoleMessage, ...] = (),
        back: str = "",
        case: CasePage | None = None,
        **values: object,
    ) -> web.Response:
        """A whole page: the frame, its middle, and the case that is open beside it or else what waits."""
        view = await self.view(request, person, messages=messages, case=case or frame.side, back=back)
        html = self.pages.draw(
            template,
            office=frame.office,
            frame=frame,
            v=view,
            messages=messages,
            page=case,
            overview=None if frame.side else await self.overview(person, view.back),
            flash=unquote(request.cookies.get(FLASH, "")),
            **values,
        )
        response = html_answer(request, html)
        if FLASH in request.cookies:
            response.del_cookie(FLASH, path=f"{view.base}/")
        return response

    async def overview(self, person: PersonLine, back: str) -> tuple[tuple[Box, BoxPage], ...] | None:
        """What waits for this person and what they wait for, the first lines of each box that has any.

        Beside a box there is none: its lines stand there already.
        """
        if back.startswith(f"{base_of(person)}/box/"):
            return None
        found = [(box, await self.facade.box(person.staff_no, box, 1)) for box in OVERVIEW]
        return tuple((box, page) for box, page in found if page.lines)

    async def side_case(self, request: web.Request, person: PersonLine) -> CasePage | None:
        """The case the address asks to have open beside the page, if it is one this person may see."""
        case_id = request.query.get("case", "")
        if not case_id:
            return None
        try:
            return await self.facade.case_page(person.staff_no, case_id)
        except (NotHere, UnknownCase):
            return None

    async def apology(self, request: web.Request, status: int, sentence: str) -> web.Response:
        """One sentence that says what is wrong and what to do next, as a page or as the fragment asked for."""
        person = request.match_info.get("person", "")
        home = f"/as/{quote(person, safe='')}/" if person and status != 401 else "/"
        name = "console_refusal.html" if wants_fragment(request) else "console_apology.html"
        html = self.pages.draw(
            name, office=self.settings.office, sentence=sentence, status=status, home=home, sample=self.settings.sample
        )
        return html_answer(request, html, status=status)


def base_of(person: PersonLine) -> str:
    """The address under which everything of this person's console lies."""
    return f"/as/{quote(person.staff_no, safe='')}"


def wants_fragment(request: web.Request) -> bool:
    """Whether the page's script asks, and puts the answer into the page itself."""
    return request.headers.get("HX-Request") == "true"


def html_answer(request: web.Request, html: str, *, status: int = 200) -> web.Response:
    """The HTML as an answer, compressed where the browser takes it."""
    response = web.Response(text=html, status=status, content_type="text/html", charset="utf-8")
    response.headers["Vary"] = "Accept-Encoding, HX-Request"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.enable_compression(web.ContentCoding.gzip)
    return response


def see_other(url: str) -> web.Response:
    """Go on to that page of ours."""
    return web.Response(status=303, headers={"Location": url})


def number(text: str, default: int) -> int:
    """The number in an address, or the default where there is none (at most nine digits)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
