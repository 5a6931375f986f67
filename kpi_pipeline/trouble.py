"""The one kind of error that a person can mend: its message is a sentence that names the thing and the remedy."""


class Trouble(Exception):
    """A call that cannot be carried out. Each room has its own kind; the command line prints any of them as it is."""
