"""NAD011: a plugin's type that no program has, or that is nearly the name of one."""

from collections.abc import Iterator

from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.names import letters_apart, nearest
from multus_lab.plugins import names


def _with_other_type(network: Network) -> bool:
    """Those with a plugin, or an IPAM plugin, of no known name."""
    types = {name for one in network.plugins for name in (one.type, one.ipam_type) if name}
    return not types.issubset(names())


@network_rule(
    "NAD011",
    Severity.RISK,
    "type that no program has, or that looks misspelt",
    among=_with_other_type,
    why=(
        "A plugin is a program of that name on the node, in one of Multus' folders: if there is "
        "none, pods don't start. A name with a slash is never looked for, and `none` is a word of "
        "stacks alone: a NAD without addresses has no `ipam`."
    ),
    fix=Line("type", "macvlan"),
    source="cni v1.3.0 pkg/invoke/find.go FindInPath; plugins v1.10.0 pkg/ipam (ExecAdd); "
    "multus-cni #1038, #739; the plugins' own documentation",
)
def misspelt_type(network: Network, _: Lab) -> Iterator[Hit]:
    """Find types, of plugins and of ipam, that can't be, or are next to a known one."""
    for plugin in network.plugins:
        path, place = (*plugin.path, "type"), (*plugin.path, "ipam", "type")
        yield from _of_folder(plugin.type, path) or _misspelt(plugin.type, path, "plugin")
        asked = plugin.ipam_type
        certain = _impossible(plugin, place) if plugin.asks_ipam else []
        yield from certain or _misspelt(asked, place, "IPAM plugin")


def _impossible(plugin: Plugin, path: Path) -> list[Hit]:
    """An IPAM plugin that a plugin looks for, and that can't be there."""
    if plugin.ipam_type == "none":
        message = f"{plugin.type} looks for an IPAM plugin called 'none', and fails"
        return [Hit(path, "none", message, "remove ipam", Severity.ERROR)]
    return _of_folder(plugin.ipam_type, path)


def _of_folder(kind: str, path: Path) -> list[Hit]:
    """A type that is a path, which libcni refuses."""
    if "/" not in kind or "${" in kind:
        return []
    message = "libcni refuses a type with a slash: it looks in Multus' folders for the name alone"
    name = kind.rstrip("/").rpartition("/")[2]
    return [Hit(path, kind, message, Line("type", name or ...), Severity.ERROR)]


def _misspelt(kind: str, path: Path, what: str) -> Iterator[Hit]:
    known = names()
    if not kind or kind in known:
        return
    meant = nearest(kind, known)
    if meant is not None and _is_meant(kind, meant):
        message = f"there is no known {what} {kind!r}; did you mean {meant!r}?"
        yield Hit(path, kind, message, Line("type", meant))


def _is_meant(kind: str, known: str) -> bool:
    """Whether a type is that name misspelt, and not likely the name of another program.

    What many names have in common, as nv-ipam and my-ipam do, tells nothing of which is meant. Of
    a short name all letters have to be there, and digits have to be the same.
    """
    if _digits(kind) != _digits(known):
        return False
    apart, own = letters_apart(kind, known), _own(known)
    if len(own) <= _SHORT:
        return apart == 0 or set(kind.lower()) - {*"-_"} == set(known) - {"-"}
    return apart <= 1 or len(own) > _LONGER


_SHORT, _LONGER = 4, 7
"""Letters of a name's own part up to which none may be another, or up to which one may."""


def _own(known: str) -> str:
    """What a name has for itself: cnv of cnv-bridge, nv of nv-ipam."""
    parts = known.split("-")
    return "".join(one for one in parts if one not in _COMMON and one not in names()) or known


_COMMON = ("cni", "ipam")


def _digits(text: str) -> list[str]:
    return [one for one in text if one.isdigit()]
