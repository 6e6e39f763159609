"""Files that are written in one step: all of one or nothing."""

import os
from pathlib import Path

from multus_lab.errors import MultusLabError

__all__ = ["write", "write_private"]


def write_private(path: Path, text: str) -> None:
    """Write a file that only the user may read (mode 0600).

    Raises:
        MultusLabError: it can't be written; one that was there is as it was.

    """
    write(path, text, 0o600)


def write(path: Path, text: str, mode: int = 0o666) -> None:
    """Write a file of that mode, of which the umask is taken away.

    Raises:
        MultusLabError: it can't be written; one that was there is as it was.

    """
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MultusLabError(f"cannot write {path}: {error.strerror}") from error
