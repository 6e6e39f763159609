"""The nodes' folders that Multus uses, as a stack names them, and those that can't be used."""

import functools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic.alias_generators import to_camel

from multus_lab.distributions import Paths as Folders
from multus_lab.settings.model import Model
from multus_lab.settings.types import Folder, Refusal

CONFIG_DIR = "/host/etc/cni/net.d"
"""Where the daemon's container has the folder in which the runtime looks for networks."""

_RUN = "/host/run"

_PROGRAMS = "/usr/src/multus-cni/bin"
"""Where the image has the daemon itself (multus-cni images/Dockerfile.thick)."""

CONFIG_FILE_DIR = "/etc/cni/net.d/multus.d"
"""Where the daemon's container has daemon-config.json (multus-cni cmd/multus-daemon/main.go)."""

_OTHERS = (
    *("/run/NetworkManager", "/run/antrea", "/run/calico", "/run/chrony", "/run/cilium"),
    *("/run/cni", "/run/containerd", "/run/credentials", "/run/crio", "/run/dbus", "/run/dhcpcd"),
    *("/run/docker", "/run/flannel", "/run/frr", "/run/k0s", "/run/k3s", "/run/k8s.cni.cncf.io"),
    *("/run/kubernetes", "/run/libvirt", "/run/lock", "/run/log", "/run/lvm", "/run/mount"),
    *("/run/netns", "/run/openvswitch", "/run/ovn", "/run/ovn-kubernetes", "/run/podman"),
    *("/run/resolvconf", "/run/secrets", "/run/spire", "/run/sshd", "/run/systemd", "/run/udev"),
    *("/run/user", "/run/xtables.lock"),
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
    if not other or in_run(other) == in_run(folders.cni_config_dir):
        return CONFIG_DIR
    inside = f"/host{other}"
    return "/host/primary" if inside.rstrip("/") in (CONFIG_DIR, _RUN) else inside


@functools.lru_cache
def in_run(path: str) -> str:
    """The path without the link that /var/run is, and with a `/` at its end."""
    below = path.removeprefix("/var") if path.startswith("/var/run/") else path
    return below.rstrip("/") + "/"


def unfit(paths: Paths, folders: Folders) -> Iterator[Refusal]:
    """What wouldn't work, or break a node, as a place for what is to be there.

    `folders` are the distribution's, but for the `paths` that the stack names.
    """
    for key, same in (("binDir", folders.bin_dir), ("netnsDir", folders.netns_dir)):
        if covers(same):
            allowed = (
                "must be another folder: it has the same path in the daemon's container, and would "
                f"cover {_PROGRAMS} or the kernel's files there"
            )
            yield Refusal(("paths", key), same, allowed)
    socket = folders.socket_dir
    if not holds("/run", socket) or in_run(socket) == "/run/":
        allowed = "must be a folder below /run, where the daemon and the shim meet"
        yield Refusal(("paths", "socketDir"), socket, allowed)
    elif len(f"/host{in_run(socket)}multus.sock".encode()) > _LONGEST_SOCKET:
        allowed = (
            f"must be shorter: the path of the socket in it, below /host, has at most "
            f"{_LONGEST_SOCKET} bytes (unix(7) sun_path)"
        )
        yield Refusal(("paths", "socketDir"), socket, allowed)
    else:
        yield from _held(paths, folders, "socket_dir", _OTHERS, EMPTIED)
    emptied = "`down --clean-nodes` empties it"
    yield from _held(paths, folders, "cni_dir", (*_OF_NODES, *_OTHERS), emptied)


_LONGEST_SOCKET = 107

EMPTIED = (
    "when the daemon starts it deletes the folder with all that is in it (multus-cni "
    "pkg/server/server.go FilesystemPreRequirements)"
)
"""What becomes of the folder of the sockets."""


def _held(
    paths: Paths, folders: Folders, key: str, others: Sequence[str], why: str
) -> Iterator[Refusal]:
    """What isn't Multus' own in a folder that gets emptied: the key that put it there is told.

    A folder within somebody else's is taken for theirs too, unless its name says whose it is.
    """
    named = paths.model_fields_set
    folder = getattr(folders, key)
    for other, value in folders._asdict().items():
        if other == key or not value:
            continue
        if holds(folder, value) and other in named and key not in named:
            allowed = f"must be outside of {to_camel(key)}, which is {folder}: {why}"
            yield Refusal(("paths", to_camel(other)), value, allowed)
        else:
            others = (*others, value)
    if held := next((one for one in others if holds(folder, one)), ""):
        allowed = f"must be a folder of Multus' own, without {held}: {why}"
        yield Refusal(("paths", to_camel(key)), folder, allowed)
    elif around := next((one for one in others if _is_of(folder, one)), ""):
        allowed = (
            f"must be a folder of Multus' own: in {around} one with multus in its name, such as "
            f"{around.rstrip('/')}/multus; {why}"
        )
        yield Refusal(("paths", to_camel(key)), folder, allowed)


def _is_of(folder: str, other: str) -> bool:
    """Whether a folder lies in another one, and doesn't say that it is Multus'."""
    return holds(other, folder) and "multus" not in in_run(folder).removeprefix(in_run(other))


class Mount(NamedTuple):
    """A folder in the daemon's container; `host` is the node's, "" for what is no folder of it."""

    volume: str
    host: str
    path: str
    propagation: str | None = None


def upstream_mounts(folders: Folders) -> Iterator[Mount]:
    """What every daemon's container has, in upstream's order."""
    yield Mount("cni", folders.cni_config_dir, CONFIG_DIR)
    # The daemon looks a plugin up at this path and runs it under the host's root: the path must
    # be the same on both sides.
    yield Mount("cnibin", folders.bin_dir, folders.bin_dir)
    yield Mount("host-run", "/run", _RUN)
    yield Mount("host-var-lib-cni-multus", folders.cni_dir, "/var/lib/cni/multus")
    yield Mount("host-var-lib-kubelet", folders.kubelet_dir, "/var/lib/kubelet", _FROM_HOST)
    yield Mount("host-run-k8s-cni-cncf-io", "/run/k8s.cni.cncf.io", "/run/k8s.cni.cncf.io")
    # The daemon opens a pod's namespace by the path that the runtime tells, which is the node's
    # (multus-cni pkg/multus/multus.go validateIfName).
    netns = in_run(folders.netns_dir).rstrip("/")
    yield Mount("host-run-netns", folders.netns_dir, netns, _FROM_HOST)
    yield Mount(CONFIG_VOLUME, "", CONFIG_FILE_DIR)
    yield Mount("hostroot", "/", "/hostroot", _FROM_HOST)
    yield Mount(CONF_VOLUME, folders.conf_dir, "/etc/cni/multus/net.d")
    if (apart := autoconfig_dir(folders)) != CONFIG_DIR:
        yield Mount("cni-primary", folders.multus_autoconfig_dir, apart)


_FROM_HOST = "HostToContainer"
CONFIG_VOLUME = "multus-daemon-config"
CONF_VOLUME = "multus-conf-dir"


def in_container(folders: Folders) -> tuple[str, ...]:
    """What of the node the daemon's container has, by its path there."""
    return tuple(one.path for one in upstream_mounts(folders) if one.host)


def mounted_twice(
    mounts: Sequence[Mount], asked: Sequence[tuple[str, tuple[str, ...], object]]
) -> Iterator[Refusal]:
    """Of the volumes that are `asked` for by key and value those whose path has another one."""
    paths = {one.volume: one.path for one in mounts}
    own = [(*one, paths.pop(one[0])) for one in asked if one[0] in paths]
    taken = set(map(in_run, paths.values()))
    for _, key, value, folder in own:
        if in_run(folder) in taken:
            allowed = (
                f"must be in another folder: the daemon's container has one at {folder} already "
                "(k8s.io/kubernetes pkg/apis/core/validation ValidateVolumeMounts)"
            )
            yield Refusal(key, value, allowed)
        taken.add(in_run(folder))


def covers(folder: str) -> bool:
    """Whether a mount at that path would hide what the daemon's container needs of its own."""
    return holds(folder, _PROGRAMS) or any(holds(one, folder) for one in _KERNELS)


_KERNELS = ("/proc", "/sys", "/dev")


_OF_NODES = (
    *("/var/lib/cni/networks", "/var/lib/cni/results", "/var/lib/kubelet", "/var/lib/calico"),
    *("/var/lib/containerd", "/var/lib/containers", "/var/lib/docker", "/var/lib/etcd"),
    *("/var/lib/rancher", "/var/log", "/etc/cni/net.d", "/opt/cni/bin", "/bin", "/boot", "/dev"),
    *("/etc", "/home", "/lib", "/lib64", "/proc", "/root", "/sbin", "/sys", "/usr"),
)
"""What others have on a node: host-local's books, libcni's results, the runtime's own, …"""


def holds(one: str, other: str) -> bool:
    """Whether a folder is another one, or has it inside.

    As texts, as every network's settings ask it dozens of times and `Folder` has no '..' in it.
    """
    return in_run(other).startswith(in_run(one))
