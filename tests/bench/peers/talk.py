"""The talk every peer leads: five questions, a summary, and a card for the section's head."""

STEPS = ("kind", "start", "end", "reason")
QUESTIONS = {
    "kind": "请哪一种假？",
    "start": "从什么时候开始？",
    "end": "到什么时候结束？",
    "reason": "请写明事由。",
}
KINDS = ("事假", "病假", "急病")
HEADS = 2_000_000
SECTION = 10


def next_step(step: str) -> str:
    """The step after this one; `summary` after the last."""
    at = STEPS.index(step) + 1
    return STEPS[at] if at < len(STEPS) else "summary"


def summary(answers: dict[str, str]) -> str:
    """What is shown before the request is handed in."""
    return "请核对：\n" + "\n".join(f"{QUESTIONS[step]}{answers[step]}" for step in STEPS)


def card(name: str, answers: dict[str, str]) -> str:
    """What the head is shown."""
    return f"【待审批】{name} · {answers['kind']}\n{answers['start']} 至 {answers['end']}\n{answers['reason']}"


def head_of(account: int) -> int:
    """The account of the applicant's head."""
    return HEADS + (account - 1_000_000) // SECTION


def name_of(account: int) -> str:
    """The applicant's name."""
    return f"员{account - 1_000_000:04d}"
