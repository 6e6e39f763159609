"""IPA213: addresses that stay taken after a node went down."""

from collections.abc import Iterator

from multus_lab.checks.among import with_ipam
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Placeholder
from multus_lab.plugins.host_local import DATA_DIR
from multus_lab.plugins.pools import text

_VOLATILE = ("/run/", "/var/run/", "/dev/shm/", "/tmp/")  # noqa: S108 - others' folders, by name


@network_rule(
    "IPA213",
    Severity.NOTE,
    "addresses that a reboot doesn't give back",
    among=with_ipam("host-local"),
    why=(
        "If a node goes down, the addresses of its pods stay taken: the store in "
        "/var/lib/cni/networks outlives the node. host-local collects such addresses on GC since "
        "plugins v1.10.0, but nobody asks it to: macvlan and the like pass no GC on to their IPAM "
        "plugin, and Multus v4.3.0 calls GC for the cluster's network alone."
    ),
    fix=Line("dataDir", "/run/cni"),
    source="plugins #697; k3s #5885; siderolabs/docs #760; plugins v1.10.0 host-local main.go "
    "cmdGC, pkg/ipam (no ExecGC); multus-cni v4.3.0 pkg/multus/multus.go CmdGC (Delegates[0])",
    common=True,
)
def kept_after_reboot(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a dataDir of host-local that is not on a file system in memory."""
    if network.ipam is None or network.ipam_type != "host-local":
        return
    written = network.main.ipam.get("dataDir")
    folder = text(written)
    if isinstance(written, Placeholder) or f"{folder}/".startswith(_VOLATILE):
        return
    yield Hit(
        (*network.ipam_path, "dataDir"),
        folder or None,
        f"addresses stay taken in {folder or DATA_DIR} after a node's reboot",
    )
