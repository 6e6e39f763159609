"""CNI configurations out of upstream's own tests and documentation, with upstream's verdict.

`corpus/` has a file for each program whose verdict it is: a plugin, libcni (on loading and starting
plugins) or Multus. Each is a list of entries with

- `name`: what is tried
- `source`: repository, release or commit, file, and the test, section or function in it; a `.go`
  file that is no test stands for what no test tries
- `plugins`: the releases of containernetworking/plugins for which the verdict holds, where it
  doesn't hold since v1.0.0: what an older one does with a key is to read over it
- `config`, or `text` where that is no JSON, or no JSON that keeps its meaning in YAML
- `chained`: the test calls the plugin alone, with the result of one before it
- `asks`: what a runtime or pod adds to the configuration
- `verdict`: whether ADD goes well; for libcni and Multus, where they do no more, whether the
  configuration is loaded
- `says`: words of the error
- `about: runtime`: it is refused for what no configuration shows, or for what is asked
- `doubt`: why a cluster may see it otherwise than the source has it

Where a test gives a plugin's inner function a part of a configuration, the rest is the plainest
that is right. In a `prevResult` the sandbox `pod` stands for the path of the pod's namespace.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from multus_lab.checks import RULES, Finding, Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.settings import Cluster

FOLDER = Path(__file__).parent / "corpus"
PROGRAMS = [
    *("macvlan", "ipvlan", "vlan", "bridge", "host-device", "ptp", "tap", "dummy", "loopback"),
    *("sbr", "tuning", "bandwidth", "portmap", "vrf", "firewall"),
    *("host-local", "static", "dhcp", "whereabouts"),
    *("libcni", "multus"),
]
SOURCE = re.compile(r"[\w-]+/[\w.-]+ (v\d+\.\d+\.\d+|[0-9a-f]{8}) [\w./-]+\.\w+(, \S.*)?")
RELEASES = re.compile(r"((<|<=|>|>=) )?v1\.\d+\.\d+")
ASKS = {
    "CNI_ARGS",
    "args",
    "deviceID",
    "files",
    "ifname",
    "networks",
    "prevResult",
    "runtimeConfig",
}


class Entry(NamedTuple):
    """A configuration, and what upstream makes of it."""

    program: str
    name: str
    source: str
    verdict: str
    config: dict[str, Any] | None = None
    text: str | None = None
    plugins: str | None = None
    asks: dict[str, Any] = {}
    chained: bool = False
    says: str | None = None
    about: str = "config"
    doubt: str | None = None

    @property
    def id(self) -> str:
        return f"{self.program}: {self.name}"


def entries() -> list[Entry]:
    """All entries, in the order of the files and of each file."""
    return [
        Entry(program=path.stem, **written)
        for path in sorted(FOLDER.glob("*.yaml"))
        for written in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


ENTRIES = entries()


def _values(value: object) -> Iterator[object]:
    """The value, and all those within it."""
    yield value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for child in value:
            yield from _values(child)


def _types(config: object) -> set[object]:
    """The programs that a configuration names, in a list of plugins and as IPAM too."""
    return {value.get("type") for value in _values(config) if isinstance(value, dict)}


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in pairs]
    if len(keys) > len(set(keys)):
        raise ValueError(keys)
    return dict(pairs)


def test_corpus_has_all_programs_and_enough_of_each_verdict() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(PROGRAMS)
    assert len(ENTRIES) >= 150
    assert sum(one.verdict == "refused" for one in ENTRIES) >= 50
    for program in set(PROGRAMS) - {"libcni"}:
        named = [one for one in ENTRIES if one.program == program and program in _types(one.config)]
        assert named, program


def test_each_name_stands_once_in_its_file() -> None:
    ids = [one.id for one in ENTRIES]
    assert [one for one in ids if ids.count(one) > 1] == []


def test_no_configuration_stands_twice() -> None:
    told = [
        json.dumps([one.program, one.plugins, one.config, one.asks], sort_keys=True)
        for one in ENTRIES
        if one.config is not None and one.about == "config"
    ]
    assert [one for one in told if told.count(one) > 1] == []


def of(program: str) -> list[Entry]:
    """The entries of a file."""
    return [one for one in ENTRIES if one.program == program]


@pytest.mark.parametrize("program", PROGRAMS)
def test_entries_are_whole(program: str) -> None:
    for entry in of(program):
        _whole(entry)
        _as_json(entry)
        if entry.chained:
            assert "plugins" not in (entry.config or {}), entry.id


def _whole(entry: Entry) -> None:
    assert SOURCE.fullmatch(entry.source), entry.source
    assert entry.verdict in {"accepted", "refused"}
    assert entry.about in {"config", "runtime"}
    assert entry.plugins is None or RELEASES.fullmatch(entry.plugins)
    if entry.verdict == "accepted":
        assert entry.says is None
        assert entry.about == "config"
    assert (entry.config is None) != (entry.text is None)
    assert set(entry.asks) <= ASKS
    assert all(isinstance(text, str) for text in (entry.name, entry.says or "", entry.doubt or ""))


def _as_json(entry: Entry) -> None:
    if entry.text is not None:
        with pytest.raises(ValueError, match=r"."):
            json.loads(entry.text, object_pairs_hook=_no_key_twice)
        return
    for told in (entry.config, entry.asks):
        assert json.loads(json.dumps(told)) == told
        assert not any(isinstance(value, float) for value in _values(told)), "a version read wrong"


# --- the checks' verdict --------------------------------------------------------------------------

_LOADED = "libcni only loads it; what its plugin does with it is another matter"
_FAKE = "the test's plugin is a fake, and gives addresses whatever the network says"
_CALLED = "the test calls the plugin alone, and no configuration of a network is it as it stands"
_OWN = "a configuration of Multus itself, which no NetworkAttachmentDefinition is"
_RESULT = "the IPAM plugin only answers with it; the interface's plugin can't set it"
_DOC = "the documentation's example; the plugin refuses it, as tried"
_NAMED = "Multus puts the NetworkAttachmentDefinition's name there"

OTHERWISE = {
    "bridge: isolated ports, by a string": _DOC,
    "dhcp: an option that is none": "what DHCP options are called, the plugin's daemon knows",
    "firewall: no backend, behind a bridge, in a version that the plugin hasn't": _DOC,
    "host-local: the same bits of both families": _RESULT,
    "host-local: both families, with routes by gateways outside of the subnets": _RESULT,
    "host-local: no plugin around it": _CALLED,
    "ipvlan: chained, on the interface and with the address of the plugin before": (
        "the test has no plugin before it; a second interface of one name fails"
    ),
    "libcni: a list, with an IPAM plugin as its first": _LOADED,
    "libcni: disableCheck by a string": "libcni takes it, and Multus, which reads it first, none",
    "libcni: no plugins out of files": _LOADED,
    "libcni: plugins out of files after those of the list": _LOADED,
    "libcni: plugins out of files alone": "Multus reads no files beside a network's configuration",
    "libcni: several versions": "of a list without cniVersion Multus detaches nothing",
    "libcni: several versions, one of the future": "of such a list Multus detaches nothing",
    "libcni: no versions": "of a list without cniVersion Multus detaches nothing",
    "libcni: an empty name": _NAMED,
    "libcni: no name": _NAMED,
    "loopback: no type, since the test starts the program itself": _CALLED,
    "loopback: the version of the first results": _CALLED,
    "multus: neither a kubeconfig nor delegates": _OWN,
    "multus: a kubeconfig and no delegates": _OWN,
    "multus: a delegate without a type": _OWN,
    "multus: an empty name of a delegate": _OWN,
    "multus: a device for a network of one plugin, without a version": _FAKE,
    "multus: a device for the plugins of a list, without a version": _FAKE,
    "multus: a device for a host-device that names none": _FAKE,
    "multus: a device for a host-device in a list": _FAKE,
    "multus: args of a pod": _FAKE,
    "multus: args of a pod, beside the network's own": _FAKE,
    "portmap: all keys of iptables": _DOC,
    "static: both families, with a gateway of IPv6 and a route's gateway outside of the subnets": (
        _RESULT
    ),
    "static: a route with all its keys": "the test only reads it; the kernel refuses it, as tried",
    "whereabouts: parts that are never given": _RESULT,
    "whereabouts: static addresses beside the range, in other subnets": _RESULT,
    "whereabouts: slices, and a text for the MTU": (
        "the node-slice controller reads no MTU; the interface's plugin fails on a text"
    ),
    "whereabouts: slices larger than the range": (
        "the README's example; the controller refuses a slice larger than its range"
    ),
}
"""Entries that the checks judge otherwise, with the reason."""

BEFORE = {
    "type": "bridge",
    "bridge": "br-lab",
    "ipam": {"type": "host-local", "subnet": "10.1.2.0/24"},
}
"""What stands before a plugin that a test calls with the result of one."""


def judged(entry: Entry) -> list[Finding]:
    """What the checks find in an entry, with a release for which its verdict holds."""
    config = dict(entry.config or {})
    if entry.chained:
        top: dict[str, Any] = {
            key: config.pop(key) for key in ("cniVersion", "name") if key in config
        }
        config = {"cniVersion": "1.0.0", **top, "plugins": [BEFORE, config]}
    network = Network("lab", "default", ("spec", "config"), ("metadata",), config)
    lab = Lab([network], None, _cluster(entry.plugins))
    return [one for rule in RULES.values() for one in rule.findings(lab)]


def _cluster(releases: str | None) -> Cluster | None:
    if releases is None:
        return None
    sign, _, release = releases.rpartition(" ")
    major, minor, patch = map(int, release.removeprefix("v").split("."))
    told = f"v{major}.{minor - 1 if sign == '<' else minor}.{0 if sign == '<' else patch}"
    return Cluster.model_validate({"cniPlugins": told}, by_alias=True, by_name=False)


def agrees(entry: Entry) -> bool:
    """Whether the checks refuse what upstream refuses, and nothing else."""
    severities = {one.severity for one in judged(entry)}
    if entry.verdict == "accepted":
        return Severity.ERROR not in severities
    # What depends on a release, a node or a pod is a risk, or no finding at all.
    return entry.about == "runtime" or bool({Severity.ERROR, Severity.RISK} & severities)


@pytest.mark.parametrize("program", PROGRAMS)
def test_checks_agree_with_upstream_s_own_verdict(program: str) -> None:
    read = [one for one in of(program) if one.config is not None]
    otherwise = {one.id for one in read if not agrees(one)}
    assert otherwise == {one.id for one in read if one.id in OTHERWISE}


def test_each_difference_is_of_an_entry() -> None:
    assert OTHERWISE.keys() <= {one.id for one in ENTRIES}
