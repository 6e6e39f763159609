"""The root of every error that is told to the user."""


class MultusLabError(Exception):
    """Something the user can mend; its text is one clear message, shown without a traceback.

    `exit_code` is what the command line ends with: 1 where a stack or a run is refused,
    2 where a command or a file can't be understood (DESIGN.md, "Fixed names").
    """

    exit_code = 1
