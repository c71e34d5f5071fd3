"""The same talk as people would otherwise build it, with aiogram and python-telegram-bot."""
