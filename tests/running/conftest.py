"""A clock moved by hand."""

from tests.bot.conftest import clock

__all__ = ["clock"]
