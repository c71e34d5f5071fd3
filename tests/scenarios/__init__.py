"""Scenarios of our own, one regulation point each, in the format of the acceptance cases."""
