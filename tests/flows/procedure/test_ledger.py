"""How far a pack carries its ledger out, told from made-up entries."""

import pytest

from flows.procedure.ledger import LedgerEntry, carries_out, entries_of, status_of, unknown_to, without
from flows.procedure.model import Check, Pack, Procedure, Recurring, Rule, Step

STEPS = (
    Step("submit", "申请", "staff", "submit"),
    Step("approve", "批准", "chief", "approve"),
)
CARRIED = Rule("limit", "test/lend/rule/limit", "limit", "至多三天", "block", (), (Check("max_per_request", None),))
WORDS = Rule("polite", "test/lend/rule/polite", "other", "爱护", "record", ())
LEND = Procedure("lend", "借物", "asset", "staff", "物品", (), STEPS, (CARRIED, WORDS), "test")
DAILY = Recurring("count", "test/pack/recurring/count", "清点", "keeper", (), cron=("0 9 * * *",))
ASKED = Recurring("clean", "test/pack/recurring/clean", "打扫", "keeper", (), ask=True)
AFTER = Recurring("tidy", "test/pack/recurring/tidy", "整理", "keeper", (), after="用过之后")
PACK = Pack("test", "试验规章", "v1", {}, {"lend": LEND}, recurring=(DAILY, ASKED, AFTER))
STEP_ENTRIES = (
    LedgerEntry("lend/step/submit", "route", (), ("(一)",)),
    LedgerEntry("lend/step/approve", "route", (), ("(一)",)),
)
SERVING = LedgerEntry("clerk/duty/d1", "route", ("lend",), ("岗责(一)",))
LEDGER = (*STEP_ENTRIES, SERVING)


@pytest.mark.parametrize(
    ("entry", "carried"),
    [
        ("lend/step/submit", True),
        ("lend/step/sign", False),
        ("lend/rule/limit", True),
        ("lend/rule/polite", False),
        ("lend/rule/none", False),
        ("buy/step/submit", False),
        ("pack/recurring/count", True),
        ("pack/recurring/clean", True),
        ("pack/recurring/tidy", False),
    ],
)
def test_what_is_carried_out(entry: str, carried: bool) -> None:
    assert carries_out(PACK, entry) is carried


def test_only_what_a_scenario_proved_is_proven() -> None:
    submit = STEP_ENTRIES[0]
    assert status_of(submit, PACK, LEDGER, ()) == "carried_out"
    assert status_of(submit, PACK, LEDGER, {submit.id}) == "proven"


def test_what_is_left_to_people_is_never_missing() -> None:
    assert status_of(LedgerEntry("lend/rule/none", "manual", (), ()), PACK, LEDGER, ()) == "people"


def test_a_duty_counts_as_the_least_of_the_steps_it_serves() -> None:
    both = {entry.id for entry in STEP_ENTRIES}
    assert status_of(SERVING, PACK, LEDGER, both) == "proven"
    assert status_of(SERVING, PACK, LEDGER, {"lend/step/submit"}) == "carried_out"
    missing = (*LEDGER, LedgerEntry("lend/step/sign", "route", (), ()))
    assert status_of(SERVING, PACK, missing, both) == "missing"


def test_a_duty_that_serves_nothing_here_is_missing() -> None:
    for serves in ((), ("lend", "buy")):
        assert status_of(LedgerEntry("clerk/duty/d2", "route", serves, ()), PACK, LEDGER, ()) == "missing"


def test_what_the_ledger_does_not_know_is_told() -> None:
    assert unknown_to(LEDGER, PACK) == (
        "lend/rule/limit",
        "lend/rule/polite",
        "pack/recurring/count",
        "pack/recurring/clean",
        "pack/recurring/tidy",
    )


def test_a_pack_without_an_entry_lacks_that_one_only() -> None:
    assert entries_of(without(PACK, "lend/rule/limit")) == tuple(
        entry for entry in entries_of(PACK) if entry != "lend/rule/limit"
    )
    assert [item.id for item in without(PACK, "pack/recurring/count").recurring] == ["clean", "tidy"]
    submit, approve = without(PACK, "lend/step/approve").procedures["lend"].steps
    assert (submit, bool(approve.only_if), approve.id) == (STEPS[0], True, "approve")
