"""NAD019: a network that Antrea doesn't attach."""

from collections.abc import Iterator

from multus_lab.checks.among import with_plugin
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Placeholder


@network_rule(
    "NAD019",
    Severity.ERROR,
    "network that Antrea doesn't attach",
    among=with_plugin("antrea"),
    why=(
        "Antrea's agent makes the networks that have a `networkType` itself, with addresses of its "
        "own IPPools or fixed ones, or with none. It logs what it refuses, `unsupported IPAM type "
        "…`, and the pod runs without the network. Without a `networkType` it is the primary "
        "network's configuration, which may have host-local."
    ),
    fix=Line("ipam", {"type": "antrea", "ippools": ["lab"]}),
    source=(
        "antrea fc70f2bb pkg/agent/secondarynetwork/podwatch/controller.go validateNetworkConfig, "
        "pkg/agent/cniserver/ipam/antrea_ipam.go SecondaryNetworkAllocate"
    ),
)
def impossible_antrea(network: Network, _: Lab) -> Iterator[Hit]:
    """Find another IPAM plugin than antrea, and antrea without a pool or an address."""
    main = network.main
    ipam = main.config.get("ipam")
    if main.type != "antrea" or not main.has("networkType") or not isinstance(ipam, dict):
        return
    path, asked = network.ipam_path, main.ipam.get("type")
    if isinstance(asked, Placeholder) or any("${" in key for key in main.ipam):
        return
    if asked != "antrea":
        if isinstance(asked, str) and asked:
            message = "Antrea takes no IPAM plugin but antrea"
            yield Hit((*path, "type"), asked, message)
        else:
            yield Hit(path, ipam, "Antrea takes an `ipam` only if its type is antrea")
    elif not main.ipam.get("ippools") and not main.ipam.get("addresses"):
        message = "Antrea needs an IPPool or a fixed address: `ippools` or `addresses`"
        yield Hit(path, ipam, message, Line("ippools", ["lab"]))
