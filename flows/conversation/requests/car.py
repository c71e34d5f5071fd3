"""A trip in one sentence: from when to when or how long, where to, how many people, what kind of car, with a driver?"""

import re
from dataclasses import replace

from flows.conversation.dates import When
from flows.conversation.numerals import number
from flows.conversation.requests.kinds import vehicle_kind
from flows.conversation.requests.lengths import NUMERAL, length_of
from flows.conversation.requests.moments import Moment, Times, times_of
from flows.conversation.requests.sentence import Sentence
from flows.conversation.requests.today import Today
from flows.procedure.model import Json

_DRIVER_NO = re.compile(
    "(?:不用|不要|不需要?|无需|不带|不必)(?:派|配|带|安排|请)?(?:专职)?(?:司机|驾驶员)|自驾|(?:我|本人|自己)(?:来)?(?:自己)?(?:开车?|驾驶)|自行驾驶"
)
_DRIVER_YES = re.compile("(?:需要|需|要|带|配|派|请|含|安排)(?:个|一?名|一?位|派|配|安排|专职)?(?:司机|驾驶员)")
_RETURN = re.compile(r"\s*(?:左右|前)?(?:就|再|能)?(?:返回?|回(?!新|老家)|结束|还车|用完)")
_BEFORE_RETURN = re.compile(r"(?:返回|返程|回来|结束|还车)(?:时间)?[:：是]?\s*$")
_PLACED = re.compile(
    r"(?:目的地|地点|去向|到达地)[:：是]?\s*(?P<named>[^,，。;；!！\s]{2,20})"
    r"|(?:前往|去往|开往|[去跑]一?趟|赴|去(?=[^,，。;；!！?？\s])(?!接|送|取|拿|办(?!公|事)|开会|看(?!守)|参加)|到|至(?!今|于|少|多)|往)(?P<place>[^,，。;；!！?？\s]{1,24})"
)
_PURPOSE = re.compile(
    "开会|参会|接(?!待)|送|交(?!通|易|警|流|行|大|投|运)|取(?!水)|办(?=[^,，。\\s])(?!公|事处|事大厅)|参观|参加|走访|调研|考察|学习|培训|出差|检查|慰问|"
    "看(?!守)|拉(?!萨)|运(?!动|河|输)|领(?!馆|事|导)|体检|研学|视察|汇报|对接|洽谈|处理|拜访|布置|采购|买|拿|递|执法|巡查|督查|督导|座谈|"
    "面签|签|开庭|立案|取证|调查|阅卷|旁听|应诉|面试|考试|监考|[看探]望|祭扫|扫墓|植树|观摩|踏勘|测量|化验|抽检|送检|报到|报名|"
    "领奖|颁奖|彩排|拍摄|采访|会谈|会见|维修|安装|搬运?|装卸|查(?!院)|用(?!友)|的|做|报(?!社|业|国)|评审|验收|勘察|宣讲|比赛|演出|活动(?!中心|室)|招聘|住一?晚"
    rf"|(?<!第){NUMERAL}\s*(?:个?人(?!民)|位|[辆台]车?)"
)
_SITE = re.compile(
    ".*(?:站|机场|局|部|店|门|港|岛|湖|寺|路|街|点|委会|协会|府|馆|院|校|校区|区|市|县|镇|乡|村|厅|委|中心|公司|酒店|宾馆|大学|学校|人大|政协|银行|广场|码头|公园|基地|园|里|楼|"
    "所|城|山|厂|社|处|医院|工地|小学|中学|幼儿园|会场|口岸|街道|社区)$"
)
_PEOPLE = "师生|学生|老师|教师|同事|领导|客人|专家|代表|乘客|干部|嘉宾|家长|运动员|队员|员工|职工"
_COUNT = re.compile(
    rf"人数[:：是]?\s*(?P<said>{NUMERAL})|(?<![第\d])(?P<many>{NUMERAL})\s*(?:个|位|名)?(?P<who>{_PEOPLE}|人(?!民|大|才|事|医))"
    rf"|(?<![第\d])(?P<bare>{NUMERAL})\s*[位名]|(?:我们|咱们?|一行|就)(?P<we>{NUMERAL})个?|(?:我们|咱们?|就我们|一行|人?)?(?P<pair>[俩仨])"
    rf"|(?:^|(?<=[,，。\s]))(?P<alone>{NUMERAL})个(?=$|[,，。\s])"
)
_COMPANY = re.compile(r"(?:就|只有)?我(?:和|跟|与|、|带着?|陪着?)(?P<others>[^,，。;；\s去到要用]{1,20})")
_WITH_ME = re.compile("我(?:们)?(?:带|领|陪|和|跟|与)(?:着|领)?$")
_ALONE = re.compile("(?:就)?我(?:自己|一个)(?!开)")
_ASKED = "(?:我|我们)?(?:能不能|能否|可不可以|可以|能)?(?:想|要|需要|打算|准备|麻烦|请|帮忙?|帮我|申请)*"
_WORDS = (
    re.compile(
        rf"{_ASKED}(?:公务)?(?:用|派|订|借|要|叫|租|约|出|调|安排|申请|来)(?:一?下|一?趟)?(?:个|一?[辆台部])?的?(?:公?车)?"
    ),
    re.compile(
        rf"{NUMERAL}?[辆台部]车?|(?<!汽)车(?!站|管|间|辆厂|城)|[公急]用|急|申请|(?:用车)?(?:时间|人数|事由|车型|车辆)[:：]?|出发"
        "|大概|大约|左右|[接送][机站人]|[从自](?:单位|学校|本部|机关|校本部|这里|办公室)(?:出发)?|谢谢|返回?|回来?|往返|单程|司机|就"
    ),
)
"""Words that carry no slot, the asking and the small ones."""


def read_car(said: Sentence, today: Today) -> tuple[dict[str, Json], str]:
    """The slots of a trip, and what is wrong with a date that was said."""
    times = times_of(said, today.day)
    length = length_of(said)
    slots: dict[str, Json] = _span(said, times)
    if length and length.hours:
        slots["duration_h"] = int(length.hours) if length.hours == int(length.hours) else length.hours
    slots.update(_driver(said))
    if kind := vehicle_kind(said):
        slots["vehicle"] = kind
    if place := _place(said):
        slots["destination"] = place
    if people := _passengers(said):
        slots["passengers"] = people
    if "destination" not in slots and (place := _place_left(said)):
        slots["destination"] = place
    return slots, times.trouble


def _span(said: Sentence, times: Times) -> dict[str, Json]:
    if not times.moments:
        return {}
    (first, last), *others = times.spans
    for other, _ in others:
        comes_back = _RETURN.match(said.narrow, other.end) or _BEFORE_RETURN.search(said.narrow[: other.start])
        if last is None and comes_back:
            last = replace(other, when=_evening(first.when, other))
    return {"start": str(first.when), **({"end": str(last.when)} if last else {})}


def _evening(start: When, moment: Moment) -> When:
    """The time of coming back; 10点 after a start at 晚上8点 is ten in the evening."""
    when = moment.when
    if moment.dated or when.at is None or when.begins > start.begins or when.at.hour >= 12:
        return when
    later = replace(when, at=when.at.replace(hour=when.at.hour + 12))
    return later if later.begins > start.begins else when


def _driver(said: Sentence) -> dict[str, Json]:
    if said.first(_DRIVER_NO):
        return {"driver_needed": False}
    return {"driver_needed": True} if said.first(_DRIVER_YES) else {}


def _passengers(said: Sentence) -> int:
    """How many go along, the driver aside: a plain count, else everybody counted by group, else who is named."""
    counted = said.standing(list(said.every(_COUNT)))
    plain = [found for found in counted if found["who"] in (None, "人")]
    groups = plain[-1:] if plain else counted
    if groups:
        with_me = _WITH_ME.search(said.narrow[: groups[0].start()])
        return sum(_figure(found) for found in groups) + (1 if with_me else 0)
    if (found := _COMPANY.search(said.narrow)) and said.free(found.start(), found.start("others")):
        end = found.start("others")
        while end < found.end() and not said.taken[end]:
            end += 1
        said.take(found.start(), end)
        others = said.narrow[found.start("others") : end]
        return 1 + len([name for name in re.split("[、和跟与及]", others) if name])
    return 1 if said.first(_ALONE) else 0


def _figure(found: re.Match[str]) -> int:
    if found["pair"]:
        return 2 if found["pair"] == "俩" else 3
    said = found["said"] or found["many"] or found["bare"] or found["we"] or found["alone"]
    return int(number(said) or 0)


def _place(said: Sentence) -> str:
    """Where to, behind 去, 到 or 目的地."""
    return _placed(said, said.corrected) or _placed(said, 0) if said.corrected >= 0 else _placed(said, 0)


def _placed(said: Sentence, at: int) -> str:
    while found := _PLACED.search(said.narrow, at):
        at = found.start() + 1
        group = "named" if found["named"] else "place"
        start, end = found.span(group)
        while start < end and not said.free(start, end):
            end -= 1
        place = _site(_cut(said.shown[start:end], whole=group == "named"))
        if place and said.free(found.start(), start):
            said.take(found.start(), start + len(place))
            return place
    return ""


def _site(place: str) -> str:
    """The place without what is done there (南湖公园团建), where it has a name that tells what it is."""
    ends = (len(place), *range(len(place) - 2, 1, -1))
    return next((place[:end] for end in ends if _SITE.fullmatch(place[:end])), place)


def _cut(text: str, *, whole: bool) -> str:
    purpose = None if whole else _PURPOSE.search(text, 2 if len(text) > 2 else 0)
    place = (text[: purpose.start()] if purpose else text).strip("一趟 了吧的吗么")
    site = _SITE.fullmatch(place) and place[0] not in "接送取办看拉"
    return place if len(place) > 1 and (site or not _PURPOSE.match(place)) else ""


def _place_left(said: Sentence) -> str:
    """Where to, where no word leads to it: what is left and looks like a place, else what is left first."""
    said.drop(*_WORDS)
    pieces = [piece for piece in (_cut(text, whole=False) for text in said.left()) if piece]
    return next((piece for piece in pieces if _SITE.fullmatch(piece)), pieces[0] if len(pieces) == 1 else "")
