"""Attacks on the console by hand: addresses, headers, forms, cookies and links, bodies too large and too slow."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.logs import JsonLines
from tests.attack.siege import CANARY, HEAD, LU, PAPER, STRANGER, Siege, signed_in
from tests.attack.test_fuzz_console import judge
from tests.attack.wire import Told, Wire
from tests.fakes import SHANGHAI

pytestmark = pytest.mark.asyncio(loop_scope="module")
OWN = f"/as/{STRANGER}"
OTHER = "Y032"
MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    "target",
    [
        "/static/../../etc/passwd",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2fbot%2fsecret.py",
        "/static//etc/passwd",
        "/static/console.css%00.js",
        f"{OWN}/../{LU}/",
        f"{OWN}%2f..%2f{LU}/",
        f"{OWN}/%2e%2e/{LU}/",
        f"//as/{LU}/",
        f"/as//{LU}/",
        f"/AS/{LU}/",
        f"/as/{LU.lower()}/",
        f"/as/{LU}%20/",
        "/as/%59022/",
        f"/as/{STRANGER},{LU}/",
        f"/as/{STRANGER};/{LU}/",
        f"{OWN}/files/..%2f..%2fbanshi.db",
        f"{OWN}/files/secret_key",
        f"{OWN}/files/{PAPER}",
        f"/as/{LU}/files/{PAPER}",
        f"{OWN}/registers/..%2fattendance",
        f"{OWN}/registers/attendance",
        f"{OWN}/registers/attendance.xlsx",
        f"{OWN}/case/%00",
        f"{OWN}/search?q={{case}}",
        f"{OWN}/?case={{case}}",
        f"{OWN}/case/{{case}}",
        f"{OWN}/case/{{case}}/panel",
        f"{OWN}/panel?case={{case}}",
        f"{OWN}/older?before=999999999",
        f"{OWN}/changes?after=0",
        f"/as/{LU}/changes?after=0",
        f"/as/{LU}/events",
        f"/as/{HEAD}/box/to_approve",
        f"/as/{LU}/calendar",
        "/.git/config",
        "/docs",
        "/%",
        f"http://127.0.0.1/as/{LU}/",
        f"{OWN}/search?q=%E7%BF%A0%E9%B8%9F",
    ],
)
async def test_no_address_leads_to_what_is_anothers(besieged: Siege, target: str) -> None:
    asked = target.replace("{case}", besieged.case)
    for wire in (besieged.stranger, besieged.wire):
        told = await wire.ask(asked)
        judge(told, asked)
        assert "root:" not in told.body
        assert "陆子涵" not in told.body or "/calendar" in asked


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-User": LU},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Original-URL": f"/as/{LU}/"},
        {"X-Rewrite-URL": f"/as/{LU}/"},
        {"Forwarded": "for=127.0.0.1;host=127.0.0.1"},
        {"Authorization": "Basic WTAyMjpZMDIy"},
        {"X-Me": LU},
        {"Host": "127.0.0.1"},
    ],
)
async def test_no_header_makes_one_somebody_else(besieged: Siege, headers: dict[str, str]) -> None:
    assert (await besieged.wire.ask(f"/as/{LU}/", headers=headers)).status == 401
    assert (await besieged.stranger.ask(f"/as/{LU}/", headers=headers)).status == 404


@pytest.mark.parametrize("target", [f"{OWN}/press", f"{OWN}/say", "/sign-in", "/sign-out"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"])
async def test_only_a_post_does_anything(besieged: Siege, target: str, method: str) -> None:
    state = besieged.state()
    fields = f"token={besieged.token}&key=attack-0001&text=%E8%AF%B7%E5%81%87&press=start:leave_request"
    told = await besieged.stranger.ask(
        f"{target}?{fields}", method=method, headers={"X-HTTP-Method-Override": "POST", "Content-Length": "0"}
    )
    assert told.status in (404, 405)
    assert besieged.state() == state


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://["},
        {"Origin": "http://127.0.0.1@evil.example"},
        {"Origin": "file://"},
        {"Origin": "x"},
        {"Origin": ""},
        {"Origin": "https://office.example.evil.example"},
        {"Origin": "https://office.example:444"},
        {"Sec-Fetch-Site": "cross-site, same-origin"},
        {"Cookie": "banshi_form=\udcff"},
        {"Cookie": "banshi_session=\udcff.\udcff; banshi_form=x"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "application/x-www-form-urlencoded; charset=utf-7"},
        {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"},
    ],
)
async def test_a_form_that_is_not_ours_is_refused(besieged: Siege, bugs: list[str], headers: dict[str, str]) -> None:
    state = besieged.state()
    fields = {"token": besieged.token, "key": "attack-0002", "text": "请假"}
    if "charset=utf-7" in headers.get("Content-Type", ""):
        fields["token"] = "+2AA-.+2AA-"
    for target in (f"{OWN}/say", "/sign-in", "/sign-out"):
        told = await besieged.stranger.post(target, fields, headers)
        judge(told, f"{target} {headers}")
        assert 400 <= told.status < 500
    assert besieged.state() == state
    assert bugs == []


async def test_a_token_goes_with_its_person_and_browser(besieged: Siege) -> None:
    theirs, token = await signed_in(besieged.office, LU)
    state = besieged.state()
    fields = {"key": "attack-0003", "text": "请假"}
    assert (await besieged.stranger.post(f"{OWN}/say", {**fields, "token": token})).status == 403
    assert (await theirs.post(f"/as/{LU}/say", {**fields, "token": besieged.token})).status == 403
    mixed = {"Cookie": f"{_cookie(besieged.stranger, 'banshi_session')}; {_cookie(theirs, 'banshi_form')}"}
    assert (await besieged.wire.post(f"{OWN}/say", {**fields, "token": token}, mixed)).status == 403
    assert besieged.state() == state


def _cookie(wire: Wire, name: str) -> str:
    return next(pair for pair in wire.headers["Cookie"].split("; ") if pair.startswith(f"{name}="))


async def test_a_session_is_neither_made_nor_mended(besieged: Siege) -> None:
    made, _, signature = _cookie(besieged.stranger, "banshi_session").partition("=")[2].partition(".")
    other = _cookie((await signed_in(besieged.office, LU))[0], "banshi_session").partition("=")[2]
    forged = (
        made,
        f"{made}.",
        f".{signature}",
        f"{made}.{signature[:-1]}",
        f"{made}.{signature}0",
        f"{made}.{signature.upper()}",
        f"{made[::-1]}.{signature}",
        f"{made}.{other.partition('.')[2]}",
        f"{other.partition('.')[0]}.{signature}",
        f"{made}.{signature}.x",
        f"{made}%00.{signature}",
        "null",
        "true",
        "A" * 4000,
    )
    for cookie in forged:
        for path in ("/", f"{OWN}/", f"/as/{LU}/"):
            told = await besieged.wire.ask(path, headers={"Cookie": f"banshi_session={cookie}"})
            assert told.status == 401, cookie


async def test_a_session_somebody_planted_is_not_taken_over(besieged: Siege) -> None:
    """Whoever signs in gets a session of their own, whatever cookie the browser held."""
    lurker, _ = await signed_in(besieged.office, OTHER)
    planted = _cookie(lurker, "banshi_session")
    person = besieged.office.house.office.person(LU)
    links = besieged.office.house.work.run_sync(lambda unit: besieged.office.service.access.links(unit, person))
    shown = links.sign_in.rpartition("/")[2]
    told = await besieged.wire.post("/sign-in", {"shown": shown}, {"Cookie": planted})
    assert "banshi_session=" in told.head
    assert planted not in told.head
    assert (await lurker.ask(f"/as/{OTHER}/")).status == 401


async def test_a_link_of_one_kind_opens_no_other_door(besieged: Siege) -> None:
    session = _cookie(besieged.stranger, "banshi_session").partition("=")[2].partition(".")[0]
    binding = besieged.office.link(LU)
    person = besieged.office.house.office.person(LU)
    links = besieged.office.house.work.run_sync(lambda unit: besieged.office.service.access.links(unit, person))
    good = links.sign_in.rpartition("/")[2]
    wrong = (
        session,
        binding,
        good[:-1],
        good + "A",
        good.swapcase(),
        f" {good}",
        f"{good}\0",
        good * 2,
        "",
        "%",
        "\ud800",
    )
    for shown in wrong:
        told = await besieged.wire.post("/sign-in", {"shown": shown})
        assert (told.status, "banshi_session" in told.head) == (401, False), shown
    assert (await besieged.wire.post("/sign-in", {"shown": good})).status == 303


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        f"{OWN}\\evil",
        f"{OWN}/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        f"/as/{LU}/",
        f"{OWN}x/",
        f"{OWN}/\u2028x",
        "\ud800",
    ],
)
async def test_one_is_sent_back_to_ones_own_pages_only(besieged: Siege, back: str) -> None:
    fields = {"token": besieged.token, "key": "attack-0004", "text": "帮助", "back": back}
    told = await besieged.stranger.post(f"{OWN}/say", fields)
    assert told.status == 303
    assert f"Location: {OWN}/\r\n" in f"{told.head}\r\n"
    assert "a=b" not in told.head


def _upload(siege: Siege, size: int, *, name: str = "x.pdf") -> tuple[bytes, bytes]:
    head = "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in (("token", siege.token), ("key", "attack-0005"), ("text", ""))
    )
    file = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return (head + file).encode() + b"x" * size, b"\r\n--edge--\r\n"


def _left_behind(siege: Siege) -> list[Path]:
    """What lies among the uploads beside the one that was there."""
    folder = siege.office.house.settings.var / "files"
    return [path for path in folder.rglob("*") if path.is_file() and path.read_text("utf-8", "replace") != CANARY]


EDGE = {"Content-Type": "multipart/form-data; boundary=edge"}


async def test_what_is_too_large_is_not_kept(besieged: Siege) -> None:
    state = besieged.state()
    begun, end = _upload(besieged, 11 * MEGABYTE)
    assert (await besieged.stranger.ask(f"{OWN}/say", method="POST", headers=EDGE, body=begun + end)).status == 413
    chunked = {**EDGE, "Transfer-Encoding": "chunked", "Content-Length": ""}
    del chunked["Content-Length"]
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in _pieces(begun + end)) + b"0\r\n\r\n"
    lines = [f"POST {OWN}/say HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in {**besieged.stranger.headers, **chunked}.items()]
    assert (await besieged.wire.send("\r\n".join([*lines, "", ""]).encode() + body)).status == 413
    long = {"token": besieged.token, "key": "attack-0006", "text": "长" * 400_000}
    assert (await besieged.stranger.post(f"{OWN}/say", long)).status == 413
    assert (await besieged.wire.ask("/", headers={"Cookie": "a" * 70_000})).status == 400
    assert (await besieged.wire.ask("/" + "a" * 70_000)).status in (400, 414)
    assert besieged.state() == state
    assert _left_behind(besieged) == []


def _pieces(body: bytes) -> list[bytes]:
    return [body[at : at + MEGABYTE] for at in range(0, len(body), MEGABYTE)]


async def test_a_body_that_never_ends_keeps_nobody_waiting_and_nothing_kept(besieged: Siege, bugs: list[str]) -> None:
    """Forty connections hang in the middle of an upload; the others are served; when they break off nothing stays."""
    state = besieged.state()
    begun, _ = _upload(besieged, 200_000)
    head = "".join(
        f"{name}: {value}\r\n"
        for name, value in {"Host": "x", **besieged.stranger.headers, **EDGE, "Content-Length": "5000000"}.items()
    )
    writers = []
    for _ in range(40):
        _, writer = await asyncio.open_connection("127.0.0.1", besieged.wire.port)
        writer.write(f"POST {OWN}/say HTTP/1.1\r\n{head}\r\n".encode() + begun)
        writers.append(writer)
    assert (await besieged.stranger.ask(f"{OWN}/")).status == 200
    for writer in writers:
        writer.transport.abort()
    while _left_behind(besieged):
        assert (await besieged.stranger.ask(f"{OWN}/")).status == 200
    assert besieged.state() == state
    assert bugs == []


@pytest.mark.parametrize(
    "content",
    [
        b"\0\0\0\0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /a HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    ],
)
async def test_what_is_no_http_is_not_carried_out(besieged: Siege, content: bytes) -> None:
    told = await besieged.wire.send(content)
    assert 400 <= told.status < 500
    assert CANARY not in told.words
    assert "Traceback" not in told.words


@pytest.mark.parametrize("press", ["{own}", "do:agree:{case}:1", "do:withdraw:{case}:-1", "open:{case}", "why:{case}"])
async def test_a_colleagues_buttons_do_nothing_here(besieged: Siege, press: str) -> None:
    matter = besieged.matter
    for number, what in enumerate(besieged.presses if press == "{own}" else (press.format(case=besieged.case),)):
        fields = {"token": besieged.token, "key": f"attack-1{number:04}", "press": what}
        for headers in ({}, {"HX-Request": "true", "X-Console-Version": "0"}):
            told = await besieged.stranger.post(f"{OWN}/press", fields, headers)
            judge(told, what)
    assert besieged.matter == matter
    assert CANARY not in (await besieged.stranger.ask(f"{OWN}/")).body


async def test_an_attack_is_logged_without_its_words(besieged: Siege, caplog: pytest.LogCaptureFixture) -> None:
    words = "泄密者的话"
    with caplog.at_level(logging.DEBUG):
        told: list[Told] = [
            await besieged.stranger.ask(f"{OWN}/case/{besieged.case}"),
            await besieged.stranger.post(f"{OWN}/say", {"token": "x", "key": "attack-0007", "text": words}),
            await besieged.stranger.post(f"{OWN}/say", {"token": besieged.token, "key": "attack-0008", "text": words}),
            await besieged.wire.post("/telegram", {"text": words}),
        ]
    assert [each.status for each in told] == [404, 403, 303, 401]
    lines = [JsonLines(SHANGHAI).format(each) for each in caplog.records if each.name.startswith("banshi")]
    assert any("refused look" in line for line in lines)
    assert any("webhook refused" in line for line in lines)
    assert words not in "\n".join(lines)
    assert besieged.token not in "\n".join(lines)
    assert (STRANGER, f"case:{besieged.case}") in besieged.office.attempts()
