"""What somebody does to a case."""

from dataclasses import dataclass, field
from types import MappingProxyType

from flows.procedure.model import Values


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to a case.

    `visit` is set by a button (it names the very asking it belongs to), `step` by a typed or scripted act; with
    neither, the open step is meant. `set` are the outcome fields recorded with it.
    """

    verb: str
    actor: str
    step: str = ""
    visit: int = -1
    reason: str = ""
    set: Values = field(default_factory=lambda: MappingProxyType({}))
