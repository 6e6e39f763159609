"""What things may be called, which name was meant by one that is near, and lists of names."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
"""A DNS-1123 label, of at most 63 characters: what Kubernetes takes as a namespace's name."""

SUBDOMAIN = re.compile(rf"{LABEL.pattern}(\.{LABEL.pattern})*")
"""A DNS-1123 subdomain, of at most 253 characters: what Kubernetes takes as most objects' name."""

INTERFACE = re.compile(r"(?!\.\.?$)[^/:\s\x00-\x1f]+")
"""A network interface's name (Linux dev_valid_name); an alias such as `ens33:1` is none."""

CNI = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.\-]*")
"""A CNI network's name (containernetworking/cni pkg/utils/utils.go ValidateNetworkName)."""

SHORT, LONG = 15, 127
"""Bytes of an interface's name, and of an alternative one (Linux IFNAMSIZ, ALTIFNAMSIZ)."""


@lru_cache(maxsize=4096)
def is_interface(name: str, most: int = LONG) -> bool:
    """Whether an interface can be called so, by an alternative name or by its own (`SHORT`)."""
    return len(name.encode(errors="surrogatepass")) <= most and bool(INTERFACE.fullmatch(name))


@lru_cache(maxsize=4096)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    plain = _plain(word)
    best: tuple[int, str] | None = None
    for one in known:
        other = _plain(one)
        most = 2 if len(other) > 4 else 1
        if abs(len(other) - len(plain)) > most:
            continue
        distance = _distance(plain, other)
        if distance <= most and (best is None or distance < best[0]):
            best = (distance, one)
    return best[1] if best else None


def shortened(names: Sequence[str], most: int) -> str:
    """The first names of a list, and how many more there are; what has no name counts alone."""
    more = len(names) - most
    return ", ".join([*filter(None, names[:most]), *([f"{more} more"] if more > 0 else [])])


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that is meant by `word`: at most two letters away, one if it is short.

    Capitals, `_` and `-` don't count. None for the known names themselves is the caller's affair.
    """
    return _nearest(word, tuple(known)) if 0 < len(word) <= 64 else None


def letters_apart(one: str, other: str) -> int:
    """How many letters of one name have to be changed for the other, as `nearest` counts them."""
    return _distance(_plain(one), _plain(other))


def _plain(word: str) -> str:
    return word.strip().lower().replace("_", "").replace("-", "")


def _distance(one: str, other: str) -> int:
    """How many letters have to be changed, put in, taken out or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
