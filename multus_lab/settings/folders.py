"""The nodes' folders that Multus uses, as a stack names them, and those that can't be used."""

from collections.abc import Iterator

from multus_lab.distributions import Paths as Folders
from multus_lab.settings.model import Model
from multus_lab.settings.types import Folder, Refusal

CONFIG_DIR = "/host/etc/cni/net.d"
"""Where the daemon's container has the folder in which the runtime looks for networks."""

_PROGRAMS = "/usr/src/multus-cni/bin"
"""Where the image has the daemon itself (multus-cni images/Dockerfile.thick)."""

_OTHERS = (
    *("/run/calico", "/run/cilium", "/run/cni", "/run/containerd", "/run/crio", "/run/dbus"),
    *("/run/docker", "/run/flannel", "/run/k3s", "/run/k8s.cni.cncf.io", "/run/lock"),
    *("/run/netns", "/run/secrets", "/run/systemd", "/run/udev", "/run/user"),
)
"""What others have below /run."""


class Paths(Model):
    """Folders of the nodes, where they aren't those of `cluster.distribution`.

    With a `multusAutoconfigDir` of its own the primary network has to write its file there, out of
    the runtime's sight: then no pod starts without its networks while the daemon restarts or the
    node boots (multus-cni #1527, #1387). `socketDir` is emptied each time the daemon starts.
    """

    cni_config_dir: Folder | None = None
    multus_autoconfig_dir: Folder | None = None
    bin_dir: Folder | None = None
    netns_dir: Folder | None = None
    kubelet_dir: Folder | None = None
    socket_dir: Folder | None = None
    cni_dir: Folder | None = None
    conf_dir: Folder | None = None

    def over(self, folders: Folders) -> Folders:
        """A distribution's folders, but for those that are named here."""
        return folders._replace(**{key: value for key, value in self if value is not None})


def autoconfig_dir(folders: Folders) -> str:
    """Where the daemon's container has the folder in which the primary network's file is."""
    other = folders.multus_autoconfig_dir
    apart = other and in_run(other) != in_run(folders.cni_config_dir)
    return f"/host{other}" if apart else CONFIG_DIR


def in_run(path: str) -> str:
    """The path without the link that /var/run is, and with a `/` at its end."""
    below = path.removeprefix("/var") if path.startswith("/var/run/") else path
    return below.rstrip("/") + "/"


def unfit(folders: Folders) -> Iterator[Refusal]:
    """What wouldn't work, or break a node, as a place for what is to be there."""
    own = folders.bin_dir
    if covers(own):
        allowed = (
            "must be another folder: it has the same path in the daemon's container, and would "
            f"cover {_PROGRAMS} or the kernel's files there"
        )
        yield Refusal(("paths", "binDir"), own, allowed)
    socket = folders.socket_dir
    if not _holds("/run", socket) or in_run(socket) == "/run/":
        allowed = "must be a folder below /run, where the daemon and the shim meet"
        yield Refusal(("paths", "socketDir"), socket, allowed)
    elif held := _held(socket, folders):
        allowed = (
            "must be a folder of Multus' own: when the daemon starts it deletes the folder with "
            f"all that is in it, and {held} is (multus-cni pkg/server/server.go "
            "FilesystemPreRequirements)"
        )
        yield Refusal(("paths", "socketDir"), socket, allowed)

    caches = folders.cni_dir
    if held := _held_in_caches(caches, folders):
        allowed = (
            f"must be a folder of Multus' own: `down --clean-nodes` empties it, and {held} is not "
            "Multus'"
        )
        yield Refusal(("paths", "cniDir"), caches, allowed)


def in_container(folders: Folders) -> tuple[str, ...]:
    """What of the node the daemon's container has, by its path there."""
    return (
        *(CONFIG_DIR, autoconfig_dir(folders), "/host/run", "/hostroot", folders.bin_dir),
        *("/var/lib/cni/multus", "/var/lib/kubelet", "/run/k8s.cni.cncf.io", "/run/netns"),
        "/etc/cni/multus/net.d",
    )


def covers(folder: str) -> bool:
    """Whether a mount at that path would hide what the daemon's container needs of its own."""
    return _holds(folder, _PROGRAMS) or any(_holds(one, folder) for one in _KERNELS)


_KERNELS = ("/proc", "/sys", "/dev")


def _held(socket_dir: str, folders: Folders) -> str:
    """What isn't the daemon's to delete and lies in its folder; "" if nothing does."""
    others = (one for key, one in folders._asdict().items() if key != "socket_dir" and one)
    return next((one for one in (*_OTHERS, *others) if _holds(socket_dir, one)), "")


def _held_in_caches(cni_dir: str, folders: Folders) -> str:
    """What isn't Multus' and lies in the folder of its caches; "" if nothing does."""
    others = (one for key, one in folders._asdict().items() if key != "cni_dir" and one)
    known = (*_OF_NODES, *_OTHERS, *others)
    return next((one for one in known if _holds(cni_dir, one)), "")


_OF_NODES = (
    *("/var/lib/cni/networks", "/var/lib/cni/results", "/var/lib/kubelet", "/var/lib/calico"),
    *("/var/lib/containerd", "/var/lib/containers", "/var/lib/docker", "/var/lib/etcd"),
    *("/var/lib/rancher", "/var/log", "/etc/cni/net.d", "/etc/kubernetes", "/usr/bin"),
    *("/usr/libexec/cni", "/opt/cni/bin", "/home", "/root", "/boot", "/dev", "/proc", "/sys"),
)
"""What others have on a node: host-local's books, libcni's results, the runtime's own, …"""


def _holds(one: str, other: str) -> bool:
    """Whether a folder is another one, or has it inside.

    As texts, as every network's settings ask it dozens of times and `Folder` has no '..' in it.
    """
    return in_run(other).startswith(in_run(one))
