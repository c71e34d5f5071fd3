"""Button presses as values: what a press code of a card or a question means.

    draft:<turn>:…            an answer of the talk             start:<procedure>       begin a request
    area:<area>               what can be begun in an area of work
    reason:<turn>:<n>         a stock reason                    box:<box>:<page>        a page of a box
    do:<verb>:<case>:<visit>  an act on a case                  open:<case>             the case's card
    set:<case>:<visit>:<field>:<n>  agree and record a choice   redo:<case>, copy:<case> hand in again, copy
    offer:<case>:<visit>:<key>  agree in one of the ways offered (this car with its driver)
    sure:<case>:<visit>       a seal's second confirm           count:<case>:<visit>    another number of impressions
    pick:<what>:<case>:<visit>  name somebody                 who:<turn>:<staff_no>   the one named
    back:<case>:<visit>:<step>  back to an earlier step
    scan:<case>:<visit>       a scan with the stamping
    later:<procedure>:<case>  a request about an earlier leave
    write:<verb>:<case>       a remark, material, a copy      more:<case>             what else can be done
    revoke:<order>            an order to act in one's place taken back
    why:<case>                the clauses behind a case       find:<page>:<words>     a page of what was looked up
    fleet:<date>              the week of cars that holds the day
    duty:ack:<shift>          a reminder of a shift seen      duty:handover:all       the open matters to the next shift
    swap:<yes|no>:<swap>      an answer to a swap of shifts
    secret:<yes|no>           whether what was just said is classified
    sit:<verb>:<case>:<item>:<choice>  sign in, vote on or stay out of an item of a meeting, by its number
    batch:<case>              agree to all of the case's kind that wait and are not flagged

A code is no secret: everything it names is looked up and checked again when it is pressed.
"""

from dataclasses import dataclass

from flows.errors import StaleButton

LONGEST = 64
_PARTS = {
    "draft": (2, 9),
    "reason": (2, 2),
    "do": (3, 3),
    "set": (4, 4),
    "offer": (3, 3),
    "sure": (2, 2),
    "count": (2, 2),
    "scan": (2, 2),
    "start": (1, 1),
    "box": (2, 2),
    "open": (1, 1),
    "redo": (1, 1),
    "copy": (1, 1),
    "why": (1, 1),
    "later": (2, 2),
    "write": (2, 2),
    "pick": (3, 3),
    "who": (2, 2),
    "back": (3, 3),
    "more": (1, 1),
    "revoke": (1, 1),
    "find": (2, 9),
    "batch": (1, 1),
    "fleet": (1, 1),
    "area": (1, 1),
    "secret": (1, 1),
    "sit": (4, 4),
    "duty": (2, 2),
    "swap": (2, 2),
}


@dataclass(frozen=True, slots=True)
class Press:
    """A button press taken apart: its name and the parts behind it."""

    name: str
    parts: tuple[str, ...]

    def number(self, index: int) -> int:
        """The part as a whole number.

        Raises:
            StaleButton: it is none.
        """
        try:
            return int(self.parts[index])
        except (ValueError, IndexError):
            raise StaleButton("没有这个按钮，请看最新的一条。") from None


def read_press(code: str) -> Press:
    """The press behind a code.

    Raises:
        StaleButton: no button of ours has this code.
    """
    name, _, rest = code.partition(":")
    parts = tuple(rest.split(":")) if rest else ()
    least, most = _PARTS.get(name, (0, -1))
    if len(code.encode()) > LONGEST or not least <= len(parts) <= most:
        raise StaleButton("没有这个按钮，请看最新的一条。")
    return Press(name, parts)
