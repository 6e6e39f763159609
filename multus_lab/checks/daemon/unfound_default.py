"""MUL712: a network that every pod is to get, in a namespace where the daemon doesn't look."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, Place, lab_rule


@lab_rule(
    "MUL712",
    Severity.RISK,
    "default network in a namespace where the daemon doesn't look",
    why="The daemon looks for a network of `defaultNetworks` in its `multusNamespace` alone, which "
    "is kube-system unless it is set. If it isn't there, no pod outside of the `systemNamespaces` "
    "starts, whatever networks it asks for (`cannot find network`).",
    fix="daemonConfig.multusNamespace: the network's namespace",
    source="multus-cni v4.3.0 pkg/k8sclient/k8sclient.go GetDefaultNetworks, getNetDelegate; "
    "pkg/types/conf.go",
)
def unfound_default(lab: Lab) -> Iterator[Hit]:
    """Find a network that is known in another namespace, and not in the daemon's."""
    if lab.multus is None or not lab.multus.install:
        return
    home, known = lab.multus.home, {one.label for one in lab.networks}
    for index, name in enumerate(lab.multus.daemon_config.default_networks or ()):
        elsewhere = [one for one in lab.networks if one.name == name]
        if elsewhere and f"{home}/{name}" not in known:
            found = elsewhere[0]
            message = f"no pod starts: the daemon looks for {home}/{name}, not {found.label}"
            path = ("multus", "daemonConfig", "defaultNetworks", index)
            fix = f"daemonConfig.multusNamespace: {found.namespace}"
            place = Place(found, ("name",), "the network")
            yield Hit(path, name, message, fix, related=(place,))
