"""The five boxes of a person: what waits for them, what they filed, decided, and were told of."""

from typing import Literal

from flows.approval.case import Case
from flows.records import OpenAsk
from storage.cases import read_case
from storage.part import Part

Box = Literal["to_approve", "to_handle", "mine", "done", "copied"]

_WAITING = (
    " FROM (SELECT case_id, MIN(CASE WHEN due_at = '' THEN '~' ELSE due_at END) AS due_at,"
    " MIN(entered_at) AS entered_at FROM asks WHERE person = :person AND box = :box GROUP BY case_id) AS lying"
)
_MINE = " FROM concerned AS lying WHERE lying.person = :person AND lying.how = 'applicant'"
_DONE = (
    " FROM concerned AS lying WHERE lying.person = :person AND lying.how = 'acted' AND NOT EXISTS ("
    "SELECT 1 FROM concerned AS own WHERE own.case_id = lying.case_id AND own.person = lying.person"
    " AND own.how = 'applicant')"
)
_COPIED = (
    " FROM concerned AS lying WHERE lying.person = :person AND lying.how = 'told' AND NOT EXISTS ("
    "SELECT 1 FROM concerned AS own WHERE own.case_id = lying.case_id AND own.person = lying.person"
    " AND own.how IN ('applicant', 'asked', 'acted'))"
)
_SOURCES = {"to_approve": _WAITING, "to_handle": _WAITING, "mine": _MINE, "done": _DONE, "copied": _COPIED}
_OLDEST = "lying.due_at, lying.entered_at, lying.case_id"
_NEWEST = "lying.at DESC, cases.no DESC"


class Boxes(Part):
    """Boxes read from who is asked and whom a case concerns; no box scans the cases."""

    def box(self, box: Box, person: str, *, offset: int, limit: int) -> tuple[Case, ...]:
        """One page of a box; waiting boxes sort overdue, then deadline, then age, the others newest first."""
        order = _OLDEST if _SOURCES[box] is _WAITING else _NEWEST
        joined = _SOURCES[box].replace("AS lying", "AS lying JOIN cases ON cases.id = lying.case_id", 1)
        rows = self.db.rows(
            "SELECT cases.projection" + joined + " ORDER BY " + order + " LIMIT :limit OFFSET :offset",
            person=person,
            box=box,
            limit=limit,
            offset=offset,
        )
        return tuple(read_case(row["projection"]) for row in rows)

    def going_on(self, applicant: str) -> tuple[Case, ...]:
        """The applicant's own cases that have not ended, newest first."""
        rows = self.db.rows(
            "SELECT cases.projection FROM concerned JOIN cases ON cases.id = concerned.case_id"
            " WHERE concerned.person = :person AND concerned.how = 'applicant'"
            " AND cases.state IN ('pending', 'returned', 'approved') ORDER BY concerned.at DESC, cases.no DESC",
            person=applicant,
        )
        return tuple(read_case(row["projection"]) for row in rows)

    def open_asks(self) -> tuple[OpenAsk, ...]:
        """Everybody whom a case waits for now, by case."""
        rows = self.db.rows("SELECT case_id, person, post, for_person FROM asks ORDER BY case_id, visit, person")
        return tuple(OpenAsk(row["case_id"], row["person"], row["post"], row["for_person"]) for row in rows)

    def cases_by(self, people: tuple[str, ...], procedures: tuple[str, ...]) -> tuple[Case, ...]:
        """The newest cases of these procedures that these people filed, in any state, at most a few hundred."""
        found: list[Case] = []
        for person in people:
            for procedure in procedures:
                rows = self.db.rows(
                    "SELECT cases.projection FROM concerned JOIN cases ON cases.id = concerned.case_id"
                    " WHERE concerned.person = :person AND concerned.how = 'applicant'"
                    " AND cases.procedure = :procedure ORDER BY concerned.at DESC, cases.no DESC LIMIT 100",
                    person=person,
                    procedure=procedure,
                )
                found += [read_case(row["projection"]) for row in rows]
        return tuple(found)

    def count(self, box: Box, person: str) -> int:
        """How many cases are in the box."""
        return int(self.db.value("SELECT COUNT(*)" + _SOURCES[box], person=person, box=box))
