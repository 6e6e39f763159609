"""NAD002: what the configuration calls its CNI network."""

from collections.abc import Iterator

from multus_lab import names
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, lab_rule
from multus_lab.plugins import Placeholder


@lab_rule(
    "NAD002",
    Severity.ERROR,
    "CNI name that is refused, or another network's",
    why=(
        "libcni refuses other characters. And host-local keeps its addresses in a folder of that "
        "name: networks with the same name share their records of what is taken. That does no harm "
        "if their pools are apart, but it isn't what a name is for. If the configuration has no "
        "name, Multus uses the NAD's, without its namespace."
    ),
    fix=Line("name", "lab-zone"),
    source=(
        "cni v1.3.0 pkg/utils/utils.go ValidateNetworkName, libcni/conf.go; SPEC.md (unique on a "
        "host); multus-cni v4.3.0, as rehearsed; plugins v1.9.1 host-local/backend/disk"
    ),
    says=(
        "invalid characters found in network name",
        "missing network name",
        "invalid name type …",
    ),
)
def cni_name(lab: Lab) -> Iterator[Hit]:
    """Find names that libcni refuses, and one name on pools that are not the same.

    One name on the same pool is how two networks share it.
    """
    first: dict[str, Network] = {}
    for network in lab.networks:
        name = network.cni_name
        written = network.config.get("name")
        if isinstance(written, Placeholder) or "${" in name or network.generated:
            continue
        if isinstance(written, str) and written and not names.CNI.fullmatch(written):
            message = (
                "libcni refuses it: use letters, digits, '_', '.' and '-', and begin with a "
                "letter or a digit"
            )
            yield Hit(("name",), name, message, network=network)
        if written is None and "name" in network.config:
            message = "Multus puts the NAD's name in place of none, and not of null, which fails"
            yield Hit(("name",), None, message, Line("name", network.name), network=network)
        other = first.setdefault(name, network)
        if other.label != network.label and _mixed(other, network):
            yield _shared(network, other)


def _shared(network: Network, other: Network) -> Hit:
    message = (
        f"{other.label} has this CNI name too, with other addresses: {network.ipam_type} keeps "
        "both in one folder"
    )
    return Hit(
        ("name",),
        network.cni_name,
        message,
        Line("name", f"{network.namespace}-{network.name}"),
        Severity.NOTE,
        network,
        in_metadata=_by_nad(network),
        related=(Place(other, ("name",), "the same CNI name", in_metadata=_by_nad(other)),),
    )


def _by_nad(network: Network) -> bool:
    """Whether the CNI network is called as the NAD, for want of a name in the configuration."""
    return not network.config.get("name")


def _mixed(one: Network, other: Network) -> bool:
    """Whether they share the files in which a node counts, and not the addresses."""
    asked, also = one.main.ipam_record, other.main.ipam_record
    if asked is None or asked is not also or asked.ipam is None or asked.ipam.store is None:
        return False
    if asked.ipam.counts != "node":
        return False
    stores = {asked.ipam.store(each.main.ipam, each.cni_name) for each in (one, other)}
    pools = [{(pool.subnet, pool.first, pool.last) for pool in each.pools} for each in (one, other)]
    return len(stores) == 1 and pools[0] != pools[1]
