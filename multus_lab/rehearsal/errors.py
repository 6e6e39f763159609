"""What a rehearsal complains with."""

from multus_lab.errors import MultusLabError


class RehearsalError(MultusLabError):
    """A rehearsal that could not be carried through."""


class UnableError(RehearsalError):
    """This machine, or this user, can't rehearse."""

    exit_code = 2
