"""The parts of a test bed, with what each is told on its command line.

Paths are relative to the test bed's folder, which is each part's working directory.
"""

from collections.abc import Callable
from pathlib import Path

from multus_lab.apiserver import (
    AUTHORITY,
    ETCD_SOCKET,
    SIGNING_KEY,
    TOKENS,
    apiserver_arguments,
    etcd_arguments,
)
from multus_lab.programs import KUBERNETES

__all__ = ["DATA", "KUBECONFIG", "PARTS"]

KUBECONFIG = "kubeconfig"

DATA = (
    "pulumi",
    "etcd",
    ETCD_SOCKET,
    "peer.sock",
    "certs",
    TOKENS,
    KUBECONFIG,
    "home",
    "flexvolume",
)
"""What a test bed consists of, and what goes with it; logs and the state file stay."""


def _controllers(_port: int, _programs: Path) -> list[str]:
    return [
        f"--kubeconfig={KUBECONFIG}",
        "--secure-port=0",  # no port at all
        "--leader-elect=false",
        "--allocate-node-cidrs=true",
        "--cluster-cidr=10.244.0.0/16",
        f"--root-ca-file={AUTHORITY}",
        f"--service-account-private-key-file={SIGNING_KEY}",
        # It makes this folder, by default in /usr/libexec.
        "--flex-volume-plugin-dir=flexvolume",
        "--profiling=false",
    ]


def _scheduler(_port: int, _programs: Path) -> list[str]:
    return [
        f"--kubeconfig={KUBECONFIG}",
        "--secure-port=0",
        "--leader-elect=false",
        "--profiling=false",
    ]


def _kwok(_port: int, programs: Path) -> list[str]:
    # Without --server-address and --node-port it listens nowhere.
    return [
        f"--kubeconfig={KUBECONFIG}",
        "--manage-all-nodes",
        "--node-lease-duration-seconds=40",
        *(f"--config={programs.parent / file.target}" for file in KUBERNETES.files),
    ]


PARTS: dict[str, Callable[[int, Path], list[str]]] = {
    "etcd": lambda _port, _programs: etcd_arguments(),
    "kube-apiserver": lambda port, _programs: apiserver_arguments("127.0.0.1", port),
    "kube-controller-manager": _controllers,
    "kube-scheduler": _scheduler,
    "kwok": _kwok,
}
"""The programs in the order they start, each with its arguments, which are made from the API
server's port and the folder of the programs."""
