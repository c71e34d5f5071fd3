"""Formulas and markup in what people write: shown as written, in the page, in Telegram and in the spreadsheet."""

from html import escape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from flows.cards import RegisterBook
from storage.sheets import sheet_of
from tests.attack.siege import CANARY, HEAD, LU, Siege, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOSTILE = (
    '=HYPERLINK("http://evil.example","点我")',
    "+1+1|cmd",
    "-2+3",
    "@SUM(1,2)",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '<a href="javascript:alert(1)">点我</a>',
    "&lt;b&gt; &amp; <b>粗</b>",
    "[点我](tg://user?id=1) *粗* _斜_ `码`",
    "{{ 191 * 7 }} {% include '/etc/passwd' %}",
)


@pytest.mark.parametrize("words", HOSTILE)
async def test_a_reason_is_shown_as_it_was_written(besieged: Siege, words: str) -> None:
    """Filed by 陆子涵 in Telegram, read by her head there, in the console and in the printed case."""
    office = besieged.office
    await office.says(LU, "取消", "请假", "事假", "2026-12-01上午", "2026-12-01上午", words, "提交")
    (case,) = office.house.work.run_sync(
        lambda unit: [str(row["id"]) for row in unit.db.rows("SELECT id FROM cases ORDER BY filed_at DESC LIMIT 1")]
    )
    try:
        assert case != besieged.case
        assert words in office.phone(HEAD).newest("陆子涵 · 事假 0.5 天").text
        head, _ = await signed_in(office, HEAD)
        for path in ("/", f"/case/{case}", f"/?case={case}", "/box/to_approve", f"/case/{case}/panel"):
            page = (await head.ask(f"/as/{HEAD}{path}")).body
            assert words not in page or escape(words) == words
            assert "1337" not in page
        assert escape(words, quote=True).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in page
    finally:
        office.house.clock.wait(minutes=1)  # type: ignore[attr-defined]
        await office.service.console.receive(LU, f"back-{case}", "tap", text=f"do:withdraw:{case}:-1")
    assert CANARY in (await head.ask(f"/as/{HEAD}/case/{besieged.case}")).body


async def test_a_files_name_is_a_name_and_nothing_else(besieged: Siege) -> None:
    """What somebody named a file is shown without a folder, a line break, a direction mark or a tag."""
    wire, token = await signed_in(besieged.office, LU)
    name = "../../x<script>alert(1)</script>'\u202efdp.pdf"
    parts = (("token", token), ("key", "markup-0001"), ("text", ""), (f'file"; filename="{name}', "%PDF-1.4"))
    body = "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{head}"\r\n\r\n{value}\r\n' for head, value in parts
    )
    kind = {"Content-Type": "multipart/form-data; boundary=edge"}
    sent = await wire.ask(f"/as/{LU}/say", method="POST", headers=kind, body=f"{body}--edge--\r\n".encode())
    assert sent.status == 303
    page = (await wire.ask(f"/as/{LU}/")).body
    assert "附件：script&#39;fdp.pdf" in page
    assert not any(sign in page for sign in ("<script>alert", "\u202e", "../../x"))


async def test_a_sheet_holds_texts_and_no_formula() -> None:
    rows = tuple((words, 1.5) for words in (*HOSTILE, "http://evil.example", "file:///etc/passwd", "a\0b\x07c"))
    book = RegisterBook("登记簿", ("事由", "天数"), rows, frozenset())
    sheet = load_workbook(BytesIO(sheet_of(book))).active
    assert sheet is not None
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells][: len(HOSTILE)] == list(HOSTILE)
    assert all(cell.hyperlink is None for cell in cells)
