"""LNK120: keys of a bridge that exclude each other, and values that it can't have."""

from collections.abc import Iterator, Mapping

from multus_lab.checks.among import joins_bridge
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.names import SHORT, is_interface
from multus_lab.plugins import number
from multus_lab.plugins.record import NEVER
from multus_lab.versions import Span

_ONE_OF_TWO = Span((1, 3, 0), (1, 8, 0))
"""The releases that take vlan or vlanTrunk, and not both."""

_TRUNK = ("minID", "maxID", "id")


@network_rule(
    "LNK120",
    Severity.ERROR,
    "bridge with impossible keys",
    among=joins_bridge,
    why="The plugin refuses them, or the kernel the bridge's name, and the pod does not start.",
    fix=Line("promiscMode", False),
    source="plugins v1.10.0 bridge.go loadNetConf, collectVlanTrunk, cmdAdd, v1.7.1 loadNetConf; "
    "Linux IFNAMSIZ",
    says=(
        "cannot set hairpin mode and promiscuous mode at the same time",
        "cannot use IPAM when DisableContainerInterface flag is set",
        "LinkAttrs.Name cannot be empty",
        "numerical result out of range",
        "invalid VLAN ID … (must be between 0 and 4094)",
        "minID is greater than maxID in trunk parameter",
        "minID and maxID should be configured simultaneously, … is missing",
        "incorrect trunk … parameter",
    ),
)
def impossible_bridge(network: Network, _: Lab) -> Iterator[Hit]:
    """Find what the bridge plugin refuses."""
    yield from _exclude_each_other(network)
    yield from _bad_name(network.main)
    yield from _bad_vlans(network.main)


def _exclude_each_other(network: Network) -> Iterator[Hit]:
    main = network.main
    if main.flag("hairpinMode") and main.flag("promiscMode"):
        message = "hairpinMode and promiscMode can't be set at the same time"
        yield Hit((*main.path, "promiscMode"), True, message)
    key = "disableContainerInterface"
    if main.flag(key) and network.ipam_type:
        message = "without an interface in the pod there can be no ipam"
        yield Hit((*main.path, key), True, message, "remove ipam", held=_held(main, key))
    if main.number("vlan") > 0 and _vlans(main) and main.record.family == "plugins":
        message = "vlan and vlanTrunk can't be set at the same time"
        fix = "take newer CNI plugins, v1.8.0 or later; or remove vlan"
        yield Hit((*main.path, "vlan"), main.config["vlan"], message, fix, held=_ONE_OF_TWO)


def _bad_name(main: Plugin) -> Iterator[Hit]:
    name, fix = main.config.get("bridge"), Line("bridge", "br-lab")
    if name == "":
        message = "a bridge needs a name; the default, cni0, holds only without the key"
        yield Hit((*main.path, "bridge"), name, message, fix)
    elif isinstance(name, str) and not is_interface(name, SHORT):
        message = (
            f"an interface's name has at most {SHORT} characters, without '/', ':' and white space"
        )
        yield Hit((*main.path, "bridge"), name, message, fix)


def _bad_vlans(main: Plugin) -> Iterator[Hit]:
    vlan, message = main.number("vlan"), "a VLAN is from 1 to 4094"
    if not 0 <= vlan <= 4094:
        yield Hit((*main.path, "vlan"), vlan, message, Line("vlan", 112))
    trunk, held = main.config.get("vlanTrunk"), _held(main, "vlanTrunk")
    for index, one in enumerate(trunk if isinstance(trunk, list) else ()):
        wrong = _wrong_trunk(one) if isinstance(one, dict) else None
        if wrong:
            path, fix = (*main.path, "vlanTrunk", index), Line(index, {"minID": 100, "maxID": 110})
            yield Hit(path, one, wrong, fix, held=held)


def _wrong_trunk(trunk: Mapping[str, object]) -> str | None:
    written = {key: trunk[key] for key in _TRUNK if trunk.get(key) is not None}
    read = {key: number(value) for key, value in written.items()}
    if any(read[key] != value or isinstance(value, bool) for key, value in written.items()):
        return None  # no whole number, or rendered later
    if ("minID" in read) != ("maxID" in read):
        return "minID and maxID go together"
    if not all(1 <= one <= 4094 for one in read.values()):
        return "a VLAN is from 1 to 4094"
    return "minID is greater than maxID" if read.get("minID", 0) > read.get("maxID", 0) else None


def _vlans(main: Plugin) -> bool:
    """Whether its trunk has any VLAN."""
    trunk = main.config.get("vlanTrunk")
    return isinstance(trunk, list) and any(
        number(one.get(key)) for one in trunk if isinstance(one, dict) for key in _TRUNK
    )


def _held(main: Plugin, key: str) -> Span:
    """The releases that read the key; others drop it, which NAD003 tells."""
    known = main.record.keys.keys.get(key)
    return known.held if known is not None else NEVER
