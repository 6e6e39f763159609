"""What a value has to be for a plugin, written in Go, to read it.

Go's encoding/json matches a key of a struct in any case, and passes over null and unknown keys.
libcni writes a configuration anew before a plugin sees it, with its keys in byte order, so that of
two spellings of one key the last in that order wins (cni v1.3.0 libcni/conf.go InjectConf).
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import is_not
from typing import NamedTuple, TypeAlias

from multus_lab.addresses import read_address, read_network
from multus_lab.versions import EVER, Release, Span

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands: keys and indices from the top of what is read."""

Misfit: TypeAlias = tuple[Path, object, str]
"""A value that Go can't read: where it stands, what it is, and what is allowed there."""


class Spellings(dict[Path, str]):
    """Keys written in another case: their path as the plugin spells it, to the key as written.

    `lost` are those in whose place another spelling beside them is read: path and value, as
    written, and that other.
    """

    lost: tuple[tuple[Path, object, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Placeholder:
    """A value that is rendered later, such as `${MTU}`: it is there, and nothing is known of it."""

    text: str

    def __str__(self) -> str:
        return self.text


class Scalar(NamedTuple):
    """A value without parts; `allows` says in words what `fits` takes.

    `means` is what a text stands for, where a plugin reads it as any other text and a stack has to
    write it as what it is: an interface's name, say.
    """

    allows: str
    takes: Callable[[object], bool]
    means: str = ""

    def fits(self, value: object) -> bool:
        """Whether Go reads it."""
        return self.takes(value) or isinstance(value, Placeholder)

    def misfits(self, value: object, path: Path) -> Iterator[Misfit]:
        """The value, if it does not fit."""
        if value is not None and not self.fits(value):
            yield path, value, self.allows

    def objects(self, _: object, __: Path) -> Iterator["Object"]:
        """None."""
        return iter(())

    def tidy(self, _: object) -> bool:
        """Yes, without parts."""
        return True

    def read(self, value: object, _: Path, __: Spellings) -> object:
        """The value."""
        return value


class Items(NamedTuple):
    """A list of things of one kind; `nulls` tells whether it may have null among them."""

    item: "Kind"
    allows: str = "a list"
    nulls: bool = True

    def misfits(self, value: object, path: Path) -> Iterator[Misfit]:
        """The value that is no list, or what is wrong in its items."""
        if isinstance(value, list):
            for index, one in enumerate(value):
                if one is None and not self.nulls:
                    yield (*path, index), one, self.item.allows
                yield from self.item.misfits(one, (*path, index))
        elif value is not None and not isinstance(value, Placeholder):
            yield path, value, self.allows

    def fits(self, value: object) -> bool:
        """Whether there is no misfit."""
        if isinstance(value, list):
            return all(self.nulls if one is None else self.item.fits(one) for one in value)
        return isinstance(value, Placeholder)

    def objects(self, value: object, path: Path) -> Iterator["Object"]:
        """The mappings in its items."""
        if isinstance(value, list):
            for index, one in enumerate(value):
                yield from self.item.objects(one, (*path, index))

    def tidy(self, value: object) -> bool:
        """Whether all mappings in its items have known keys alone, and those required."""
        return not isinstance(value, list) or all(map(self.item.tidy, value))

    def read(self, value: object, path: Path, spelled: Spellings) -> object:
        """The list, its items as Go reads them: null among them is an empty one."""
        if not isinstance(value, list):
            return value
        if None in value and self.nulls:
            value = [self._empty if one is None else one for one in value]
        if isinstance(self.item, Scalar):
            return value
        read = [self.item.read(one, (*path, index), spelled) for index, one in enumerate(value)]
        return read if any(map(is_not, read, value)) else value

    @property
    def _empty(self) -> object:
        """What Go makes of null among the items."""
        match self.item:
            case Keys():
                return {}
            case Items():
                return []
            case Scalar(takes=takes) if takes is _text:
                return ""
        return None


class Values(NamedTuple):
    """A mapping from names, which are not ours to know, to things of one kind."""

    value: "Kind"
    allows: str = "a mapping"

    def misfits(self, value: object, path: Path) -> Iterator[Misfit]:
        """The value that is no mapping, or what is wrong in its values."""
        if isinstance(value, dict):
            for key, one in value.items():
                yield from self.value.misfits(one, (*path, key))
        elif value is not None and not isinstance(value, Placeholder):
            yield path, value, self.allows

    def fits(self, value: object) -> bool:
        """Whether there is no misfit."""
        if isinstance(value, dict):
            return all(one is None or self.value.fits(one) for one in value.values())
        return isinstance(value, Placeholder)

    def objects(self, _: object, __: Path) -> Iterator["Object"]:
        """None."""
        return iter(())

    def tidy(self, _: object) -> bool:
        """Yes, whatever its names."""
        return True

    def read(self, value: object, _: Path, __: Spellings) -> object:
        """The mapping, its names to the letter."""
        return value


_DIGITS = "[0-9]{1,20}"


PCI = "[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f][.][0-7]"
"""A PCI address as /sys/bus/pci/devices has it (Linux drivers/pci/probe.c, `%04x:%02x:%02x.%d`)."""
PCI_SHAPE = "a whole PCI address in lower case, like 0000:3d:00.1"


class Key(NamedTuple):
    """A key of a mapping.

    `allowed` are the values that the plugin takes, in any case where `any_case`, `low` and `high`
    the least and the greatest number, where it takes not all of the kind; beside `allowed` they are
    of numbers in texts. The empty text stands for the default, unless it has to be `filled`. `says`
    has the words in which it refuses others, `…` for any; it is empty where the plugin drops them
    in silence. `default` is what holds without the key, and `earlier` what did before a release.
    `held` are the releases that read the key; `beside` is a flag of the same mapping without which
    they pass over it, and `behind` are keys there that count instead if one of them is filled.

    `pattern` is what a text has to match as a whole, and `shape` says so in words. `absent` marks a
    key that a plugin refuses whatever its value is, as it writes it itself.
    """

    kind: "Kind"
    allowed: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    says: str = ""
    default: object = None
    earlier: tuple[Release, object] | None = None
    held: Span = EVER
    any_case: bool = False
    filled: bool = False
    beside: str = ""
    behind: tuple[str, ...] = ()
    pattern: str = ""
    shape: str = ""
    absent: bool = False

    @property
    def bounded(self) -> bool:
        """Whether not all values of the kind are taken."""
        limits = self.low is not None or self.high is not None
        return limits or self.absent or bool(self.allowed or self.pattern)

    def takes(self, value: object) -> bool:
        """Whether a value that fits the kind is one of those taken."""
        if self.absent:
            return False
        if isinstance(value, str) and self.pattern:
            return not value or re.fullmatch(self.pattern, value, re.DOTALL) is not None
        if isinstance(value, str) and self.allowed:
            if not value:
                return not self.filled
            meant = value.lower() if self.any_case else value
            return meant in self.allowed or self._counts(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return (self.low is None or value >= self.low) and (
                self.high is None or value <= self.high
            )
        return True

    def _counts(self, text: str) -> bool:
        """Whether a text is one of the numbers, in decimal digits."""
        if self.low is None or self.high is None or re.fullmatch(_DIGITS, text) is None:
            return False
        return self.low <= int(text) <= self.high

    @property
    def range(self) -> str:
        """What is taken, in words."""
        if self.absent or self.pattern:
            return self.shape or "left out"
        if self.allowed:
            number = "" if self.low is None else f", or a number from {self.low} to {self.high}"
            return f"one of {', '.join(self.allowed)}{number}"
        if self.low is not None and self.high is not None:
            return f"from {self.low} to {self.high}"
        return f"at least {self.low}" if self.low is not None else f"at most {self.high}"


EXACT = frozenset({"name", "plugins"})
EXACT_IN_LIST = EXACT | {"cniVersion"}
"""Keys that libcni and Multus look up in maps, to the letter, of a plugin and of a list of plugins
(cni v1.3.1 libcni/conf.go, multus-cni v4.3.0 pkg/types/conf.go, and seen on the wire). All others
are keys of structs."""


def in_any_case(config: Mapping[str, object], key: str) -> object:
    """What Go reads of a struct's key, in whatever case it is written; None if it isn't there."""
    if key in config:
        return config[key]
    same = [one for one in config if len(one) == len(key) and one.casefold() == key.casefold()]
    return config[max(same)] if same else None


@dataclass(frozen=True)
class Keys:
    """A mapping with keys of its own.

    `required` are groups of keys, of each of which one has to be there and not empty. Where it is
    not `closed`, it may have other keys as well. `exact` are those that are read to the letter.
    """

    keys: Mapping[str, Key]
    required: tuple[tuple[str, ...], ...] = ()
    allows: str = "a mapping"
    closed: bool = True
    exact: frozenset[str] = frozenset()

    def misfits(self, value: object, path: Path) -> Iterator[Misfit]:
        """The value that is no mapping, or what is wrong at its known keys."""
        if isinstance(value, dict):
            for name, one in value.items():
                known = self.keys.get(name)
                if known is None or (isinstance(known.kind, Scalar) and known.kind.fits(one)):
                    continue
                yield from known.kind.misfits(one, (*path, name))
        elif value is not None and not isinstance(value, Placeholder):
            yield path, value, self.allows

    def fits(self, value: object) -> bool:
        """Whether there is no misfit."""
        if not isinstance(value, dict):
            return isinstance(value, Placeholder)
        texts, fits = self._texts, self._fits
        for name, one in value.items():
            if type(one) is str and name in texts:  # as most are
                continue
            if one is not None and name in fits and not fits[name](one):
                return False
        return True

    def objects(self, value: object, path: Path) -> Iterator["Object"]:
        """Itself, and the mappings in it."""
        if isinstance(value, dict):
            yield path, value, self
            for name, one in value.items():
                if isinstance(one, list | dict) and (known := self.keys.get(name)) is not None:
                    yield from known.kind.objects(one, (*path, name))

    def tidy(self, value: object) -> bool:
        """Whether it and all mappings in it have known keys alone, and those required."""
        if not isinstance(value, dict):
            return True
        if self.closed and not value.keys() <= self.keys.keys():
            return False
        for group in self.required:
            if not value.get(group[0]) and not any(value.get(key) for key in group):
                return False
        for name, kind in self._parts.items():
            if name in value and not kind.tidy(value[name]):
                return False
        return True

    def read(self, value: object, path: Path, spelled: Spellings) -> object:
        """The mapping with its keys as the plugin spells them, whatever case they are in."""
        if not isinstance(value, dict):
            return value
        read: dict[str, object] = value
        if other := self._other_case(tuple(value)):
            read = {}
            for name in sorted(value):
                meant = other.get(name, name)
                if meant in read:
                    before = spelled.get((*path, meant), meant)
                    spelled.lost += (((*path, before), read[meant], name),)
                read[meant] = value[name]
                if meant != name:
                    spelled[(*path, meant)] = name
                else:
                    spelled.pop((*path, meant), None)
        for name, kind in self._parts.items():
            if name in read:
                part = kind.read(read[name], (*path, name), spelled)
                if part is not read[name]:
                    read = {**read, name: part}
        return read

    @cached_property
    def _other_case(self) -> Callable[[tuple[str, ...]], Mapping[str, str]]:
        """Tells of keys which are another's spelling in another case, with that."""
        known, folded = self.keys, self._folded

        @lru_cache(maxsize=1024)  # thousands of networks have the same keys
        def told(names: tuple[str, ...]) -> Mapping[str, str]:
            return {
                name: meant
                for name in names
                if name not in known and (meant := folded.get(name.casefold())) is not None
            }

        return told

    @cached_property
    def _fits(self) -> Mapping[str, Callable[[object], bool]]:
        return {name: one.kind.fits for name, one in self.keys.items()}

    @cached_property
    def _texts(self) -> frozenset[str]:
        kinds = ((name, one.kind) for name, one in self.keys.items())
        return frozenset(
            name for name, kind in kinds if isinstance(kind, Scalar) and kind.takes is _text
        )

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {name.casefold(): name for name in self.keys if name not in self.exact}

    @cached_property
    def _parts(self) -> Mapping[str, "Kind"]:
        return {
            name: one.kind
            for name, one in self.keys.items()
            if not isinstance(one.kind, Scalar | Values)
        }

    @cached_property
    def bounded(self) -> Mapping[str, Key]:
        """The keys of which not all values are taken."""
        return {name: one for name, one in self.keys.items() if one.bounded}

    @cached_property
    def held(self) -> Mapping[str, Key]:
        """The keys that not all releases read."""
        return {name: one for name, one in self.keys.items() if one.held != EVER}

    @cached_property
    def behind(self) -> Mapping[str, Key]:
        """The keys in whose place another may count."""
        return {name: one for name, one in self.keys.items() if one.behind}

    @cached_property
    def to_bounded(self) -> frozenset[str]:
        """The keys that are `bounded`, and those in which there are such."""
        inside = (name for name, one in self._mappings.items() if one.to_bounded)
        return frozenset([*self.bounded, *inside])

    def passed_over(self, value: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """The keys of a mapping that are filled for nothing, each with the one that counts."""
        for name, key in self.behind.items():
            first = next((one for one in key.behind if _filled(value.get(one))), None)
            if value.get(name) and first is not None:
                yield name, first

    @cached_property
    def to_held(self) -> frozenset[str]:
        """The keys that are `held`, and those in which there are such."""
        inside = (name for name, one in self._mappings.items() if one.to_held)
        return frozenset([*self.held, *inside])

    @cached_property
    def _mappings(self) -> Mapping[str, "Keys"]:
        """The mappings with keys of their own in this one, be it in a list."""
        found: dict[str, Keys] = {}
        for name, kind in self._parts.items():
            inside = kind
            while isinstance(inside, Items):
                inside = inside.item
            if isinstance(inside, Keys):
                found[name] = inside
        return found

    def held_at(self, path: Path) -> Span:
        """The releases that read what stands at a path: those of the innermost key that isn't old.

        A key inside another came with it or later.
        """
        held = EVER
        inside: Kind = self
        for step in path:
            if isinstance(inside, Keys):
                known = inside.keys.get(str(step))
                if known is None:
                    break
                held = held if known.held == EVER else known.held
                inside = known.kind
            elif isinstance(inside, Items):
                inside = inside.item
            else:
                break
        return held


Kind: TypeAlias = Scalar | Items | Values | Keys
"""What a value has to be for Go to read it.

`misfits` finds those that are not; `objects` the mappings that have keys of their own. `fits` and
`tidy` tell in short that there is nothing to look for. `read` is the value as Go sees it.
"""

Object: TypeAlias = tuple[Path, Mapping[str, object], Keys]
"""A mapping: where it stands, what it holds, and which keys it may have."""


def _filled(value: object) -> bool:
    """Whether it is known to be something; zero is."""
    return value is not None and value != "" and not isinstance(value, Placeholder)


def keys(
    named: Mapping[str, "Key | Kind"],
    *required: Sequence[str],
    closed: bool = True,
    exact: frozenset[str] = frozenset(),
) -> Keys:
    """A mapping of these keys; of each `required` group one has to be there."""
    known = {name: one if isinstance(one, Key) else Key(one) for name, one in named.items()}
    return Keys(known, tuple(map(tuple, required)), closed=closed, exact=exact)


def number(value: object) -> int:
    """A JSON number without fraction; 0 for what is none."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else 0
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _integer(low: int, high: int) -> Callable[[object], bool]:
    """A JSON number without fraction: libcni writes `1400.0` anew, as 1400."""

    def takes(value: object) -> bool:
        if isinstance(value, float):
            return math.isfinite(value) and value.is_integer() and low <= value <= high
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return takes


def _address(value: object) -> bool:
    """What Go's net.ParseIP takes; the empty text is no address, and no mistake."""
    if not isinstance(value, str):
        return False
    return not value or ("%" not in value and read_address(value) is not None)


_PREFIX = re.compile(r"[^%/]+/[0-9]+", re.ASCII)


def _cidr(value: object) -> bool:
    """What Go's net.ParseCIDR takes: no netmask, no zone."""
    return (
        isinstance(value, str)
        and _PREFIX.fullmatch(value) is not None
        and read_network(value) is not None
    )


def _text(value: object) -> bool:
    return isinstance(value, str)


TEXT = Scalar("a text", _text)
INTERFACE = Scalar("a text", _text, "interface")
MAC = Scalar("a text", _text, "MAC")
FILE = Scalar("a text", _text, "file")
FLAG = Scalar("true or false", lambda value: isinstance(value, bool))
FLAG_OR_TEXT = Scalar(
    "true or false",
    lambda value: (
        isinstance(value, bool) or (isinstance(value, str) and value.lower() in ("true", "false"))
    ),
)
INT = Scalar("a whole number", _integer(-(2**63), 2**63 - 1))
UINT32 = Scalar(f"a whole number from 0 to {2**32 - 1}", _integer(0, 2**32 - 1))
UINT64 = Scalar("a whole number from 0", _integer(0, 2**64 - 1))
ADDRESS = Scalar("an IPv4 or IPv6 address", _address)
CIDR = Scalar("a network in CIDR form, like 10.12.34.0/24", _cidr)
ADDRESS_OF = Scalar("an address with its prefix length, like 10.12.34.5/24", _cidr)
TEXTS = Items(TEXT, "a list of texts")
ANY = Scalar("anything", lambda _: True)
