"""Why: a refusal and a return never go without their reason; four stock reasons, one's own words, or 取消."""

from collections.abc import Mapping

from flows.cards import Button, Message
from flows.conversation.wording import LONG, visible
from flows.errors import BadAnswer, ReasonNeeded
from flows.procedure.model import Procedure

_NAMES: Mapping[str, str] = {
    "refuse": "不同意",
    "send_back": "退回修改",
    "withdraw": "撤回",
    "cancel": "撤销",
    "hold": "挂起",
}
_COMMON: Mapping[str, tuple[str, ...]] = {
    "refuse": ("不符合规定", "现阶段不具备条件", "理由不充分", "与工作安排冲突"),
    "send_back": ("事由请写具体", "内容填写有误，请核对", "缺少附件，请补充", "请先当面说明情况"),
    "withdraw": ("填写有误", "计划有变", "不再需要", "重复提交"),
    "cancel": ("计划有变", "不再需要", "时间改期", "填写有误"),
    "reserve": ("请注意控制风险", "请完善后续手续", "时间安排请再斟酌", "费用请从紧掌握"),
    "answer": (),
    "hold": ("情况待核实", "等候上级意见", "材料待补充", "经办人暂不在岗"),
}
_QUESTIONS: Mapping[str, str] = {
    "reserve": "请选择或写明保留的意见；本件会往下走，后面的人都看得到。",
    "answer": "请写答复，一两句话即可。",
}
_FAMILY: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("leave", "refuse"): ("工作任务紧，请改期", "同期请假人数较多", "请假时间过长", "事由不充分"),
    ("leave", "send_back"): ("请改期再报", "事由请写具体", "请附证明材料", "请先安排好工作交接"),
    ("car", "refuse"): ("车辆已排满", "请改用公共交通", "不属公务用车", "用车事由不充分"),
    ("car", "send_back"): ("用车时间请核对", "请写明目的地和人数", "请与他人合乘后再报", "事由请写具体"),
    ("seal", "refuse"): ("文件内容不符合规定", "不属本印章使用范围", "批准手续不全", "不应以本单位名义出具"),
    ("seal", "send_back"): ("文件请定稿后再报", "附件与事由不符", "盖印数请核对", "用印事由请写具体"),
    ("topic", "refuse"): ("不属上会范围", "条件尚不成熟", "可由分管领导决定", "已有明确意见"),
    ("topic", "send_back"): ("材料不齐，请补充", "请先征求相关科室意见", "请补充依据和方案", "议题名称请写准确"),
}


def stock_reasons(verb: str, procedure: Procedure) -> tuple[str, ...]:
    """Four reasons that fit the act and the procedure's family."""
    return _FAMILY.get((procedure.family, verb)) or _COMMON.get(verb, _COMMON["refuse"])


def reason_question(verb: str, procedure: Procedure, turn: int) -> Message:
    """The question for a reason: stock reasons by button, one's own words by text, or 取消."""
    picks = [Button(text, f"reason:{turn}:{number}") for number, text in enumerate(stock_reasons(verb, procedure))]
    rows = [tuple(picks[at : at + 2]) for at in range(0, len(picks), 2)]
    cancel = Button("取消", f"reason:{turn}:cancel")
    act = _NAMES.get(verb, "办理")
    return Message(
        text=_QUESTIONS.get(verb, f"请选择{act}的理由，或直接发送自己写的理由。选定前不会生效。"),
        buttons=(*rows, (cancel,)),
        expects="text",
    )


def read_reason(text: str) -> str:
    """The reason as written.

    Raises:
        ReasonNeeded: nothing was written.
        BadAnswer: it is longer than 2,000 characters.
    """
    said = visible(text)
    if not any(char.isalnum() for char in said):
        raise ReasonNeeded("请写明理由，一句话即可，例如 事由请写具体。")
    if len(said) > LONG:
        raise BadAnswer(f"理由最多{LONG}个字，现在有{len(said)}个字，请写短一些。")
    return said
