"""The daemon of `dhcp` by the script of its DaemonSet, asked by the real plugin."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from components.pods import script
from multus_lab.processes import end_session, start, wait
from multus_lab.programs import CNI_PLUGINS
from tests.conftest import Built


@contextmanager
def daemon(program: Path, socket: Path, folder: Path) -> Iterator[None]:
    """The daemon, killed in the end, which leaves its socket."""
    log = folder / "dhcp.log"
    command = [*script("dhcp_daemon"), str(program), str(socket)]
    running = start(command, folder, log, {"PATH": os.defpath})
    try:
        wait("the daemon", lambda: not released(program, socket), {log: running})
        yield
    finally:
        end_session(running.pid)


def released(program: Path, socket: Path) -> str:
    """What the plugin says if it can't have a lease released, which needs its daemon."""
    ipam = {"type": "dhcp", "daemonSocketPath": str(socket)}
    config = {"cniVersion": "1.0.0", "name": "lab", "type": "macvlan", "ipam": ipam}
    env = {"CNI_COMMAND": "DEL", "CNI_CONTAINERID": "0a", "CNI_IFNAME": "net1"}
    env |= {"CNI_PATH": "/nowhere", "CNI_NETNS": "/run/netns/none"}
    done = subprocess.run(
        [program], env=env, input=json.dumps(config), capture_output=True, text=True, check=False
    )
    return done.stdout


def test_a_daemon_starts_after_one_that_was_killed(built: Built, tmp_path: Path) -> None:
    program = built(CNI_PLUGINS)[CNI_PLUGINS.name] / "dhcp"
    socket = tmp_path / "cni" / "dhcp.sock"
    with daemon(program, socket, tmp_path):
        assert socket.is_socket()
    assert socket.is_socket()
    assert "error dialing DHCP daemon" in released(program, socket)
    with daemon(program, socket, tmp_path):
        assert released(program, socket) == ""
