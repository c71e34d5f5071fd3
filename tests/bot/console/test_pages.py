"""The pages: everything escaped, lists that page and say what would be there, and light on the wire."""

import gzip
import hashlib
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.channels.console_names import safe_name, safe_text
from bot.channels.console_static import FOLDER, NAMES
from bot.channels.console_view import View, quick_of
from flows.cards import Button, ClauseText, Fact, Message
from tests.bot.console.conftest import Window
from tests.bot.console.fakes import Matter, SmallOffice

Client = TestClient[web.Request, web.Application]
EVIL = "<script>alert(1)</script><hx-partial hx-target=body>\"'&"


async def test_nothing_a_person_writes_becomes_markup(window: Window, office: SmallOffice) -> None:
    office.heard("F021", EVIL)
    office.say("F021", Message(EVIL, summary=(Fact(EVIL, EVIL, (EVIL,)),), buttons=((Button(EVIL, "press<>"),),)))
    office.file_matter(Matter("<x>", EVIL, "F021", "F002", EVIL, EVIL, EVIL * 5, flagged=True))
    pages = [await window.get("/"), await window.get("/box/mine"), await window.get("/case/%3Cx%3E")]
    for page in (*pages, await window.get("/case/%3Cx%3E/panel"), await window.get("/changes?after=0")):
        assert "<script>alert" not in page
        assert "<hx-partial hx-target=body" not in page
        assert "&lt;script&gt;" in page


async def test_two_windows_are_two_people(client: Client) -> None:
    assert "<b>刘洋</b>" in await Window(client, "F021").get()
    assert "<b>李慧敏</b>" in await Window(client, "F002").get()


async def test_the_switcher_names_everybody_with_post_and_a_second_window(client: Client) -> None:
    async with client.get("/") as response:
        page = await response.text()
    assert "以谁的身份" in page
    assert "秘书科科长" in page
    assert page.count('target="_blank"') == 7


async def test_the_left_column_counts_the_boxes(window: Window) -> None:
    window.person = "F002"
    page = await window.get()
    assert 'data-count="to_approve">20<' in page
    assert page.index("待我审批") < page.index("待我办理") < page.index("我发起的") < page.index("我已审批")
    assert "值班" not in page


async def test_a_box_pages_through_twenty_cases_once_each(window: Window) -> None:
    window.person = "F002"
    found = [re.findall(r"QJ-2026-\d+", await window.get(f"/box/to_approve?page={n}")) for n in (1, 2, 3)]
    assert [len(page) for page in found] == [8, 8, 4]
    assert len({no for page in found for no in page}) == 20
    assert found[0][0] == "QJ-2026-0019"


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999", "99999999999999999999", "１"])
async def test_any_page_number_shows_a_page(window: Window, page: str) -> None:
    window.person = "F002"
    assert "页" in await window.get(f"/box/to_approve?page={page}")
    assert "页" in await window.get(f"/registers/seals?page={page}")


async def test_an_empty_list_says_what_would_appear_and_what_to_do(window: Window) -> None:
    window.person = "F013"
    for box in ("to_approve", "to_handle", "mine", "done", "copied"):
        page = await window.get(f"/box/{box}")
        assert "会" in page
        assert "/as/F013/procedures" in page
    window.person = "F021"
    assert "登记簿会列在这里" in await window.get("/registers")


async def test_a_case_shows_form_route_history_and_clauses(window: Window) -> None:
    window.person = "F002"
    page = await window.get("/case/c20")
    order = [page.index(word) for word in ("申请人", "假别", "事由", "工作代理人", "办理路线", "办理记录", "全部依据")]
    assert order == sorted(order)
    assert "自 11月24日(周二)09:14 起" in page
    assert "满一天，分管领导批" in page
    assert "展开全文（3008 字）" in page
    assert 'value="agree:c20"' in page


async def test_a_case_opens_beside_any_page_and_a_lost_one_does_not(window: Window) -> None:
    window.person = "F002"
    assert "申请内容" in await window.get("/box/to_approve?case=c01")
    assert "申请内容" in await window.get("/?case=c01")
    assert "申请内容" not in await window.get("/?case=none")


async def test_void_register_rows_are_struck_and_say_so(window: Window) -> None:
    window.person = "F002"
    page = await window.get("/registers/seals")
    assert page.count('<tr class="void">') == 1
    assert "作废" in page
    assert "<s>39</s>" in page


async def test_the_calendar_says_what_is_published_and_what_is_not(window: Window) -> None:
    assert "尚未公布" not in await window.get("/calendar")
    assert "尚未公布" in await window.get("/calendar?month=2027-01")
    october = await window.get("/calendar?month=2026-10")
    assert "国庆节" in october
    assert 'class="makeup"' in october
    assert "month=2026-12" in await window.get("/calendar?month=2027-01")


async def test_the_week_of_cars_tells_ones_own_and_who_has_the_others(window: Window) -> None:
    page = await window.get("/cars")
    assert "刘洋 市政府" in page
    assert "case=t1" in page
    assert "省城" not in page
    assert "整周空着" in page
    assert "年检11月26日到期" in page
    assert "/cars?week=2026-11-30" in page
    assert 'style="' not in page
    assert "市政府" not in await window.get("/cars?week=2026-11-30")


@pytest.mark.parametrize("day", ["2026-13-01", "x", "2026-02-30", "１"])
async def test_no_such_week_is_no_error(window: Window, day: str) -> None:
    assert "没有这一天" in await window.get(f"/cars?week={day}", status=404)


@pytest.mark.parametrize("month", ["2026-13", "2026", "x-y", "0001-01", "2026-11-24", "９９９９-０１"])
async def test_no_such_month_is_no_error(window: Window, month: str) -> None:
    assert "没有这个月份" in await window.get(f"/calendar?month={month}", status=404)


async def test_earlier_messages_come_on_demand_and_none_twice(window: Window, office: SmallOffice) -> None:
    for n in range(70):
        office.heard("F013", f"第{n}句")
    window.person = "F013"
    page = await window.get()
    seen = re.findall(r'data-id="(\d+)"', page)
    while more := re.search(r"/older(\?before=\d+)", page):
        page = await window.get(f"/older{more.group(1)}")
        seen = re.findall(r'data-id="(\d+)"', page) + seen
    assert seen == [str(entry.id) for entry in office.talks["F013"]]


def test_the_last_question_keeps_its_buttons_until_something_is_said(office: SmallOffice) -> None:
    asked = office.talks["F021"]
    assert quick_of(asked).buttons[0][0].label == "提交申请"
    office.file_matter(Matter("c99", "QJ-2026-0099", "F010", "F021", "事假", "半天", "事由"))
    assert quick_of(asked).buttons[0][0].label == "提交申请"
    office.heard("F021", "取消")
    assert quick_of(asked).buttons == ()


async def test_first_paint_is_light(client: Client) -> None:
    total = 0
    async with client.get("/as/F021/", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        page = await response.text()
        total += len(gzip.compress(page.encode()))
    for url in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        async with client.get(url, headers={"Accept-Encoding": "gzip"}) as response:
            total += int(response.headers["Content-Length"])
    assert total < 60_000


async def test_static_files_are_kept_for_good_under_their_digest(client: Client) -> None:
    async with client.get("/as/F021/") as response:
        url = re.findall(r'href="(/static/console\.[0-9a-f]{16}\.css)"', await response.text())[0]
    async with client.get(url) as response:
        assert "immutable" in response.headers["Cache-Control"]
        assert response.content_type == "text/css"
        tag = response.headers["ETag"]
    async with client.get(url, headers={"If-None-Match": tag}) as response:
        assert response.status == 304


def test_the_scripts_of_others_are_what_their_list_says() -> None:
    listed = dict(
        re.findall(r"\| (\S+\.js) \|.*\| ([0-9a-f]{64}) \|", (FOLDER / "vendor/README.md").read_text("utf-8"))
    )
    shipped = {name: hashlib.sha256((FOLDER / "vendor" / name).read_bytes()).hexdigest() for name in listed}
    assert shipped == listed
    assert {f"vendor/{name}" for name in listed} == {name for name in NAMES if name.startswith("vendor/")}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..", "附件"),
        ("病假条.pdf", "病假条.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("half\ud800.pdf", "half.pdf"),
    ],
)
def test_file_names_are_made_harmless(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("事由\ud800", "事由?"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("  一\x00\x07二\x7f ", "一二"),
    ],
)
def test_what_is_typed_can_be_kept(given: str, kept: str) -> None:
    assert safe_text(given) == kept


def test_only_what_a_clause_says_is_shown_as_a_reason() -> None:
    clause = ClauseText("a/b/step/c", "制度(一)", "科长批")
    view = View("/as/F021", "t", "/", {clause.entry: clause})
    assert view.behind((clause.entry, "a/b/step/put_in", clause.entry)) == (clause,)
