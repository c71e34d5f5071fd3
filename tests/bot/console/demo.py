"""The small office on a full day: twenty cases waiting, long names, a long reason, one overdue, one refused."""

from datetime import timedelta

from flows.cards import Button, Fact, Message, RouteLine
from tests.bot.console.fakes import Matter, SmallOffice

REASON = "因父亲住院需要陪护，并办理异地转诊和医保备案手续，往返路程较远。" * 94
KINDS = ("事假", "病假", "年休假", "用印")


def full_day() -> SmallOffice:
    """The office as the screenshots and most tests see it."""
    office = SmallOffice()
    office.clock -= timedelta(days=1, hours=2)
    for n in range(1, 21):
        office.file_matter(_matter(n))
    office.clock += timedelta(hours=20)
    _refused(office)
    _conversation(office, "F021")
    office.rows = tuple(_row(n) for n in range(40, 0, -1))
    return office


def _matter(n: int) -> Matter:
    applicant = ("F021", "F010", "F099")[n % 3]
    return Matter(
        id=f"c{n:02}",
        no=f"QJ-2026-{n:04}",
        applicant=applicant,
        approver="F002",
        kind=KINDS[n % 4],
        fact="11月26日(周四)上午 至 11月27日(周五)下午，工作日 2 天" if n % 4 != 3 else "区委办公室印章，合同 2 份",
        reason=REASON if n == 20 else "办理房产手续",
        overdue=n == 19,
        flagged=n in (18, 20),
    )


def _refused(office: SmallOffice) -> None:
    matter = _matter(21)
    office.file_matter(Matter(matter.id, matter.no, "F021", "F002", "事假", matter.fact, "外出旅游", flagged=True))
    office._decide("F002", office.matters["c21"], "refused")


def _conversation(office: SmallOffice, person: str) -> None:
    office.heard(person, "明天下午请半天事假去医院")
    office.say(
        person,
        Message(
            "请核对，没有问题就提交。",
            summary=(
                Fact("假别", "事假"),
                Fact("时间", "11月25日(周三)下午"),
                Fact("工作日", "0.5 天", ("leave/r1",)),
                Fact("事由", "去医院"),
                Fact("今年事假", "已用 6 天，批准后 6.5 天"),
            ),
            warnings=(Fact("同期", "王芳科长当天请假，科里只剩两人。", ("leave/r2",)),),
            route=(
                RouteLine("王芳", "办文科科长", "审核", "to_come", why="科室负责人先审核", clauses=("leave/r1",)),
                RouteLine("李慧敏", "副主任", "审批", "to_come", why="满半天，分管领导批", clauses=("leave/r1",)),
                RouteLine("赵倩", "考勤员", "登记", "to_come", why="批准后记入台账"),
            ),
            buttons=(
                (Button("提交申请", "submit", "primary"), Button("修改时间", "change:time")),
                (Button("修改事由", "change:why"),),
                (Button("上一步", "back"), Button("取消", "cancel")),
            ),
            expects="choice",
        ),
    )


def _row(n: int) -> tuple[str, ...]:
    why = "与某某信息技术有限公司签订政务云平台运行维护服务合同" if n % 5 == 0 else "党员关系介绍信"
    who = "古丽娜扎尔·买买提艾力" if n % 4 == 0 else "刘洋"
    return (str(n), "2026-11-24", "区委办公室印章", why, "李慧敏副主任", "2 份", who)
