"""Rehearsals of an installation, but for what goes on inside: that is in tests/wire."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from multus_lab import cli
from multus_lab.checks import CODES, Severity
from multus_lab.distributions import REFERENCE, STANDARD
from multus_lab.programs import CNI_PLUGINS
from multus_lab.rehearsal import plan
from multus_lab.rehearsal.daemon import memory, remains, report, stage, subject
from multus_lab.rehearsal.daemon.findings import Rehearsed
from multus_lab.rehearsal.daemon.observation import (
    IN_USE,
    REMOVAL,
    RESTART,
    Crowd,
    Installed,
    Left,
    Observation,
    Removed,
    Replaced,
    Start,
    Taken,
)
from multus_lab.rehearsal.daemon.plan import OWN, Plan, Version
from multus_lab.rehearsal.layout import Layout, inside
from multus_lab.rehearsal.sights import SIGHTS
from multus_lab.settings import load
from tests.unit.cases import cases

MIB = 2**20
ZONE: dict[str, Any] = {
    "name": "private",
    "range": "10.12.34.0/24",
    "interface": "eth1",
    "nodes": [{"name": "worker01"}, {"name": "worker02"}],
    "platform": "bare-metal",
    "podsPerNode": 1,
    "mtu": 1500,
}
LOCAL = {"type": "host-local", "subnet": "10.12.34.0/24", "rangeStart": "10.12.34.200"}
POOL = {"type": "whereabouts", "range": "10.12.34.0/24", "range_start": "10.12.34.200"}
Config = Mapping[str, Any]


def network(**keys: Any) -> Config:
    return {"name": "lab", "cniVersion": "1.0.0", "type": "macvlan", "master": "eth1", **keys}


def config(*networks: Config, multus: Config | None = None, **cluster: Any) -> Config:
    return {
        "cluster": cluster,
        "zone": ZONE,
        "networks": list(networks),
        "multus": multus or {},
    }


# --- what can't be rehearsed ----------------------------------------------------------------------

STACK = "config: {{zone: {{name: lab, range: 10.0.0.0/8}}, {}}}"


@cases(
    ("written", "arguments", "words"),
    [
        ("", ["--from", "v4.2.4"], "--from is for a rehearsal of the installation: add --daemon"),
        (
            "",
            ["--daemon", "--manifest", "nads.yaml"],
            "--daemon rehearses what a stack installs: name one, without --manifest",
        ),
        ("", ["--daemon", "--pods", "0"], "--pods is 1 to 50 on each node, not 0"),
        (
            "",
            ["--daemon", "--from", "v4.2.1"],
            "--from v4.2.1: must be a release that is known: v4.1.4, v4.2.0, v4.2.4, ",
        ),
        (
            "multus: {release: v4.2.4}",
            ["--daemon", "--from", "v4.2.4"],
            "Pulumi.one.yaml declares this release itself",
        ),
        (
            "multus: {install: false}",
            ["--daemon"],
            "multus.install is false, so that there is no daemon to rehearse",
        ),
        (
            "cluster: {distribution: rke2}",
            ["--daemon"],
            "so that the stack declares no daemon to rehearse",
        ),
    ],
)
def test_what_can_t_be_rehearsed(
    written: str,
    arguments: Sequence[str],
    words: str,
    project_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (project_folder / "Pulumi.one.yaml").write_text(STACK.format(written))
    with pytest.raises(SystemExit) as ended:
        cli.main(["rehearse", "one", *arguments])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_root_is_needed(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project_folder / "Pulumi.one.yaml").write_text(STACK.format("networks: []"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as ended:
        cli.main(["rehearse", "one", "--daemon"])
    assert ended.value.code == 2
    assert "rehearse needs root" in capsys.readouterr().err


def test_what_check_refuses_is_not_rehearsed(
    project_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project_folder / "Pulumi.one.yaml").write_text(
        STACK.format("multus: {resources: {limits: {memory: 50Mi}}}")
    )
    with pytest.raises(SystemExit) as ended:
        cli.main(["rehearse", "one", "--daemon"])
    told = capsys.readouterr()
    assert ended.value.code == 1
    assert "risk MUL703" in told.out
    assert "nothing was rehearsed" in told.err


# --- what is planned ------------------------------------------------------------------------------


def planned(given: Config, before: str = "") -> Plan:
    """The plan of a stack; what it declares is rendered elsewhere."""
    stack = load(given)
    return subject.Subject("one", given, stack, before, "").planned(1)[0]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[Config]:
    """The configs that are rendered; nothing comes of it."""
    found: list[Config] = []

    def render(given: Config, _: str) -> list[Config]:
        found.append(given)
        return []

    monkeypatch.setattr("multus_lab.rehearsal.subjects.rendered", render)
    return found


def some(count: int, first: str = "10.12.34.200") -> Config:
    last = first.rpartition(".")
    return {"rangeEnd": f"{last[0]}.{int(last[2]) + count - 1}"}


@cases(
    ("networks", "load", "crowd"),
    [
        # how many of worker01's pods attach the stack's network, and not the rehearsal's own
        ([network(ipam={**LOCAL, **some(21)})], 4, 20),
        ([network(ipam={**LOCAL, **some(3)})], 2, 2),
        # one pool for both nodes, with a pod on each
        ([network(ipam={**POOL, "range_end": "10.12.34.220"})], 4, 19),
        ([network(ipam={"type": "none"})], 4, 50),
        ([network(ipam={"type": "none"}, mode="passthru")], 0, 0),
        ([], 0, 0),
    ],
    ids=["host-local", "a short range", "whereabouts", "no addresses", "one pod", "no network"],
)
@pytest.mark.usefixtures("rendered")
def test_more_pods_attach_a_network_as_long_as_it_has_room(
    networks: Sequence[Config], load: int, crowd: int
) -> None:
    made = planned(config(*networks))
    on = [one for one in made.load if one.node == "worker01"]
    assert (len(on), len(made.load), len(made.crowd)) == (4, 8, 50)
    assert sum(one.network == "default/lab" for one in on) == load
    assert sum(one.network == "default/lab" for one in made.crowd) == crowd
    assert made.strangers == 50 - crowd + 2 * (4 - load)
    assert made.crowded == "worker01"
    assert {one.network for one in (*made.load, *made.crowd)} <= {"default/lab", f"default/{OWN}"}
    assert len({one.name for one in (*made.load, *made.crowd, *made.whole.pods)}) == 58 + len(
        made.whole.pods
    )


@cases(
    ("multus", "other"),
    [
        ({}, "/etc/cni/primary.d"),
        ({"paths": {"multusAutoconfigDir": "/run/cni/primary"}}, "/etc/cni/net.d"),
        ({"paths": {"cniConfigDir": "/a", "multusAutoconfigDir": "/b"}}, "/a"),
    ],
)
def test_both_layouts_of_folders_are_rehearsed(
    multus: Config, other: str, rendered: list[Config]
) -> None:
    made = planned(config(multus=multus))
    assert made.other.layout.primary_dir == other
    assert made.declared.layout.two_folders != made.other.layout.two_folders
    assert rendered[-1]["multus"]["paths"]["multusAutoconfigDir"] == other


@cases(
    ("multus", "before", "daemon"),
    [
        ({"daemonConfig": {"connectionLimit": 5}}, "v4.2.4", {}),
        ({"daemonConfig": {"logLevel": "error"}}, "v4.2.4", {"logLevel": "error"}),
        ({"daemonConfig": {"cniVersion": "1.1.0"}}, "v4.2.0", {"cniVersion": "1.0.0"}),
        ({"daemonConfig": {"cniVersion": "0.4.0"}}, "v4.2.0", {"cniVersion": "0.4.0"}),
        ({"release": "v4.3.2", "releaseAs": "v4.3.0", "tag": "v4.3.2-thick"}, "v4.1.4", {}),
        ({"resources": {"limits": {"memory": "64Mi"}}}, "v4.1.4", {}),
    ],
)  # fmt: skip
def test_what_is_upgraded_has_what_its_release_reads(
    multus: Config, before: str, daemon: Config, rendered: list[Config]
) -> None:
    made = planned(config(multus=multus), before)
    assert made.before is not None
    assert made.before.release == before
    assert made.before.grace == 10
    earlier = rendered[-1]
    assert earlier["multus"]["daemonConfig"] == daemon
    assert not {"tag", "releaseAs"} & earlier["multus"].keys()
    assert "MUL703" in earlier["accept"]
    assert "accept" not in rendered[0]


# --- where a node has what ------------------------------------------------------------------------


@cases(
    ("links", "path", "found"),
    [
        ({}, "/etc/cni/net.d", "etc/cni/net.d"),
        ({"var/run": "/run"}, "/var/run/netns/", "run/netns"),
        ({"snap/current": "8596"}, "/snap/current/bin", "snap/8596/bin"),
        ({"a": "/b/c", "b/c": "/d"}, "/a/x", "d/x"),
        ({"a": "/a"}, "/a", "a"),
    ],
)
def test_a_node_s_links_stay_on_the_node(
    links: Mapping[str, str], path: str, found: str, tmp_path: Path
) -> None:
    root = tmp_path / path.strip("/").replace("/", "-")
    root.mkdir(exist_ok=True)
    for link, target in links.items():
        (root / link).parent.mkdir(parents=True, exist_ok=True)
        (root / link).symlink_to(target)
    assert inside(root, path) == root / found


@cases(
    ("cluster", "paths", "layout"),
    [
        ({}, {}, {"primary_version": "", "programs_dir": ""}),
        ({"primaryNetwork": {"cniVersion": "0.3.1"}}, {}, {"primary_version": "0.3.1"}),
        (
            {"distribution": "k3s"},
            {},
            {"programs_dir": "/var/lib/rancher/k3s/data/<hash>/bin"},
        ),
        (
            {"distribution": "k3s"},
            {"binDir": "/var/lib/rancher/k3s/data/current/bin"},
            {"programs_dir": ""},
        ),
        ({"distribution": "talos"}, {}, {"links": {}}),
    ],
)
def test_a_node_is_laid_out_as_its_distribution_has_it(
    cluster: Config, paths: Config, layout: Config
) -> None:
    stack = load(config(multus={"paths": paths}, **cluster))
    made = Layout.of(stack.multus, stack.cluster)
    assert made.paths == stack.multus.folders
    assert {key: getattr(made, key) for key in layout} == layout


PLUGINS = {"installPlugins": {"image": "lab/plugins:v1.10.0", "plugins": ["macvlan", "bridge"]}}


@cases(
    ("cluster", "multus", "brought"),
    [
        ({}, {}, []),
        ({"distribution": "k3s"}, {}, []),
        ({}, PLUGINS, ["macvlan", "bridge"]),
        ({"distribution": "k3s"}, PLUGINS, ["macvlan"]),
        ({"distribution": "rke2"}, PLUGINS, []),
    ],
    ids=["nothing", "asked not", "unknown nodes", "bridge is there", "all are there"],
)
def test_a_node_lacks_what_the_stack_brings(
    cluster: Config, multus: Config, brought: Sequence[str]
) -> None:
    stack = load(config(multus=multus, **cluster))
    assert Layout.of(stack.multus, stack.cluster).brought == brought


def test_what_can_be_brought_is_built() -> None:
    assert set(CNI_PLUGINS.programs) >= REFERENCE


def test_a_plan_is_read_inside_as_it_was_made(rendered: list[Config]) -> None:
    made = planned(config(network(ipam=LOCAL), distribution="k3s"), "v4.2.4")
    written = json.dumps(asdict(made))
    read = stage.read(written)
    assert json.dumps(asdict(read)) == written
    assert read.declared.layout == made.declared.layout
    assert rendered


# --- what is looked at inside ---------------------------------------------------------------------


@cases(
    ("found", "told"),
    [
        (set(), []),
        ({"/opt/cni/bin/multus-shim"}, [Left("/opt/cni/bin/multus-shim")]),
        ({"/run/multus/"}, [Left("/run/multus/", 0)]),
        (
            {"/run/multus/", "/run/multus/a/", "/run/multus/a/b", "/run/multus/c", "/run/multus.x"},
            [Left("/run/multus.x"), Left("/run/multus/", 2)],
        ),
        ({"/var/lib/cni/networks/lab/10.0.0.1", "interface dummy0"}, [Left("interface dummy0")]),
    ],
)
def test_new_folders_are_told_as_one(found: set[str], told: Sequence[Left]) -> None:
    assert remains.summed(found, ["/var/lib/cni/networks"]) == told


def test_memory_is_that_of_a_process_and_of_all_below_it() -> None:
    inner = "import sys; held = bytearray(64 << 20); print(flush=True); sys.stdin.read()"
    outer = f"import subprocess, sys; subprocess.run([{sys.executable!r}, '-c', {inner!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        parent.stdout.readline()
        # Both are one program, of which a second one in a row is about to become another.
        with_child = memory.taken(frozenset({parent.pid, *_children(parent.pid)}))
        assert with_child > 64 * MIB
        assert memory.taken(frozenset({parent.pid})) < with_child - 64 * MIB
        parent.communicate()


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found]


# --- what is found --------------------------------------------------------------------------------


ONE = Layout()
SHIM = [Left("/opt/cni/bin/multus-shim")]


def version(release: str = "v4.1.4", programs: str = "", memory: int | None = None) -> Version:
    return Version(release, programs or release, [], ONE, 10, memory)


TWO = replace(version(), layout=Layout(paths=STANDARD._replace(multus_autoconfig_dir="/b")))
POD = plan.Pod("lab-worker01-1", "default", "worker01", "default/lab", "lab", "zone")
NODE = plan.Node("worker01", "198.18.0.1/16", "10.244.0.0/24", [], "10-cluster.conflist")
BEFORE, DURING = [Start("load-1", 0.2)], [Start("load-1", 0.4)]
FINE = Replaced("worker01", RESTART, False, 1.5, BEFORE, DURING, [POD.name])
NEVER = replace(FINE, during=[Start("load-1", 60, error="ouch")])
WITHOUT = replace(FINE, during=[Start("load-1", 0.3, without=True), Start("load-2", 0.4)])
BETTER = replace(FINE, two_folders=True, during=[Start("load-1", 1.9, 12)])


def lived(declared: Version | None = None, before: Version | None = None, **seen: Any) -> Rehearsed:
    """An installation in which all is well, but for what else was seen."""
    whole = plan.Plan([NODE], [], [POD], "10.96.0.10")
    made = Plan(whole, declared or version(), TWO, before, [POD], [replace(POD, name="crowd-1")])
    well: dict[str, Any] = {
        "installed": [Installed("worker01", "v4.1.4", 1.2)],
        "attached": [Start("lab-worker01-1", 0.3)],
        "replaced": [FINE, BETTER],
        "crowds": [Crowd(0, 40 * MIB), Crowd(1, 60 * MIB, 0, 0.3)],
        "removed": [Removed("worker01", SHIM)],
        "taken": [],
    }
    return Rehearsed(made, Observation(**{**well, **seen}), [])


def taken(phase: str, network: str, two: bool = False) -> dict[str, Any]:
    return {"taken": [Taken(phase, two, "worker01", network, ["10.0.0.7", "10.0.0.8"])]}


LEAKS = {"declared": version("v4.3.1", programs="v4.3.0")}
GONE = "1 pod of 2 that started meanwhile run with eth0 alone; the configuration was gone for 1.5 s"
BARE = [Removed("worker01", [], configured=False)]
STALE = [Removed("worker01", [Left("/etc/cni/net.d/00-multus.conf")])]
FOUND: list[tuple[dict[str, Any], str, str]] = [
    ({"attached": [Start(POD.name, 0.3, error="no")]}, "WIR601", f"ADD of {POD.name} fails: no"),
    ({"attached": [Start(POD.name, 0.3, without=True)]}, "WIR601", "runs without its network"),
    ({"refused": {"default/lab": "no"}}, "WIR608", "no"),
    ({"forbidden": ["get pods"]}, "WIR607", "the ClusterRole doesn't let the daemon get pods"),
    ({"replaced": [WITHOUT]}, "WIR610", GONE),
    ({"replaced": [NEVER]}, "WIR601", "restart on worker01: load-1: ouch"),
    ({"replaced": [replace(FINE, lost=[POD.name])]}, "WIR613", "no longer has the networks"),
    (
        {"declared": version(memory=50 * MIB)},
        "WIR611",
        "60 MiB while 1 pod starts, with a limit of 50 MiB",
    ),
    ({"declared": version(memory=30 * MIB)}, "WIR611", "40 MiB at rest"),
    ({"removed": STALE}, "WIR612", "00-multus.conf is left on worker01"),
    (taken(IN_USE, "lab"), "WIR604", "10.0.0.7 of lab on worker01 stays taken after its pod"),
    (taken(RESTART, "lab"), "WIR614", "restart: 2 allocations of pods that were deleted"),
    (taken(REMOVAL, "lab"), "WIR614", "removal: 2 allocations"),
    ({"removed": BARE}, "WIR612", "the runtime on worker01 has no network's file left"),
    (taken(IN_USE, "cluster"), "WIR604", "10.0.0.7 of the primary network on worker01 stays taken"),
    (taken(RESTART, "cluster"), "WIR614", "restart: 2 allocations of pods that were deleted: 10"),
    (
        {"declared": version("v4.3.0"), **taken(IN_USE, "cluster")},
        "WIR604",
        "2 allocations of the primary network stay taken, as is known of v4.3.0",
    ),
    (
        {"before": version("v4.3.0"), "declared": version("v4.2.4"), **taken(IN_USE, "cluster")},
        "WIR604",
        "stay taken, as is known of v4.3.0 and v4.2.4",
    ),
]


@cases(("seen", "code", "words"), FOUND, ids=[f"{one[1]} {one[2]}" for one in FOUND])
def test_what_is_seen_is_told(seen: dict[str, Any], code: str, words: str) -> None:
    found = lived(**seen).findings()
    assert [one.code for one in found] == [code]
    assert words in found[0].message
    assert found[0].fix


@cases(
    "seen",
    [
        {},
        {"declared": version(memory=64 * MIB)},
        {"declared": replace(TWO)},
        # what others have in their layout is for comparison
        {"replaced": [FINE, replace(WITHOUT, two_folders=True)]},
        taken(RESTART, OWN),
        taken(RESTART, "lab", two=True),
        # the programs that ran leak, and those of the release don't
        {**LEAKS, **taken(IN_USE, "cluster")},
    ],
)
def test_what_is_fine_is_not_told(seen: dict[str, Any]) -> None:
    assert lived(**seen).findings() == []


@cases(
    ("seen", "severity"),
    [
        ({"declared": version("v4.3.0"), **taken(IN_USE, "cluster")}, Severity.NOTE),
        ({"before": version("v4.2.4"), **taken(IN_USE, "cluster")}, Severity.NOTE),
        (taken(IN_USE, "cluster"), Severity.ERROR),
        ({"replaced": [WITHOUT]}, Severity.NOTE),
        ({"removed": STALE}, Severity.ERROR),
        ({"removed": BARE}, Severity.NOTE),
    ],
)
def test_what_is_known_of_releases_refuses_nothing(
    seen: dict[str, Any], severity: Severity
) -> None:
    assert [one.severity for one in lived(**seen).findings()] == [severity]


def test_every_sight_of_a_daemon_can_be_found() -> None:
    ours = {code for _, code, _ in FOUND}
    assert {code for code in SIGHTS if code >= "WIR610"} <= ours
    assert all(code in CODES for code in ours)


# --- what is told ---------------------------------------------------------------------------------


def text(lab: Rehearsed) -> str:
    return report.printed(lab, lab.findings(), 61.25)


BOTH = [
    Removed("worker01", [Left("/a/", 5), Left("/b/", 0)]),
    Removed("worker02", [Left("/a/", 3), Left("/b/", 0)]),
]
KEPT = "worker01  1.5 s  1        0           0.40 s        0.20 s  1 of 1 kept theirs"
TOLD: list[tuple[dict[str, Any], Sequence[str]]] = [
    ({}, ["worker01  1.2 s        1 of 1         0.30 s"]),
    ({}, ["restart under load, one folder, as the stack has it"]),
    ({}, ["restart under load, two folders, for comparison"]),
    ({}, [KEPT]),
    ({"replaced": [WITHOUT]}, ["worker01  1.5 s  2        1           0.40 s"]),
    ({}, ["memory of the daemon and its plugins on worker01, no limit"]),
    ({}, ["1                60 MiB  -"]),
    ({"declared": version(memory=80 * MIB)}, ["worker01, limit 80 MiB", "60 MiB  75 %"]),
    ({}, ["removed; left on worker01\n  /opt/cni/bin/multus-shim\n"]),
    ({"removed": [Removed("worker01", [])]}, ["removed; left on worker01: nothing\n"]),
    ({}, ["addresses that stay taken: none\n"]),
    (taken(REMOVAL, "lab"), ["removal  one      lab      2          10.0.0.7"]),
    ({"removed": BOTH}, ["left on each of 2 nodes\n  /a/ (3 to 5 files)\n  /b/ (empty)\n"]),
    ({"removed": BOTH[:1]}, ["left on worker01\n  /a/ (5 files)\n  /b/ (empty)\n"]),
    ({"before": version("v4.2.4")}, ["installed v4.2.4\n", "v4.2.4 to v4.1.4 on 1 node, "]),
    (LEAKS, ["the programs of v4.3.1, which can't be built here: those of v4.3.0; objects,"]),
    (LEAKS, ["v4.3.0 is known to leak them, and v4.3.1 isn't"]),
    ({"replaced": [WITHOUT]}, ["\nnote WIR610, seen:\n  1 pod of 2", "in 61.2 s: 1 noted\n"]),
]


@cases(("seen", "words"), TOLD)
def test_the_report_tells(seen: dict[str, Any], words: Sequence[str]) -> None:
    told = text(lived(**seen))
    assert [one for one in words if one not in told] == []


def test_json_has_all_of_it() -> None:
    lab = lived(replaced=[WITHOUT, BETTER], **taken(RESTART, "lab"))
    told = json.loads(report.as_json(lab, lab.findings(), 61.25))
    assert (told["release"], told["programs"], told["from"]) == ("v4.1.4", "v4.1.4", None)
    assert [one["without"] for one in told["replaced"]] == [["load-1"], []]
    assert [one["longestWait"] for one in told["replaced"]] == [0.4, 1.9]
    assert told["memory"]["limit"] is None
    assert [one["memory"] for one in told["memory"]["crowds"]] == [40 * MIB, 60 * MIB]
    assert told["taken"][0]["addresses"] == ["10.0.0.7", "10.0.0.8"]
    assert [one["code"] for one in told["findings"]] == ["WIR610", "WIR614"]
    assert told["refused"] is False
    assert told["seconds"] == 61.2


def test_what_was_seen_is_read_outside_as_it_was_seen() -> None:
    seen = lived(replaced=[WITHOUT, BETTER], **taken(RESTART, "lab")).seen
    read = Observation.of(json.loads(json.dumps(asdict(seen))))
    assert asdict(read) == json.loads(json.dumps(asdict(seen)))
    assert read.replaced[0].without == ["load-1"]
