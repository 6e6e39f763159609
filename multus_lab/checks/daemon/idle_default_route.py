"""MUL705: a pod's `default-route` that its release of Multus does nothing about."""

from collections.abc import Iterator

from multus_lab import releases
from multus_lab.attachment import ANNOTATION, default_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import CODES, Hit, lab_rule
from multus_lab.checks.taken_default import taken_defaults
from multus_lab.releases import troubles

_CODE = "MUL705"


def _idle(release: releases.Multus | None) -> tuple[str, Severity] | None:
    """What becomes of `default-route` in a release, None for an unknown one, and what it weighs."""
    if release is None:
        known = filter(None, map(releases.multus, releases.names()))
        having = [one.name for one in known if troubles.IDLE_DEFAULT_ROUTE in one.troubles]
        listed = f"{', '.join(having[:-1])} or {having[-1]}"
        return f"does nothing if Multus is {listed}; its release isn't known", Severity.NOTE
    if troubles.IDLE_DEFAULT_ROUTE in release.troubles:
        return f"does nothing with Multus {release.name}: it keeps eth0's", Severity.RISK
    return None


@lab_rule(
    _CODE,
    Severity.RISK,
    "default-route that does nothing",
    why="Multus doesn't find eth0's default route to take it away, and takes the new one for there "
    "already (netlink tells it since 1.3.1 as 0.0.0.0/0). The pod starts, and reaches the world by "
    "eth0.",
    fix="give the network a default route of its own: defaultRoute: takeover in a stack, else a "
    'route to 0.0.0.0/0 in its "ipam"',
    source=troubles.IDLE_DEFAULT_ROUTE.source,
)
def idle_default_route(lab: Lab) -> Iterator[Hit]:
    """Find pods of manifests that ask for a default route of a release that sets none."""
    own = lab.multus
    told = own is not None and (own.install or "release" in own.model_fields_set)
    found = _idle(own.shape if own is not None and told else None)
    if found is None:
        return
    message, severity = found
    taking = {one.label for one in lab.networks if taken_defaults(one, lab)} if lab.pods else ()
    for pod in lab.pods:
        path = (*pod.path, "annotations", ANNOTATION)
        for network, gateways in default_routes(pod.annotations, pod.namespace).items():
            if network not in taking:  # with a default route of its own it has it all the same
                what = f"the pod's default-route by {network} {message}"
                yield Hit(path, gateways, what, severity=severity, pod=(pod, network))


def of_selection(network: str, release: releases.Multus | None) -> tuple[str, Severity] | None:
    """What a program is told that selects a network with a default route, None if it works."""
    found = _idle(release)
    if found is None:
        return None
    message, severity = found
    rule = CODES[_CODE]
    told = f"{severity} {_CODE}: default_route by {network} {message}\n  why: {rule.why}"
    return told, severity
