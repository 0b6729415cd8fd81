"""Measures and proves the running product from outside: HTTP, commands, tables, signals, never its code."""
