"""The Whereabouts component's roles: enough for the real programs, and no verb for nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from multus_lab import render
from multus_lab.programs import CNI_PLUGINS, KUBERNETES, MULTUS, WHEREABOUTS, build_all

ROOT = Path(__file__).parents[2]
Right = tuple[str, str]
"""A resource and a verb."""

GROUP = "whereabouts.cni.cncf.io"
NADS = "k8s.cni.cncf.io/network-attachment-definitions"
LEASES = "coordination.k8s.io/leases"

PLAIN: Sequence[Right] = [
    *((f"{GROUP}/ippools", verb) for verb in ("create", "get", "list", "patch", "watch")),
    *(
        (f"{GROUP}/overlappingrangeipreservations", verb)
        for verb in ("create", "delete", "get", "list")
    ),
    *((LEASES, verb) for verb in ("create", "get", "update")),
    *((NADS, verb) for verb in ("list", "watch")),
    *(("pods", verb) for verb in ("get", "list", "watch")),
    ("nodes", "get"),
    *(("events", verb) for verb in ("create", "patch")),
]
SLICES: Sequence[Right] = [
    *(
        (f"{GROUP}/nodeslicepools", verb)
        for verb in ("create", "delete", "get", "list", "update", "watch")
    ),
    *(("nodes", verb) for verb in ("list", "watch")),
]
"""What there is for slices beside that."""


def declared(**ipam: Any) -> list[Any]:
    """What a stack with one network of whereabouts declares."""
    network = {
        "name": "pool",
        "cniVersion": "1.0.0",
        "master": "eth1",
        "ipam": {"type": "whereabouts", "range": "10.12.34.0/24", **ipam},
    }
    config = {
        "zone": {"name": "lab", "range": "10.12.34.0/24", "interface": "eth1"},
        "networks": [network],
        "whereabouts": {"install": True},
    }
    return list(render.declared(config, "role"))


def granted(objects: Sequence[Any]) -> set[Right]:
    return {
        (f"{group}/{resource}" if group else resource, verb)
        for one in objects
        if one["kind"] in ("ClusterRole", "Role") and "whereabouts" in one["metadata"]["name"]
        for rule in one["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def tried(folder: Path, objects: Sequence[Any], trials: Sequence[Right | None]) -> list[Any]:
    """What came of each trial, in namespaces that end with it."""
    groups = (KUBERNETES, CNI_PLUGINS, MULTUS, WHEREABOUTS)
    programs = build_all(groups)
    done = subprocess.run(
        [
            *("setpriv", "--pdeathsig", "KILL"),
            *("unshare", "--mount", "--net", "--uts", "--ipc", "--pid", "--fork", "--kill-child"),
            *("--mount-proc", "--propagation", "private"),
            *(sys.executable, "-m", "tests.wire.counting", str(folder)),
            *(str(programs[one.name]) for one in groups),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=json.dumps({"objects": objects, "trials": trials}) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


class Tried:
    """The trials of a stack: with whole roles, and without each verb."""

    def __init__(self, folder: Path, rights: Sequence[Right], **ipam: Any) -> None:
        self.objects = declared(**ipam)
        self.whole, *rest = tried(folder, self.objects, [None, *rights])
        self.lacking = dict(zip(rights, rest, strict=True))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    return Tried(tmp_path_factory.mktemp("plain"), PLAIN)


@pytest.fixture(scope="module")
def sliced(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    return Tried(tmp_path_factory.mktemp("sliced"), SLICES, node_slice_size="/28")


def rights(found: Any) -> set[Right]:
    return {(what, verb) for what, verb in found}


def test_the_roles_are_enough(plain: Tried) -> None:
    assert (plain.whole["failed"], plain.whole["refused"]) == ("", [])
    assert rights(plain.whole["asked"]) == set(PLAIN) == granted(plain.objects)


def test_the_roles_are_enough_for_slices(sliced: Tried) -> None:
    assert (sliced.whole["failed"], sliced.whole["refused"]) == ("", [])
    assert set(SLICES) <= rights(sliced.whole["asked"])
    assert granted(sliced.objects) == {*PLAIN, *SLICES}


@pytest.mark.parametrize("right", PLAIN, ids=[f"{verb} {what}" for what, verb in PLAIN])
def test_no_verb_is_there_for_nothing(plain: Tried, right: Right) -> None:
    assert right in rights(plain.lacking[right]["refused"])


@pytest.mark.parametrize("right", SLICES, ids=[f"{verb} {what}" for what, verb in SLICES])
def test_no_verb_for_slices_is_there_for_nothing(sliced: Tried, right: Right) -> None:
    assert right in rights(sliced.lacking[right]["refused"])
