"""Who may come in: links to bind a messenger account or to sign in to the console, asked for in chat or by hand.

Links are said at once to whoever asked and never kept: only their passes are, as digests.

    登录, /login              a link to sign in to the console, for oneself
    绑定 工号, /bind 工号      both links for somebody, for the office's administrator
    解绑 工号, /unbind 工号    no messenger account speaks for them any more, for the administrator
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flows.calendar import moment_text
from flows.people import Office, Person
from handlers.ports import Desk
from storage.passes import PassKind
from storage.unit import Unit
from storage.work import Work

BINDING = timedelta(hours=24)
SIGN_IN = timedelta(minutes=30)
SESSION = timedelta(hours=12)
USED = "这个链接已经用过或过期，没有生效。请找办公室管理员再要一个。"
TAKEN = "您的账号已绑定为{name}，没有改动。要换成别人，请先让办公室管理员解绑。"
_BINDING_WORDS = ("绑定", "/bind")
_WORDS = re.compile(
    r"(?:(登录|/login)|(绑定|/bind|解绑|/unbind))(?:@\w{1,40})?(?:[\s　]+(\S{1,20}))?", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class Links:
    """Both links of a person: what binds a messenger account, and what signs in to the console (empty: none)."""

    person: Person
    binding: str
    sign_in: str


@dataclass(frozen=True)
class Access:
    """Issues passes and takes them back.

    `address` says where the console is found; `binding` turns the pass for a messenger into what a person follows;
    on `trial` nobody has to sign in.
    """

    work: Work
    desk: Callable[[], Desk]
    address: Callable[[], str]
    binding: Callable[[str], str] | None = None
    trial: bool = False

    async def asked(self, person: str, text: str, key: str) -> str | None:
        """What is said to somebody who asked for a link; None where the text asks for none.

        `key` is the event's: the same event again is answered with nothing.
        """
        desk = self.desk()
        found = _asked(text.strip(), desk.office)
        if found is None:
            return None

        def carry_out(unit: Unit) -> str:
            if not unit.first_time(key, desk.now):
                return ""
            return self._sign_in(unit, desk, person) if found[1] else self._for_somebody(unit, desk, person, found)

        return await self.work.run(carry_out)

    def _sign_in(self, unit: Unit, desk: Desk, person: str) -> str:
        if self.trial:
            return f"试用时不用登录：在本机打开 {self.address()} 选身份即可。"
        made = _issue(unit, desk, "console", person)
        until = moment_text(desk.now + SIGN_IN)
        return f"请打开这个链接登录（{until}前有效，只能用一次，不要转给别人）：\n{self.sign_in_address(made)}"

    def _for_somebody(self, unit: Unit, desk: Desk, asker: str, said: re.Match[str]) -> str:
        if asker != desk.office.administrator:
            unit.log_access(asker, "bind", desk.now)
            return f"绑定和解绑由办公室管理员{desk.office.name_of(desk.office.administrator)}办理，请与其联系。"
        found = named(desk.office, said[3] or "")
        if found is None:
            return f"没有在职人员“{said[3] or ''}”，请写明工号，例如：绑定 {asker}。"
        if said[2].lower() in _BINDING_WORDS:
            return told(self.links(unit, found), desk)
        release(unit, found.staff_no)
        return f"已解绑：{found.called}的聊天账号和登录都已失效。"

    def links(self, unit: Unit, person: Person) -> Links:
        """New links for the person; those before no longer count."""
        desk = self.desk()
        made = _issue(unit, desk, "telegram", person.staff_no) if self.binding is not None else ""
        followed = self.binding(made) if self.binding is not None else ""
        sign_in = "" if self.trial else self.sign_in_address(_issue(unit, desk, "console", person.staff_no))
        return Links(person, followed, sign_in)

    def sign_in_address(self, made: str) -> str:
        """Where the pass for the console is shown."""
        return f"{self.address()}/sign-in/{made}"

    async def enter(self, shown: str) -> str | None:
        """The pass for a session, for a sign-in link's; None where the link is used up."""
        desk = self.desk()

        def take(unit: Unit) -> str | None:
            person = _active(desk, unit.pass_of("console", shown, desk.now))
            if not person or not unit.end_pass("console", shown):
                return None
            return unit.issue_pass("session", person, at=desk.now, until=desk.now + SESSION)

        return await self.work.run(take)

    async def who(self, session: str) -> str | None:
        """The active person the session is of, if it has not ended."""
        desk = self.desk()
        return _active(desk, await self.work.run(lambda unit: unit.pass_of("session", session, desk.now))) or None

    async def leave(self, session: str) -> None:
        """The session ends."""
        await self.work.run(lambda unit: unit.end_pass("session", session))


def bind(unit: Unit, desk: Desk, *, channel: str, account: str, shown: str) -> tuple[str, str]:
    """Bind the account by a link's pass; returns whom it was bound to (empty: nothing was done) and what is said.

    An account that speaks for somebody else is left as it is, and so is the link.
    """
    bound = _active(desk, unit.bound(channel, account))
    person = _active(desk, unit.pass_of("telegram", shown, desk.now))
    if not person:
        unit.log_access(bound or f"{channel}:{account}", "bind", desk.now)
        return "", f"{USED}您已绑定为{desk.office.name_of(bound)}，可以照常使用。" if bound else USED
    if bound and bound != person:
        unit.log_access(bound, "bind", desk.now)
        return "", TAKEN.format(name=desk.office.name_of(bound))
    if not unit.end_pass("telegram", shown):
        return "", USED
    unit.bind(channel, account, person)
    return person, f"已绑定：{desk.office.name_of(person)}。"


def release(unit: Unit, person: str) -> None:
    """Nobody outside speaks for the person any more: accounts, links and sessions have ended."""
    for binding in unit.channels_of(person):
        if binding.channel != "console":
            unit.unbind(binding.channel, binding.account)
    unit.end_passes(person)


def asks_for_link(text: str) -> bool:
    """Whether the text may be one that `Access.asked` answers."""
    return _WORDS.fullmatch(text.strip()) is not None


def _asked(text: str, office: Office) -> re.Match[str] | None:
    """The words that ask for a link; 解绑 银行卡 is somebody's answer to another question."""
    found = _WORDS.fullmatch(text)
    if found is None or (found[1] and found[3]):
        return None
    word = found[3] or ""
    return found if word.isascii() or named(office, word) is not None else None


def named(office: Office, word: str) -> Person | None:
    """The active person of that staff number or, where only one has it, name."""
    found = [
        person
        for person in office.people.values()
        if person.active and word and word.lower() in (person.staff_no.lower(), person.name.lower())
    ]
    return found[0] if len(found) == 1 else None


def told(links: Links, desk: Desk) -> str:
    """Both links as whoever passes them on reads them."""
    who = f"{links.person.name}（{links.person.staff_no}，{links.person.section}）"
    lines = [f"{who}的链接，各只能用一次，请只发给本人："] if links.binding or links.sign_in else []
    if links.binding:
        lines.append(f"绑定 Telegram（{moment_text(desk.now + BINDING)}前有效）：{links.binding}")
    if links.sign_in:
        lines.append(f"登录浏览器（{moment_text(desk.now + SIGN_IN)}前有效）：{links.sign_in}")
    else:
        lines.append("登录浏览器：试用时不用登录，打开页面选身份即可。")
    return "\n".join(lines)


def _issue(unit: Unit, desk: Desk, kind: PassKind, person: str) -> str:
    length = BINDING if kind == "telegram" else SIGN_IN
    return unit.issue_pass(kind, person, at=desk.now, until=desk.now + length)


def _active(desk: Desk, person: str) -> str:
    found = desk.office.people.get(person)
    return person if found is not None and found.active else ""
