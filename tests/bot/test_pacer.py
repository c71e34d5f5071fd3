"""Rates kept: so many at once, then one after another, each chat for itself and all together."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.pacer import CHAT, GROUP, OVERALL, Pacer, Rate


def moments(pacer: Pacer, chats: list[str], now: float = 0.0) -> list[float]:
    """When each message leaves, the next asked for once the one before has left."""
    left: list[float] = []
    for chat in chats:
        while wait := pacer.wait(chat, now):
            now += wait
        left.append(now)
    return left


def test_a_person_gets_three_at_once_and_then_one_a_second() -> None:
    assert moments(Pacer(), ["1"] * 6) == [0, 0, 0, 1, 2, 3]


def test_a_quiet_minute_gives_the_burst_back() -> None:
    pacer = Pacer()
    moments(pacer, ["1"] * 6)
    assert moments(pacer, ["1"] * 4, now=60.0) == [60, 60, 60, 61]


def test_a_group_gets_twenty_a_minute() -> None:
    found = moments(Pacer(), ["-1"] * 25)
    assert found[19] == 0
    assert found[20] == 3
    assert found[24] == 15


def test_one_chat_does_not_hold_up_another() -> None:
    pacer = Pacer()
    moments(pacer, ["1"] * 3)
    assert pacer.wait("1", 0.0) == 1.0
    assert pacer.wait("2", 0.0) == 0


def test_all_chats_together_get_thirty_a_second() -> None:
    found = moments(Pacer(), [str(chat) for chat in range(90)])
    assert found[29] == 0
    assert 1.9 < found[-1] < 2.1


@given(st.lists(st.tuples(st.sampled_from(["1", "2", "3", "-4"]), st.floats(0, 2)), max_size=120))
def test_no_rate_is_ever_passed(asked: list[tuple[str, float]]) -> None:
    pacer, now = Pacer(), 0.0
    left: list[tuple[str, float]] = []
    for chat, later in asked:
        now += later
        (now,) = moments(pacer, [chat], now)
        left.append((chat, now))
    keeps([moment for _, moment in left], OVERALL)
    for chat in {chat for chat, _ in left}:
        keeps([moment for other, moment in left if other == chat], GROUP if chat.startswith("-") else CHAT)


def keeps(moments: list[float], rate: Rate) -> None:
    """Any run of the moments holds no more than the burst and one for every step of time."""
    moments = sorted(moments)
    for i, first in enumerate(moments):
        for j in range(i + rate.burst, len(moments)):
            assert moments[j] - first >= (j - i - rate.burst + 1) * rate.seconds - 1e-6


def test_the_platforms_word_stands_above_the_figures() -> None:
    pacer = Pacer()
    pacer.hold("1", 30.0)
    assert pacer.wait("1", 0.0) == 30.0
    assert pacer.wait("2", 0.0) == 0.0
