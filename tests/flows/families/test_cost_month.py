"""The month's costs by car: money by kind, litres, the whole; void rows aside."""

from flows.families.cost_month import cost_month, cost_text
from flows.procedure.model import Json

ROWS: tuple[dict[str, Json], ...] = (
    {"vehicle": "一号", "kind": "燃油", "litres": 40, "amount": 312.5},
    {"vehicle": "一号", "kind": "燃油", "litres": 35.5, "amount": 280},
    {"vehicle": "二号", "kind": "维修", "amount": 1200},
    {"vehicle": "一号", "kind": "停车", "amount": 15},
    {"vehicle": "一号", "kind": "停车", "amount": 999, "status": "void"},
    {"vehicle": None, "kind": "高速", "amount": 10.05},
)


def test_money_by_car_and_kind_with_the_whole() -> None:
    found = cost_month(ROWS, "2026-11")
    assert found["by_car"] == {
        "一号": {"燃油": 592.5, "停车": 15},
        "二号": {"维修": 1200},
        "未写明车辆": {"高速": 10.05},
    }
    assert found["litres"] == {"一号": 75.5}
    assert found["total"] == 1817.55


def test_it_is_told_a_line_a_car() -> None:
    assert cost_text(cost_month(ROWS, "2026-11")) == (
        "2026年11月车辆费用共 1,817.55 元：\n"
        "· 一号：燃油 592.50 元（75.5 升），停车 15 元\n"
        "· 二号：维修 1,200 元\n"
        "· 未写明车辆：高速 10.05 元\n"
    )


def test_a_month_without_costs_is_said_to_be_one() -> None:
    assert cost_text(cost_month((), "2026-02")) == "2026年2月没有登记车辆费用。"


def test_sums_of_cents_stay_cents() -> None:
    third: dict[str, Json] = {"vehicle": "一号", "kind": "停车", "amount": 0.1}
    assert cost_month((third, third, third), "2026-11")["total"] == 0.3
