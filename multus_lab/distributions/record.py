"""The record of a distribution: where its nodes have what Multus mounts, and what they bring."""

from collections.abc import Mapping
from typing import NamedTuple

from multus_lab.addresses import AnyNetwork


class Paths(NamedTuple):
    """Folders of a node, as the node has them.

    Attributes:
        cni_config_dir: where the runtime looks for a network's file, and Multus writes its own.
        multus_autoconfig_dir: where the primary network writes its file; "" for the same folder.
        bin_dir: where the CNI plugins are. The daemon finds them by the same path.
        netns_dir: where the runtime keeps the pods' network namespaces.
        kubelet_dir: the kubelet's root, with the socket of its pod resources.
        socket_dir: where the daemon has its socket, in a folder of its own below /run.
        cni_dir: what the daemon remembers of each pod.
        conf_dir: configurations of NADs that have none.

    """

    cni_config_dir: str = "/etc/cni/net.d"
    multus_autoconfig_dir: str = ""
    bin_dir: str = "/opt/cni/bin"
    netns_dir: str = "/run/netns/"
    kubelet_dir: str = "/var/lib/kubelet"
    socket_dir: str = "/run/multus/"
    cni_dir: str = "/var/lib/cni/multus"
    conf_dir: str = "/etc/cni/multus/net.d"


STANDARD = Paths()
"""As Multus' manifests have them."""

WHEREABOUTS_DIR = "/etc/cni/net.d"
"""As whereabouts' manifest has it."""

WHEREABOUTS_SEEN = (WHEREABOUTS_DIR, "/etc/kubernetes/cni/net.d")
"""Where the program looks for `whereabouts.d` by itself (pkg/config/config.go GetFlatIPAM)."""


class Mount(NamedTuple):
    """A folder of the node that the daemon needs beside the others, at the same path."""

    name: str
    path: str
    propagation: str | None = None


class Usual(NamedTuple):
    """Where pods and Services are unless the cluster says otherwise; `whose` names the default."""

    whose: str
    pods: tuple[AnyNetwork, ...]
    services: tuple[AnyNetwork, ...]


class Primary(NamedTuple):
    """The file of a primary network, and the cniVersion that stands in it."""

    file: str
    cni_version: str


class Newest(NamedTuple):
    """The newest cniVersion that nodes stand in the daemon's file, and `why` no newer one."""

    cni_version: str
    why: str


LINKS: Mapping[str, str] = {"/var/run": "/run"}
"""The symbolic link that nodes have (Filesystem Hierarchy Standard 3.0, 5.13)."""

REFERENCE = frozenset(
    {
        *("bandwidth", "bridge", "dhcp", "dummy", "firewall", "host-device", "host-local"),
        *("ipvlan", "loopback", "macvlan", "portmap", "ptp", "sbr", "static", "tap", "tuning"),
        *("vlan", "vrf"),
    }
)
"""The plugins of containernetworking/plugins."""


class Distribution(NamedTuple):
    """What is known of one distribution.

    Attributes:
        name: what a stack calls it.
        read: where all of this was read.
        paths: where its nodes have what Multus mounts.
        links: symbolic links of its nodes that those paths lead over, and where they lead.
        programs_dir: the folder that what is in `bin_dir` are absolute links into, or "" if the
            plugins themselves are there; `<hash>` stands for what each version has of its own.
        mounts: what the daemon needs beside that.
        plugins: the CNI plugins that its nodes have from the start, or None where that depends
            on how they were made.
        brings: what brings a Multus of the distribution's own, or "" if nothing does.
        brings_whereabouts: what can bring a whereabouts of its own, or "" if nothing does.
        whereabouts_dir: where a whereabouts has its `whereabouts.d` that is installed as the
            distribution's documentation says. Ours has it where the program looks by itself.
        data_dir: the folder that a node's own setting moves with all that lies in it, or "" if
            there is none.
        usual: where pods and Services are by default, if that is known.
        primary: file and cniVersion of the primary network that it brings, or None where that is
            for whoever makes the cluster to choose.
        primary_files: the names that its primary network's file has, where they are several.
        newest: the newest cniVersion of the daemon, or None if none is known to harm.
        least_memory: the least memory that its documentation leaves the daemon, or "".
        notes: what else whoever installs Multus there has to know.

    """

    name: str
    read: str
    paths: Paths = STANDARD
    links: Mapping[str, str] = LINKS
    programs_dir: str = ""
    mounts: tuple[Mount, ...] = ()
    plugins: frozenset[str] | None = None
    brings: str = ""
    brings_whereabouts: str = ""
    whereabouts_dir: str = WHEREABOUTS_DIR
    data_dir: str = ""
    usual: Usual | None = None
    primary: Primary | None = None
    primary_files: tuple[str, ...] = ()
    newest: Newest | None = None
    least_memory: str = ""
    notes: tuple[str, ...] = ()

    def moved(self, data_dir: str) -> "Distribution":
        """The same, on nodes that have their data in another folder."""
        old, new = (one.rstrip("/") + "/" for one in (self.data_dir, data_dir))

        def there(path: str) -> str:
            return new + path.removeprefix(old) if path.startswith(old) else path

        return self._replace(
            paths=Paths(*map(there, self.paths)),
            programs_dir=there(self.programs_dir),
            mounts=tuple(one._replace(path=there(one.path)) for one in self.mounts),
            whereabouts_dir=there(self.whereabouts_dir),
            data_dir=data_dir,
        )
