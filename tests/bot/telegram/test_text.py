"""What Telegram is given to show is always something it takes, and says what the message says."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_api import keyboard_of
from bot.channels.telegram_text import lay_out, plain_text
from flows.cards import Button, Card, Fact, Message, RouteLine
from flows.procedure.model import Pack
from handlers.press import LONGEST
from tests.bot.small_house import packs
from tests.fakes.bot_api_rules import Pressable, inline_rows, shown_text

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LONG = st.text(st.sampled_from("字<&>\"'🙂\n"), max_size=6000)
BUTTONS = st.builds(Button, TEXT.filter(str.strip), TEXT, st.sampled_from(["primary", "danger", "plain"]))
ROWS = st.lists(st.lists(BUTTONS, max_size=10).map(tuple), max_size=15).map(tuple)
FACTS = st.lists(st.builds(Fact, TEXT, TEXT | LONG, st.just(("a/b/rule/r01",))), max_size=4).map(tuple)
ROUTE = st.lists(
    st.builds(RouteLine, TEXT, TEXT, TEXT, st.sampled_from(["done", "waiting", "to_come", "ended"]), TEXT, TEXT, TEXT),
    max_size=3,
).map(tuple)
CARDS = st.builds(
    Card,
    key=TEXT,
    case_id=TEXT,
    case_no=TEXT,
    code=TEXT,
    state=TEXT,
    state_text=TEXT,
    tone=st.just("neutral"),
    title=TEXT,
    facts=FACTS,
    warnings=FACTS,
    route=ROUTE,
    note=TEXT,
    buttons=ROWS,
)
MESSAGES = st.builds(Message, text=TEXT | LONG, summary=FACTS, warnings=FACTS, route=ROUTE, buttons=ROWS) | st.builds(
    Message, card=CARDS
)


def cites(entries: tuple[str, ...]) -> tuple[str, ...]:
    return ("考勤制度(二)",) if entries else ()


def as_markup(message: Message) -> str:
    """The keyboard as it goes over the wire."""
    keys = lay_out(message, cites).keys
    return json.dumps(keyboard_of(keys)) if keys else ""


@given(MESSAGES)
def test_whatever_is_to_be_said_telegram_takes(message: Message) -> None:
    assert shown_text(lay_out(message, cites).html, "HTML")
    inline_rows(as_markup(message))


@given(LONG)
def test_short_words_are_shown_as_they_were_written(text: str) -> None:
    said = text[:4000]
    shown = shown_text(plain_text(said).html, "HTML") if said.strip() else ""
    lines = "\n".join(said.splitlines()).strip()
    assert shown == lines or shown.endswith("（太长，其余请到浏览器里看）")


def test_what_is_too_long_says_where_the_rest_is() -> None:
    shown = shown_text(plain_text("字" * 5000).html, "HTML")
    assert shown.endswith("……（太长，其余请到浏览器里看）")
    assert len(shown) > 4000


def test_a_card_begins_with_its_state_and_names_its_clauses() -> None:
    stop = RouteLine("梁景行", "科室负责人（科长）", "提意见", "waiting", why="超过一天", clauses=("x",))
    card = Card(
        "k", "c1", "QJ-2026-0001", "8f3k", "pending", "待您审批", "waiting", "陆子涵 · 事假 1 天",
        facts=(Fact("事由", "看<牙>"), Fact("附件", "证明.pdf", file="f1")), warnings=(Fact("", "超过三天", ("x",)),),
        route=(stop, stop), deadline="今天17:30前", buttons=((Button("同意", "do:agree:c1:1", "primary"),),),
    )  # fmt: skip
    laid = lay_out(Message(card=card), cites)
    assert shown_text(laid.html, "HTML").split("\n") == [
        "【待您审批】陆子涵 · 事假 1 天",
        "QJ-2026-0001　码 8f3k",
        "事由：看<牙>",
        "附件：证明.pdf",
        "注意：超过三天（依据 考勤制度(二)）",
        "办理路线",
        "→ 提意见 梁景行（科室负责人）　超过一天（依据 考勤制度(二)）",
        "→ 提意见 梁景行（科室负责人）",
        "期限：今天17:30前",
    ]
    assert inline_rows(as_markup(Message(card=card))) == (
        (Pressable("同意", "do:agree:c1:1", "primary"),),
        (Pressable("打开附件：证明.pdf", "file:f1"),),
    )


def test_every_press_of_every_pack_fits() -> None:
    presses = [press for pack in packs().values() for press in presses_of(pack)]
    assert max(len(press.encode()) for press in presses) <= LONGEST


def presses_of(pack: Pack) -> list[str]:
    """The longest presses a pack can lead to: a case's id has twelve signs."""
    fields = [field.id for procedure in pack.procedures.values() for field in procedure.fields]
    starts = [f"start:{procedure}" for procedure in pack.procedures]
    return starts + [f"set:{'x' * 12}:999:{field}:99" for field in fields]
