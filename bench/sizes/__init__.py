"""Measures endpoints at several numbers of stored orders, or in two checkouts side by side."""
