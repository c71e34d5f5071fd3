"""Pictures for messengers that show no tables: a week of cars as a PNG, drawn by typst with the font beside us."""

import json
import struct
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flows.cards import FleetWeek
from flows.plain import to_plain

if TYPE_CHECKING:
    import typst

_HERE = Path(__file__).resolve().parent.parent
_PIXELS_AN_INCH = 144.0
_SIZE_AT = 16
"""Where a PNG says how wide and high it is."""
MOST_AROUND = 10_000
"""Pixels of width and height together that Telegram takes."""


@cache
def _fonts() -> "typst.Fonts":
    # Loaded here: most starts never draw a picture.
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(_HERE / "fonts")])


def week_png(week: FleetWeek) -> bytes:
    """The week as a PNG, 1280 pixels wide and as high as it has to be (smaller where a messenger would not take it).

    Everything in it goes to the template as data, so that nothing people wrote is taken for markup. It takes some
    tens of milliseconds: call it in a thread. A compiler is made for each picture, for none serves two threads.
    """
    import typst

    compiler = typst.Compiler(str(_HERE / "texts" / "fleet_week.typ"), root=str(_HERE / "texts"), font_paths=_fonts())
    data = json.dumps(to_plain(week), ensure_ascii=False)

    def draw(pixels: float) -> bytes:
        drawn = compiler.compile(format="png", ppi=pixels, sys_inputs={"data": data})
        if not isinstance(drawn, bytes):
            raise TypeError("a week of cars is one page")
        return drawn

    png = draw(_PIXELS_AN_INCH)
    around = sum(struct.unpack_from(">II", png, _SIZE_AT))
    return png if around <= MOST_AROUND else draw(_PIXELS_AN_INCH * MOST_AROUND / (around + 1))
