"""A minimal python-telegram-bot bot: drafts in memory, or a SQLModel row a step, behind the same kind of webhook.

Run as: python ptb_bot.py PORT API STORE, STORE being `memory` or the path of a database.
"""

import json
import sys

from aiohttp import web
from sqlmodel import Field, Session, SQLModel, create_engine
from talk import KINDS, QUESTIONS, STEPS, card, head_of, name_of, next_step, summary
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

SECRET = "bench-secret-bench-secret"


class Draft(SQLModel, table=True):
    """One person's draft."""

    who: int = Field(primary_key=True)
    step: str
    answers: str


class Memory:
    """Drafts in a dictionary."""

    def __init__(self) -> None:
        self._drafts: dict[int, tuple[str, dict[str, str]]] = {}

    def load(self, who: int) -> tuple[str, dict[str, str]]:
        return self._drafts.get(who, ("", {}))

    def keep(self, who: int, step: str, answers: dict[str, str]) -> None:
        self._drafts[who] = (step, answers)


class Rows:
    """Drafts in SQLite through SQLModel, a session and a commit at every step."""

    def __init__(self, path: str) -> None:
        self._engine = create_engine(f"sqlite:///{path}")
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        SQLModel.metadata.create_all(self._engine)

    def load(self, who: int) -> tuple[str, dict[str, str]]:
        with Session(self._engine) as session:
            found = session.get(Draft, who)
            return (found.step, json.loads(found.answers)) if found else ("", {})

    def keep(self, who: int, step: str, answers: dict[str, str]) -> None:
        with Session(self._engine) as session:
            session.merge(Draft(who=who, step=step, answers=json.dumps(answers, ensure_ascii=False)))
            session.commit()


def choices(who: int) -> InlineKeyboardMarkup:
    """The head's two buttons."""
    agree = InlineKeyboardButton("同意", callback_data=f"agree:{who}")
    return InlineKeyboardMarkup([[agree, InlineKeyboardButton("不同意", callback_data=f"no:{who}")]])


def application(api: str, store: Memory | Rows) -> Application:
    """The bot's two handlers."""
    found = Application.builder().token("1:bench").base_url(f"{api}/bot").updater(None).concurrent_updates(True)
    found = found.connection_pool_size(64).build()

    async def said(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        who, text = update.effective_user.id, update.message.text
        step, answers = store.load(who)
        if text == "请假":
            store.keep(who, STEPS[0], {})
            keyboard = [[InlineKeyboardButton(kind, callback_data=f"kind:{kind}")] for kind in KINDS]
            await update.message.reply_text(QUESTIONS[STEPS[0]], reply_markup=InlineKeyboardMarkup(keyboard))
        elif step in STEPS:
            answers[step] = text
            step = next_step(step)
            store.keep(who, step, answers)
            await update.message.reply_text(QUESTIONS[step] if step in STEPS else summary(answers))
        elif step == "summary" and text == "提交":
            store.keep(who, "filed", answers)
            await context.bot.send_message(head_of(who), card(name_of(who), answers), reply_markup=choices(who))
            await update.message.reply_text("已提交。")

    async def agreed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        who = int(update.callback_query.data.partition(":")[2])
        store.keep(who, "agreed", store.load(who)[1])
        await update.callback_query.answer("已同意。")
        await update.callback_query.edit_message_text("已同意")
        await context.bot.send_message(who, "您的申请已通过。")

    found.add_handler(MessageHandler(filters.TEXT, said))
    found.add_handler(CallbackQueryHandler(agreed, pattern="^agree:"))
    return found


def main(port: int, api: str, place: str) -> None:
    """Serve the webhook until the process is ended."""
    bot = application(api, Memory() if place == "memory" else Rows(place))

    async def webhook(request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return web.Response(status=403)
        await bot.process_update(Update.de_json(await request.json(), bot.bot))
        return web.Response()

    async def prepare(_app: web.Application) -> None:
        await bot.initialize()

    app = web.Application()
    app.on_startup.append(prepare)
    app.router.add_post("/telegram", webhook)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
