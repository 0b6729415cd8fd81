"""What stops PackProd from starting, said so that the reader knows what to do."""


class CannotStart(SystemExit):
    """One or two sentences for the person at the terminal: what is wrong, and what to do about it.

    Left alone it does the right thing at the top of a program: the sentences on stderr, exit status 1.
    """
