"""A message outside any talk that is a request by itself: its draft begins with everything understood filled in."""

from flows.cards import Message
from flows.conversation.ask import asked_fields
from flows.conversation.commands import FAMILY_WORDS
from flows.conversation.reading import show
from flows.conversation.requests.fill import Asker, Filled, filled, procedures_meant
from flows.conversation.requests.request import FILED, LONGEST, Request, read_request
from flows.conversation.wording import quoted, visible
from flows.errors import Refused
from flows.people import Office
from flows.procedure.model import Procedure
from handlers import boxes, duty_words
from handlers.events import Answer, Inbound
from handlers.filing import start
from handlers.ports import Desk, Unit
from handlers.queries import of_family

TOO_LONG = (
    f"这段话太长了（超过{LONGEST}字），没有办理；"
    "请用一两句话说要办的事，例如“明天下午请半天事假去医院”，详细内容可以放在附件里。"
)


def begun(unit: Unit, desk: Desk, inbound: Inbound) -> Answer | None:
    """What the message begins; None where it asks for nothing.

    Raises:
        Refused: it is too long to be read, or the office runs nothing of the kind.
    """
    if len(visible(inbound.text)) > LONGEST:
        raise Refused(TOO_LONG)
    names = frozenset(person.name for person in desk.office.people.values())
    request = read_request(inbound.text, desk.now.date(), names)
    if request.intent == "inbox":
        return boxes.show_inbox(unit, desk, inbound.person)
    if request.intent == "mine":
        return boxes.show_box(unit, desk, inbound.person, "mine", 1)
    if request.intent not in FILED:
        return None
    return _file(unit, desk, inbound, request)


def _file(unit: Unit, desk: Desk, inbound: Inbound, request: Request) -> Answer:
    person = inbound.person
    if request.intent == "duty":
        return duty_words.begun(unit, desk, person, request.slots)
    meant = procedures_meant(request, of_family(desk, person, request.intent))
    if not meant or request.slots.get("action") == "query":
        return boxes.start_family(unit, desk, person, request.intent)
    asker = Asker(person, desk.office, desk.calendar, desk.now)
    found = filled(meant[0], request, asker, dict(inbound.file) if inbound.file else None)
    return start(unit, desk, person, meant[0].id, found.values, _told(meant[0], found, request, desk.office))


def _told(procedure: Procedure, found: Filled, request: Request, office: Office) -> tuple[Message, ...]:
    """What was understood (where the summary does not show it at once), what was not, and what waits."""
    lines = [
        f"{field.name}：{show(field, found.values[field.id], office)}"
        for field in procedure.fields
        if field.id in found.values and field.id not in found.presumed
    ]
    name = procedure.name.split("（")[0]
    known = {field.id for field in asked_fields(procedure, found.values)} <= found.values.keys()
    understood = f"“{name}”已按您说的填好：{'；'.join(lines)}。" if lines and not known else ""
    other = ""
    if request.second:
        other = (
            f"一次只办一件：先办{FAMILY_WORDS[request.intent]}，另一件（{quoted(request.second)}）请提交后再发一遍。"
        )
    presumed = _presumed(procedure, found) if found.values.keys() - set(found.presumed) else ""
    said = "\n".join(line for line in (understood, presumed, *found.notes, other) if line)
    return (Message(text=said),) if said else ()


def _presumed(procedure: Procedure, found: Filled) -> str:
    """What was filled in without a word of it."""
    lines = [f"{procedure.field_by_id[key].name} {found.values[key]}" for key in found.presumed]
    return f"没有说的先按常见情形填：{'、'.join(lines)}；不对请在提交前修改。" if lines else ""
