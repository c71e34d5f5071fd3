"""Who may come in through Telegram: links that bind once, strangers, groups, classified words, people who leave."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest

from handlers.router import UNBOUND
from storage.unit import Unit
from tests.fakes import MovableClock
from tests.fakes.phone import Phone
from tests.stories.telegram_office import TelegramOffice, telegram_office
from tests.tree import ROOT

ADMINISTRATOR, HEAD, LU, OTHER = "Y011", "Y020", "Y022", "Y030"
STRANGER = 9001
CLASSIFIED = "内容带有密级标志，不能在这里办理，也没有保存。请按涉密文件规定走线下渠道。（依据：上级文件处理程序五）"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TelegramOffice]:
    """The sample office on a Tuesday morning, nobody bound."""
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00")) as opened:
        yield opened


@pytest.fixture
def stranger(office: TelegramOffice) -> Phone:
    """Somebody nobody knows."""
    return Phone(office.api, STRANGER, "陌生人")


def everything(office: TelegramOffice) -> str:
    """Every word the database holds of people; the regulations' own texts are nobody's."""

    def read(unit: Unit) -> str:
        tables = [row["name"] for row in unit.db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables.remove("pack_versions")
        rows = (row for table in tables for row in unit.db.rows(f"SELECT * FROM {table}"))
        return "\n".join(str(tuple(row)) for row in rows)  # type: ignore[arg-type]

    return office.house.work.run_sync(read)


async def test_a_link_binds_once(office: TelegramOffice, stranger: Phone) -> None:
    shown = office.link(LU)
    assert shown not in everything(office)
    await office.phone(LU).start(shown)
    await office.settle()
    words = office.phone(LU).reads()
    assert words[1] == "已绑定：陆子涵。"
    families, waiting, _ = office.phone(LU).chat.messages[2].keyboard
    assert {"请假", "用印"} <= set(families)
    assert waiting == ("待办", "我的申请")
    assert {office.api.commands[name] for name in ("leave", "seal")} == {"请假", "用印"}
    await stranger.start(shown)
    await office.settle()
    assert "已经用过或过期" in stranger.last.text
    await office.phone(LU).start(shown)
    await office.settle()
    assert "您已绑定为陆子涵" in office.phone(LU).last.text
    assert office.attempts() == [(f"telegram:{STRANGER}", "bind"), (LU, "bind")]


async def test_a_link_ends_by_itself_and_by_the_next_one(office: TelegramOffice, stranger: Phone) -> None:
    first = office.link(LU)
    second = office.link(LU)
    await stranger.start(first)
    office.clock.wait(hours=24)
    await stranger.start(second)
    await office.settle()
    assert [text for text in stranger.reads() if "已经用过或过期" in text] == [stranger.last.text] * 2


async def test_a_bound_account_does_not_become_somebody_else(office: TelegramOffice) -> None:
    await office.bind(LU)
    shown = office.link(HEAD)
    await office.phone(LU).start(shown)
    await office.settle()
    assert "您的账号已绑定为陆子涵" in office.phone(LU).last.text
    await office.phone(HEAD).start(shown)
    await office.settle()
    assert "已绑定：梁景行。" in office.phone(HEAD).reads()


async def test_a_new_account_takes_the_place_of_the_old_one(office: TelegramOffice) -> None:
    await office.bind(LU)
    await office.says(LU, "请假", "事假", "明天下午", "明天下午", "家事", "提交")
    new = Phone(office.api, 5000, "陆子涵")
    await new.start(office.link(LU))
    await office.settle()
    await office.says(LU, "待办")
    assert office.phone(LU).last.text == UNBOUND
    await new.says("我的申请")
    await office.settle()
    await new.taps("1")
    await office.settle()
    assert "陆子涵 · 事假 0.5 天" in new.last.text


async def test_strangers_get_a_hint_and_nothing_else(office: TelegramOffice, stranger: Phone) -> None:
    await office.bind(LU, HEAD)
    await office.says(LU, "请假", "事假", "明天下午", "明天下午", "家事", "提交")
    card, agree = office.phone(HEAD).button("同意", "陆子涵 · 事假 0.5 天")
    for text in ("待办", "/start", "登录", "绑定 Y001"):
        await stranger.says(text)
    await stranger.sends("证明.pdf", b"x")
    query = await stranger.presses(card.id, agree.data)
    await office.settle()
    assert {shown.text for shown in stranger.chat.messages.values() if shown.by_bot} == {UNBOUND}
    assert office.api.answers[query] == UNBOUND
    assert "待您审批" in card.text
    assert (f"telegram:{STRANGER}", f"tap:{agree.data}") in office.attempts()


async def test_a_card_passed_on_to_a_group_does_nothing(office: TelegramOffice) -> None:
    await office.bind(LU, HEAD)
    await office.says(LU, "请假", "事假", "明天下午", "明天下午", "家事", "提交")
    card, agree = office.phone(HEAD).button("同意", "陆子涵 · 事假 0.5 天")
    group = Phone(office.api, office.phone(HEAD).account, "梁景行", place=-77)
    query = await group.presses(3, agree.data)
    await group.says("/inbox")
    await group.says("大家好")
    await office.settle()
    assert "单独对话" in office.api.answers[query]
    assert [shown.text for shown in group.chat.messages.values() if shown.by_bot] == [group.last.text]
    assert "陆子涵" not in group.last.text
    assert "待您审批" in card.text
    assert office.attempts() == [(HEAD, f"tap:{agree.data}"), (HEAD, "group")]


async def test_a_case_of_others_is_nobodys_business(office: TelegramOffice) -> None:
    await office.bind(LU, HEAD, OTHER)
    await office.says(LU, "请假", "事假", "明天下午", "明天下午", "家事", "提交")
    card, agree = office.phone(HEAD).button("同意", "陆子涵 · 事假 0.5 天")
    code = card.text.split("码 ")[1].split("\n")[0]
    await office.says(OTHER, f"同意 {code}")
    assert "与您无关" in office.phone(OTHER).last.text
    query = await office.phone(OTHER).presses(1, agree.data)
    await office.settle()
    assert "与您无关" in office.api.answers[query]
    assert "待您审批" in card.text
    assert {person for person, _ in office.attempts()} == {OTHER}


@pytest.mark.parametrize("text", ["机密★10年 关于某事", "绝密", "密级：秘密\n请假去某处"])
async def test_classified_words_are_kept_nowhere(office: TelegramOffice, text: str) -> None:
    await office.bind(LU)
    await office.says(LU, text)
    assert text not in office.phone(LU).reads()
    assert office.phone(LU).last.text == CLASSIFIED
    assert office.attempts() == [(LU, "classified")]
    assert text not in everything(office)
    assert text.splitlines()[-1] not in everything(office)


async def test_a_classified_file_is_not_even_fetched(office: TelegramOffice, stranger: Phone) -> None:
    await office.bind(LU)
    await office.says(LU, "用印", "区委办公室印章")
    await office.sends(LU, "【机密】通知.pdf", b"secret")
    await office.sends(LU, "通知.pdf", b"secret", "此件为密件")
    await stranger.says("绝密★")
    await office.settle()
    assert "getFile" not in [name for name, _ in office.api.calls]
    assert office.phone(LU).last.text == stranger.last.text == CLASSIFIED
    assert office.attempts() == [(LU, "classified"), (LU, "classified"), (f"telegram:{STRANGER}", "classified")]
    assert not (office.house.settings.var / "files").exists()


async def test_who_leaves_the_office_is_a_stranger(tmp_path: Path) -> None:
    """Also where only the binding is left: the office's files are the word."""
    folder, clock = tmp_path / "office", MovableClock("2026-11-24T09:00")
    copytree(ROOT / "offices" / "sample", folder)
    async with telegram_office(tmp_path, clock, folder=folder) as office:
        await office.bind(LU)
        await office.says(LU, "待办")
        assert office.phone(LU).last.text != UNBOUND
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8").replace("2023-06-05,在职", "2023-06-05,离职"), "utf-8")
    async with telegram_office(tmp_path, clock, folder=folder, before=office) as again:
        await again.says(LU, "待办", "登录")
        assert again.phone(LU).reads()[-4:] == ["待办", UNBOUND, "登录", UNBOUND]


async def test_the_administrator_binds_people_from_their_phone(office: TelegramOffice) -> None:
    await office.bind(ADMINISTRATOR)
    await office.says(ADMINISTRATOR, f"绑定 {LU}")
    said = office.phone(ADMINISTRATOR).last.text
    shown = said.split("start=")[1].split("\n")[0]
    await office.phone(LU).start(shown)
    await office.settle()
    assert "已绑定：陆子涵。" in office.phone(LU).reads()
    assert f"{office.service.address()}/sign-in/" in said
    assert shown not in everything(office)
    await office.says(ADMINISTRATOR, f"解绑 {LU}")
    await office.says(LU, "待办")
    assert office.phone(LU).last.text == UNBOUND


async def test_a_sign_in_link_from_the_bot_opens_the_console(office: TelegramOffice) -> None:
    await office.bind(LU)
    await office.says(LU, "/login")
    said = office.phone(LU).last.text
    shown = said.split("/sign-in/")[1]
    assert await office.service.access.enter(shown) is not None
    assert await office.service.access.enter(shown) is None
    assert shown not in everything(office)


async def test_on_trial_nobody_needs_a_link_to_sign_in(tmp_path: Path) -> None:
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00"), webhook=False) as office:
        await office.bind(ADMINISTRATOR)
        await office.says(ADMINISTRATOR, "登录")
        assert office.phone(ADMINISTRATOR).last.text.startswith(
            f"试用时不用登录：在本机打开 {office.service.address()}"
        )
        await office.says(ADMINISTRATOR, f"绑定 {LU}")
        assert "不用登录" in office.phone(ADMINISTRATOR).last.text
        assert "/sign-in/" not in "".join(office.phone(ADMINISTRATOR).reads())


async def test_who_blocks_the_bot_is_not_written_to_again_and_again(office: TelegramOffice) -> None:
    await office.bind(LU, HEAD)
    office.phone(HEAD).chat.blocked = True
    before = len(office.api.calls)
    await office.says(LU, "请假", "事假", "明天下午", "明天下午", "家事", "提交")
    tried = [
        params for name, params in office.api.calls[before:] if params.get("chat_id") == str(office.phone(HEAD).account)
    ]
    assert len(tried) == 1
    await office.phone(HEAD).start()
    await office.says(HEAD, "待办")
    assert "陆子涵" in office.phone(HEAD).last.text


async def test_whom_an_account_speaks_for_is_asked_again_in_the_unit_that_takes_it_in(office: TelegramOffice) -> None:
    """It is remembered between updates; another process may have bound the account to somebody else meanwhile."""
    await office.bind(LU)
    await office.says(LU, "请假")
    account = str(office.phone(LU).account)

    def give(unit: Unit) -> None:
        unit.unbind("telegram", account)
        unit.bind("telegram", account, OTHER)

    office.house.work.run_sync(give)
    await office.says(LU, "用印")
    mine, theirs = office.house.work.run_sync(lambda unit: (unit.draft(LU), unit.draft(OTHER)))
    assert mine is not None
    assert mine.procedure == "leave_request"
    assert theirs is not None
    office.house.work.run_sync(lambda unit: unit.unbind("telegram", account))
    await office.says(LU, "取消")
    assert office.phone(LU).last.text == UNBOUND
    assert office.house.work.run_sync(lambda unit: unit.draft(OTHER)) == theirs
