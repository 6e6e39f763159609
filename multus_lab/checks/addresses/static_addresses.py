"""IPA215: pods of static that have to ask for an address, or all get the same."""

from collections.abc import Iterator, Mapping
from typing import Any

from multus_lab.checks.among import counted_by
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import in_any_case


@network_rule(
    "IPA215",
    Severity.NOTE,
    "static addresses that pods have to ask for, or that every pod gets",
    among=counted_by("nobody"),
    why=(
        "static reserves nothing. It gives what a pod asks for by `ips` in its annotation, which "
        "Multus hands on without any capability, and configured addresses to every pod alike. A "
        "pod without either fails."
    ),
    fix='have each pod ask by its k8s.v1.cni.cncf.io/networks annotation: "ips": ["10.12.34.5/24"]',
    source="plugins v1.9.1, v1.10.0 plugins/ipam/static/main.go LoadIPAMConfig; multus-cni v4.3.0 "
    "pkg/multus/multus.go DelegateAdd; multus-cni #278",
    says=(
        "IPAM plugin returned missing IP config",
        "link … has address … in DADFAILED state",
    ),
    common=True,
)
def static_addresses(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find a network that keeps no count: with no address at all, or with one for several pods."""
    if network.ipam is None or network.ipam.counts != "nobody" or network.offers("ips"):
        return
    if _is_handed_over(network.main.config):
        return  # NAD007 finds it
    place = (*network.ipam_path, "addresses")
    listed = network.main.ipam.get("addresses")
    if not listed:
        message = "no address is configured: each pod has to ask for its own, or it fails"
        yield Hit(place, listed, message)
    elif network.pools and not (network.link and network.link.alone):
        pods = lab.expected_pods(network)
        if pods is not None and pods < 2:
            return
        who = f"{pods} pods get" if pods else "every pod gets"
        message = f"{who} the same address {network.pools[0].first}"
        if lab.zone and not pods:
            message += "; `podsPerNode: 1` and one node in zone.nodes would settle it"
        fix = "take it out, and let each pod ask for its own by `ips` in its annotation"
        yield Hit(place, listed, message, fix=fix, severity=Severity.RISK if pods else None)


def _is_handed_over(config: Mapping[str, Any]) -> bool:
    """Whether addresses stand where only the runtime writes: they win over the configured ones."""
    cni = in_any_case(_mapping(in_any_case(config, "args")), "cni")
    runtime = in_any_case(config, "runtimeConfig")
    return any(in_any_case(_mapping(one), "ips") for one in (cni, runtime))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
