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

from multus_lab.cluster.client import Object
from multus_lab.processes import Record, start, stop, wait
from multus_lab.rehearsal import plan
from multus_lab.rehearsal.commands import PATH, bind, bind_file, ip, make_netns, run, within
from multus_lab.rehearsal.container import USERS, Container
from multus_lab.rehearsal.control_plane import PORT
from multus_lab.rehearsal.errors import RehearsalError
from multus_lab.rehearsal.layout import Layout, inside
from multus_lab.settings.node_plugins import INSTALL_PLUGINS

CLUSTER_BRIDGE = "cluster"
"""The bridge behind the nodes' eth0."""

_OF_THE_MACHINE = ("bin", "lib", "lib64", "sbin", "usr", "etc/alternatives")
"""Debian's iptables is a link into the last one."""

_FOLDERS = ("dev", "etc", "opt/runtime", "proc", "run", "sys", "tmp", "var/lib/cni")
_FILES = {
    "etc/passwd": USERS,
    "etc/resolv.conf": "nameserver 198.18.255.53\n",
}
"""What lies on a node before anything is installed."""

# Multus looks here for a pod's device, where the NAD has a resourceName.
_CHECKPOINT = "device-plugins/kubelet_internal_checkpoint"
_NO_DEVICES = json.dumps({"Data": {"PodDeviceEntries": [], "RegisteredDevices": {}}, "Checksum": 0})

_TUN = Path("/dev/net/tun")
_IMAGE = "usr/src/multus-cni/bin"
_BROUGHT = "brought"
_ACCOUNT = "run/secrets/kubernetes.io/serviceaccount"
MULTUS_CONF = "00-multus.conf"
"""The file that Multus writes, which comes first in order."""

_CONFIGURATIONS = (".conf", ".conflist", ".json")


@dataclass(frozen=True)
class Programs:
    """The folders with the programs; `whereabouts` None where no network asks for it.

    Of CNI plugins that several folders have, those of the first one are taken. whereabouts comes
    to a node by its own DaemonSet.
    """

    kubernetes: Path
    plugins: Sequence[Path]
    multus: Path
    whereabouts: Path | None = None

    @property
    def cni(self) -> dict[str, Path]:
        """What lies in a node's folder of CNI plugins, by its name there."""
        return {one.name: one for folder in reversed(self.plugins) for one in folder.iterdir()}


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
        programs: what lies in the folder of CNI plugins and in the daemon's image.
        segments: the namespaces of the segments, by name.
        layout: where it has what.

    """

    def __init__(
        self,
        planned: plan.Node,
        folder: Path,
        programs: Programs,
        segments: Mapping[str, Path],
        layout: Layout,
    ) -> None:
        self.planned = planned
        self.segments = segments
        self.layout = layout
        self.netns = folder / "netns"
        self.root = folder / "root"
        self.folder = folder
        self._programs = programs
        self._running: dict[str, Record] = {}
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

    def place(self, path: str) -> Path:
        """What the node has at a path."""
        return inside(self.root, path)

    @property
    def configuration(self) -> Path:
        """The file that Multus writes."""
        return self.place(self.layout.paths.cni_config_dir) / MULTUS_CONF

    def network(self) -> str:
        """The network that the runtime takes; "" if there is none."""
        return first_network(self.place(self.layout.paths.cni_config_dir))

    # --- what a node has before Multus ---------------------------------------------------------

    def _make_root(self) -> None:
        root = self.root
        root.mkdir()
        run("mount", "-t", "tmpfs", "-o", "mode=755", "multus-lab", root)
        # What appears under the node's root appears in its containers (HostToContainer).
        run("mount", "--make-shared", root)
        for name in _FOLDERS:
            (root / name).mkdir(parents=True)
        for link, target in self.layout.links.items():
            place = root / link.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(target)
        for name, text in _FILES.items():
            (root / name).write_text(text)
        own = [one.strip("/") for one in self.layout.folders]
        for name in _OF_THE_MACHINE:
            _mirror(Path("/"), root, name, own)
        for folder in self.layout.folders:
            self.place(folder).mkdir(parents=True, exist_ok=True)
        checkpoint = self.place(self.layout.paths.kubelet_dir) / _CHECKPOINT
        checkpoint.parent.mkdir(parents=True)
        checkpoint.write_text(_NO_DEVICES)
        bind_file(Path("/dev/null"), root / "dev/null")
        (root / "dev/stdin").symlink_to("/proc/self/fd/0")  # from which bridge has nft read
        if _TUN.exists():  # by which tap makes its interfaces
            (root / "dev/net").mkdir()
            bind_file(_TUN, root / str(_TUN).lstrip("/"))
        _proc(root)
        run(*within(self.netns, "mount", "-t", "sysfs", "-o", "ro", "sysfs", root / "sys"))
        self._have_plugins()
        bind_file(self._programs.cni["cnitool"], root / "opt/runtime/cnitool")

    def _have_plugins(self) -> None:
        """The plugins where the runtime looks for them, or links to where they are."""
        layout = self.layout
        for name, program in self._programs.cni.items():
            if name in layout.brought:
                continue
            if not layout.programs_dir:
                bind_file(program, self.place(layout.paths.bin_dir) / name)
                continue
            bind_file(program, self.place(layout.programs_dir) / name)
            link = self.place(layout.paths.bin_dir) / name
            link.symlink_to(f"{layout.programs_dir}/{name}")

    def _plug_in(self) -> None:
        """A veth into the bridge of each segment, and one into the cluster's."""
        cluster = plan.Link("eth0", CLUSTER_BRIDGE, 1500, [self.planned.address])
        lines = ["link set lo up"]
        for index, link in enumerate([cluster, *self.planned.links]):
            far = f"n{self.folder.name}l{index}"
            made = f"link add {far} mtu {link.mtu} type veth peer name {link.name} mtu {link.mtu}"
            outside = [
                f"{made} netns {self.netns}",
                f"link set {far} master {link.segment}",
                f"link set {far} up",
            ]
            ip(outside, self.segments.get(link.segment))
            lines.append(f"link set {link.name} up")
            if link.port:
                bridge = f"bridge{index}"
                lines += [f"link add {bridge} type bridge", f"link set {bridge} up"]
                lines.append(f"link set {link.name} master {bridge}")
            lines += [f"address add {one} dev {link.name} nodad" for one in link.addresses]
        # A node has its default route in the cluster's network.
        ip([*lines, f"route add default via {plan.SERVER}"], self.netns)

    def _default_network(self, primary: Mapping[str, Any], version: str) -> None:
        """The cluster's default network, as a primary CNI would write it.

        By default a single plugin, as multus-cni v4.2.1 to v4.3.0 lose keys of a list on DEL
        (#1449), and of the daemon's version, as it may not start beside another.
        """
        ipam = {"type": "host-local", "subnet": self.planned.subnet, **primary.get("ipam", {})}
        plugin = {**primary, "ipam": ipam}
        file = self.planned.primary
        written = {"plugins": [plugin]} if file.endswith(".conflist") else plugin
        version = self.layout.primary_version or version
        config = {"cniVersion": version, "name": plan.CLUSTER, **written}
        (self.place(self.layout.primary_dir) / file).write_text(json.dumps(config))

    # --- the daemon ----------------------------------------------------------------------------

    def install_multus(
        self,
        objects: Mapping[str, Object],
        account: Account,
        primary: Mapping[str, Any],
        image: Path | None = None,
    ) -> None:
        """Run the DaemonSet's init containers, then start its container, and wait for it.

        It finds the cluster's default network configured.

        Args:
            objects: the stack's DaemonSet and ConfigMaps, by kind and name.
            account: what the service account's volume holds.
            primary: the plugin of the cluster's default network.
            image: the folder with what is in the daemon's image, if another release's.

        Raises:
            RehearsalError: an init container fails.
            ProcessError: the container ends, or never configures itself.

        """
        daemon = objects["ConfigMap/multus-daemon-config"]["data"]["daemon-config.json"]
        self._default_network(primary, json.loads(daemon)["cniVersion"])
        spec = objects["DaemonSet/kube-multus-ds"]["spec"]["template"]["spec"]
        for container in spec["initContainers"]:
            made = self.container(spec, container, objects, account)
            words = self._of_image(container, made, image)
            done = subprocess.run(
                made.command(self.netns, *words),
                env=self.environment(container),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                said = (done.stderr or done.stdout).strip()
                raise RehearsalError(f"{container['name']} fails on {self.name}: {said}")
        for container in spec["containers"]:
            made = self.container(spec, container, objects, account)
            self._start(container, made, self._of_image(container, made, image))

    def _of_image(
        self, container: Mapping[str, Any], made: Container, image: Path | None
    ) -> Sequence[str]:
        """Have its image's files in a container; what is run there, as they lie."""
        words: Sequence[str] = container["command"]
        if container["name"] != INSTALL_PLUGINS:
            made.bind(image or self._programs.multus, _IMAGE)
            return words
        # Any image with a shell and the plugins will do: this machine's shell, and all that are
        # built, in a folder that isn't the machine's.
        made.bind_machine()
        for name, program in self._programs.cni.items():
            made.bind_file(program, f"{_BROUGHT}/{name}")
        return [*words[:4], f"/{_BROUGHT}", *words[5:]]

    def stop_multus(self, grace: int) -> None:
        """End its containers as a kubelet does: SIGTERM, and after `grace` seconds SIGKILL."""
        for name, record in self._running.items():
            stop(name, record, grace)
        self._running = {}

    @property
    def daemons(self) -> list[int]:
        """The ids of its containers' first processes."""
        return [one.pid for one in self._running.values()]

    def _start(self, container: Mapping[str, Any], made: Container, words: Sequence[str]) -> None:
        log = self.folder / f"{container['name']} on {self.name}.log"
        command = made.command(self.netns, *words)
        daemon = start(command, self.folder, log, self.environment(container))
        self._running[str(container["name"])] = daemon
        # It isn't written at once.
        wait(
            "its configuration on the node",
            lambda: bool(_network(self.configuration)),
            {log: daemon},
        )

    def environment(self, container: Mapping[str, Any]) -> dict[str, str]:
        """What a container's processes find, from the kubelet and as it is declared."""
        fields = {
            "spec.nodeName": self.name,
            "status.hostIP": self.planned.address,
            "metadata.namespace": plan.NAMESPACE,
        }
        told = {
            one["name"]: str(
                one["value"]
                if "value" in one
                else fields[one["valueFrom"]["fieldRef"]["fieldPath"]]
            )
            for one in container.get("env", [])
        }
        cluster = {"KUBERNETES_SERVICE_HOST": plan.SERVER, "KUBERNETES_SERVICE_PORT": str(PORT)}
        # A stack may name the API server of its cluster; here there is but one.
        return {"PATH": PATH, "HOME": "/root", **told, **cluster}

    def container(
        self,
        spec: Mapping[str, Any],
        container: Mapping[str, Any],
        objects: Mapping[str, Object],
        account: Account,
    ) -> Container:
        """One without its image's files: with the mounts, and the account's token."""
        made = Container(self.folder / str(container["name"]))
        made.write(f"{_ACCOUNT}/token", account.token)
        made.write(f"{_ACCOUNT}/ca.crt", account.authority)
        made.write(f"{_ACCOUNT}/namespace", account.namespace)
        volumes = {one["name"]: one for one in spec["volumes"]}
        # A mount below another has to come after it.
        for mount in sorted(container["volumeMounts"], key=lambda one: str(one["mountPath"])):
            source = self._volume(volumes[mount["name"]], objects)
            mode = "ro" if mount.get("readOnly") else "rw"
            made.bind(source, str(mount["mountPath"]), mode, mount.get("mountPropagation"))
        return made

    def _volume(self, volume: Mapping[str, Any], objects: Mapping[str, Object]) -> Path:
        if "hostPath" in volume:
            folder = self.place(str(volume["hostPath"]["path"]))
            folder.mkdir(parents=True, exist_ok=True)
            return folder
        config = volume["configMap"]
        folder = self.folder / f"volume-{volume['name']}"
        folder.mkdir(exist_ok=True)
        data = objects[f"ConfigMap/{config['name']}"]["data"]
        for item in config.get("items", [{"key": key, "path": key} for key in data]):
            (folder / item["path"]).write_text(data[item["key"]])
        return folder

    # --- what pods leave behind ----------------------------------------------------------------

    def kept(self, stores: Iterable[str]) -> set[str]:
        """What lies in the folders where addresses and attachments are put down."""
        found = set()
        for store in (*stores, self.layout.paths.cni_dir, "/var/lib/cni/results"):
            folder = self.place(store)
            found |= {
                str(path.relative_to(self.root))
                for path in folder.rglob("*")
                if path.is_file() and not path.name.startswith(("last_reserved_ip", "lock"))
            }
        return found


def first_network(folder: Path) -> str:
    """The network of the first file in order that is whole; "" if there is none.

    As containerd does with one network (go-cni, `WithDefaultConf`).
    """
    files = (one for one in sorted(folder.iterdir()) if one.suffix in _CONFIGURATIONS)
    return next(filter(None, map(_network, files)), "")


def _network(file: Path) -> str:
    """The network of a file; "" of one that isn't there, or is being written."""
    try:
        return str(json.loads(file.read_text())["name"])
    except (OSError, ValueError):
        return ""


def _proc(root: Path) -> None:
    """The kernel's own settings stay as they are; those of the network are the namespace's."""
    run("mount", "-t", "proc", "proc", root / "proc")
    bind(root / "proc/sys", root / "proc/sys", "ro")
    bind(root / "proc/sys/net", root / "proc/sys/net", "rw")
    run("mount", "-o", "remount,bind,rw", root / "proc/sys/net")


def _mirror(theirs: Path, ours: Path, name: str, own: Sequence[str]) -> None:
    """What the machine has of that name, read-only; but for `own` folders, and what is in them."""
    source, target = theirs / name, ours / name
    if name in own:
        target.mkdir(parents=True)
    elif source.is_symlink():
        target.symlink_to(source.readlink())
    elif source.is_file():
        bind_file(source, target)
    elif source.is_dir():
        target.mkdir(parents=True)
        below = [one.removeprefix(f"{name}/") for one in own if one.startswith(f"{name}/")]
        if below:
            for one in source.iterdir():
                _mirror(source, target, one.name, below)
        else:
            bind(source, target, "ro")
