"""NAD020: an object that the API server refuses, or takes without a part of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from multus_lab.checks.among import untyped
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins.pools import text

KIND, SERVED = "NetworkAttachmentDefinition", "k8s.cni.cncf.io/v1"

_READ = {
    (): ("apiVersion", "kind", "metadata", "spec"),
    ("spec",): ("config",),
}


@network_rule(
    "NAD020",
    Severity.ERROR,
    "object that the API doesn't take as it is",
    among=untyped,
    why=(
        "The CRD has one group, one version and one kind, and `config` alone in its spec. kubectl "
        "refuses any other group, version or kind. Keys that the CRD doesn't have are dropped; "
        "`kubectl apply` refuses them before that."
    ),
    fix=Line("apiVersion", SERVED),
    source=(
        "multus-cni v4.3.1 deployments/multus-daemonset-thick.yml, "
        "network-attachment-definitions.k8s.cni.cncf.io; kubectl --validate"
    ),
)
def unserved_object(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a group, version or kind that no API server serves, and keys that it drops."""
    written = network.settings.get("object")
    if not isinstance(written, dict):
        return
    for key, served in (("apiVersion", SERVED), ("kind", KIND)):
        given = text(written.get(key))
        if given == served or "${" in given:
            continue
        message = f"NetworkAttachmentDefinitions are of {key} {served}; the API refuses others"
        yield Hit((key,), given or None, message, Line(key, served), in_object=True)
    if network.config:
        yield from _dropped(written)


def _dropped(written: Mapping[str, Any]) -> Iterator[Hit]:
    """Keys of the object, or of its spec, beside a configuration that is there."""
    for path, known in _READ.items():
        part = written.get(path[0]) if path else written
        for key in part if isinstance(part, dict) else ():
            if key not in known:
                message = f"the API drops `{key}`: the CRD doesn't have it; `kubectl apply` fails"
                fix, place = f"remove {key}", (*path, key)
                yield Hit(place, None, message, fix, Severity.NOTE, in_object=True)
