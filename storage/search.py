"""Past cases narrowed by what the database knows of them."""

from datetime import datetime

from flows.approval.case import Case
from storage.cases import read_case
from storage.part import Part

_EVERY = "SELECT cases.projection FROM cases"
_CONCERNING = (
    "SELECT cases.projection FROM cases"
    " JOIN (SELECT DISTINCT case_id FROM concerned WHERE person = :viewer) AS own ON own.case_id = cases.id"
)
_NARROWED = (
    " WHERE (:procedures = '' OR ',' || :procedures || ',' LIKE '%,' || cases.procedure || ',%')"
    " AND (:states = '' OR ',' || :states || ',' LIKE '%,' || cases.state || ',%')"
    " AND (:applicant = '' OR cases.applicant = :applicant)"
    " AND cases.filed_at >= :since AND cases.filed_at < :until"
)
_ORDER = " ORDER BY cases.filed_at DESC, cases.no DESC LIMIT :limit"


class Search(Part):
    """Looks cases up among those that concern somebody, or among all."""

    def search(
        self,
        viewer: str,
        *,
        procedures: tuple[str, ...],
        states: tuple[str, ...],
        applicant: str,
        since: datetime,
        until: datetime,
        limit: int,
    ) -> tuple[Case, ...]:
        """The newest cases filed from `since` until before `until`; an empty condition narrows nothing.

        `viewer` narrows to the cases that concern them (empty: every case).
        """
        rows = self.db.rows(
            (_CONCERNING if viewer else _EVERY) + _NARROWED + _ORDER,
            procedures=",".join(procedures),
            states=",".join(states),
            applicant=applicant,
            since=self.db.stamp(since),
            until=self.db.stamp(until),
            limit=limit,
            **({"viewer": viewer} if viewer else {}),
        )
        return tuple(read_case(row["projection"]) for row in rows)
