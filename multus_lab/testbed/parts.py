"""The parts of a test bed, with what each is told on its command line.

Paths are relative to the test bed's folder, which is each part's working directory. So the names
of etcd's sockets stay short wherever that folder is: a socket's whole path may have no more than
108 bytes (104 on macOS).
"""

from collections.abc import Callable
from pathlib import Path

from multus_lab.programs import KUBERNETES

__all__ = [
    "AUTHORITY",
    "DATA",
    "ETCD_SOCKET",
    "KUBECONFIG",
    "PARTS",
    "SIGNING_KEY",
    "TOKENS",
    "apiserver",
    "etcd",
]

ETCD_SOCKET = "etcd.sock"
KUBECONFIG = "kubeconfig"
TOKENS = "tokens.csv"
# kube-apiserver makes this pair where it finds none. The certificate is its own authority.
AUTHORITY = "certs/apiserver.crt"
SIGNING_KEY = "certs/apiserver.key"

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


def etcd() -> list[str]:
    """What etcd is told."""
    # It knows no users, so it gets no port: sockets in a folder that is the user's alone.
    return [
        "--name=testbed",
        "--data-dir=etcd",
        f"--listen-client-urls=unix://{ETCD_SOCKET}",
        f"--advertise-client-urls=unix://{ETCD_SOCKET}",
        "--listen-peer-urls=unix://peer.sock",
        "--initial-advertise-peer-urls=unix://peer.sock",
        "--initial-cluster=testbed=unix://peer.sock",
        # Data that need not survive a power cut; every write is several times as fast.
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def apiserver(address: str, port: int) -> list[str]:
    """What kube-apiserver is told, to listen on that address alone."""
    return [
        f"--etcd-servers=unix://{ETCD_SOCKET}",
        f"--bind-address={address}",
        f"--advertise-address={address}",
        f"--secure-port={port}",
        # Its address can't stand in an EndpointSlice, which refuses loopback.
        "--endpoint-reconciler-type=none",
        "--cert-dir=certs",
        f"--token-auth-file={TOKENS}",
        "--anonymous-auth=false",
        # As kubeadm has it, so that what is refused there is refused here.
        "--authorization-mode=Node,RBAC",
        "--allow-privileged=true",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-signing-key-file={SIGNING_KEY}",
        f"--service-account-key-file={SIGNING_KEY}",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--profiling=false",
    ]


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
    "etcd": lambda _port, _programs: etcd(),
    "kube-apiserver": lambda port, _programs: apiserver("127.0.0.1", port),
    "kube-controller-manager": _controllers,
    "kube-scheduler": _scheduler,
    "kwok": _kwok,
}
"""The programs in the order they start, each with its arguments, which are made from the API
server's port and the folder of the programs."""
