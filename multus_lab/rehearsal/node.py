"""A node of a rehearsal: a network namespace, a root folder, and the Multus daemon in it.

The daemon runs as the DaemonSet says: its containers' commands, volumes, mounts and environment
are read from the rendered object. What the node has beside comes from this machine, read-only.
"""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multus_lab.processes import start, wait
from multus_lab.rehearsal import plan
from multus_lab.rehearsal.commands import PATH, ip, make_netns, run, within
from multus_lab.rehearsal.control_plane import PORT, Object
from multus_lab.rehearsal.errors import RehearsalError

CLUSTER_BRIDGE = "cluster"
"""The bridge behind the nodes' eth0."""

_OF_THE_MACHINE = ("bin", "lib", "lib64", "sbin", "usr")
_FOLDERS = ("dev", "etc/cni/net.d", "opt/cni/bin", "opt/runtime", "proc", "run/netns", "sys", "tmp")
_USERS = "root:x:0:0:root:/root:/bin/sh\n"
_FILES = {
    "etc/passwd": _USERS,
    "etc/resolv.conf": "nameserver 198.18.255.53\n",
    # Multus looks here for a pod's device, where the NAD has a resourceName.
    "var/lib/kubelet/device-plugins/kubelet_internal_checkpoint": json.dumps(
        {"Data": {"PodDeviceEntries": [], "RegisteredDevices": {}}, "Checksum": 0}
    ),
}
"""What lies on a node before anything is installed; it has no device plugin."""

_TUN = Path("/dev/net/tun")
_IMAGE = "usr/src/multus-cni/bin"
_ACCOUNT = "var/run/secrets/kubernetes.io/serviceaccount"
_MULTUS_CONF = "etc/cni/net.d/00-multus.conf"


@dataclass(frozen=True)
class Programs:
    """The folders with the programs; `whereabouts` None where no network asks for it.

    Of CNI plugins that several folders have, those of the first one are taken.
    """

    kubernetes: Path
    plugins: Sequence[Path]
    multus: Path
    whereabouts: Path | None = None

    @property
    def cni(self) -> dict[str, Path]:
        """What lies in a node's folder of CNI plugins, by its name there."""
        folders = [*self.plugins, *filter(None, [self.whereabouts])]
        return {one.name: one for folder in reversed(folders) for one in folder.iterdir()}


@dataclass(frozen=True)
class Account:
    """What a service account's volume holds."""

    token: str
    authority: str
    namespace: str


class Node:
    """One node, made at once; its processes end with the rehearsal.

    Args:
        planned: its name, address and links.
        folder: an empty one, on a file system in memory.
        programs: what lies in /opt/cni/bin and in the daemon's image.
        segments: the namespaces of the segments, by name.

    """

    def __init__(
        self, planned: plan.Node, folder: Path, programs: Programs, segments: Mapping[str, Path]
    ) -> None:
        self.planned = planned
        self.segments = segments
        self.netns = folder / "netns"
        self.root = folder / "root"
        self._folder = folder
        self._programs = programs
        folder.mkdir()
        make_netns(self.netns)
        self._make_root()
        self._plug_in()

    @property
    def name(self) -> str:
        """The node's name."""
        return self.planned.name

    def command(self, *words: str | Path) -> list[str | Path]:
        """The command, run on the node."""
        return within(self.netns, "chroot", self.root, *words)

    # --- what a node has before Multus ---------------------------------------------------------

    def _make_root(self) -> None:
        root = self.root
        root.mkdir()
        run("mount", "-t", "tmpfs", "-o", "mode=755", "multus-lab", root)
        # What appears under the node's root appears in its containers (HostToContainer).
        run("mount", "--make-shared", root)
        for name in _FOLDERS:
            (root / name).mkdir(parents=True)
        (root / "var").mkdir()
        (root / "var/run").symlink_to("/run")
        for name, text in _FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        for name in _OF_THE_MACHINE:
            theirs = Path("/") / name
            if theirs.is_symlink():
                (root / name).symlink_to(theirs.readlink())
            elif theirs.is_dir():
                (root / name).mkdir()
                _bind(theirs, root / name, "ro")
        _bind_file(Path("/dev/null"), root / "dev/null")
        if _TUN.exists():  # by which tap makes its interfaces
            (root / "dev/net").mkdir()
            _bind_file(_TUN, root / str(_TUN).lstrip("/"))
        _proc(root)
        run(*within(self.netns, "mount", "-t", "sysfs", "-o", "ro", "sysfs", root / "sys"))
        for name, program in self._programs.cni.items():
            _bind_file(program, root / "opt/cni/bin" / name)
        _bind_file(self._programs.cni["cnitool"], root / "opt/runtime/cnitool")

    def _plug_in(self) -> None:
        """A veth into the bridge of each segment, and one into the cluster's."""
        cluster = plan.Link("eth0", CLUSTER_BRIDGE, 1500, [self.planned.address])
        inside = ["link set lo up"]
        for index, link in enumerate([cluster, *self.planned.links]):
            far = f"n{self._folder.name}l{index}"
            made = f"link add {far} mtu {link.mtu} type veth peer name {link.name} mtu {link.mtu}"
            outside = [
                f"{made} netns {self.netns}",
                f"link set {far} master {link.segment}",
                f"link set {far} up",
            ]
            ip(outside, self.segments.get(link.segment))
            inside.append(f"link set {link.name} up")
            if link.port:
                bridge = f"bridge{index}"
                inside += [f"link add {bridge} type bridge", f"link set {bridge} up"]
                inside.append(f"link set {link.name} master {bridge}")
            inside += [f"address add {one} dev {link.name} nodad" for one in link.addresses]
        # A node has its default route in the cluster's network.
        ip([*inside, f"route add default via {plan.SERVER}"], self.netns)

    def _default_network(self, version: str) -> None:
        """The cluster's default network, as a primary CNI would write it.

        A single plugin, as multus-cni v4.2.1 to v4.3.0 lose keys of a list on DEL (#1449), and of
        the daemon's version, as it doesn't start beside another.
        """
        config = {
            "cniVersion": version,
            "name": "cluster",
            "type": "bridge",
            "bridge": "cni0",
            "isDefaultGateway": True,
            "ipam": {"type": "host-local", "subnet": self.planned.subnet},
        }
        (self.root / "etc/cni/net.d/10-cluster.conf").write_text(json.dumps(config))

    # --- the daemon ----------------------------------------------------------------------------

    def install_multus(self, objects: Mapping[str, Object], account: Account) -> None:
        """Run the DaemonSet's init containers, then start its container, and wait for it.

        It finds the cluster's default network configured.

        Args:
            objects: the stack's DaemonSet and ConfigMaps, by kind and name.
            account: what the service account's volume holds.

        Raises:
            RehearsalError: an init container fails.
            ProcessError: the container ends, or never configures itself.

        """
        daemon = objects["ConfigMap/multus-daemon-config"]["data"]["daemon-config.json"]
        self._default_network(json.loads(daemon)["cniVersion"])
        spec = objects["DaemonSet/kube-multus-ds"]["spec"]["template"]["spec"]
        for container in spec["initContainers"]:
            root = self._container(spec, container, objects, account)
            done = subprocess.run(
                [str(word) for word in within(self.netns, "chroot", root, *container["command"])],
                env=self._environment(container),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                said = (done.stderr or done.stdout).strip()
                raise RehearsalError(f"{container['name']} fails on {self.name}: {said}")
        for container in spec["containers"]:
            self._start(container, self._container(spec, container, objects, account))

    def _start(self, container: Mapping[str, Any], root: Path) -> None:
        log = self._folder / f"{container['name']} on {self.name}.log"
        command = map(str, within(self.netns, "chroot", root, *container["command"]))
        daemon = start(list(command), self._folder, log, self._environment(container))
        configured = (self.root / _MULTUS_CONF).exists
        wait("its configuration on the node", configured, {log: daemon})

    def _environment(self, container: Mapping[str, Any]) -> dict[str, str]:
        fields = {"spec.nodeName": self.name, "status.hostIP": self.planned.address}
        told = {
            one["name"]: str(
                one["value"]
                if "value" in one
                else fields[one["valueFrom"]["fieldRef"]["fieldPath"]]
            )
            for one in container.get("env", [])
        }
        cluster = {"KUBERNETES_SERVICE_HOST": plan.SERVER, "KUBERNETES_SERVICE_PORT": str(PORT)}
        return {"PATH": PATH, "HOME": "/root", **cluster, **told}

    def _container(
        self,
        spec: Mapping[str, Any],
        container: Mapping[str, Any],
        objects: Mapping[str, Object],
        account: Account,
    ) -> Path:
        """A root folder with the image's programs, the mounts, and the account's token."""
        root = self._folder / str(container["name"])
        for name in ("dev", "etc", "proc", "tmp", "var/run", _IMAGE, _ACCOUNT):
            (root / name).mkdir(parents=True, exist_ok=True)
        (root / "etc/passwd").write_text(_USERS)
        (root / _ACCOUNT / "token").write_text(account.token)
        (root / _ACCOUNT / "ca.crt").write_text(account.authority)
        (root / _ACCOUNT / "namespace").write_text(account.namespace)
        _bind(self._programs.multus, root / _IMAGE, "ro")
        _bind_file(Path("/dev/null"), root / "dev/null")
        _proc(root)
        volumes = {one["name"]: one for one in spec["volumes"]}
        # A mount below another has to come after it.
        for mount in sorted(container["volumeMounts"], key=lambda one: str(one["mountPath"])):
            source = self._volume(volumes[mount["name"]], objects)
            target = root / str(mount["mountPath"]).lstrip("/")
            target.mkdir(parents=True, exist_ok=True)
            _bind(source, target, "ro" if mount.get("readOnly") else "rw")
        return root

    def _volume(self, volume: Mapping[str, Any], objects: Mapping[str, Object]) -> Path:
        if "hostPath" in volume:
            folder = self.root / str(volume["hostPath"]["path"]).lstrip("/")
            folder.mkdir(parents=True, exist_ok=True)
            return folder
        config = volume["configMap"]
        folder = self._folder / f"volume-{volume['name']}"
        folder.mkdir(exist_ok=True)
        data = objects[f"ConfigMap/{config['name']}"]["data"]
        for item in config.get("items", [{"key": key, "path": key} for key in data]):
            (folder / item["path"]).write_text(data[item["key"]])
        return folder

    # --- what pods leave behind ----------------------------------------------------------------

    def kept(self, stores: Iterable[str]) -> set[str]:
        """What lies in the folders where addresses and attachments are put down."""
        found = set()
        for store in (*stores, "/var/lib/cni/multus", "/var/lib/cni/results"):
            folder = self.root / store.lstrip("/")
            found |= {
                str(path.relative_to(self.root))
                for path in folder.rglob("*")
                if path.is_file() and not path.name.startswith(("last_reserved_ip", "lock"))
            }
        return found


def _proc(root: Path) -> None:
    """The kernel's own settings stay as they are; those of the network are the namespace's."""
    run("mount", "-t", "proc", "proc", root / "proc")
    _bind(root / "proc/sys", root / "proc/sys", "ro")
    _bind(root / "proc/sys/net", root / "proc/sys/net", "rw")
    run("mount", "-o", "remount,bind,rw", root / "proc/sys/net")


def _bind(source: Path, target: Path, mode: str) -> None:
    run("mount", "--rbind", source, target)
    if mode == "ro":
        run("mount", "-o", "remount,bind,ro", target)


def _bind_file(source: Path, target: Path) -> None:
    target.touch()
    run("mount", "--bind", source, target)
