"""Labs to judge by rules, in one line each, and tables of cases: a module a family of rules."""

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from multus_lab.attachment import ANNOTATION
from multus_lab.checks import RULES
from multus_lab.checks.finding import Finding, Path, Severity
from multus_lab.checks.network import Lab, Network, Pod
from multus_lab.settings import Cluster, Multus, Whereabouts, Zone

E, R, N = Severity.ERROR, Severity.RISK, Severity.NOTE

HOST_LOCAL: Mapping[str, Any] = {
    "type": "host-local",
    "subnet": "10.12.34.0/24",
    "rangeStart": "10.12.34.200",
    "rangeEnd": "10.12.34.220",
    "gateway": "10.12.34.254",
}


def network(
    config: Mapping[str, Any], name: str = "lab", namespace: str = "default", **settings: Any
) -> Network:
    """A network of a CNI configuration; `settings` are what a stack says beside it."""
    place = ("networks", name)
    return Network(name, namespace, place, place, config, settings)


def macvlan(name: str = "lab", **keys: Any) -> Network:
    """A macvlan network that no rule has anything against; a key that is None is left out."""
    written = {"mode": "bridge", "ipam": HOST_LOCAL} | keys
    return network(_config("macvlan", name, **written), name)


def plugin(kind: str, name: str = "lab", **keys: Any) -> Network:
    """A network of one plugin, with `keys` alone beside its type, name and version."""
    return network(_config(kind, name, **({"master": None} | keys)), name)


def chain(*plugins: Any, name: str = "lab", **keys: Any) -> Network:
    """A network of a list of plugins."""
    return network({"cniVersion": "1.0.0", "name": name, "plugins": list(plugins)} | keys, name)


def zone(**keys: Any) -> Zone:
    """A zone with its range, and `keys` as a stack file has them."""
    written = {"name": "private", "range": "10.12.34.0/24"} | keys
    return Zone.model_validate(written, by_alias=True, by_name=False)


_OF_CLUSTER = {"name", "distribution", "primaryNetwork", "podCidr", "serviceCidr", "cniPlugins"}


def cluster(**keys: Any) -> Cluster:
    """A cluster of `keys` as a stack file has them."""
    return Cluster.model_validate(keys, by_alias=True, by_name=False)


def pod(*elements: Mapping[str, Any], namespace: str = "default") -> Pod:
    """A pod of a manifest that asks for networks in JSON."""
    return Pod(namespace, {ANNOTATION: json.dumps(elements)}, ("metadata",))


def lab(
    *networks: Network,
    multus: Mapping[str, Any] | None = None,
    whereabouts: Mapping[str, Any] | None = None,
    pods: Sequence[Pod] = (),
    **keys: Any,
) -> Lab:
    """Networks alone, or in the zone and the cluster that `keys` are of.

    `multus` is the daemon, and `whereabouts` that, as a stack file has them.
    """
    if not keys and multus is None and whereabouts is None:
        return Lab(networks, pods=pods)
    of_cluster = {key: value for key, value in keys.items() if key in _OF_CLUSTER}
    of_zone = {key: value for key, value in keys.items() if key not in _OF_CLUSTER}
    told = cluster(**of_cluster)
    daemon = _daemon(told, multus) if multus or of_cluster else _usual_daemon()
    brought = whereabouts and Whereabouts.model_validate(
        whereabouts, by_alias=True, by_name=False, context={"cluster": told, "multus": daemon}
    )
    return Lab(networks, zone(**of_zone), told, daemon, brought or None, pods)


def _daemon(told: Cluster, multus: Mapping[str, Any] | None) -> Multus:
    return Multus.model_validate(
        multus or {}, by_alias=True, by_name=False, context={"cluster": told}
    )


@functools.cache
def _usual_daemon() -> Multus:
    """The daemon of which nothing is said, in a cluster of which nothing is said either."""
    return _daemon(cluster(), None)


def at(release: str, *networks: Network) -> Lab:
    """Networks of a cluster whose nodes have that release of the CNI plugins, and no zone."""
    return Lab(networks, None, cluster(cniPlugins=release))


def findings(given: Lab, prefix: str = "") -> list[Finding]:
    """What rules find whose code begins with `prefix`."""
    return [
        finding
        for code, rule in RULES.items()
        if code.startswith(prefix)
        for finding in rule.findings(given)
    ]


def codes(given: Lab, prefix: str = "") -> list[str]:
    """The codes of what rules find, sorted."""
    return sorted(finding.code for finding in findings(given, prefix))


class Case(NamedTuple):
    """A lab, and severity and place of what a rule finds there: nothing where it spares it."""

    code: str
    name: str
    lab: Lab
    found: Sequence[tuple[str, str]] = ()


def judged(case: Case) -> list[tuple[str, str]]:
    """What the rule finds, as a case has it.

    A place is a path from the network's configuration, behind the network's name where there are
    several, or from the lab's top.
    """
    several = len(case.lab.networks) > 1
    return [
        (finding.severity, _place(finding.path, several))
        for finding in findings(case.lab, case.code)
    ]


def _place(path: Path, several: bool) -> str:
    if path[0] != "networks":
        return ".".join(map(str, path))
    return (f"{path[1]}:" if several else "") + ".".join(map(str, path[2:]))


def _config(kind: str, name: str, **keys: object) -> dict[str, Any]:
    written = {"cniVersion": "1.0.0", "name": name, "type": kind, "master": "eth1"} | keys
    return {key: value for key, value in written.items() if value is not None}
