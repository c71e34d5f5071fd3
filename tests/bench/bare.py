"""The limit: the statements a run of banshi made, carried out again in order, and as many calls, with nothing between.

Run as: python bare.py PORT API DATABASE STATEMENTS CALLS_PER_UPDATE STATEMENTS_PER_UPDATE
"""

import asyncio
import itertools
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import ClientSession, web


def main(port: int, api: str, database: str, statements: str, calls: float, share: int) -> None:
    """Serve the webhook until the process is ended; each update carries out its share and makes its calls."""
    db = sqlite3.connect(database, isolation_level=None, cached_statements=512)
    db.execute("PRAGMA synchronous=FULL")
    lines = map(json.loads, Path(statements).read_text(encoding="utf-8").splitlines())
    owed = 0.0
    going: set[asyncio.Task[None]] = set()
    app = web.Application()

    async def call(session: ClientSession) -> None:
        body = {"chat_id": "1", "text": "您的申请已通过，待登记。"}
        async with session.post(f"{api}/bot1:bench/sendMessage", data=body) as answer:
            await answer.read()

    async def webhook(request: web.Request) -> web.Response:
        nonlocal owed
        json.loads(await request.read())
        for sql, params in itertools.islice(lines, share):
            db.execute(sql, params).fetchall()
        owed += calls
        while owed >= 1:
            owed -= 1
            task = asyncio.create_task(call(request.app["session"]))
            going.add(task)
            task.add_done_callback(going.discard)
        return web.Response()

    async def opened(made: web.Application) -> AsyncIterator[None]:
        async with ClientSession() as made["session"]:
            yield

    app.cleanup_ctx.append(opened)
    app.router.add_post("/telegram", webhook)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], float(sys.argv[5]), int(sys.argv[6]))
