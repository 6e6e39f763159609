"""LNK112: a macvlan on a platform that drops MACs other than the node's."""

from collections.abc import Iterator, Mapping, Sequence

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.links.masters import own_macs
from multus_lab.checks.links.undecided import undecided
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, lab_rule

_PLATFORMS: Mapping[str, Fix] = {
    "virtualbox": "VBoxManage modifyvm NODE --nicpromisc2 allow-all",
    "vsphere": "allow promiscuous mode and forged transmits on the port group",
    "hyperv": "Set-VMNetworkAdapter -VMName NODE -MacAddressSpoofing On",
    "openstack": "openstack port set --disable-port-security PORT",
    "cloud": Line("type", "ipvlan"),
}
"""Platforms that drop frames of a MAC that isn't the node's, and what lets them through."""

_VIRTUALBOX_NICS = ("enp0s3", "enp0s8", "enp0s9", "enp0s10")


@lab_rule(
    "LNK112",
    Severity.RISK,
    "macvlan on a platform that drops foreign MACs",
    why="Each pod has a MAC of its own. Virtual switches pass frames to and from the MAC that they "
    "gave to the node, until promiscuous mode is allowed; most clouds never do. If it is allowed, "
    "accept the finding and say so.",
    fix="zone.platform: bare-metal",
    source="multus-cni #390, #333, #691; docker/docs #15855; docs.docker.com network/drivers/"
    "macvlan",
)
def foreign_macs(lab: Lab) -> Iterator[Hit]:
    """Find macvlans on such a platform; say so if the platform isn't known."""
    if lab.zone is None:
        return
    networks = [one for one in lab.networks if own_macs(one)]
    platform = lab.zone.platform
    if platform is None:
        yield from _unknown_platform(networks)
    elif (remedy := _PLATFORMS.get(platform)) is not None:
        for network in networks:
            message = f"{platform} drops the frames of pods' own MACs, unless they are allowed"
            path = (*network.main.path, "type")
            yield Hit(path, network.main.type, message, remedy, network=network)


def _unknown_platform(networks: Sequence[Network]) -> Iterator[Hit]:
    """One note: at the network whose master looks like VirtualBox's, or of the zone."""
    for network in networks:
        if network.master in _VIRTUALBOX_NICS:
            which = _VIRTUALBOX_NICS.index(network.master) + 1
            message = (
                f"{network.master} is the usual name of NIC {which} of a VirtualBox machine, which "
                "drops pods' MACs until promiscuous mode is allowed; the zone doesn't tell its "
                "platform"
            )
            path = (*network.main.path, "master")
            fix = "zone.platform: virtualbox   # or what it is"
            yield Hit(path, network.master, message, fix, Severity.NOTE, network)
            return
    if networks:
        message = (
            "whether the platform lets pods' MACs through can't be decided: the zone doesn't tell "
            "its platform"
        )
        yield undecided("zone.platform: bare-metal   # or what it is", message)
