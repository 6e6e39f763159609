"""What a container runtime does for a pod's network: a namespace, ADD, CHECK and DEL.

By `cnitool`, the program of the CNI project over its libcni, with the arguments that containerd
and CRI-O pass (K8S_POD_NAME and its kin).
"""

import re
import subprocess
from collections.abc import Iterable
from typing import Any

from multus_lab.rehearsal import plan
from multus_lab.rehearsal.commands import PATH, ip_json, make_netns, run
from multus_lab.rehearsal.node import Node
from multus_lab.rehearsal.observation import Interface

INTERFACE = "net1"
"""What Multus calls a pod's first secondary interface."""

_TIMEOUT_SECONDS = 60


class Sandbox:
    """A pod's network namespace on its node.

    Args:
        pod: the pod, whose object the API server holds.
        uid: that object's.
        node: where it runs.
        number: which of the pod's sandboxes it is, from 1.

    """

    def __init__(self, pod: plan.Pod, uid: str, node: Node, number: int = 1) -> None:
        self.pod = pod
        self.node = node
        self._uid = uid
        self._number = number
        self._name = f"cni-{uid}-{number}"
        self.netns = node.place(node.layout.paths.netns_dir) / self._name
        make_netns(self.netns)

    def add(self) -> str:
        """Attach it to all its networks; what went wrong, or ""."""
        return self._call("add")

    def check(self) -> str:
        """Ask whether all is still as ADD left it; what isn't, or ""."""
        return self._call("check")

    def delete(self) -> str:
        """Detach it and end the namespace; what went wrong, or ""."""
        try:
            return self._call("del")
        finally:
            self.discard()

    def discard(self) -> None:
        """End the namespace, of a sandbox that was never attached."""
        run("umount", "--lazy", self.netns)
        self.netns.unlink(missing_ok=True)

    def next(self) -> "Sandbox":
        """Another one for the same pod, as a kubelet makes where the first is gone."""
        return Sandbox(self.pod, self._uid, self.node, self._number + 1)

    def _call(self, command: str) -> str:
        arguments = {
            "IgnoreUnknown": "1",
            "K8S_POD_NAMESPACE": self.pod.namespace,
            "K8S_POD_NAME": self.pod.name,
            "K8S_POD_INFRA_CONTAINER_ID": self._uid.replace("-", ""),
            "K8S_POD_UID": self._uid,
        }
        paths = self.node.layout.paths
        network = self.node.network()
        if not network:
            return f"no network configuration in {paths.cni_config_dir}"
        netns = f"{paths.netns_dir.rstrip('/')}/{self._name}"
        words = ("/opt/runtime/cnitool", command, network, netns)
        try:
            done = subprocess.run(
                [str(word) for word in self.node.command(*words)],
                env={
                    "PATH": PATH,
                    "NETCONFPATH": paths.cni_config_dir,
                    "CNI_PATH": paths.bin_dir,
                    "CNI_IFNAME": "eth0",
                    "CNI_ARGS": ";".join(f"{key}={value}" for key, value in arguments.items()),
                },
                capture_output=True,
                text=True,
                check=False,
                timeout=_TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"no answer within {_TIMEOUT_SECONDS} s"
        if done.returncode == 0:
            return ""
        return said_by_plugin(done.stderr.strip() or done.stdout.strip())

    def interfaces(self) -> list[Interface]:
        """Its interfaces but for the loopback."""
        shown = ip_json(["address show"], self.netns)
        return [_interface(one) for one in (shown[0] if shown else []) if one["ifname"] != "lo"]

    def default_routes(self, version: int) -> list[str]:
        """The interfaces of its default routes of the least metric, the kernel's first first."""
        family = "-4" if version == 4 else "-6"
        shown = ip_json(["route show default"], self.netns, family)
        routes = [one for one in (shown[0] if shown else []) if one.get("dev") != "lo"]
        least = min((int(one.get("metric", 0)) for one in routes), default=0)
        found: dict[str, None] = {}
        for route in routes:
            for hop in route.get("nexthops", [route]) if route.get("metric", 0) == least else ():
                found[hop.get("dev", "")] = None
        return list(filter(None, found))

    def ways(self, addresses: Iterable[str]) -> dict[str, str]:
        """The interface by which it reaches each address, with the gateway; no way, no entry."""
        shown = ip_json([f"route get {one}" for one in addresses], self.netns)
        return {
            route["dst"]: " via ".join(filter(None, (route["dev"], route.get("gateway"))))
            for routes in shown
            for route in routes
            if "dev" in route
        }


def _interface(shown: dict[str, Any]) -> Interface:
    addresses = [
        one for one in shown.get("addr_info", []) if "local" in one and one.get("scope") != "link"
    ]
    return Interface(
        name=shown["ifname"],
        mac=shown.get("address", ""),
        mtu=shown["mtu"],
        addresses=[f"{one['local']}/{one['prefixlen']}" for one in addresses],
        failed=[one["local"] for one in addresses if one.get("dadfailed")],
        up="UP" in shown.get("flags", ()),
    )


_BEFORE = re.compile(
    r".*(?:ERRORED: |error adding container to network \"[^\"]*\": |Multus: \[[^]]*\]: )", re.DOTALL
)
_AFTER = re.compile(r"\s*(?:\\n)*'?: StdinData: .*", re.DOTALL)
_USAGE = re.compile(r"Error: (.*?)\nUsage:\n.*", re.DOTALL)  # cnitool of cni v1.3.1


def said_by_plugin(said: str) -> str:
    """What the plugin said, out of what cnitool, the shim and the daemon put around it."""
    said = _USAGE.sub(r"\1", said)
    return " ".join(_AFTER.sub("", _BEFORE.sub("", said)).replace("\\n", " ").split()) or said
