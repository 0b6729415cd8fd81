"""What stops PackProd from starting, said so that the reader knows what to do."""


class CannotStart(Exception):
    """One or two sentences for the person at the terminal: what is wrong, and what to do about it."""
