"""IPA210: a subnet over the cluster's pods or Services."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import NamedTuple, TypeAlias

from multus_lab.addresses import AnyNetwork
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, lab_rule
from multus_lab.plugins.pools import Pool

_DEFAULTS = (
    ("podCidr", "10.244.0.0/16", "kubeadm", "flannel's default, and kubeadm's in most guides"),
    ("podCidr", "10.42.0.0/16", "k3s rke2", "the default of k3s and RKE2"),
    ("serviceCidr", "10.96.0.0/12", "kubeadm", "kubeadm's default"),
    ("serviceCidr", "10.43.0.0/16", "k3s rke2", "the default of k3s and RKE2"),
)
"""Where clusters have pods and Services unless told otherwise, by distribution."""

_Bounds: TypeAlias = tuple[int, int, int]


class _Cidr(NamedTuple):
    """A network of the cluster: which key it is of, what it is called, and whether it's a guess."""

    key: str
    text: str
    bounds: _Bounds
    guessed: bool


@lab_rule(
    "IPA210",
    Severity.ERROR,
    "subnet over the cluster's pods or Services",
    why=(
        "The pod gets a connected route to the subnet, and with it loses the pods or Services "
        "that lie there."
    ),
    fix=Line("subnet", "10.12.34.0/24"),
    source="plugins v1.9.1 pkg/ipam/ipam_linux.go ConfigureIface; kernel routing, longest prefix; "
    "defaults: kubeadm ClusterConfiguration serviceSubnet, flannel kube-flannel.yml, k3s and RKE2 "
    "server options cluster-cidr, service-cidr",
)
def cluster_addresses(lab: Lab) -> Iterator[Hit]:
    """Find subnets that overlap with pod or service CIDR; a note if only defaults are known."""
    cidrs = [*_told(lab), *_guessed(lab)]
    for network in lab.networks:
        for pool in network.pools:
            yield from _overlaps(network, pool, cidrs, known=lab.cluster is not None)


def _overlaps(network: Network, pool: Pool, cidrs: list[_Cidr], *, known: bool) -> Iterator[Hit]:
    subnet = _bounds(pool.subnet)
    seen: set[str] = set()
    for cidr in cidrs:
        if cidr.key in seen or not _overlap(subnet, cidr.bounds):
            continue
        seen.add(cidr.key)
        unsure = f"; `{cidr.key}:` in the cluster would settle it" if known else ""
        yield Hit(
            (*pool.path, pool.key),
            pool.keys.get(pool.key),
            f"{pool.subnet} overlaps with {cidr.text}" + (unsure if cidr.guessed else ""),
            fix=_elsewhere(pool, cidr),
            severity=Severity.NOTE if cidr.guessed else None,
            network=network,
        )


def _elsewhere(pool: Pool, cidr: _Cidr) -> Fix:
    if not cidr.guessed:
        return Line(pool.key, ..., f"outside of {cidr.text}")
    what = "pods" if cidr.key == "podCidr" else "Services"
    return f"take another {pool.key} if the cluster's {what} lie there"


def _told(lab: Lab) -> Iterator[_Cidr]:
    for key, cidrs in _given(lab).items():
        for cidr in cidrs:
            yield _Cidr(key, f"{key} {cidr}", _bounds(cidr), guessed=False)


def _guessed(lab: Lab) -> Iterator[_Cidr]:
    """The defaults of the distribution, or of all that are well known."""
    told = (lab.cluster.distribution if lab.cluster else None) or ""
    known = any(told in one.split() for _, _, one, _ in _DEFAULTS)
    for key, text, distributions, whose in _DEFAULTS:
        if not _given(lab).get(key) and (not known or told in distributions.split()):
            bounds = _bounds(ip_network(text))
            yield _Cidr(key, f"{text}, {whose} for {key}", bounds, guessed=True)


def _given(lab: Lab) -> dict[str, list[AnyNetwork]]:
    if lab.cluster is None:
        return {}
    return {"podCidr": lab.cluster.pod_cidr, "serviceCidr": lab.cluster.service_cidr}


def _bounds(network: AnyNetwork) -> _Bounds:
    return network.version, int(network.network_address), int(network.broadcast_address)


def _overlap(one: _Bounds, other: _Bounds) -> bool:
    return one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2]
