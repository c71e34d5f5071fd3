"""The assembly and the outside world: settings, clock, channels, web, delivery, timers and the command line.

`bot` may import everything and nothing imports `bot`; it holds no rule of any office.
"""
