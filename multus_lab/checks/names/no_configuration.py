"""NAD006: a NAD without a configuration."""

from collections.abc import Iterator

from multus_lab.checks.among import untyped
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "NAD006",
    Severity.NOTE,
    "no configuration",
    among=untyped,
    why=(
        "Without spec.config Multus looks on each node for a file whose network has the NAD's "
        "name. Istio asks for such a NAD, and installs the file. Nothing here can tell whether the "
        "file is there. Any other key of the spec is dropped by the API, `Config` too."
    ),
    fix="write spec.config, unless each node has that file",
    source=(
        "multi-net-spec v1.3, 3.4.1; multus-cni v4.3.0 GetCNIConfigFromSpec; "
        "NetworkAttachmentDefinition CRD (spec has `config` alone); Istio's CNI guide for Multus"
    ),
    says=("No networks found in /etc/cni/multus/net.d",),
)
def no_configuration(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a NAD whose configuration is left to files of the nodes."""
    if network.config:
        return
    spec = network.settings.get("spec")
    lost = next((key for key in spec if key != "config"), None) if isinstance(spec, dict) else None
    if lost is not None:
        message = (
            f"the API drops `{lost}`, as a spec has `config` alone: the network has no "
            "configuration, and pods fail"
        )
        fix = f"spec.config: '{{…}}' instead of spec.{lost}"
        yield Hit(("spec", lost), None, message, fix, Severity.RISK, in_object=True)
        return
    if (place := _misplaced(network)) is not None:
        message = (
            f"the API drops `{'.'.join(place)}`, as the configuration is `spec.config`: the "
            "network has none, and pods fail"
        )
        fix = "indent it, to stand below `spec:`"
        yield Hit(place, None, message, fix, Severity.RISK, in_object=True)
        return
    message = (
        f"each node needs a CNI configuration file for a network named {network.name!r}; pods fail "
        "on nodes that have none"
    )
    yield Hit((), None, message)


def _misplaced(network: Network) -> tuple[str, ...] | None:
    """Where the configuration stands in a manifest's object, if it isn't in the spec."""
    top = network.settings.get("object")
    written = top if isinstance(top, dict) else {}
    named = written.get("metadata")
    for path, part in (((), written), (("metadata",), named)):
        if isinstance(part, dict):
            key = next((key for key in part if str(key).lower() == "config"), None)
            if key is not None:
                return (*path, str(key))
    return None
