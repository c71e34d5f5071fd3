"""Classified matter has no place here: marked text is refused, a doubtful word is asked about before it is kept.

Design section 6. Until the person has answered, only the process that asked holds what was said (`bot.intake`).
"""

from dataclasses import replace

from flows.cards import Button, Message
from flows.conversation.commands import Command, command
from flows.errors import Classified, Doubtful, StaleButton
from flows.secrecy import doubtful, marking
from handlers.events import Answer, Inbound
from handlers.gather import procedures_of
from handlers.ports import Desk, Unit

YES, NO = "secret:yes", "secret:no"
_MARKED = "内容带有密级标志，不能在这里办理，也没有保存。请按涉密文件规定走线下渠道。"
_DECLARED = "涉及国家秘密的内容不能在这里办理，刚才那句话没有保存。请按涉密文件规定走线下渠道。"
_STANDS = "正在填的申请还在：可以只填不涉密的内容，或发“取消”。"
_QUESTION = "您说的话里有密级、涉密一类的字样，先问一句：内容涉及国家秘密吗？回答之前没有保存。"
_LOST = "刚才那句话没有保存，请再发一遍。"
_LAW = ("保守国家秘密法",)
_MOST = 3


def screen(inbound: Inbound, desk: Desk) -> None:
    """Stop classified content before anything of it is stored.

    Raises:
        Classified: the text or the file's name carries a marking.
    """
    name = inbound.file.get("name") if inbound.file else ""
    if marking(inbound.text) or (isinstance(name, str) and marking(name)):
        raise Classified(marked(desk))


def marked(desk: Desk) -> str:
    """What is answered to a marking, with the clause."""
    return _MARKED + _basis(desk)


def ask_first(unit: Unit, desk: Desk, inbound: Inbound) -> None:
    """Ask about a doubtful word before anything of it is stored; once a request, and not about a plain command.

    Raises:
        Doubtful: the person has to say whether the matter is classified.
    """
    if inbound.what == "tap" or inbound.cleared or not doubtful(inbound.text):
        return
    person = desk.office.people.get(inbound.person)
    if person is None or not person.active or _plain(desk, inbound):
        return
    draft = unit.draft(inbound.person)
    if draft is None or not draft.cleared:
        raise Doubtful(_QUESTION)


def _plain(desk: Desk, inbound: Inbound) -> bool:
    """Whether the text is a procedure's name or another command that says nothing besides."""
    procedures = tuple(procedure for _, procedure in procedures_of(desk))
    said: Command | None = command(inbound.text, procedures) if inbound.what == "text" else None
    return said is not None and not said.code


def question() -> Message:
    """Whether what was said is classified, with its two answers."""
    return Message(text=_QUESTION, buttons=((Button("是", YES), Button("不是", NO)),), expects="choice")


def remember_cleared(unit: Unit, inbound: Inbound) -> None:
    """Keep with the request in hand that its matter is not classified."""
    draft = unit.draft(inbound.person)
    if draft is not None:
        unit.keep_draft(inbound.person, replace(draft, cleared=True))


def answered(unit: Unit, desk: Desk, person: str, word: str) -> Answer:
    """The question answered: classified matter is refused, only time and person are noted.

    Raises:
        StaleButton: it is not classified, but nobody holds what was said any more.
    """
    if word != "yes":
        raise StaleButton(_LOST)
    unit.log_access(person, "classified", desk.now)
    sentence = _DECLARED + _basis(desk)
    draft = unit.draft(person)
    unit.say(person, Message(text=f"{sentence}\n{_STANDS}" if draft is not None else sentence, tone="refused"))
    return Answer("没有保存，也没有办理。", ok=False)


def _basis(desk: Desk) -> str:
    """The clauses of the packs this office runs, the law's name where none of them has one."""
    running = set(desk.office.packs.values())
    packs = (pack for pack in desk.rules.current.values() if pack.id in running)
    clauses = tuple(dict.fromkeys(clause for pack in packs for clause in pack.classified))
    return f"（依据：{'；'.join(clauses[:_MOST] or _LAW)}）"
