"""When something runs again and again, as robfig/cron v3.0.1 reads it (ParseStandard)."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from multus_lab.settings.types import Checked, refuse, seconds


class _Field(NamedTuple):
    """What one of the five fields takes."""

    low: int
    high: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> frozenset[int]:
        """The numbers of a list of numbers and spans, each perhaps in steps; none if it is none."""
        items = [self._item(one) for one in _items(text)]
        return frozenset().union(*items) if all(items) else frozenset()

    def _item(self, item: str) -> frozenset[int]:
        span, slash, step = item.partition("/")
        ends = [self.low, self.high] if span in _ANY else [*map(self._number, span.split("-"))]
        if slash and len(ends) == 1:
            ends.append(self.high)
        by = self._number(step) if slash else 1
        inside = len(ends) <= 2 and all(self.low <= one <= self.high for one in ends)
        return frozenset(range(ends[0], ends[-1] + 1, by)) if inside and by > 0 else frozenset()

    def _number(self, text: str) -> int:
        """A number or a name; -1 for what is neither."""
        if text.lower() in self.names:
            return self.low + self.names.index(text.lower())
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1


_ANY = ("*", "?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (_Field(0, 59), _Field(0, 23), _Field(1, 31), _Field(1, 12, _MONTHS), _Field(0, 6, _DAYS))
"""Minute, hour, day, month and weekday (spec.go)."""

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of each month."""

_NAMED = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_EVERY = "@every "


def _items(text: str) -> Iterator[str]:
    return filter(None, text.split(","))


def _is_any(text: str) -> bool:
    """Whether a field leaves the day to the other one (spec.go dayMatches)."""
    return any(one.removesuffix("/1") in _ANY for one in _items(text))


def _never(fields: list[str], values: list[frozenset[int]]) -> bool:
    """Whether no month has such a day, which is not for the weekday to decide."""
    days, months = values[2], values[3]
    return _is_any(fields[4]) and all(min(days) > _LONGEST[one - 1] for one in months)


def _cron(value: str) -> str:
    if value in _NAMED or (value.startswith(_EVERY) and seconds(value.removeprefix(_EVERY)) > 0):
        return value
    fields = value.split()
    values = [one.values(text) for one, text in zip(_FIELDS, fields, strict=False)]
    if len(fields) != len(_FIELDS) or not all(values):
        raise refuse(
            'minute, hour, day, month and weekday in UTC, like "30 4 * * *", or one of '
            f"{', '.join(_NAMED)} and @every 1h30m (robfig/cron v3.0.1 parser.go)"
        )
    if _never(fields, values):
        raise refuse("a day that a month has: the reconciler ends with one that never comes")
    return value


Cron = Annotated[str, Checked(_cron)]
"""When whereabouts' reconciler runs (whereabouts v0.9.4 pkg/reconciler, gocron v2.19.1 job.go)."""
