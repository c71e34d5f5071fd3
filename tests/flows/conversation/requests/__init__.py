"""Requests in one message: tables of sentences, a grammar of dates and lengths, and chat that files nothing."""
