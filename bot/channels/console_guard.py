"""The console's door: who asks, may this POST come from here, and what every answer carries.

Every answer has a strict content policy, every form a token bound to the browser and the person, and every error
one page. A token is `salt.signature`; the salt is new in every page, so that compression gives nothing away.
"""

import hashlib
import hmac
import logging
import re
import secrets
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.channels.console_facade import NotHere
from flows.errors import UnknownCase
from storage.connection import DatabaseAway

COOKIE = "banshi_form"
MEGABYTE = 1024 * 1024
_NONCE = re.compile(r"[A-Za-z0-9_-]{32,64}")
_NEW_NONCE = web.RequestKey("new_nonce", str)
_log = logging.getLogger("banshi.console")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Identify(Protocol):
    """Says who is asking: the seam where signing in is put."""

    async def __call__(self, request: web.Request) -> str | None:
        """The staff number of who is signed in, or None."""
        ...


async def identify_by_path(request: web.Request) -> str | None:
    """The sample office: everybody may be anybody, and the address says who."""
    return request.match_info.get("person")


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """What the console is told at the start.

    `secret` signs form tokens and outlives restarts; `public_url` is the address people type, where it is not the
    one requests arrive under; `sample` lets everybody be anybody; sizes are bytes, the text's are
    characters, `heartbeat` is the seconds a stream may be silent.
    """

    office: str
    secret: bytes
    public_url: str = ""
    sample: bool = False
    file_limit: int = 10 * MEGABYTE
    text_limit: int = 20_000
    heartbeat: float = 15.0


class Refusal(Exception):
    """The console itself does not take a request: a status and one sentence that says what to do next."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def lost() -> Refusal:
    """What is asked for is not there, or not for this person."""
    return Refusal(404, "这里没有您要找的内容：可能地址写错了，或者这件事与您无关。")


def expired() -> Refusal:
    """The form does not come from a page of ours."""
    return Refusal(403, "页面已经过期，没有提交。请刷新页面后再试一次。")


def ensure_nonce(request: web.Request) -> str:
    """The browser's form nonce; a new one is set as a cookie by `finish`."""
    held = request.get(_NEW_NONCE) or request.cookies.get(COOKIE, "")
    if not _NONCE.fullmatch(held):
        held = request[_NEW_NONCE] = secrets.token_urlsafe(32)
    return held


def form_token(request: web.Request, settings: ConsoleSettings, person: str) -> str:
    """A token for the forms of one page, good for this browser and this person only."""
    salt = secrets.token_urlsafe(9)
    return f"{salt}.{_signature(settings.secret, salt, ensure_nonce(request), person)}"


def _signature(secret: bytes, *parts: str) -> str:
    return hmac.new(secret, "\n".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def check_token(request: web.Request, settings: ConsoleSettings, person: str, token: str) -> None:
    """Let the form pass.

    Raises:
        Refusal: the token is not of this browser and person.
    """
    salt, _, signature = token.partition(".")
    expected = _signature(settings.secret, salt, request.cookies.get(COOKIE, ""), person)
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
        raise expired()


def check_origin(request: web.Request, settings: ConsoleSettings) -> None:
    """Let the request pass if the browser says that a page of ours sent it.

    Raises:
        Refusal: it comes from another site.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    hosts = {request.host, urlsplit(settings.public_url).netloc} - {""}
    if site not in (None, "same-origin", "none") or (origin is not None and _netloc(origin) not in hosts):
        raise expired()


def _netloc(origin: str) -> str:
    """The host and port of an origin (empty: it is none)."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def finish(request: web.Request, response: web.StreamResponse, settings: ConsoleSettings) -> None:
    """Put on an answer what every answer of the console carries."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    nonce = request.get(_NEW_NONCE)
    if nonce:
        secure = request.secure or settings.public_url.startswith("https://")
        response.set_cookie(COOKIE, nonce, httponly=True, samesite="Strict", secure=secure, path="/")


def ours(request: web.Request) -> bool:
    """Whether the console answers this address: its own pages, and any nobody knows."""
    own = request.path == "/" or request.path.startswith(("/as/", "/static/", "/sign-"))
    return own or request.match_info.http_exception is not None


Apology = Callable[[web.Request, int, str], Awaitable[web.Response]]
"""Draws the page that says one sentence, with this status."""


def guard(settings: ConsoleSettings, apology: Apology) -> Middleware:
    """The middleware around the console: headers, one page for every error, and one log line for every bug."""

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not ours(request):
            return await handler(request)
        response = await _answered(request, handler, apology)
        if not response.prepared:
            finish(request, response, settings)
        return response

    return around


async def _answered(request: web.Request, handler: Handler, apology: Apology) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        return await apology(request, refusal.status, refusal.sentence)
    except (NotHere, UnknownCase):
        return await apology(request, 404, lost().sentence)
    except web.HTTPException as problem:
        if problem.status < 400:
            return web.Response(status=problem.status, headers={"Location": problem.headers.get("Location", "/")})
        return await apology(request, problem.status, _HTTP_SENTENCES.get(problem.status, lost().sentence))
    except DatabaseAway as away:
        _log.error("console: %s", away)
        return await apology(request, 503, _AWAY)
    except Exception as bug:  # noqa: BLE001  the door of the house: one apology, one line
        if isinstance(bug, ConnectionError) and (request.transport is None or request.transport.is_closing()):
            # Whoever asked has hung up: nothing is wrong here, and nobody reads this.
            return web.Response(status=400)
        return await apology(request, 500, report(request, bug))


def report(request: web.Request, bug: Exception) -> str:
    """Log where it broke, without any content, and say the number under which it is found."""
    number = secrets.token_hex(4)
    resource = request.match_info.route.resource
    frames = traceback.extract_tb(bug.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    route = resource.canonical if resource else "?"
    _log.error("console error %s at %s %s: %s in %s", number, request.method, route, type(bug).__name__, where)
    return f"抱歉，系统出了问题，这一步可能没有完成。请刷新后看看，再试一次；还不行，请把编号 {number} 告诉管理员。"


_AWAY = "数据库暂时连不上，刚才这一步可能没有保存。请过一会儿刷新看看，再试一次；一直这样，请告诉管理员。"
_HTTP_SENTENCES = {
    405: "这个地址不能这样使用。请从页面上的按钮操作。",
    413: "提交的内容太大，没有收下。请缩短后再试。",
}
