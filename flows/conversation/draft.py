"""What a person is in the middle of saying; kept in the database from the first answer."""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from flows.procedure.model import Json, Values

Stage = Literal["asking", "summary", "changing", "reason"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A request being filled in, or a reason being asked for.

    `asking` is the field in question; `trail` the fields answered so far in order (上一步 goes back along it);
    `turn` counts the questions put, so that an old question's button is stale. `case_id` is set where the draft
    repairs a returned case (`resubmit`) or gives the reason for a decision (`reason`, with `verb` and `visit`).
    `cleared`: the person has said that the matter is not classified, and is not asked again about this request.
    `person` is the staff number of whoever is talking, for whom 本人 stands; `behind` is the request this question
    interrupted (in plain form), to be gone on with afterwards.
    """

    pack: str
    pack_version: str
    procedure: str
    values: Values = field(default_factory=lambda: MappingProxyType({}))
    stage: Stage = "asking"
    asking: str = ""
    trail: tuple[str, ...] = ()
    turn: int = 1
    case_id: str = ""
    verb: str = ""
    visit: int = -1
    version: int = 1
    person: str = ""
    behind: Json = None
    cleared: bool = False
