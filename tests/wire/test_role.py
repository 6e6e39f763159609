"""The Multus component's ClusterRole: enough for the real daemon, and no verb for nothing."""

import copy
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from multus_lab.progress import Progress
from multus_lab.rehearsal.findings import Rehearsed
from multus_lab.rehearsal.subjects import Subject, of_stack

# On a network without addresses a second sandbox is told of in the same words as the first, so
# that the event is counted up (patch) rather than made anew. The release is one whose daemon runs.
STACK = """
config:
  multus-lab:multus: {release: v4.3.0}
  multus-lab:zone: {name: lab, range: 10.12.34.0/24, interface: eth1, mtu: 1500, podsPerNode: 1,
    platform: bare-metal, nodes: [{name: worker01}]}
  multus-lab:networks:
    - {name: wire, cniVersion: 1.0.0, master: eth1, ipam: {type: none}}
"""

VERBS = [
    ("k8s.cni.cncf.io/network-attachment-definitions", "list"),
    ("k8s.cni.cncf.io/network-attachment-definitions", "watch"),
    ("pods", "get"),
    ("pods", "list"),
    ("pods", "watch"),
    ("pods/status", "update"),
    ("events", "create"),
    ("events", "patch"),
]


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    path = tmp_path_factory.mktemp("role") / "Pulumi.role.yaml"
    path.write_text(STACK)
    return of_stack(str(path))


@pytest.fixture(scope="module")
def objects(subject: Subject) -> Sequence[Any]:
    return subject.objects()


def rehearsed(subject: Subject, objects: Sequence[Any]) -> Rehearsed:
    return replace(subject, objects=lambda: objects).rehearse(1, Progress(io.StringIO()))


def rules(objects: Sequence[Any]) -> Any:
    return next(one["rules"] for one in objects if one["kind"] == "ClusterRole")


def verbs(rules: Any) -> Iterator[tuple[str, str]]:
    for rule in rules:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                for verb in rule["verbs"]:
                    yield (f"{group}/{resource}" if group else resource), verb


def without(objects: Sequence[Any], what: str, verb: str) -> list[Any]:
    changed = copy.deepcopy(list(objects))
    role = next(one for one in changed if one["kind"] == "ClusterRole")
    for rule in role["rules"]:
        if what in {name for name, _ in verbs([rule])}:
            rule["verbs"].remove(verb)
    role["rules"] = [rule for rule in role["rules"] if rule["verbs"]]
    return changed


def test_the_role_is_enough(subject: Subject, objects: Sequence[Any]) -> None:
    whole = rehearsed(subject, objects)
    assert not [one for one in whole.findings() if one.refuses]
    assert not whole.seen.forbidden
    used = {tuple(reversed(call.split(" "))) for call in whole.seen.calls}
    assert used == set(VERBS)


def test_the_table_has_every_verb_of_the_role(objects: Sequence[Any]) -> None:
    assert sorted(verbs(rules(objects))) == sorted(VERBS)


@pytest.mark.parametrize(("what", "verb"), VERBS, ids=[f"{verb} {what}" for what, verb in VERBS])
def test_no_verb_is_there_for_nothing(
    subject: Subject, objects: Sequence[Any], what: str, verb: str
) -> None:
    found = rehearsed(subject, without(objects, what, verb)).findings()
    refused = [one.message for one in found if one.code == "WIR607" and one.refuses]
    assert f"the ClusterRole doesn't let the daemon {verb} {what}" in refused
