"""Telegram put together for one house: how it is reached, what it may do, and the links that lead to it."""

from collections.abc import Callable, Mapping

from aiohttp import web

from bot.access import Access
from bot.channels.pacer import Pacer
from bot.channels.telegram import TelegramSender
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_door import PATH, Door, Line, add_webhook
from bot.intake import Intake
from bot.settings import Telegram
from bot.telegram_desk import TelegramDesk
from bot.uploads import Uploads
from flows.conversation.commands import FAMILY_WORDS
from handlers.gather import procedures_of
from handlers.ports import Desk
from handlers.refusals import cited
from storage.work import Work

_COMMANDS = {
    "inbox": "待办：等我审批和办理的",
    "mine": "我的申请",
    "done": "我已审批",
    "cc": "抄送我的",
    "procedures": "办事：全部事项",
    "cancel": "取消正在填的",
    "login": "登录：浏览器里的办事台",
    "help": "帮助",
}


class TelegramHouse:
    """One bot of one house."""

    def __init__(
        self,
        settings: Telegram,
        public_url: str,
        desk: Callable[[], Desk],
        work: Work,
        intake: Intake,
        uploads: Uploads,
        *,
        api: TelegramApi,
        access: Access,
        pacer: Pacer,
    ) -> None:
        self._secret = settings.webhook_secret
        self._public = bool(public_url)
        self._desk = desk
        self.api = api
        self.sender = TelegramSender(api, self._cites, pacer)
        self.taking = TelegramDesk(work, desk, intake, uploads, api=api, sender=self.sender, access=access)
        self._door = Door(self.taking, work.failures)
        webhook = (f"{public_url}{PATH}", self._secret) if public_url else None
        self.line = Line(api, self._door, self.commands, webhook=webhook)

    def _cites(self, entries: tuple[str, ...]) -> tuple[str, ...]:
        return cited(entries, tuple(self._desk().rules.current.values()))

    def add_to(self, app: web.Application) -> None:
        """Take updates in at the web server, where there is a public address."""
        if self._public:
            add_webhook(app, self._door, self._secret)

    def commands(self) -> Mapping[str, str]:
        """The commands offered, with what they mean: of the families only those this office runs."""
        run = {procedure.family for _, procedure in procedures_of(self._desk())}
        return {**{name: words for name, words in FAMILY_WORDS.items() if name in run}, **_COMMANDS}

    async def stop(self) -> None:
        """Let answers on their way arrive, and hang up."""
        await self.taking.stop()
        await self.api.close()


def binding_link(api: TelegramApi, shown: str) -> str:
    """What a person follows to bind their account; before the bot's name is known, what they send it."""
    return f"https://t.me/{api.known_name}?start={shown}" if api.known_name else f"给机器人发“/start {shown}”"
