"""A rule that something is looked at again names its recurring item where the matter it is about is done."""

from dataclasses import replace

from flows.families.recurrence_checks import Recurs, recurs
from flows.procedure.checks import Request
from tests.flows.families.desk import STAFF, Desk

R = "seal_use"
AT_STAMP = Recurs("seal_spot_check", "stamp")


def said(desk: Desk, params: Recurs = AT_STAMP, step: str = "stamp") -> list[str]:
    procedure = desk.procedure(R)
    request = Request(desk.pack, procedure, {}, desk.facts(), STAFF, step=step)
    return [finding.text for finding in recurs(procedure.rule_by_id["r10"], params, request)]


def test_it_is_said_where_the_seal_is_pressed_and_nowhere_else() -> None:
    assert said(Desk()) == ["科室负责人抽查用印，发现问题及时上报，由单位不定期安排"]
    assert said(Desk(), step="submit") == []
    assert said(Desk(), Recurs("no_such_item", "stamp")) == []


def test_the_offices_own_time_is_said() -> None:
    desk = Desk()
    desk.office = replace(desk.office, rhythms={"futian-office/pack/recurring/seal_spot_check": ("0 15 25 * *",)})
    assert said(desk) == ["科室负责人抽查用印，发现问题及时上报，下次11月25日(周三)15:00"]
