"""What a test bed complains with."""

from pathlib import Path

from multus_lab.errors import MultusLabError

__all__ = ["TestbedError", "last_lines"]

_TAIL_BYTES = 8192
_LINE_LENGTH = 300


class TestbedError(MultusLabError):
    """A test bed can't do what was asked: one sentence, and the log to read where there is one.

    Args:
        sentence: what, and of which part.
        log: a log whose last lines may say why; they are shown, with its path.

    """

    __test__ = False  # pytest takes classes by their name

    def __init__(self, sentence: str, log: Path | None = None) -> None:
        lines = [sentence]
        if log is not None:
            lines[0] += f"; its log is {log}"
            lines += [f"  {line}" for line in last_lines(log)]
        super().__init__("\n".join(lines))


def last_lines(log: Path, count: int = 2) -> list[str]:
    """Return the last lines of a log that aren't blank, each cut to a readable length.

    None where there is no log to read.
    """
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    lines = [line.strip()[:_LINE_LENGTH] for line in text.splitlines() if line.strip()]
    return lines[-count:]
