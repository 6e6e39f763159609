"""The root of every error that is told to the user."""


class MultusLabError(Exception):
    """Something the user can mend; its text is one clear message, shown without a traceback.

    `exit_code` is what the command line ends with: 1 where a stack or a run is refused,
    2 if a command or a file can't be understood.
    """

    exit_code = 1


class FileError(MultusLabError):
    """A file that can't be understood: its text begins with the place, and goes on with `reason`.

    `file` is "" where none is to blame, and `line`, from 1 as `column` is, 0 where no line is.
    """

    exit_code = 2

    def __init__(self, reason: str, file: str = "", line: int = 0, column: int = 0) -> None:
        self.reason = reason
        self.file = file
        self.line = line
        self.column = column
        place = f"{file}:{line}:{column}" if line else file
        super().__init__(f"{place}: {reason}" if place else reason)
