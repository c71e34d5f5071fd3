"""Which post acts at a step of this request: the step's own, or another by a value of the form or the office's word."""

from dataclasses import replace

from flows.facts import Facts
from flows.procedure.model import Step, Values


def acting(step: Step, values: Values, facts: Facts) -> tuple[Step, str]:
    """The step under the post that acts for these values, and the person the office has set for it (or nobody).

    The office's word goes before the pack's table, the table before the step's own post; who is named by staff
    number acts under the post they hold.
    """
    word = _word(step, values, facts)
    if word in facts.pack.roles:
        return replace(step, actor=word), ""
    person = facts.office.people.get(word)
    if person is None or not person.active:
        return step, ""
    post = step.actor if person.holds(step.actor) or not person.posts else person.posts[0].id
    return replace(step, actor=post), word


def _word(step: Step, values: Values, facts: Facts) -> str:
    by = step.actor_by
    if by is None:
        return ""
    value = values.get(by.value_of) if by.value_of else None
    settled = facts.setting(by.setting) if by.setting else None
    if isinstance(settled, dict):
        settled = settled.get(str(value))
    if isinstance(settled, str) and settled:
        return settled
    return by.posts.get(str(value), "")
