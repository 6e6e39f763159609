"""What a rehearsal says where it can't be had; the rest is in tests/wire."""

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from multus_lab.checks.network import Network
from multus_lab.plugins import record
from multus_lab.progress import Progress
from multus_lab.rehearsal import stage, world
from multus_lab.rehearsal.errors import UnableError
from multus_lab.rehearsal.plan import Plan
from tests.unit.cases import cases
from tests.unit.rules import network

PLAN = Plan(nodes=(), segments=(), pods=(), service="10.96.0.10")


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(UnableError) as caught:
        act()
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_root_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    said = refused(lambda: world.rehearse(PLAN, Progress()))
    assert said == "rehearse needs root, to make network namespaces and interfaces in them"


def test_linux_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "rehearse needs Linux" in refused(lambda: world.rehearse(PLAN, Progress()))


@pytest.mark.parametrize("tool", ["ip", "nsenter", "setpriv", "unshare"])
def test_the_programs_are_needed(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        "multus_lab.rehearsal.world.shutil.which", lambda name: None if name == tool else name
    )
    assert f"rehearse needs `{tool}`: install" in refused(lambda: world.rehearse(PLAN, Progress()))


def test_namespaces_are_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "setpriv"
    shim.write_text(
        "#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n"
    )
    shim.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("MULTUS_LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        world, "build_all", lambda groups, progress: {one.name: tmp_path for one in groups}
    )
    said = refused(lambda: world.rehearse(PLAN, Progress()))
    assert (
        said == "no namespaces can be made here: unshare: unshare failed: Operation not permitted"
    )


# --- what the machine lacks -----------------------------------------------------------------------

NO_IPTABLES, NO_NFT = "this machine has no iptables", "this machine has no nft"
NEITHER = "this machine has neither iptables nor nft"
NO_FILTERING = "the kernel of this machine has no VLAN filtering"
RULES = ["!", "-d", "10.1.0.5"]
PORTS = {"portMappings": [{"hostPort": 80, "containerPort": 80}]}


def needing(kind: str, **keys: Any) -> Network:
    """A network of that plugin, behind another if it has to be."""
    known = record(kind)
    before = [] if known is not None and known.main else [{"type": "bridge"}]
    return network({"cniVersion": "1.0.0", "plugins": [*before, {"type": kind, **keys}]})


def masquerading(**keys: Any) -> Network:
    return needing("bridge", ipMasq=True, **keys)


def on_ports(**keys: Any) -> Network:
    return needing("portmap", runtimeConfig=PORTS, **keys)


LACKING: list[tuple[Network, str, str]] = [
    # what fails on the machine: programs that it hasn't got, or words of what they are told
    *(
        (needing(kind), f"type {kind}", f"the kernel of this machine has no {kind}")
        for kind in ("ipvlan", "vlan", "vrf", "dummy")
    ),
    (needing("tap"), "mode tap", "the kernel of this machine has no tap"),
    (
        needing("tap", selinuxContext="system_u:object_r:x:s0"),
        "grep",
        "tap's selinuxContext: the kernel of this machine has no SELinux",
    ),
    (needing("tap"), "grep", ""),
    (needing("sbr"), "rule add", "the kernel of this machine has no policy routing"),
    (needing("bridge", vlan=5), "vlan_filtering", f"bridge's vlan: {NO_FILTERING}"),
    (
        needing("bridge", vlanTrunk=[{"id": 5}]),
        "vlan_filtering",
        f"bridge's vlanTrunk: {NO_FILTERING}",
    ),
    (needing("bridge", vlanTrunk=[]), "vlan_filtering", f"bridge's vlanTrunk: {NO_FILTERING}"),
    (needing("bridge", vlan=0), "vlan_filtering", ""),
    (needing("bridge", macspoofchk=True), "nft", f"bridge's macspoofchk: {NO_NFT}"),
    (needing("bridge", macspoofchk=True), "bridge", f"bridge's macspoofchk: {NO_NFT}"),
    (needing("bridge", macspoofchk=True), "iptables", ""),
    (needing("bridge", macspoofchk=False), "nft", ""),
    (masquerading(), "iptables, nft", f"bridge's ipMasq: {NEITHER}"),
    (masquerading(), "MASQUERADE, nft", f"bridge's ipMasq: {NEITHER}"),
    # It takes iptables, as that is there, though the kernel translates no addresses by it.
    (masquerading(), "MASQUERADE", f"bridge's ipMasq: {NEITHER}"),
    (masquerading(), "iptables", ""),
    (masquerading(), "nft", ""),
    (masquerading(ipMasqBackend="iptables"), "iptables", f"bridge's ipMasq: {NO_IPTABLES}"),
    (masquerading(ipMasqBackend="iptables"), "nft", ""),
    (masquerading(ipMasqBackend="nftables"), "nft", f"bridge's ipMasq: {NO_NFT}"),
    (masquerading(ipMasqBackend="nftables"), "iptables", ""),
    (masquerading(IPMASQBACKEND="nftables"), "nft", f"bridge's ipMasq: {NO_NFT}"),
    (needing("bridge", ipMasqBackend="nftables"), "iptables, nft", ""),
    (needing("ptp", ipMasq=True), "iptables, nft", f"ptp's ipMasq: {NEITHER}"),
    (needing("ptp"), "iptables, nft", ""),
    (needing("firewall"), "iptables", NO_IPTABLES),
    (needing("firewall"), "nft", ""),
    (needing("firewall", backend="firewalld"), "", "firewall's backend: no firewalld runs here"),
    (needing("portmap"), "iptables, nft", ""),
    (on_ports(), "iptables, nft", f"portmap's runtimeConfig: {NEITHER}"),
    (on_ports(), "nft", ""),
    (on_ports(backend="nftables"), "nft", f"portmap's runtimeConfig: {NO_NFT}"),
    (needing("portmap", conditionsV4=RULES), "iptables", f"portmap's conditionsV4: {NO_IPTABLES}"),
    (needing("portmap", conditionsV4=RULES), "iptables, nft", ""),
    (needing("portmap", conditionsV4=RULES, backend="iptables"), "iptables", ""),
    (
        needing("portmap", externalSetMarkChain="LAB"),
        "iptables",
        f"portmap's externalSetMarkChain: {NO_IPTABLES}",
    ),
    (
        needing("bandwidth", ingressRate=8000),
        "tbf",
        "bandwidth's ingressRate: the kernel of this machine has no tbf",
    ),
    (
        needing("bandwidth", egressRate=8000),
        "type ifb",
        "bandwidth's egressRate: the kernel of this machine has no ifb that packets can be sent to",
    ),
    (needing("bandwidth", egressRate=8000), "tc", ""),
    (needing("bandwidth", ingressRate=8000), "type ifb", ""),
]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Have shell lines tried with programs that do nothing, but for those and what fails here."""
    numbers = count()

    def made(fails: str) -> Path:
        folder, words = tmp_path / str(next(numbers)), fails.split(", ")
        folder.mkdir()
        broken = "|".join(f"*'{one}'*" for one in words if one) or "-"
        for name in {"ip", "tc", "iptables", "nft", "grep"} - set(words):
            (folder / name).write_text(
                f'#!/bin/sh\ncase "$*" in {broken}) echo no >&2; exit 2; esac\n'
            )
            (folder / name).chmod(0o700)
        return folder

    def run(*command: str | Path) -> None:
        _, _, _, root, *_, line = map(str, command)
        shell = ["/bin/sh", "-c", line]
        subprocess.run(shell, env={"PATH": root}, check=True, capture_output=True, text=True)

    monkeypatch.setattr(stage, "run", run)
    return made


@cases(
    ("given", "fails", "reason"),
    LACKING,
    ids=[f"{case[0].plugins[-1].type}: {case[1]}: {case[2]}" for case in LACKING],
)
def test_what_the_machine_lacks_is_left_out(
    given: Network, fails: str, reason: str, machine: Callable[[str], Path]
) -> None:
    trials = Plan.of([given], None, 1).trials
    found = stage.lacking(trials, machine(fails))
    expected = reason.replace(": ", " can't be set up: ", 1)
    assert found == ({"default/lab": expected} if reason else {})


def test_macvlan_is_needed(machine: Callable[[str], Path]) -> None:
    trials = Plan.of([needing("macvlan", master="eth1")], None, 1).trials
    said = refused(lambda: stage.lacking(trials, machine("type macvlan")))
    assert said == "nothing can be rehearsed: the kernel of this machine has no macvlan: no"
