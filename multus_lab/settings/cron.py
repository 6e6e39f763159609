"""When something runs again and again, as cron has it."""

from typing import Annotated, NamedTuple

from pydantic import AfterValidator

from multus_lab.settings.types import refuse


class _Field(NamedTuple):
    """What one of the five fields takes."""

    low: int
    high: int
    names: tuple[str, ...] = ()

    def takes(self, text: str) -> bool:
        """Whether it is a list of numbers and spans, each perhaps in steps."""
        return all(map(self._takes, text.split(",")))

    def _takes(self, item: str) -> bool:
        span, slash, step = item.partition("/")
        if slash and self._number(step) < 1:
            return False
        if span in ("*", "?"):
            return True
        ends = [self._number(one) for one in span.split("-")]
        inside = all(self.low <= one <= self.high for one in ends)
        return inside and len(ends) <= 2 and ends == sorted(ends)

    def _number(self, text: str) -> int:
        """A number or a name; -1 for what is neither."""
        if text.lower() in self.names:
            return self.low + self.names.index(text.lower())
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (_Field(0, 59), _Field(0, 23), _Field(1, 31), _Field(1, 12, _MONTHS), _Field(0, 6, _DAYS))
"""Minute, hour, day, month and weekday (robfig/cron v3 spec.go and parser.go, ParseStandard)."""


def _cron(value: str) -> str:
    fields = value.split()
    if len(fields) != len(_FIELDS) or not all(map(_Field.takes, _FIELDS, fields)):
        raise refuse('minute, hour, day, month and weekday as cron has them, like "30 4 * * *"')
    return value


Cron = Annotated[str, AfterValidator(_cron)]
"""Five fields of cron."""
