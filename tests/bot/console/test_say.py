"""Events in: each is taken once, whatever is pressed how often, and what is too large is refused in one sentence."""

import pytest

from tests.bot.console.conftest import Window
from tests.bot.console.fakes import SmallOffice

MEGABYTE = 1024 * 1024


def said(office: SmallOffice, person: str = "F021") -> list[str]:
    """What the person said, in order."""
    return [entry.text for entry in office.talks[person] if entry.direction == "in"]


async def test_without_a_script_one_lands_back_in_the_conversation(window: Window, office: SmallOffice) -> None:
    status, _ = await window.send("/say", text="请假")
    assert status == 303
    assert said(office)[-1] == "请假"
    assert "请哪种假？" in await window.get()


async def test_with_the_script_the_answer_brings_what_changed(window: Window) -> None:
    status, html = await window.send("/say", script=True, text="请假")
    assert status == 200
    assert "请哪种假？" in html
    assert 'value="kind:事假"' in html
    assert 'hx-target="#version"' in html


async def test_the_same_form_twice_is_one_event(window: Window, office: SmallOffice) -> None:
    before = len(said(office))
    for _ in range(2):
        assert (await window.send("/say", text="请假", key="the-same-key"))[0] == 303
    assert len(said(office)) == before + 1


async def test_another_text_in_the_same_form_is_another_event(window: Window, office: SmallOffice) -> None:
    await window.send("/say", text="请假", key="the-same-key")
    await window.send("/say", text="用印", key="the-same-key")
    assert said(office)[-2:] == ["请假", "用印"]


async def test_a_decision_shows_its_answer_and_a_second_tap_says_so(window: Window, office: SmallOffice) -> None:
    window.person = "F002"
    _, first = await window.send("/press", script=True, press="agree:c01")
    _, second = await window.send("/press", script=True, press="agree:c01")
    assert '<span class="good">已同意。' in first
    assert '<span class="bad">本件已经办过' in second
    assert office.matters["c01"].state == "agreed"


async def test_without_a_script_the_answer_is_on_the_next_page_once(window: Window) -> None:
    window.person = "F002"
    await window.send("/press", press="agree:c01", back="/as/F002/box/to_approve")
    assert "已同意。" in await window.get("/box/to_approve")
    assert "已同意。" not in await window.get("/box/to_approve")


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/as/F002x/", "/as/F002/\\evil", "javascript:1"]
)
async def test_one_is_never_sent_to_another_site(window: Window, back: str) -> None:
    window.person = "F002"
    form = {"token": await window.token(), "key": window.new_key(), "press": "agree:c01", "back": back}
    async with window.client.post("/as/F002/press", data=form, allow_redirects=False) as response:
        assert response.headers["Location"] == "/as/F002/"


async def test_an_answer_with_a_case_and_no_words_opens_it(window: Window) -> None:
    window.person = "F002"
    _, html = await window.send("/press", script=True, press="open:c20")
    assert 'hx-target="#side"' in html
    assert "申请内容" in html


async def test_a_day_from_the_calendar_is_said_as_it_would_be_typed(window: Window, office: SmallOffice) -> None:
    await window.send("/say", date="2026-11-26")
    await window.send("/say", moment="2026-11-26T14:30")
    assert said(office)[-2:] == ["2026年11月26日(周四)", "2026年11月26日(周四)14:30"]
    assert (await window.send("/say", date="2026-13-99"))[0] == 400


async def test_nothing_said_is_answered_with_what_to_do(window: Window, office: SmallOffice) -> None:
    before = len(said(office))
    status, page = await window.send("/say", text="  \n ")
    assert (status, len(said(office))) == (400, before)
    assert "请先写一句话" in page


async def test_control_characters_do_not_come_in(window: Window, office: SmallOffice) -> None:
    await window.send("/say", text="请\x00假\x1b[31m\r\n第二行")
    assert said(office)[-1] == "请假[31m\n第二行"


async def test_a_three_thousand_character_reason_is_taken_and_a_book_is_not(
    window: Window, office: SmallOffice
) -> None:
    assert (await window.send("/say", text="因" * 3000))[0] == 303
    assert len(said(office)[-1]) == 3000
    status, page = await window.send("/say", text="因" * 20_001)
    assert status == 413
    assert "字" in page


async def test_an_upload_is_kept_under_a_safe_name_and_downloads_as_a_file(window: Window, office: SmallOffice) -> None:
    status, _ = await window.upload("C:\\我的\\..\\病假条\u202efdp.pdf", b"%PDF <script>")
    stored, content = office.files["f1"]
    assert (status, stored.name, content) == (200, "病假条fdp.pdf", b"%PDF <script>")
    async with window.client.get("/as/F021/files/f1") as response:
        assert await response.read() == b"%PDF <script>"
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert "%E7%97%85%E5%81%87%E6%9D%A1fdp.pdf" in response.headers["Content-Disposition"]
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_a_file_and_the_words_with_it_are_one_event(window: Window, office: SmallOffice) -> None:
    await window.upload("病假条.pdf", b"x", text="这是病假条")
    assert said(office)[-1] == "附件：病假条.pdf 这是病假条"
    assert len(office.answers) == 1


async def test_ten_megabytes_are_taken(window: Window, office: SmallOffice) -> None:
    status, _ = await window.upload("合同.pdf", bytes(10 * MEGABYTE))
    assert status == 200
    assert office.files["f1"][0].size == 10 * MEGABYTE


@pytest.mark.parametrize("size", [10 * MEGABYTE + 1, 20 * MEGABYTE])
async def test_a_larger_file_is_refused_in_one_sentence(window: Window, office: SmallOffice, size: int) -> None:
    status, html = await window.upload("合同.pdf", bytes(size))
    assert status == 413
    assert html.count("。") == 2
    assert "超过 10 MB" in html
    assert office.files == {}


async def test_an_empty_file_is_refused(window: Window, office: SmallOffice) -> None:
    status, html = await window.upload("空.pdf", b"")
    assert status == 400
    assert "空文件" in html
    assert office.files == {}


async def test_a_file_without_a_token_is_not_even_read(window: Window, office: SmallOffice) -> None:
    assert (await window.upload("合同.pdf", b"x", token="bad.token"))[0] == 403
    assert office.files == {}


@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\nContent-Disposition: form-data\r\n\r\nabc", b"nonsense"])
async def test_a_broken_form_is_no_error_of_ours(window: Window, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with window.client.post("/as/F021/say", data=body, headers=headers) as response:
        assert response.status in (400, 403)


async def test_a_press_too_long_or_without_a_key_is_refused(window: Window) -> None:
    assert (await window.send("/press", press="x" * 65))[0] == 400
    assert (await window.send("/press", press="cancel", key="?"))[0] == 400
