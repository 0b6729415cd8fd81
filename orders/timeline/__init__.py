"""The timeline of an order: what happened to it, when, and who did it."""
