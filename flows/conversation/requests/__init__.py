"""Whole requests in one message: what is asked for and everything that is said about it, read without asking back.

Reading is scanning: times, lengths, counts and known words are taken out of the sentence, what is left is free text.
"""
