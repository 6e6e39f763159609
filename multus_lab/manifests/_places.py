"""Where the values of a `spec.config` stand in the file, through quotes and blocks of YAML."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from multus_lab.documents import Place, lines_of

_QUOTED = {
    '"': re.compile(r"(\\(?:x.{2}|u.{4}|U.{8}|[^\r\n]))|[^\\\r\n]+"),
    "'": re.compile(r"(''?)|[^'\r\n]+"),
}
"""One escape, or what is written as it is; to the end of the line."""

_ANY = re.compile(".")
_ONE = {
    '"': re.compile(r"\\(?:x.{2}|u.{4}|U.{8}|.)?|."),
    "'": re.compile("''|."),
}
"""One character as it is written in quotes."""

_ESCAPES = str.maketrans("0abtnvfre_NLP", "\0\a\b\t\n\v\f\r\x1b\xa0\x85\u2028\u2029")
"""What YAML's letters behind a backslash mean (YAML 1.2.2, 5.7)."""


_BEFORE = re.compile(r"[ \t]*(?:[!&]\S*[ \t]*)*(?:#.*)?")
"""Tags, anchors and a remark, before what they are of."""


def _meant(written: str) -> str:
    """The character in double quotes; a backslash that ends a line is a blank, for nothing."""
    if written[0] != "\\":
        return written[0]
    if len(written) > 2:
        return chr(int(written[2:], 16))
    return written[1:].translate(_ESCAPES) or " "


class Lines:
    """A file's lines, to look into the strings that are written there."""

    def __init__(self, text: str) -> None:
        self._lines = lines_of(text)

    def inside(self, place: Place, value: str, offset: int) -> Place | None:
        """Line and column of a character of a string that is written at `place`, if it shows."""
        place = self._behind_tags(place)
        written = self._lines[place.line - 1][place.column - 1 :]
        found = None
        if written[:1] in _QUOTED:
            found = self._quoted(place, written, offset)
        elif written[:1] == "|":
            found = self._block(place, value, offset)
        elif "\n" not in value and written.startswith(value):
            found = Place(place.line, place.column + offset)
        return found or self._folded(place, value, offset, written[:1])

    def _behind_tags(self, place: Place) -> Place:
        """Where the string itself begins, be it in a later line than its tag or anchor."""
        line, column = place
        if self._lines[line - 1][column - 1 : column] not in {"!", "&"}:
            return place
        while before := _BEFORE.match(self._lines[line - 1], column - 1):
            if before.end() < len(self._lines[line - 1]) or line == len(self._lines):
                return Place(line, before.end() + 1)
            line, column = line + 1, 1
        return place

    def _quoted(self, place: Place, written: str, offset: int) -> Place | None:
        """One line in quotes; each escape is one character."""
        for match in _QUOTED[written[0]].finditer(written, 1):
            length = 1 if match[1] else len(match[0])
            if offset < length:
                return Place(place.line, place.column + match.start() + offset)
            offset -= length
        return None  # it goes on in the next line, folded

    def _block(self, place: Place, value: str, offset: int) -> Place | None:
        """A literal block: its lines are the string's, indented."""
        starts = [0, *accumulate(len(line) + 1 for line in value.split("\n"))]
        number = bisect_right(starts, offset) - 1
        line = place.line + number
        text = value[starts[number] :].split("\n", 1)[0]
        if line >= len(self._lines) or not self._lines[line].endswith(text):
            return None
        indent = len(self._lines[line]) - len(text)
        return Place(line + 1, indent + offset - starts[number] + 1)

    def _folded(self, place: Place, value: str, offset: int, style: str) -> Place | None:
        """In lines of which YAML makes one: all but the blanks stands there as in the string."""
        wanted = (one for one in value if not one.isspace())
        ahead = sum(not one.isspace() for one in value[:offset])
        for number, (one, (character, at)) in enumerate(
            zip(wanted, self._characters(place, style), strict=False)
        ):
            if one != character:
                return None
            if number == ahead:
                return at
        return None

    def _characters(self, place: Place, style: str) -> Iterator[tuple[str, Place]]:
        """Each character that is no blank, from a string's beginning on, and where it stands."""
        first = place.line - 1
        for number in range(first + (style in "|>"), len(self._lines)):
            begins = place.column - 1 + (style in _QUOTED) if number == first else 0
            for match in _ONE.get(style, _ANY).finditer(self._lines[number], begins):
                if match[0] == style and style in _QUOTED:
                    return
                character = _meant(match[0]) if style == '"' else match[0][0]
                if not character.isspace():
                    yield character, Place(number + 1, match.start() + 1)
