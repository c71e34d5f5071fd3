"""What can be begun, said in chat: a button for each procedure, or for each area where there are many."""

from flows.cards import Button, Message
from flows.conversation.areas import AREAS, OTHER, Area, by_area
from flows.conversation.commands import EXAMPLES
from flows.errors import StaleButton
from flows.procedure.model import Procedure
from handlers.events import Answer
from handlers.gather import procedures_of
from handlers.ports import Desk, Unit
from handlers.queries import procedures_for

MOST_STARTERS = 12
"""Buttons of a menu before areas are folded together."""
_ALL = "all"


def welcome(desk: Desk, person: str, before: str = "", meant: tuple[Procedure, ...] = ()) -> Message:
    """What can be done here; `meant` are procedures the message seems to be about, offered before all others."""
    who = desk.office.person(person)
    families = dict.fromkeys(procedure.family for procedure in procedures_for(desk, person))
    examples = "、".join(f"“{EXAMPLES[family]}”" for family in families if family in EXAMPLES)
    lines = [
        before,
        f"是不是要办{'、'.join(f'“{_short(each)}”' for each in meant)}？点下面第一行的按钮开始。" if meant else "",
        f"{who.called}，请选要办的事项，或直接发“待办”“我的申请”“帮助”。",
        f"一句话说全也行，例如{examples}。" if examples else "",
    ]
    first = (tuple(_starter(each) for each in meant),) if meant else ()
    return Message(text="\n".join(line for line in lines if line), buttons=(*first, *starters(desk, person)))


def starters(desk: Desk, person: str) -> tuple[tuple[Button, ...], ...]:
    """Rows of what the person usually begins, three in a row; the last row leads to the boxes."""
    areas = by_area(procedures_for(desk, person))
    room = MOST_STARTERS - len(areas)
    buttons: list[Button] = []
    for area, procedures in areas:
        opened = len(procedures) == 1 or len(procedures) - 1 <= room
        room -= len(procedures) - 1 if opened else 0
        buttons += [_starter(each) for each in procedures] if opened else [Button(f"{area.name}…", f"area:{area.id}")]
    rows = tuple(tuple(buttons[i : i + 3]) for i in range(0, len(buttons), 3))
    return (*rows, (Button("待我审批", "box:to_approve:1"), Button("我的申请", "box:mine:1")))


def show_area(unit: Unit, desk: Desk, person: str, area_id: str) -> Answer:
    """The procedures of an area that the person usually begins, a button each.

    Raises:
        StaleButton: there is no such area, or nothing in it any more.
    """
    if area_id == _ALL:
        unit.say(person, welcome(desk, person))
        return Answer()
    found = next((each for each in by_area(procedures_for(desk, person)) if each[0].id == area_id), None)
    if found is None or found[0] not in (*AREAS, OTHER):
        raise StaleButton("没有这个按钮，请看最新的一条。")
    unit.say(person, _area(*found))
    return Answer()


def _area(area: Area, procedures: tuple[Procedure, ...]) -> Message:
    rows = tuple((_starter(each),) for each in procedures)
    return Message(text=f"{area.name}：请选要办的事项。", buttons=(*rows, (Button("全部事项", f"area:{_ALL}"),)))


def _starter(procedure: Procedure) -> Button:
    return Button(_short(procedure), f"start:{procedure.id}")


def _short(procedure: Procedure) -> str:
    """The name without what stands in brackets."""
    return procedure.name.split("（")[0]


def help_text(desk: Desk, person: str) -> Message:
    """How to talk to the bot, a line each; what this office does not run is not spoken of."""
    families = {procedure.family for procedure in procedures_for(desk, person)}
    meets = any(procedure.family == "meeting" for _, procedure in procedures_of(desk))
    spoken = "、".join(word for family, word in _SPOKEN if family in families) or "请假"
    last = procedures_for(desk, person)[-1:]
    example = f"，例如：我要办{_short(last[0])}" if last else ""
    lines = (
        "可以这样说：",
        f"· {spoken}：开始一份申请，一问一答，最后核对再提交",
        *(f"· 一句话说全也行：{EXAMPLES[family]}" for family in ("leave", "car") if family in families),
        f"· 办事：能办的全部事项；也可以直接说要办什么{example}",
        "· 待办：等您审批和办理的；我的申请：您提交的",
        "· 同意 码、不同意 码 理由、退回 码 理由：不点按钮也能办",
        "· 转交 码 姓名、加签 码 姓名、问一下 码 姓名 问题、答复 码 内容、取回 码、挂起 码 理由、恢复 码",
        "· 撤回 码、撤销 码 理由（批准后）、重交 码、销假 码、查看 码、为什么 码",
        "· 留言 码 内容、补充 码 内容、抄送 码 姓名、更多 码",
        *(("· 开会：签到 码、表决 码 序号 同意（反对、缓议）、回避 码 序号、书面意见 码 内容",) if meets else ()),
        "· 批量同意：同类、没有提示的一起同意",
        "· 委托：不在时请人代办，或收回",
        *(("· 本周用车、下周用车：每辆车哪天谁用",) if "car" in families else ()),
        "· 查 上个月 用印、查 请假 未通过：找以前办过的",
        "· 上一步、取消：填写中随时可用；填到一半离开，回来接着填",
    )
    return Message(text="\n".join(lines), buttons=starters(desk, person))


_SPOKEN = (("leave", "请假"), ("seal", "用印"), ("car", "用车"), ("topic", "议题"), ("duty", "值班"))
