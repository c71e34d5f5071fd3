"""Signing in outside the sample office: a link once, a cookie for this browser, an end to both."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar
from yarl import URL

from bot.access import SESSION, SIGN_IN
from bot.channels.console_sign_in import SESSION_COOKIE
from bot.service import House, Service
from flows.people import Person
from tests.bot.office_folder import office_folder
from tests.bot.small_house import CHIEF, LIU, SECRETARY, small_house
from tests.fakes import MovableClock

LINK = re.compile(r"http://[0-9.:]+/sign-in/([A-Za-z0-9_-]+)")
TOKEN = re.compile(r'action="/sign-out"><input type="hidden" name="token" value="([^"]+)"')


@dataclass
class Browser:
    """One browser with its own cookies."""

    session: ClientSession
    address: str

    async def get(self, path: str) -> tuple[int, str]:
        """Status and page, redirects followed."""
        async with self.session.get(self.address + path) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> tuple[int, str]:
        """Send a form; status and page, redirects followed."""
        async with self.session.post(self.address + path, data=fields, headers=headers) as answer:
            return answer.status, await answer.text()

    @property
    def cookie(self) -> str:
        """The session's cookie (empty: none)."""
        return next((kept.value for kept in self.session.cookie_jar if kept.key == SESSION_COOKIE), "")

    def keep(self, cookie: str) -> None:
        """Put this in the place of the session's cookie."""
        self.session.cookie_jar.update_cookies({SESSION_COOKIE: cookie}, URL(self.address))


@asynccontextmanager
async def browser(service: Service) -> AsyncIterator[Browser]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Browser(session, service.address())


@pytest.fixture
def clock() -> MovableClock:
    """Tuesday, 24 November 2026, nine o'clock."""
    return MovableClock()


@pytest.fixture
def house(tmp_path: Path, clock: MovableClock) -> House:
    """An office of one's own: nobody may be anybody."""
    made = small_house(tmp_path, clock)
    people = dict(made.office.people)
    own = replace(made.settings, office=office_folder(tmp_path / "own"))
    return replace(made, settings=own, office=replace(made.office, people=people))


@pytest.fixture
async def service(house: House) -> AsyncIterator[Service]:
    service = Service(house)
    await service.start()
    yield service
    await service.stop()


def link(service: Service, house: House, person: str = LIU) -> str:
    """What a new sign-in link of the person's carries."""
    found = LINK.search(
        house.work.run_sync(lambda unit: service.access.links(unit, house.office.person(person))).sign_in
    )
    assert found is not None
    return found[1]


async def test_nobody_comes_in_without_a_session(service: Service) -> None:
    async with browser(service) as window:
        for path in ("/", f"/as/{LIU}/", f"/as/{LIU}/box/mine", f"/as/{LIU}/events", f"/as/{LIU}/registers"):
            status, page = await window.get(path)
            assert (status, "登录" in page, "以谁的身份" in page) == (401, True, False)


async def test_a_link_signs_in_once(service: Service, house: House) -> None:
    shown = link(service, house)
    async with browser(service) as window, browser(service) as late:
        assert "登录" in (await window.get(f"/sign-in/{shown}"))[1]
        assert window.cookie == ""
        assert "刘洋" in (await window.post("/sign-in", shown=shown))[1]
        assert "刘洋" in (await window.get("/"))[1]
        status, page = await late.post("/sign-in", shown=shown)
        assert (status, "已经用过或过期" in page, late.cookie) == (401, True, "")


async def test_a_session_is_for_one_person(service: Service, house: House) -> None:
    async with browser(service) as window:
        await window.post("/sign-in", shown=link(service, house))
        assert (await window.get(f"/as/{CHIEF}/"))[0] == 404


async def test_links_and_sessions_end_by_themselves(service: Service, house: House, clock: MovableClock) -> None:
    shown, fresh = link(service, house), link(service, house, CHIEF)
    async with browser(service) as window:
        await window.post("/sign-in", shown=fresh)
        clock.wait(seconds=SIGN_IN.total_seconds())
        assert (await window.get("/"))[0] == 200
        assert (await window.post("/sign-in", shown=shown))[0] == 401
        clock.wait(seconds=SESSION.total_seconds())
        assert (await window.get("/"))[0] == 401


async def test_signing_out_ends_the_session_everywhere_it_was_copied_to(service: Service, house: House) -> None:
    async with browser(service) as window, browser(service) as copy:
        await window.post("/sign-in", shown=link(service, house))
        copy.keep(window.cookie)
        assert (await copy.get("/"))[0] == 200
        token = TOKEN.search((await window.get(f"/as/{LIU}/more"))[1])
        assert token is not None
        assert (await window.post("/sign-out", token="other"))[0] == 403
        assert (await window.post("/sign-out", token=token[1]))[0] == 401
        assert window.cookie == ""
        assert (await copy.get("/"))[0] == 401


async def test_who_leaves_the_office_is_out_at_once(service: Service, house: House) -> None:
    shown = link(service, house, CHIEF)
    async with browser(service) as window:
        await window.post("/sign-in", shown=link(service, house))
        people = house.office.people
        assert isinstance(people, dict)
        for person in (LIU, CHIEF):
            people[person] = gone(people[person])
        assert (await window.get("/"))[0] == 401
        assert (await window.post("/sign-in", shown=shown))[0] == 401


def gone(person: Person) -> Person:
    """The person, no longer in the office."""
    return replace(person, active=False)


@pytest.mark.parametrize("cookie", ["x", ".", "汉.字", "abc.def"])
async def test_a_cookie_of_somebody_elses_making_is_none(service: Service, house: House, cookie: str) -> None:
    async with browser(service) as window:
        window.keep(cookie)
        assert (await window.get("/"))[0] == 401
        await window.post("/sign-in", shown=link(service, house))
        signed = window.cookie
        window.keep(signed[:-1] + ("0" if signed[-1] != "0" else "1"))
        assert (await window.get("/"))[0] == 401


async def test_the_cookie_is_for_this_site_and_no_script(service: Service, house: House) -> None:
    async with browser(service) as window:
        fields = {"shown": link(service, house)}
        url = f"{window.address}/sign-in"
        async with window.session.post(url, data=fields, allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


async def test_another_site_signs_nobody_in(service: Service, house: House) -> None:
    shown = link(service, house)
    async with browser(service) as window:
        assert (await window.post("/sign-in", {"Origin": "https://evil.example"}, shown=shown))[0] == 403
        assert (await window.post("/sign-in", shown=shown))[0] == 200


async def test_the_administrator_gives_links_in_chat_and_nobody_else(service: Service, house: House) -> None:
    answer = await service.console.receive(SECRETARY, "k1", "text", text=f"绑定 {LIU}")
    assert "刘洋（F021，办文科）" in answer.text
    found = LINK.search(answer.text)
    assert found is not None
    again = await service.console.receive(SECRETARY, "k1", "text", text=f"绑定 {LIU}")
    assert again.text == ""
    async with browser(service) as window:
        assert "刘洋" in (await window.post("/sign-in", shown=found[1]))[1]
        refused = await service.console.receive(LIU, "k2", "text", text=f"绑定 {CHIEF}")
        assert "由办公室管理员陈志远办理" in refused.text
        unknown = await service.console.receive(SECRETARY, "k3", "text", text="绑定 F999")
        assert "没有在职人员“F999”" in unknown.text
        await service.console.receive(SECRETARY, "k4", "text", text=f"解绑 {LIU}")
        assert (await window.get("/"))[0] == 401


@pytest.mark.parametrize("text", ["解绑银行卡", "解绑 银行卡", "绑定 新手机号", "登录 网站", "登录不了", "绑定了吗"])
async def test_what_only_sounds_like_asking_is_left_to_the_talk(service: Service, text: str) -> None:
    assert await service.access.asked(SECRETARY, text, "k1") is None


@pytest.mark.parametrize("text", ["/bind@some_bot F021", "绑定　刘洋", "/BIND f021"])
async def test_a_person_is_named_by_number_or_name(service: Service, text: str) -> None:
    assert "刘洋（F021，办文科）" in (await service.access.asked(SECRETARY, text, "k1") or "")


async def test_a_link_said_in_chat_is_kept_nowhere(service: Service, house: House) -> None:
    answer = await service.console.receive(LIU, "k1", "text", text="登录")
    found = LINK.search(answer.text)
    assert found is not None
    lines = await service.console.messages(LIU, before=None, limit=50)
    assert found[1] not in str(lines)
