"""etcd and kube-apiserver, as test beds and rehearsals start them.

Paths are relative to the working directory of both, which is a folder of theirs. So the names of
etcd's sockets stay short wherever that folder is: a socket's whole path may have no more than 108
bytes (104 on macOS).
"""

import secrets
from pathlib import Path

from multus_lab.files import write_private

__all__ = [
    "AUTHORITY",
    "ETCD_SOCKET",
    "SIGNING_KEY",
    "TOKENS",
    "apiserver_arguments",
    "etcd_arguments",
    "has_key",
    "make_administrator",
]

ETCD_SOCKET = "etcd.sock"
TOKENS = "tokens.csv"
# kube-apiserver makes this pair where it finds none. The certificate is its own authority.
AUTHORITY = "certs/apiserver.crt"
SIGNING_KEY = "certs/apiserver.key"


def etcd_arguments() -> list[str]:
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


def apiserver_arguments(address: str, port: int) -> list[str]:
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


def make_administrator(folder: Path) -> str:
    """Let in somebody who may do everything; returns the token."""
    token = secrets.token_hex(32)
    write_private(folder / TOKENS, f"{token},admin,admin,system:masters\n")
    return token


def has_key(folder: Path) -> bool:
    """Whether the certificate and its key are there, of which the key is written last."""
    key = folder / SIGNING_KEY
    return key.exists() and key.read_text().rstrip().endswith("KEY-----")
