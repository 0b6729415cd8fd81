"""Joins contacts that are one customer, parts them again, and proposes likely ones (docs/adr/0031)."""
