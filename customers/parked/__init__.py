"""Parked orders that name no customer: found by the e-mail or phone that stands on them, and given that customer."""
