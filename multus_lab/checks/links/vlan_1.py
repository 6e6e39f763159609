"""LNK123: a bridge's port that stays in VLAN 1 beside its own."""

from collections.abc import Iterator

from multus_lab.checks.among import joins_bridge
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Key
from multus_lab.versions import Release, Span, shown


@network_rule(
    "LNK123",
    Severity.RISK,
    "port that stays in VLAN 1",
    among=joins_bridge,
    why="A new port of a bridge is in VLAN 1. Up to v1.7.1 the plugin adds the network's own VLAN "
    "and leaves the port in VLAN 1, so pods also see what is untagged or of VLAN 1 on the bridge; "
    "from v1.8.0 on it takes the port out, unless preserveDefaultVlan is true.",
    fix=Line("preserveDefaultVlan", False),
    source="plugins v1.7.1 and v1.8.0 bridge.go loadNetConf, setupVeth; plugins #939, PR #1181",
)
def vlan_1(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find networks with a VLAN of their own whose pods are in VLAN 1 as well."""
    main = network.main
    key, vlan = main.record.keys.keys.get("preserveDefaultVlan"), main.number("vlan")
    if key is None or not 2 <= vlan <= 4094:  # LNK120 has what is no VLAN
        return
    keeps, path = main.config.get("preserveDefaultVlan"), (*main.path, "vlan")
    release = lab.release
    if keeps is True:
        message = f"preserveDefaultVlan keeps pods in VLAN 1 beside VLAN {vlan}"
        yield Hit((*main.path, "preserveDefaultVlan"), True, message, severity=Severity.NOTE)
    elif release is not None and release not in key.held:
        message = f"pods are in VLAN 1 beside VLAN {vlan}, and these plugins have no key against it"
        yield Hit(path, vlan, message, f"take newer CNI plugins, {_shown(key)} or later")
    elif keeps is None:
        message = f"without preserveDefaultVlan: false pods are in VLAN 1 beside VLAN {vlan}"
        yield Hit(path, vlan, message, held=Span(before=_changed(key)))


def _changed(key: Key) -> Release | None:
    """The release from which on a port leaves VLAN 1 by default."""
    return key.earlier[0] if key.earlier else None


def _shown(key: Key) -> str:
    changed = _changed(key)
    return shown(changed) if changed else ""
