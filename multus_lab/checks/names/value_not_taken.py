"""NAD014: a value that can be read, and that the plugin doesn't take."""

from collections.abc import Iterator

from multus_lab import plugins
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network, Part
from multus_lab.checks.rule import Hit, Refusal, network_rule
from multus_lab.names import nearest
from multus_lab.plugins import Key, Placeholder, Record
from multus_lab.versions import EVER, Span


class _OfKey(Refusal):
    """The words with which a plugin refuses a value, by the key."""

    @property
    def words(self) -> str:
        """The words; `…` stands for any others."""
        known = plugins.record(self.plugin)
        assert known is not None
        return known.keys.keys[self.what].says


_LINKS = ("mode", "mtu", "vlanId")
"""Keys of an interface that LNK101, LNK102 and LNK114 judge; LNK120 has a bridge's VLANs."""


def _with_bounded_key(network: Network) -> bool:
    """Those with a key of which not all values are taken."""
    parts = (part for plugin in network.plugins for part in plugin.parts)
    return any(not (one.config.keys() - _LINKS).isdisjoint(one.keys.to_bounded) for one in parts)


@network_rule(
    "NAD014",
    Severity.ERROR,
    "value that the plugin doesn't take",
    among=_with_bounded_key,
    why=(
        "Some keys take a few words, numbers of a range, or texts of a shape. Most plugins refuse "
        "another value, and the pod doesn't start; some pass over it in silence, and a default "
        "stands in its place."
    ),
    fix=Line("backend", "iptables"),
    source="each plugin's record, which names the files that were read",
    says=(
        _OfKey("portmap", "backend"),
        _OfKey("portmap", "markMasqBit"),
        _OfKey("bridge", "ipMasqBackend"),
        _OfKey("ptp", "ipMasqBackend"),
        _OfKey("firewall", "ingressPolicy"),
        _OfKey("host-device", "device"),
        _OfKey("host-device", "hwaddr"),
        _OfKey("host-device", "kernelpath"),
        _OfKey("host-device", "pciBusID"),
    ),
)
def value_not_taken(network: Network, _: Lab) -> Iterator[Hit]:
    """Find values outside of what a key takes, at any depth."""
    for plugin in network.plugins:
        # With a resourceName Multus writes the device there that the pod is given.
        given = network.link.user_space if network.link and network.resource else ()
        for part in plugin.parts:
            yield from (one for one in _wrong(part) if one.path[-1] not in given)


def _wrong(part: Part) -> Iterator[Hit]:
    record, keys, config, place, _ = part
    of_bridge = "vlanTrunk" in keys.keys
    for path, value, kind in keys.objects(config, place):
        if of_bridge and path != place and path[len(place)] == "vlanTrunk":
            continue
        for name, known in kind.bounded.items():
            written = value.get(name)
            if written is None or isinstance(written, Placeholder):
                continue
            if known.beside and value.get(known.beside) is not True:
                continue
            if any(value.get(key) for key in known.behind):
                continue
            if known.takes(written) or not known.kind.fits(written):
                continue
            if path == place and (name in _LINKS or (of_bridge and name == "vlan")):
                continue
            where = (*path, name)
            held = keys.held_at(where[len(place) :]) if record.family == "plugins" else EVER
            yield _hit(record, where, written, known, held)


def _hit(record: Record, path: Path, value: object, known: Key, held: Span) -> Hit:
    meant = nearest(value, known.allowed) if isinstance(value, str) else None
    fix: Fix = f"remove {path[-1]}" if known.absent else Line(path[-1], ..., known.range)
    if known.allowed:
        fix = Line(path[-1], meant or known.default or known.allowed[0])
    takes = f"`{path[-1]}` must be {known.range}"
    if known.says:
        return Hit(path, value, f"{record.name} refuses it: {takes}", fix, held=held)
    message = f"{record.name} passes over it in silence: {takes}"
    return Hit(path, value, message, fix, Severity.RISK, held=held)
