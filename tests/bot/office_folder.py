"""An office folder as an office would write it, for tests that start from files."""

from pathlib import Path

_HEAD = """\
name: 试点办公室
administrator: F010
packs: {'*': futian-office}
in_charge: {F002: [秘书科, 办文科]}
"""
_PEOPLE = """\
工号,姓名,科室,职务,岗位,参加工作日期,状态
F001,周建国,室领导,主任,director、office_leader,1996-07-01,在职
F002,李慧敏,室领导,副主任,deputy_director、deputy_director_in_charge、office_leader,1999-08-01,在职
F010,陈志远,秘书科,科长,section_chief、secretariat_chief,2004-05-10,在职
F013,何静,秘书科,,staff、seal_keeper,2010-04-06,在职
F020,王芳,办文科,科长,section_chief、doc_chief,2005-07-01,在职
F021,刘洋,办文科,,staff,2023-06-05,在职
F022,赵倩,办文科,,staff、attendance_clerk,2017-09-04,在职
F029,许平,办文科,,staff,2011-03-01,退休
"""


def office_folder(folder: Path) -> Path:
    """The folder with a small office of the Futian regulations written into it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "office.yaml").write_text(_HEAD, encoding="utf-8")
    (folder / "people.csv").write_text(_PEOPLE, encoding="utf-8")
    return folder
