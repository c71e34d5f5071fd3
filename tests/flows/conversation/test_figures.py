"""Numbers are told in full."""

import pytest

from flows.conversation.reading import figure_text
from handlers.books import cell_text


@pytest.mark.parametrize(
    ("value", "told"),
    [(1234567.5, "1234567.5"), (0.5, "0.5"), (3.0, "3"), (123456789012.0, "123456789012"), (0.1 + 0.2, "0.3")],
)
def test_a_number_is_never_rounded_to_six_digits(value: float, told: str) -> None:
    assert figure_text(value) == told
    assert cell_text(value) == told
