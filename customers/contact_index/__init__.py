"""Finds contacts by their e-mail and phone in normal form, which the shared table itself cannot (docs/adr/0038)."""
