"""A signed-in colleague, and somebody who is not signed in, send the console anything: nothing breaks, leaks or moves.

BANSHI_FUZZ=100000 python -m pytest tests/attack
"""

from dataclasses import dataclass

import pytest

from tests.attack.chance import EVENTS, Chance
from tests.attack.siege import CANARY, HEAD, LU, PAPER, STRANGER, TOLD_TOO_MUCH, Siege
from tests.attack.wire import Told, form, segment

pytestmark = pytest.mark.asyncio(loop_scope="module")
PEOPLE = (STRANGER, STRANGER, STRANGER, LU, HEAD, "Y999", "")
PAGES = (
    "",
    "/",
    "/older",
    "/changes",
    "/now",
    "/box/to_approve",
    "/box/mine",
    "/box/nothing",
    "/search",
    "/case/{case}",
    "/case/{case}/panel",
    "/procedures",
    "/registers",
    "/registers/attendance",
    "/registers/attendance.xlsx",
    "/registers/seals",
    "/calendar",
    "/more",
    "/files/{case}",
    f"/files/{PAPER}",
    "/cars",
    "/say",
    "/press",
)
QUERIES = ("before", "after", "case", "page", "q", "month", "week", "day", "from")
HEADERS = (
    "Cookie",
    "Origin",
    "Sec-Fetch-Site",
    "HX-Request",
    "X-Console-Version",
    "Last-Event-ID",
    "Accept-Encoding",
    "If-None-Match",
    "Host",
    "Content-Type",
    "Referer",
    "X-Forwarded-For",
    "X-HTTP-Method-Override",
    "Range",
)
ODD_HEADERS = (
    "http://[",
    "//",
    "null",
    "http://127.0.0.1:1@x",
    "banshi_form=\udcff",
    "banshi_session=\udcff.\udcff",
    "banshi_said=%ff%00",
    'banshi_form="\udcff',
    "banshi_session=" + "A" * 43 + "." + "0" * 64,
    "a=b; " * 40,
    "-1",
    "true",
    "9" * 30,
    "gzip;q=x",
)
FIELDS = ("token", "key", "back", "text", "press", "date", "moment", "file", "shown")
METHODS = ("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")
KINDS = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-7",
    "text/plain; charset=none",
    "application/x-www-form-urlencoded; charset=nonsense",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=edge",
    "application/json",
    "multipart/mixed; boundary=edge",
    "x",
    "a/b; c",
)


@dataclass(frozen=True)
class Request:
    """One request of the fuzzer's."""

    target: str
    method: str
    headers: dict[str, str]
    body: bytes


def request_of(chance: Chance, siege: Siege) -> Request:
    """Any request: half of them look, half send a form; something in most of them is odd."""
    sends = chance.happens(one_in=2)
    path = f"/as/{chance.one(PEOPLE)}{chance.one(('/say', '/press')) if sends else chance.one(PAGES)}"
    path = path.replace("{case}", siege.case if chance.happens(one_in=2) else segment(chance.text()))
    if chance.happens(one_in=8):
        path = chance.one(("/", "/sign-in", "/sign-out", f"/sign-in/{segment(chance.text())}", "/telegram", "/metrics"))
    if chance.happens(one_in=6):
        path = "/" + "/".join(segment(chance.bent(part)) for part in path[1:].split("/"))
    if chance.happens(one_in=2):
        asked = ((chance.one(QUERIES), chance.one((siege.case, "1", "2026-11", chance.text()))) for _ in range(2))
        path += "?" + "&".join(f"{name}={segment(value)}" for name, value in asked)
    headers, body = _form(chance, siege) if sends else ({}, b"")
    if chance.happens(one_in=3):
        headers[chance.one(HEADERS)] = _printable(chance.one((chance.text(), *ODD_HEADERS)))
    method = "POST" if sends else chance.one(METHODS) if chance.happens(one_in=20) else "GET"
    return Request(path, method, headers, body)


def _form(chance: Chance, siege: Siege) -> tuple[dict[str, str], bytes]:
    fields = {
        "token": siege.token,
        "key": f"fuzz-{chance.below(2**40):012}",
        "text": chance.text(),
        "press": chance.one((*siege.presses, chance.bent(chance.one(siege.presses)), chance.text())),
    }
    if chance.happens(one_in=3):
        fields[chance.one(FIELDS)] = chance.text()
    if chance.happens(one_in=6):
        fields.pop(chance.one(tuple(fields)))
    if chance.happens(one_in=3):
        parts = (_part(chance, name, value) for name, value in fields.items())
        body = b"".join(parts) + chance.one((b"--edge--\r\n", b"--edge", b"", b"\r\n--edge--"))
        kind = "multipart/form-data; boundary=edge"
    else:
        body, kind = form(fields), "application/x-www-form-urlencoded"
    if chance.happens(one_in=5):
        kind = chance.one(KINDS)
    return {"Content-Type": kind}, body


def _part(chance: Chance, name: str, value: str) -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"'
    if name == "file" or chance.happens(one_in=12):
        head += f'; filename="{_printable(chance.text())}"'
    if chance.happens(one_in=12):
        head = _printable(chance.bent(head))
    return f"--edge\r\n{head}\r\n\r\n{value}\r\n".encode("utf-8", "surrogatepass")


def _printable(text: str) -> str:
    """What a header can carry; half characters go out as a byte that is no UTF-8."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\udcff")[:2000] + "\udcff" * (not text)


def judge(told: Told, name: str) -> None:
    """What holds for every answer a stranger gets."""
    assert 0 < told.status < 500, f"{name}: {told.status}"
    assert CANARY not in told.words, f"{name} shows what is another's"
    # aiohttp itself answers what is no HTTP, before anything of ours has seen it.
    if "Content-Security-Policy" in told.head:
        assert not TOLD_TOO_MUCH.search(told.body), f"{name}: {told.body[:500]}"


async def test_whatever_the_console_is_sent(besieged: Siege, bugs: list[str]) -> None:
    matter, state = besieged.matter, besieged.state()
    for event in range(EVENTS):
        chance = Chance("console", event)
        wire = besieged.stranger if not chance.happens(one_in=5) else besieged.wire
        sent = request_of(chance, besieged)
        told = await wire.ask(sent.target, method=sent.method, headers=sent.headers, body=sent.body)
        judge(told, chance.name)
        assert bugs == [], f"{chance.name}: {sent}"
        after = besieged.state() if sent.method == "POST" or event % 50 == 0 else state
        if told.status >= 400:
            assert after == state, f"{chance.name}: refused, and yet something is kept"
        state = after
        assert sent.method != "POST" or besieged.matter == matter, chance.name
    assert besieged.matter == matter
    assert besieged.sound()
    assert CANARY not in besieged.overheard()
