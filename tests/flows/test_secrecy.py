"""What is a classified marking, what only sounds like one, and what is asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.secrecy import doubtful, marking

MARKED = [
    ("秘密★1年", "秘密"),
    ("★秘密★1年", "秘密"),
    ("机密★", "机密"),
    ("绝密★长期", "绝密"),
    ("机密☆3年", "机密"),
    ("★机密", "机密"),
    ("机密*5年", "机密"),
    ("本文定为机密3年", "机密"),
    ("秘密十年", "秘密"),
    ("绝密 长期", "绝密"),
    ("机密20年", "机密"),
    ("机密级", "机密"),
    ("此文属秘密级文件", "秘密"),
    ("绝密级电报", "绝密"),
    ("【机密】关于某事的请示", "机密"),
    ("关于某事的请示（秘密）", "秘密"),
    ("(绝密)", "绝密"),
    ("[机密★1年]", "机密"),
    ("〔秘密〕", "秘密"),
    ("【机密文件】", "机密"),
    ("<秘密>", "秘密"),
    ("［机密］", "机密"),
    ("【机密级】", "机密"),
    ("秘密", "秘密"),
    ("机密。", "机密"),
    ("关于某事\n机密\n请审阅", "机密"),
    ("  绝密  \n正文", "绝密"),
    ("机密文件", "机密"),
    ("密级：机密", "机密"),
    ("密级:秘密", "秘密"),
    ("密级： 绝密", "绝密"),
    ("密级为机密", "机密"),
    ("密级：【秘密】", "秘密"),
    ("密级：机", "机"),
    ("保密事项：无；密级：核心", "核心"),
    ("此件为密件", "密件"),
    ("本件系密件，请妥善保管", "密件"),
    ("该件为密件", "密件"),
    ("此件为机密", "机密"),
    ("机 密", "机密"),
    ("机　密", "机密"),
    ("机\u200b密", "机密"),
    ("【 机 密 】", "机密"),
    ("【机　密】文件", "机密"),
    ("机·密★", "机密"),
    ("机-密级", "机密"),
    ("秘　密　★　１　年", "秘密"),
    ("秘密★１０年", "秘密"),
    ("机\n密", "机密"),
    ("機密級", "机密"),
    ("【祕密】", "秘密"),
    ("絕密★", "绝密"),
    ("此 件 为 密 件", "密件"),
    ("密 级 ： 机 密", "机密"),
]

HARMLESS = [
    "送保密局一份",
    "机要科取件",
    "参加保密知识培训",
    "会议采用秘密投票方式",
    "脱密期内不得出境",
    "秘密书记处",
    "无记名秘密投票选举",
    "明天下午请半天事假去医院",
    "签订保密协议",
    "保密工作会议",
    "保密委开会",
    "保密局唐宁请假",
    "解密档案整理",
    "去机要局送文件",
    "密集开会",
    "周密安排",
    "紧密协作",
    "",
    "印章使用",
    "密级：无",
]

DOUBTFUL = [
    "去送一份机密材料",
    "处理涉密文件",
    "商业秘密保护合同盖章",
    "关于国家秘密的学习",
    "这件事先保守秘密十年",
    "公开的秘密",
    "整理秘密件目录",
    "密级待定",
    "“秘密”两个字怎么写",
    "《秘密》读后感",
    "送密件",
    "参加定密工作",
    "保密期限怎么填",
]


@pytest.mark.parametrize(("text", "found"), MARKED)
def test_a_marking_is_found(text: str, found: str) -> None:
    assert marking(text) == found


@pytest.mark.parametrize("text", [*HARMLESS, *DOUBTFUL])
def test_what_is_no_marking_is_let_through(text: str) -> None:
    assert marking(text) is None


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_doubtful_word_is_asked_about(text: str) -> None:
    assert doubtful(text)


@pytest.mark.parametrize("text", [text for text in HARMLESS if "密级" not in text])
def test_a_harmless_word_is_not_asked_about(text: str) -> None:
    assert not doubtful(text)


@pytest.mark.parametrize("text", [text for text, _ in MARKED])
def test_a_marking_leaves_nothing_to_ask(text: str) -> None:
    assert not doubtful(text)


@pytest.mark.parametrize("text", ["送保密局一份机密材料", "秘密投票后处理涉密文件"])
def test_a_harmless_word_does_not_cover_a_doubtful_one(text: str) -> None:
    assert doubtful(text)


@given(st.sampled_from(("绝密", "机密", "秘密")), st.sampled_from((" ", "\u3000", "\u200b", "", "\ufeff")), st.text())
def test_a_bracketed_marking_is_found_in_any_text(level: str, gap: str, around: str) -> None:
    assert marking(f"{around}\n【{gap.join(level)}】{around}") is not None


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert marking(text) is None or not doubtful(text)
