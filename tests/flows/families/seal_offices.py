"""Small offices for the packs about seals: a campus office, a school office and a tax bureau's office."""

from dataclasses import replace
from functools import cache

from flows.people import Office, Person
from flows.procedure.model import Json, Pack
from storage.packs import PACKS, load_pack
from tests.flows.families.desk import Desk, person


@cache
def shipped(pack: str) -> Pack:
    """The pack as it is shipped."""
    return load_pack(PACKS / pack)


def _office(
    pack: str, listed: tuple[Person, ...], in_charge: dict[str, tuple[str, ...]], settings: dict[str, Json]
) -> Office:
    people = {one.staff_no: one for one in listed}
    named = {f"{pack}/{key}": value for key, value in settings.items()}
    return Office(name="某单位办公室", people=people, packs={"*": pack}, in_charge=in_charge, settings=named)


def campus(**settings: Json) -> Desk:
    """The campus office of hitsz-office: a signer for each of the departments, two leaders in charge of fields."""
    listed = (
        person("H001", "甘霖", "校领导", "top_leader"),
        person("H002", "宗岩", "校领导", "vice_leader_of_field"),
        person("H003", "邢志", "校领导", "vice_leader_of_field"),
        person("H010", "游芳", "学校办公室", "office_head"),
        person("H011", "巩慧", "学校办公室", "school_office"),
        person("H012", "伏雪", "学校办公室", "seal_clerk"),
        person("H020", "屠刚", "科研处", "authorised_dept_head"),
        person("H021", "荆辉", "教务处", "authorised_dept_head"),
        person("H023", "计然", "科研处", "applicant"),
    )
    pack = "hitsz-office"
    return Desk(pack=shipped(pack), office=_office(pack, listed, {}, settings))


def school(**settings: Json) -> Desk:
    """The school office: one assistant keeps the one seal."""
    listed = (
        person("S000", "郭伟", "校领导", "school_leader"),
        person("S001", "林静", "综合办公室", "office_director dept_head"),
        person("S002", "何苗", "综合办公室", "admin_assistant office_staff"),
        person("S010", "戴明", "教务处", "dept_head"),
        person("S011", "史瑞", "教务处", "applicant"),
    )
    pack = "school-office"
    return Desk(pack=shipped(pack), office=_office(pack, listed, {}, settings))


def bureau(**settings: Json) -> Desk:
    """The tax bureau's office: a leader in charge of the sections, one in charge of the office."""
    listed = (
        person("T001", "汪洋", "局领导", "bureau_director bureau_leader"),
        person("T002", "余飞", "局领导", "bureau_leader_in_charge bureau_leader"),
        person("T003", "潘越", "局领导", "leader_of_office bureau_leader"),
        person("T010", "范明", "办公室", "office_director office_leader section_head"),
        person("T013", "柳青", "办公室", "seal_clerk"),
        person("T020", "于红", "人事处", "hr"),
        person("T030", "童辉", "征管科", "section_head"),
        person("T031", "喻佳", "征管科", "seal_unit section"),
        person("T032", "水英", "税政科", "section"),
    )
    pack = "tax-office"
    return Desk(pack=shipped(pack), office=_office(pack, listed, {}, settings))


def without(desk: Desk, *staff_no: str) -> Desk:
    """The same office with these people away."""
    return replace(desk, away=frozenset(staff_no))
