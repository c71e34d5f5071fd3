"""The people of an office whose process is killed under them: they do everything until it was acknowledged.

Whoever gets no answer sends the very same thing again, as Telegram brings an update again and as somebody submits a
page once more. What was acknowledged is written into `Told`.
"""

import asyncio
import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import aiohttp

from tests.fakes.phone import Phone
from tests.faults.dice import Dice
from tests.faults.killed_office import KilledOffice

ASKED = ("do:agree:", "do:execute:")
REASON = "那天人手不够"


@dataclass(frozen=True, slots=True)
class Deed:
    """An act on a case that was acknowledged; `answer` is what flashed up (empty: that was lost with a process)."""

    person: str
    verb: str
    case: str
    visit: int
    answer: str = ""


@dataclass
class Told:
    """Everything the office has acknowledged: requests by their reason, and acts on cases."""

    filed: dict[str, str] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)


class Somebody(ABC):
    """One person at one channel."""

    def __init__(self, office: KilledOffice, person: str) -> None:
        self.office = office
        self.person = person

    async def says(self, text: str) -> None:
        """Send a text until it is acknowledged."""
        await self._until_acknowledged(text=text)

    async def presses(self, data: str) -> str:
        """Press a button until that is acknowledged; returns what flashed up."""
        return await self._until_acknowledged(press=data)

    async def _until_acknowledged(self, *, text: str = "", press: str = "") -> str:
        sent = await self._prepared(text, press)
        while True:
            await self.office.up.wait()
            with suppress(aiohttp.ClientError, ConnectionError):
                self.office.stir()
                answer = await self._send(sent)
                self.office.stir()
                return answer

    @abstractmethod
    async def _prepared(self, text: str, press: str) -> Any:  # noqa: ANN401  what a channel sends is its own
        """What is sent, every time the same."""

    @abstractmethod
    async def _send(self, sent: Any) -> str:  # noqa: ANN401
        """Send it once; returns what flashes up.

        Raises:
            ClientError, ConnectionError: it was not acknowledged.
        """

    @abstractmethod
    async def buttons(self) -> list[str]:
        """What could be pressed now, oldest first."""


class OnThePhone(Somebody):
    """Somebody in Telegram, who reads an answer before going on."""

    _numbers = itertools.count(900_000)

    def __init__(self, office: KilledOffice, person: str, account: int) -> None:
        super().__init__(office, person)
        self.phone = Phone(office.api, account, person)
        self.phone.chat.started = True

    async def says(self, text: str) -> None:
        """Send a text, and wait until something came back."""
        before = self._newest()
        await super().says(text)
        while self._newest() == before:
            await self.office.stirred()

    def _newest(self) -> int:
        return max((shown.id for shown in self.phone.chat.messages.values() if shown.by_bot), default=0)

    async def _prepared(self, text: str, press: str) -> dict[str, Any]:
        number = next(self._numbers)
        if not press:
            return {"update_id": number, **self.phone.message(text, text=text)}
        under = next(s.id for s in self.phone.chat.messages.values() if press in [b.data for b in s.buttons])
        return {"update_id": number, "callback_query": self._tap(under, press)}

    def _tap(self, under: int, press: str) -> dict[str, Any]:
        account = {"id": self.phone.account, "is_bot": False, "first_name": self.person}
        shown = {"message_id": under, "date": 1_700_000_000, "chat": {"id": self.phone.account, "type": "private"}}
        query = self.office.api.new_query()
        return {"id": query, "from": account, "chat_instance": "1", "message": shown, "data": press}

    async def _send(self, sent: Any) -> str:  # noqa: ANN401
        status = await self.office.api.redeliver(sent)
        if status != 200:
            raise ConnectionError
        return self.office.api.answers.get(sent.get("callback_query", {}).get("id", ""), "")

    async def buttons(self) -> list[str]:
        """The buttons in the chat."""
        return [button.data for shown in self.phone.chat.messages.values() for button in shown.buttons]


class InABrowser(Somebody):
    """Somebody signed in to the console, without its script."""

    def __init__(self, office: KilledOffice, session: aiohttp.ClientSession, person: str, shown: str) -> None:
        super().__init__(office, person)
        self._session = session
        self._shown = shown
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._forms = itertools.count(1)

    async def come_in(self) -> None:
        """Sign in with the link, and open the page."""
        await self._post("/sign-in", {"shown": self._shown})
        page = await self._page()
        found = re.search(r'name="token" value="([^"]+)"', page)
        assert found is not None
        self._token = found[1]

    async def _prepared(self, text: str, press: str) -> dict[str, str]:
        said = {"press": press} if press else {"text": text}
        return {"token": self._token, "key": f"{self.person}-form-{next(self._forms)}", **said}

    async def _send(self, sent: Any) -> str:  # noqa: ANN401
        self._cookies.pop("banshi_said", None)
        await self._post(f"/as/{self.person}/{'press' if 'press' in sent else 'say'}", sent)
        return unquote(self._cookies.get("banshi_said", ""))

    async def _post(self, path: str, fields: dict[str, str]) -> None:
        url = self.office.address + path
        async with self._session.post(url, data=fields, headers=self._head(), allow_redirects=False) as answer:
            assert answer.status == 303, (path, answer.status, await answer.text())
            self._keep(answer)

    async def _page(self) -> str:
        async with self._session.get(f"{self.office.address}/as/{self.person}/", headers=self._head()) as answer:
            assert answer.status == 200, answer.status
            self._keep(answer)
            return await answer.text()

    def _head(self) -> dict[str, str]:
        # The cookies are for https only, as behind the office's own proxy; the way here is the proxy's.
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _keep(self, answer: aiohttp.ClientResponse) -> None:
        self._cookies |= {name: morsel.value for name, morsel in answer.cookies.items()}

    async def buttons(self) -> list[str]:
        """The buttons on the page."""
        while True:
            await self.office.up.wait()
            with suppress(aiohttp.ClientError, ConnectionError):
                return re.findall(r'name="press" value="([^"]+)"', await self._page())


@dataclass
class Applicant:
    """Asks for half days, one after the other, and sometimes takes the request back at once."""

    who: Somebody
    dice: Dice
    told: Told
    days: Iterator[str]

    async def live(self, ended: asyncio.Event) -> None:
        """File until the end; what was begun is finished."""
        for number in itertools.count(1):
            if ended.is_set():
                return
            reason = f"去医院看牙 {self.who.person} {number}"
            await self._file(next(self.days), reason)
            if self.dice.chance(25):
                await self._withdraw()

    async def _file(self, half: str, reason: str) -> None:
        for text in ("请假", "事假", half, half, reason, "提交"):
            await self.who.says(text)
        self.told.filed[reason] = self.who.person

    async def _withdraw(self) -> None:
        open_now = [press for press in await self.who.buttons() if press.startswith("do:withdraw:")]
        if open_now:
            _, verb, case, visit = open_now[-1].split(":")
            answer = await self.who.presses(open_now[-1])
            self.told.deeds.append(Deed(self.who.person, verb, case, int(visit), answer))


@dataclass
class Approver:
    """Decides on, or carries out, whatever comes, and refuses every fifth request."""

    who: Somebody
    dice: Dice
    told: Told
    seen: set[str] = field(default_factory=set)

    async def live(self) -> None:
        """Do what is asked, for ever."""
        while True:
            for press in await self.who.buttons():
                if press.startswith(ASKED) and press not in self.seen:
                    self.seen.add(press)
                    await self._do(press)
            await self.who.office.stirred()

    async def _do(self, press: str) -> None:
        _, verb, case, visit = press.split(":")
        if verb == "agree" and self.dice.chance(20):
            await self._refuse(case, int(visit))
            return
        answer = await self.who.presses(press)
        self.told.deeds.append(Deed(self.who.person, verb, case, int(visit), answer))

    async def _refuse(self, case: str, visit: int) -> None:
        press = f"do:refuse:{case}:{visit}"
        if press in await self.who.buttons():
            await self.who.presses(press)
            await self.who.says(REASON)
            self.told.deeds.append(Deed(self.who.person, "refuse", case, visit))
