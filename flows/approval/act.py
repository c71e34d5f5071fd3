"""What somebody does to a case."""

from dataclasses import dataclass, field
from types import MappingProxyType

from flows.procedure.model import Values


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to a case.

    `visit` is set by a button (it names the very asking it belongs to), `step` by a typed or scripted act; with
    neither, the open step is meant. `set` are the outcome fields recorded with it. `to` is the person it goes to, or
    the step a case is sent back to; `place` says where an added signer stands: before, after or beside.
    """

    verb: str
    actor: str
    step: str = ""
    visit: int = -1
    reason: str = ""
    set: Values = field(default_factory=lambda: MappingProxyType({}))
    to: str = ""
    place: str = ""
