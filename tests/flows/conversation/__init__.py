"""Talks as tables of lines said and lines answered, and every way of saying a date, a number or a person."""
