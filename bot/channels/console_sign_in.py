"""Signing in to the console with a link that works once, staying signed in by a cookie, and signing out.

The link's page only asks; its button signs in, so that nothing that looks at links uses one up. The cookie holds a
pass for a session and its signature: a new SECRET_KEY ends every session at once.
"""

import hashlib
import hmac
from typing import Protocol

from aiohttp import web

from bot.access import SESSION
from bot.channels.console_core import Console, html_answer, see_other
from bot.channels.console_form import plain_fields
from bot.channels.console_guard import ConsoleSettings, Refusal, check_origin, check_token

SESSION_COOKIE = "banshi_session"
_LONGEST = 64
_USED = "这个登录链接已经用过或过期了。请在聊天里给办事机器人发“登录”再要一个，或请办公室管理员发给您。"


class Door(Protocol):
    """Knows sign-in links and sessions."""

    async def enter(self, shown: str) -> str | None:
        """A new session for a sign-in link; None where the link is used up."""
        ...

    async def who(self, session: str) -> str | None:
        """The active person the session is of, if it has not ended."""
        ...

    async def leave(self, session: str) -> None:
        """The session ends."""
        ...


class SignIn:
    """The console's door outside the sample office."""

    def __init__(self, door: Door, settings: ConsoleSettings) -> None:
        self._door = door
        self._settings = settings

    async def identify(self, request: web.Request) -> str | None:
        """The staff number of who is signed in, or None."""
        session = self._session(request)
        return await self._door.who(session) if session else None

    async def ask(self, console: Console, request: web.Request) -> web.StreamResponse:
        """The page of a sign-in link: one button."""
        html = console.pages.draw(
            "console_sign_in.html", office=self._settings.office, shown=request.match_info["shown"]
        )
        return html_answer(request, html)

    async def enter(self, _console: Console, request: web.Request) -> web.StreamResponse:
        """Sign in, once; a session that was open in this browser ends."""
        check_origin(request, self._settings)
        shown = (await plain_fields(request)).get("shown", "")
        made = await self._door.enter(shown) if len(shown) <= _LONGEST else None
        if made is None:
            raise Refusal(401, _USED)
        if earlier := self._session(request):
            await self._door.leave(earlier)
        response = see_other("/")
        response.set_cookie(
            SESSION_COOKIE,
            f"{made}.{self._signature(made)}",
            max_age=int(SESSION.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=request.secure or self._settings.public_url.startswith("https://"),
            path="/",
        )
        return response

    async def leave(self, console: Console, request: web.Request) -> web.StreamResponse:
        """Sign out of this browser."""
        check_origin(request, self._settings)
        person = await console.who(request)
        fields = await plain_fields(request)
        check_token(request, self._settings, person.staff_no, fields.get("token", ""))
        await self._door.leave(self._session(request))
        response = see_other("/")
        response.del_cookie(SESSION_COOKIE, path="/")
        return response

    def _session(self, request: web.Request) -> str:
        """The session's pass in the browser's cookie (empty: none that we signed)."""
        made, _, signature = request.cookies.get(SESSION_COOKIE, "").partition(".")
        right = hmac.compare_digest(signature.encode("utf-8", "replace"), self._signature(made).encode())
        return made if made and right else ""

    def _signature(self, made: str) -> str:
        words = f"session\n{made}".encode("utf-8", "replace")
        return hmac.new(self._settings.secret, words, hashlib.sha256).hexdigest()
