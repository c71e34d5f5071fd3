"""The month's attendance by person: times, days, what is not confirmed yet; void rows aside."""

from flows.families.attendance_month import attendance_month, attendance_text
from flows.procedure.model import Json

ROWS: tuple[dict[str, Json], ...] = (
    {"person": "甲", "event": "迟到", "minutes": 35, "status": "active"},
    {"person": "甲", "event": "迟到", "minutes": 10, "status": "active"},
    {"person": "甲", "event": "年休假", "days": 2.5, "status": "active"},
    {"person": "甲", "event": "年休假", "days": 1, "status": "active"},
    {"person": "甲", "event": "事假", "days": 9, "status": "void"},
    {"person": "乙", "event": "早退", "minutes": 90, "status": "to_confirm"},
)


def test_times_and_days_by_person() -> None:
    assert attendance_month(ROWS, "2026-11")["people"] == {
        "甲": {"迟到": {"times": 2}, "年休假": {"days": 3.5}},
        "乙": {"待核实": {"times": 1}},
    }


def test_it_is_told_a_line_a_person() -> None:
    told = attendance_text(attendance_month(ROWS, "2026-11"))
    assert told == "2026年11月考勤：\n· 甲：迟到 2 次，年休假 3.5 天\n· 乙：待核实 1 次\n"
    assert attendance_text(attendance_month((), "2026-02")) == "2026年2月没有考勤登记。"
