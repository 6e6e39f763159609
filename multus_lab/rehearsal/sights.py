"""WIR: what only a rehearsal finds, by its code; what checks predict has their codes."""

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.rule import Code, code

_SEEN = "real Multus, CNI plugins and API server in a rehearsal"


def _sight(name: str, title: str, why: str, fix: Fix) -> tuple[str, str]:
    code(Code(name, Severity.ERROR, title, why, fix, _SEEN, acceptable=False))
    return name, title


SIGHTS = dict(
    (
        _sight(
            "WIR601",
            "a pod can't be attached, in the plugin's own words",
            "A plugin, Multus or the kernel refuses what no rule predicts. On a cluster the pod "
            "stays in ContainerCreating with the same words.",
            "change what the words name",
        ),
        _sight(
            "WIR602",
            "the gateway doesn't answer",
            "Pods send what leaves the subnet to an address where nobody is.",
            "name the router's address as the gateway, or reach it by a route",
        ),
        _sight(
            "WIR603",
            "pods don't reach each other",
            "Pods of one network on one segment are neighbours, on one node and across nodes.",
            "check mode, VLAN and routes of the network",
        ),
        _sight(
            "WIR604",
            "something is left behind by a deleted pod",
            "What a plugin doesn't give back is missing for the next pods: an address, a link, a "
            "file of a cache.",
            "change what makes DEL fail, which the node's log of the daemon names",
        ),
        _sight(
            "WIR605",
            "network-status doesn't tell of the network",
            "Services, operators and people read the pod's annotation network-status to find its "
            "addresses.",
            Line("cniVersion", "0.3.1", "or newer"),
        ),
        _sight(
            "WIR606",
            "an interface is not as declared",
            "The pod has no such interface, or another MTU, MAC or address than its network says.",
            "change the network to what its plugin does, or choose another plugin",
        ),
        _sight(
            "WIR607",
            "the API server refuses a call of the daemon",
            "The daemon's role lacks a verb that it needs.",
            "give the ClusterRole the verb",
        ),
        _sight(
            "WIR608",
            "the API server refuses the network",
            "The object is no NetworkAttachmentDefinition that the CRD takes.",
            "change what the words name",
        ),
        _sight(
            "WIR609",
            "CHECK fails on a running pod",
            "Runtimes that call CHECK take the pod for broken and restart it.",
            "change what the words name",
        ),
    )
)
"""Their titles, by code."""
