"""A minimal aiogram bot: the talk as a state machine in memory, or with one SQLite row a step.

Run as: python aiogram_bot.py PORT API STORE, STORE being `memory` or the path of a database.
"""

import json
import sys
from collections.abc import AsyncIterator

import aiosqlite
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from talk import KINDS, QUESTIONS, STEPS, card, head_of, name_of, next_step, summary

SECRET = "bench-secret-bench-secret"


class Memory:
    """Drafts in a dictionary."""

    def __init__(self) -> None:
        self._drafts: dict[int, tuple[str, dict[str, str]]] = {}

    async def load(self, who: int) -> tuple[str, dict[str, str]]:
        return self._drafts.get(who, ("", {}))

    async def keep(self, who: int, step: str, answers: dict[str, str]) -> None:
        self._drafts[who] = (step, answers)


class Rows:
    """Drafts in SQLite, committed at every step."""

    def __init__(self, path: str) -> None:
        self._path = path

    async def open(self) -> None:
        self._db = await aiosqlite.connect(self._path)
        await self._db.execute("PRAGMA journal_mode=WAL")
        await self._db.execute("PRAGMA synchronous=FULL")
        await self._db.execute("CREATE TABLE IF NOT EXISTS drafts (who INTEGER PRIMARY KEY, step TEXT, answers TEXT)")
        await self._db.commit()

    async def close(self) -> None:
        await self._db.close()

    async def load(self, who: int) -> tuple[str, dict[str, str]]:
        async with self._db.execute("SELECT step, answers FROM drafts WHERE who = ?", (who,)) as cursor:
            row = await cursor.fetchone()
        return (row[0], json.loads(row[1])) if row else ("", {})

    async def keep(self, who: int, step: str, answers: dict[str, str]) -> None:
        await self._db.execute(
            "INSERT INTO drafts VALUES (?, ?, ?) ON CONFLICT (who) DO UPDATE SET step = excluded.step,"
            " answers = excluded.answers",
            (who, step, json.dumps(answers, ensure_ascii=False)),
        )
        await self._db.commit()


def choices(who: int) -> InlineKeyboardMarkup:
    """The head's two buttons."""
    agree = InlineKeyboardButton(text="同意", callback_data=f"agree:{who}")
    return InlineKeyboardMarkup(
        inline_keyboard=[[agree, InlineKeyboardButton(text="不同意", callback_data=f"no:{who}")]]
    )


def dispatcher(store: Memory | Rows) -> Dispatcher:
    """The bot's two handlers."""
    found = Dispatcher()

    @found.message(F.text)
    async def said(message: Message, bot: Bot) -> None:
        who, text = message.from_user.id, message.text
        step, answers = await store.load(who)
        if text == "请假":
            await store.keep(who, STEPS[0], {})
            keyboard = [[InlineKeyboardButton(text=kind, callback_data=f"kind:{kind}")] for kind in KINDS]
            await message.answer(QUESTIONS[STEPS[0]], reply_markup=InlineKeyboardMarkup(inline_keyboard=keyboard))
        elif step in STEPS:
            answers[step] = text
            step = next_step(step)
            await store.keep(who, step, answers)
            await message.answer(QUESTIONS[step] if step in STEPS else summary(answers))
        elif step == "summary" and text == "提交":
            await store.keep(who, "filed", answers)
            await bot.send_message(head_of(who), card(name_of(who), answers), reply_markup=choices(who))
            await message.answer("已提交。")

    @found.callback_query(F.data.startswith("agree:"))
    async def agreed(query: CallbackQuery, bot: Bot) -> None:
        who = int(query.data.partition(":")[2])
        _, answers = await store.load(who)
        await store.keep(who, "agreed", answers)
        await query.answer("已同意。")
        await query.message.edit_text("已同意")
        await bot.send_message(who, "您的申请已通过。")

    return found


def main(port: int, api: str, place: str) -> None:
    """Serve the webhook until the process is ended."""
    store: Memory | Rows = Memory() if place == "memory" else Rows(place)
    bot = Bot("1:bench", session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    app = web.Application()
    if isinstance(store, Rows):

        async def opened(_app: web.Application) -> AsyncIterator[None]:
            await store.open()
            yield
            await store.close()

        app.cleanup_ctx.append(opened)
    handler = SimpleRequestHandler(dispatcher(store), bot, secret_token=SECRET, handle_in_background=False)
    handler.register(app, path="/telegram")
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
