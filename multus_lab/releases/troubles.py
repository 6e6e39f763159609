"""What more than one release gets wrong. Each release names those that it has."""

from multus_lab.releases.record import Trouble
from multus_lab.versions import Span

DEL_LEAK = Trouble(
    "On DEL the plugins of a primary network in a .conflist get no keys but those that CNI has in "
    "common: an IPAM plugin that needs its own (host-local, Calico's) frees no address.",
    "multus-cni #1449: v4.2.1 (528d4f150) to v4.3.0, pkg/types/conf.go "
    "LoadDelegateNetConfFromConfList, pkg/multus/multus.go conflistDel; mended by #1521 and #1536 "
    "(f4f5d2dd4, bbd2b7c40)",
    Span((4, 2, 1), before=(4, 3, 1)),
)
LEFT_RESULTS = Trouble(
    "After DEL of a .conflist with a cniVersion before 0.4.0, as most primary networks have, the "
    "file of its result stays in /var/lib/cni/multus/results.",
    "multus-cni #1488: every release up to v4.2.0, with cni v1.2.0 libcni/api.go DelNetworkList; "
    "mended in cni v1.3.0, which v4.2.1 has",
)
UNVERSIONED_LIST = Trouble(
    "On DEL a NAD whose `plugins` stand in a list without a cniVersion loses the plugins' keys.",
    "multus-cni #1449: every release up to v4.3.0, pkg/multus/multus.go conflistDel",
)
IDLE_DEFAULT_ROUTE = Trouble(
    "`default-route` of a pod's annotation does nothing while eth0 has a default route: netlink "
    "1.3.1 tells that route's destination as 0.0.0.0/0, and DeleteDefaultGW looks for none.",
    "multus-cni #1444, #1552: v4.2.2 to v4.3.0, and 95a09323; pkg/netutils/netutils.go "
    "DeleteDefaultGW, SetDefaultGW",
)
STATUS_NEEDS_A_POD = Trouble(
    "STATUS and GC fail, since they have no pod: with cniVersion 1.1.0 nodes stay NotReady.",
    "multus-cni #1490: every release before v4.3.0, pkg/server/server.go handleCNIRequest",
)
NO_SECOND_NETWORK = Trouble(
    "While the daemon restarts or a node boots, its configuration isn't there, and the runtime "
    "starts pods with the primary network alone.",
    "multus-cni #1527, #1387, #1550: every release so far",
)
FILE_ENDS_DAEMON = Trouble(
    "A path as multusConfigFile ends the daemon at once, without an error.",
    "multus-cni #1366, #1543: every release so far, cmd/multus-daemon/main.go",
)
