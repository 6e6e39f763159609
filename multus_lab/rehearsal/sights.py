"""WIR: what only a rehearsal finds, by its code; what checks predict has their codes."""

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.rule import Code, code

_SEEN = "real Multus, CNI plugins and API server in a rehearsal"


def _sight(
    name: str, title: str, why: str, fix: Fix, severity: Severity = Severity.ERROR
) -> tuple[str, str]:
    code(Code(name, severity, title, why, fix, _SEEN, acceptable=False))
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
            "the API server refuses a call of the daemon or of whereabouts",
            "Their roles lack a verb that they need.",
            "give the role the verb",
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
        _sight(
            "WIR610",
            "pods start without their networks while the daemon is replaced",
            "On SIGTERM the daemon removes its configuration, and the runtime starts pods by the "
            "primary network's until the next daemon is there. They run, with eth0 alone, until "
            "somebody deletes them (multus-cni #1527).",
            "have the primary network write its file elsewhere (multus.paths.multusAutoconfigDir), "
            "or drain nodes before an upgrade",
            Severity.NOTE,
        ),
        _sight(
            "WIR611",
            "the daemon takes more memory than its limit",
            "The kernel kills it, and no pod of the node starts meanwhile. Plugins run as its "
            "children and count against its limit.",
            "remove multus.resources.limits.memory, or raise it above what was measured",
        ),
        _sight(
            "WIR612",
            "a removed Multus keeps pods from starting",
            "Its configuration is still on the node, and the runtime calls a daemon that is gone. "
            "Or the primary network writes where the runtime doesn't look, and it has none at all.",
            "give the daemon the time that its release needs (terminationGracePeriodSeconds)",
        ),
        _sight(
            "WIR613",
            "a running pod's networks change when the daemon is replaced",
            "What runs has to keep its interfaces and addresses.",
            "report it with this rehearsal: no release is known to do that",
        ),
        _sight(
            "WIR614",
            "addresses stay taken when the daemon is replaced or removed",
            "DEL reaches no daemon: the shim takes that for success, and the runtime may have gone "
            "over to the primary network. What the pod had isn't given back.",
            "drain nodes before an upgrade, and delete what is left from the IPAM plugin's books",
            Severity.NOTE,
        ),
    )
)
"""Their titles, by code."""
