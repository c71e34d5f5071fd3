"""The kinds a request may name, each with the words offices use for it: leaves, seals, vehicles, meetings."""

import re
from collections.abc import Mapping

from flows.conversation.requests.sentence import Sentence

LEAVES: Mapping[str, str] = {
    "paternity": "陪产假|护理假|看护假|陪护假|侍产假",
    "annual": "带薪年休假|年休假?(?!制)|年假|公休假|轮休假",
    "personal": "事假",
    "sick": "病假|急病假?|病休",
    "marriage": "结婚假|婚假",
    "bereavement": "奔丧假|丧假",
    "maternity": "(?<!陪)产假|流产假",
    "family_visit": "探亲假",
    "work_injury": "工伤假|工伤",
    "compensatory": "调休假?|补休假?|轮休|倒休",
}
_BODY = (
    "(?:(?:[省市区县镇乡]委|[省市区县镇乡]?政府|[省市区县]?(?:人大|政协)|街道)(?:办公室|办)?|"
    "[\u4e00-\u9fa5]{1,3}[局科处部])"
)
SEALS: Mapping[str, str] = {
    "other": f"{_BODY}的?(?:印|公)?章",
    "legal_person": "(?:法人(?:代表)?|法定代表人)的?(?:专用|名|印|人名)?章|法人印",
    "contract": "合同(?:专用)?的?章",
    "certificate": "证明专用的?章|证明章",
    "steel": "钢印",
    "party": "(?:学校)?(?:党委|党组|党支部)的?(?:印|公)?章",
    "office": "(?:党政)?办公室的?(?:印|公)?章",
    "school": "(?:学校|单位|行政)?的?公章|校章|学校的?(?:印章|章)|行政章|单位的?章|校印",
}
VEHICLES: Mapping[str, str] = {
    "business": "(?:[7七]座)?商务车?(?!局|厅|部|中心|区|会|合作|谈)|[7七]座车?|gl8",
    "suv": "越野车?|suv",
    "minibus": "中巴车?|考斯特|小巴|面包车?",
    "bus": "大巴车?|大客车?|(?<!小)客车",
    "pickup": "皮卡车?",
    "truck": "(?:小|大)?货车|卡车",
    "sedan": "小?轿车|小汽车|小车",
}
KINDS: frozenset[str] = frozenset({*LEAVES, *SEALS, *VEHICLES} - {"other"})
LEAVE_NAMES: Mapping[str, str] = {
    "paternity": "陪产假", "annual": "年假", "personal": "事假", "sick": "病假", "marriage": "婚假",
    "bereavement": "丧假", "maternity": "产假", "family_visit": "探亲假", "work_injury": "工伤假",
    "compensatory": "调休",
}  # fmt: skip
MEETINGS = "党委(?:常委)?会|校长办公会|主任办公会|行政例会|常委会|办公会|例会"

_NEGATED = "(?:不是|不请|不要|不休|不算|别用|而非|不用)"


def _one(words: Mapping[str, str], before: str = "") -> re.Pattern[str]:
    every = "|".join(f"(?P<{kind}>{words})" for kind, words in words.items())
    return re.compile(f"{before}(?:{every})", re.IGNORECASE)


_LEAVE, _NO_LEAVE = _one(LEAVES), _one(LEAVES, _NEGATED)
_SEAL, _NO_SEAL = _one(SEALS), _one(SEALS, _NEGATED)
_VEHICLE, _NO_VEHICLE = _one(VEHICLES), _one(VEHICLES, _NEGATED)


def leave_kind(said: Sentence) -> str:
    """The kind of leave named, `unknown` where none is; every naming is taken. 不是病假 names none."""
    return next(iter(_every(said, _LEAVE, _NO_LEAVE)), "unknown")


def seals_named(said: Sentence) -> tuple[str, ...]:
    """The seals named, each once, in order; every naming is taken. One of another body (区委印章) has no kind."""
    return tuple(kind for kind in _every(said, _SEAL, _NO_SEAL) if kind != "other")


def vehicle_kind(said: Sentence) -> str:
    """The kind of vehicle named, empty where none is; every naming is taken."""
    return next(iter(_every(said, _VEHICLE, _NO_VEHICLE)), "")


def _every(said: Sentence, named: re.Pattern[str], negated: re.Pattern[str]) -> tuple[str, ...]:
    said.drop(negated)
    return tuple(dict.fromkeys(found.lastgroup or "" for found in said.standing(list(said.every(named)))))


def kind_of(word: str) -> str:
    """The kind the word names, empty where it names none."""
    for pattern in (_LEAVE, _SEAL, _VEHICLE):
        if found := pattern.search(word):
            return found.lastgroup or ""
    return ""
