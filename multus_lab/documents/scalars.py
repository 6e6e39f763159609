"""What a plain scalar means to yaml.v3, and a number of JSON as well."""

import math
import re
from typing import Final

YAML: Final = "tag:yaml.org,2002:"
"""How `!!` is written out."""

BINARY: Final = f"{YAML}binary"
TAGS: Final[dict[str, type]] = {
    f"{YAML}{name}": kind
    for name, kind in {
        "str": str,
        "int": int,
        "float": float,
        "bool": bool,
        "null": type(None),
        "seq": list,
        "map": dict,
    }.items()
}

_WORDS: Final[dict[str, bool | float | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}

# Go's strconv.ParseInt with base 0: a leading zero means octal.
_INTEGER: Final = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]{0,19}))"
)
_BASES: Final = (16, 2, 8, 10)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+(?:_[0-9]+)*|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def resolve(text: str) -> object:
    """Value of a plain scalar (yaml.v3, resolve.go)."""
    if text in _WORDS:
        return _WORDS[text]
    return number(text) if text[0] in "+-.0123456789" else text


def is_text(plain: str) -> bool:
    """Whether a plain scalar of these characters is a string to yaml.v3."""
    return bool(plain) and resolve(plain) is plain


def is_text_to_all(plain: str) -> bool:
    """Whether it is a string to yaml.v3, and to kubectl's yaml.v2 as well."""
    return is_text(plain) and plain not in ("y", "Y", "n", "N")


def number(text: str) -> int | float | str:
    """Value of a plain scalar that may be a number, or of a number of JSON."""
    plain = text if text[0] == "." else text.replace("_", "")
    if match := _INTEGER.fullmatch(plain):
        sign, *digits = match.groups()
        base, found = next(pair for pair in zip(_BASES, digits, strict=True) if pair[1])
        number = int(sign + found, base)
        # An int64, or without a sign an uint64. A decimal beyond becomes a float, others a string.
        if -(2**63) <= number < (2**63 if sign else 2**64):
            return number
    if _FLOAT.fullmatch(plain) and math.isfinite(real := float(plain)):
        return real
    return text
