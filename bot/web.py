"""The web server: health, readiness and metrics for machines, and whatever a channel adds."""

import errno
from collections.abc import Awaitable, Callable

from aiohttp import web

_PARTING = 3.0
"""Seconds requests on their way are given at the end."""


class PortTaken(Exception):
    """Somebody else listens there; the sentence says what to do."""


def add_health(
    app: web.Application, lacking: Callable[[], Awaitable[tuple[str, ...]]], figures: Callable[[], Awaitable[str]]
) -> None:
    """Add `/healthz` (the process answers), `/readyz` (nothing is lacking, else 503 and what is) and `/metrics`."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        lacks = await lacking()
        return web.Response(
            text=f"not ready: {', '.join(lacks)}\n" if lacks else "ready\n", status=503 if lacks else 200
        )

    async def metrics(_request: web.Request) -> web.Response:
        body = (await figures()).encode()
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


class Server:
    """An application served on one address until it is stopped."""

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_PARTING)

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port, which is a free one where 0 was asked for.

        Raises:
            PortTaken: it cannot be listened on.
        """
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise PortTaken(_sentence(error, host, port)) from None
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Take no more requests, let those on their way end, and close."""
        await self._runner.cleanup()


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8080
        return f"端口 {port} 已被占用：请换一个端口（例如 PORT={other}），或先停掉占用它的程序。"
    if error.errno == errno.EACCES:
        return f"没有权限使用端口 {port}：请换一个 1024 以上的端口，例如 PORT=8080。"
    return f"不能在 {host}:{port} 上提供服务：请检查 HOST 和 PORT 的写法。"
