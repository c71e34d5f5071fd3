"""The console's door: headers on everything, forms only from our own pages, one page for every error."""

import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.console import add_console, console_app
from bot.channels.console_guard import ConsoleSettings
from tests.bot.console.conftest import SETTINGS, Window
from tests.bot.console.fakes import SmallOffice

Client = TestClient[web.Request, web.Application]
PATHS = ("/", "/as/F021/", "/as/F002/box/to_approve", "/as/F002/case/c20", "/nowhere", "/as/nobody/", "/static/none.js")


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_same_strict_headers(client: Client, path: str) -> None:
    async with client.get(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in response.headers["Permissions-Policy"]
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PATHS)
async def test_no_page_has_a_script_or_style_of_its_own(client: Client, path: str) -> None:
    async with client.get(path) as response:
        page = await response.text()
        assert "<style" not in page
        assert "style=" not in page
        assert " onclick" not in page
        assert page.count("<script") == page.count("<script defer src=")


async def test_the_form_cookie_is_for_this_site_only(client: Client) -> None:
    async with client.get("/as/F021/") as response:
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize(
    "path", ["/nowhere", "/as/F777/", "/as/F021/case/none", "/as/F021/registers/seals", "/static/x"]
)
async def test_what_is_not_there_is_said_in_words(client: Client, path: str) -> None:
    async with client.get(path) as response:
        assert response.status == 404
        assert "没有找到" in await response.text()


async def test_a_case_of_others_looks_like_no_case(window: Window) -> None:
    window.person = "F013"
    assert await window.get("/case/c20", status=404) == await window.get("/case/none", status=404)


async def test_a_form_without_a_token_does_nothing(window: Window, office: SmallOffice) -> None:
    before = len(office.talks["F021"])
    assert (await window.send("/say", text="请假", token=""))[0] == 403
    assert (await window.send("/say", text="请假", token="a.b"))[0] == 403
    assert (await window.send("/say", text="请假", token="汉.字"))[0] == 403
    assert len(office.talks["F021"]) == before


async def test_a_token_is_good_for_one_person_only(window: Window, office: SmallOffice) -> None:
    token = await window.token()
    other = Window(window.client, "F002")
    assert (await other.send("/press", press="agree:c01", token=token))[0] == 403
    assert office.matters["c01"].state == "pending"


async def test_a_token_is_good_for_one_browser_only(window: Window) -> None:
    token = await window.token()
    window.client.session.cookie_jar.clear()
    status, _ = await window.send("/say", text="请假", token=token)
    assert status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_from_another_site_does_nothing(
    window: Window, office: SmallOffice, headers: dict[str, str]
) -> None:
    before = len(office.talks["F021"])
    form = {"token": await window.token(), "key": window.new_key(), "text": "请假"}
    async with window.client.post("/as/F021/say", data=form, headers=headers) as response:
        assert response.status == 403
        assert "刷新页面" in await response.text()
    assert len(office.talks["F021"]) == before


async def test_our_own_origin_may_post(window: Window) -> None:
    form = {"token": await window.token(), "key": window.new_key(), "text": "请假"}
    origin = {"Origin": str(window.client.make_url("/")).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    async with window.client.post("/as/F021/say", data=form, headers=origin, allow_redirects=False) as response:
        assert response.status == 303


async def test_a_bug_is_one_apology_and_one_log_line_without_content(
    window: Window, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        status, page = await window.send("/say", text="boom")
    lines = [record.getMessage() for record in caplog.records]
    assert status == 500
    assert len(lines) == 1
    assert "抱歉" in page
    assert "RuntimeError" in lines[0]
    assert "quotes" not in lines[0] + page


async def test_signing_in_decides_who_one_is(office: SmallOffice) -> None:
    async def me(request: web.Request) -> str | None:
        return request.headers.get("X-Me")

    settings = ConsoleSettings("办公室", b"k" * 32)
    async with TestClient(TestServer(console_app(office, office.hub, settings, me))) as client:
        async with client.get("/as/F021/") as response:
            assert response.status == 401
            assert "登录链接" in await response.text()
        async with client.get("/as/F002/", headers={"X-Me": "F021"}) as response:
            assert response.status == 404
        async with client.get("/", headers={"X-Me": "F021"}) as response:
            assert response.url.path == "/as/F021/"
            assert "以谁的身份" not in await response.text()


def test_being_anybody_is_for_the_sample_office_only(office: SmallOffice) -> None:
    with pytest.raises(ValueError, match="sample"):
        add_console(web.Application(), office, office.hub, ConsoleSettings("办公室", b"k" * 32))


async def test_other_addresses_of_the_house_are_left_alone(office: SmallOffice) -> None:
    async def hook(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/hook", hook)
    add_console(app, office, office.hub, SETTINGS)
    async with TestClient(TestServer(app)) as client, client.get("/hook") as response:
        assert "Content-Security-Policy" not in response.headers
