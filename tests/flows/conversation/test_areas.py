"""Finding a procedure by its word, and the areas all of them lie in."""

from dataclasses import replace

import pytest

from flows.conversation.areas import AREAS, area_of, by_area, meant_by
from flows.procedure.model import Procedure
from storage.packs import load_packs
from tests.flows.approval.parts import procedure_of

LOAN = replace(procedure_of(), id="loan", name="外部人员借阅档案", family="archive", words=("借档案", "档案"))
VISIT = replace(procedure_of(), id="visit", name="访客接待", family="visitor", words=("访客", "访客登记"))
CLAIM = replace(procedure_of(), id="claim", name="费用报销（公务）", family="expense", words=("报销",))
ADVANCE = replace(procedure_of(), id="advance", name="借款", family="expense", words=("借款", "报销借款"))
KNOWN = (LOAN, VISIT, CLAIM, ADVANCE)


def ids(procedures: tuple[Procedure, ...]) -> list[str]:
    return [procedure.id for procedure in procedures]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("我想借档案", "loan"),
        ("我要办访客登记，下午有人来", "visit"),
        ("申请报销差旅费", "claim"),
        ("帮我办一下费用报销", "claim"),
        ("请帮我报一个访客", "visit"),
        ("想报销借款", "advance"),
    ],
)
def test_what_is_wanted_by_its_word(text: str, named: str) -> None:
    meant = meant_by(text, KNOWN)
    assert (ids(meant.procedures), meant.wanted) == ([named], True)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("借档案要谁批？", "loan"),
        ("我要的报销批下来了", "claim"),
        ("昨天的访客登记在哪里看", "visit"),
        ("我不想报销了", "claim"),
        ("要报销吗？", "claim"),
    ],
)
def test_what_is_only_spoken_of(text: str, named: str) -> None:
    meant = meant_by(text, KNOWN)
    assert (ids(meant.procedures), meant.wanted) == ([named], False)


@pytest.mark.parametrize("text", ["今天天气不错", "", "我要", "我想借档案" + "，然后呢" * 20])
def test_what_names_nothing(text: str) -> None:
    assert meant_by(text, KNOWN).procedures == ()


def test_words_that_several_share_name_all_of_them() -> None:
    other = replace(LOAN, id="read", words=("档案",))
    assert ids(meant_by("我要看档案", (*KNOWN, other)).procedures) == ["loan", "read"]


def test_every_family_lies_in_one_area() -> None:
    families = [family for area in AREAS for family in area.families]
    assert len(families) == len(set(families))
    assert [(area.id, ids(procedures)) for area, procedures in by_area(KNOWN)] == [
        ("expense", ["claim", "advance"]),
        ("archive", ["loan"]),
        ("visit", ["visit"]),
    ]


def test_the_packs_families_are_known() -> None:
    others = {
        procedure.family
        for pack in load_packs().values()
        for procedure in pack.procedures.values()
        if area_of(procedure).id == "other"
    }
    assert others <= {"other", "training"}
