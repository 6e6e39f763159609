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

from multus_lab import sources
from multus_lab.checks import RULES, Finding, Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.manifests import load
from multus_lab.settings import Cluster
from tests.unit.cases import cases
from tests.upstream import documents

FOLDER = Path(__file__).parent / "corpus"
PROGRAMS = [
    *("macvlan", "ipvlan", "vlan", "bridge", "host-device", "ptp", "tap", "dummy", "loopback"),
    *("sbr", "tuning", "bandwidth", "portmap", "vrf", "firewall"),
    *("host-local", "static", "dhcp", "whereabouts"),
    *("libcni", "multus"),
    *("antrea", "bond", "ib-sriov", "kube-ovn", "macvtap", "nv-ipam", "ovn-k8s-cni-overlay", "ovs"),
    *("rdma", "route-override", "spiderpool", "sriov"),
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
        for document in documents(path.read_text(encoding="utf-8"))
        for written in document
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


@cases("program", PROGRAMS)
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
_NO_VERSION = "Multus writes a list without cniVersion anew, without its keys, and detaches nothing"


class Otherwise(NamedTuple):
    """What the checks find instead, by its codes, and why."""

    codes: str
    why: str


OTHERWISE = {
    "firewall: no backend, behind a bridge, in a version that the plugin hasn't": Otherwise(
        "NAD005", _DOC
    ),
    **dict.fromkeys(
        (
            "firewall: the documentation's example",
            "firewall: the documentation's firewalld",
            "firewall: the documentation's iptables",
        ),
        Otherwise("NAD005", _DOC),
    ),
    **dict.fromkeys(
        ("ovs: without a version", "ovs: a trunk", "ovs: an internal interface"),
        Otherwise("NAD005", "the documentation's example leaves out the version"),
    ),
    "ovs: vDPA, in a version that there is none of": Otherwise(
        "NAD005", "the documentation's example; its library takes no such version"
    ),
    "host-local: both families, with routes by gateways outside of the subnets": Otherwise(
        "RTE302", _RESULT
    ),
    "host-local: no plugin around it": Otherwise("NAD004", _CALLED),
    "ipvlan: chained, on the interface and with the address of the plugin before": Otherwise(
        "NAD012", "the test has no plugin before it; a second interface of one name fails"
    ),
    "ipvlan: chained without a master, behind two interfaces": Otherwise(
        "NAD012", "any plugin before it has made an interface of the same name"
    ),
    "libcni: a list, with an IPAM plugin as its first": Otherwise("NAD012", _LOADED),
    "libcni: disableCheck by a string": Otherwise(
        "NAD004 NAD012", "libcni takes it, and Multus, which reads it first, doesn't"
    ),
    "libcni: no plugins out of files": Otherwise("NAD012", _LOADED),
    "libcni: plugins out of files after those of the list": Otherwise("NAD012", _LOADED),
    "libcni: plugins out of files alone": Otherwise(
        "NAD004", "Multus reads no files beside a network's configuration"
    ),
    "libcni: no version, for a plugin that hasn't the first": Otherwise(
        "NAD004", "the test starts the program itself, so that it needs no type"
    ),
    "libcni: several versions": Otherwise("NAD005", _NO_VERSION),
    "libcni: several versions, one of the future": Otherwise("NAD005", _NO_VERSION),
    "libcni: no versions": Otherwise("NAD005", _NO_VERSION),
    "libcni: an empty name": Otherwise("", _NAMED),
    "libcni: no name": Otherwise("", _NAMED),
    "loopback: no type, since the test starts the program itself": Otherwise("NAD004", _CALLED),
    "loopback: the version of the first results": Otherwise("NAD004", _CALLED),
    "multus: neither a kubeconfig nor delegates": Otherwise("", _OWN),
    "multus: a kubeconfig and no delegates": Otherwise("", _OWN),
    "multus: a delegate without a type": Otherwise("", _OWN),
    "multus: an empty name of a delegate": Otherwise("", _OWN),
    "multus: a device for a network of one plugin, without a version": Otherwise("NAD005", _FAKE),
    "multus: a device for the plugins of a list, without a version": Otherwise(
        "NAD005", _NO_VERSION
    ),
    "multus: a device for a host-device that names none": Otherwise("NAD005", _FAKE),
    "multus: a device for a host-device in a list": Otherwise("NAD005", _NO_VERSION),
    "multus: args of a pod": Otherwise("NAD005", _FAKE),
    "multus: args of a pod, beside the network's own": Otherwise("NAD005", _FAKE),
    "portmap: all keys of iptables": Otherwise("NAD012", _DOC),
    "static: both families, with a gateway of IPv6 and a route's gateway outside of the subnets": (
        Otherwise("IPA204 RTE302", _RESULT)
    ),
    "static: a route with all its keys": Otherwise(
        "RTE309", "the test only reads it; the kernel refuses it, as tried"
    ),
    "whereabouts: parts that are never given": Otherwise("IPA204", _RESULT),
    "whereabouts: static addresses beside the range, in other subnets": Otherwise(
        "IPA204 RTE302", _RESULT
    ),
    "whereabouts: slices, and a text for the MTU": Otherwise(
        "NAD004", "the node-slice controller reads no MTU; the interface's plugin fails on a text"
    ),
    "whereabouts: slices larger than the range": Otherwise(
        "IPA214", "the README's example; the controller refuses a slice larger than its range"
    ),
}
"""Entries at which the checks find errors that upstream doesn't, or none where it does."""

WEAKER = {
    "ipvlan: addresses by DHCP, which an ipvlan's shared MAC address doesn't allow": Otherwise(
        "LNK115", "the documentation excludes it, and the plugin lets it pass"
    ),
    "host-device: no device": Otherwise("NAD010", "a device plugin may give pods a device"),
    "libcni: a version that is none": Otherwise(
        "NAD005", "which versions the test's plugin takes isn't known"
    ),
    "libcni: a list of a version that is none": Otherwise(
        "NAD005", "which versions the test's plugin takes isn't known"
    ),
}
"""Entries that upstream refuses, and at which the checks find a risk and no error."""

BEFORE = {
    "type": "bridge",
    "bridge": "br-lab",
    "ipam": {"type": "host-local", "subnet": "10.1.2.0/24"},
}
"""What stands before a plugin that a test calls with the result of one."""


def judged(entry: Entry, folder: Path) -> list[Finding]:
    """What the checks find in an entry, with a release for which its verdict holds."""
    if entry.text is not None:
        return _of_manifest(entry.text, folder / "lab.json")
    config = dict(entry.config or {})
    if entry.chained:
        top: dict[str, Any] = {
            key: config.pop(key) for key in ("cniVersion", "name") if key in config
        }
        config = {"cniVersion": "1.0.0", **top, "plugins": [BEFORE, config]}
    network = Network("lab", "default", ("spec", "config"), ("metadata",), config)
    lab = Lab([network], None, _cluster(entry.plugins))
    return [one for rule in RULES.values() for one in rule.findings(lab)]


def _of_manifest(text: str, file: Path) -> list[Finding]:
    definition = {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": {"name": "lab"},
        "spec": {"config": text},
    }
    file.write_text(json.dumps(definition), encoding="utf-8")
    return sources.judged([load(file)])


def _cluster(releases: str | None) -> Cluster | None:
    if releases is None:
        return None
    sign, _, release = releases.rpartition(" ")
    major, minor, patch = map(int, release.removeprefix("v").split("."))
    told = f"v{major}.{minor - 1 if sign == '<' else minor}.{0 if sign == '<' else patch}"
    return Cluster.model_validate({"cniPlugins": told}, by_alias=True, by_name=False)


def wrong(entry: Entry, findings: list[Finding]) -> str:
    """How the checks' verdict on an entry isn't what it should be; "" where it is."""
    errors, risks = _codes(findings, Severity.ERROR), _codes(findings, Severity.RISK)
    if entry.id in OTHERWISE:
        right = errors == OTHERWISE[entry.id].codes
    elif entry.id in WEAKER:
        right = (errors, risks) == ("", WEAKER[entry.id].codes)
    else:
        right = bool(errors) == refused(entry)
    return "" if right else f"{entry.id}: {entry.verdict}; errors: {errors}; risks: {risks}"


def refused(entry: Entry) -> bool:
    """Whether it is refused for its configuration."""
    return entry.verdict == "refused" and entry.about == "config"


def _codes(findings: list[Finding], severity: Severity) -> str:
    return " ".join(sorted({one.code for one in findings if one.severity is severity}))


@pytest.mark.parametrize("program", PROGRAMS)
def test_checks_agree_with_upstream_s_own_verdict(program: str, tmp_path: Path) -> None:
    told = [wrong(entry, judged(entry, tmp_path)) for entry in of(program)]
    assert [one for one in told if one] == []


def test_each_difference_is_one_of_an_entry() -> None:
    of_name = {one.id: one for one in ENTRIES}
    assert not OTHERWISE.keys() & WEAKER.keys()
    assert [name for name in [*OTHERWISE, *WEAKER] if name not in of_name] == []
    as_upstream = [
        name for name, one in OTHERWISE.items() if bool(one.codes) == refused(of_name[name])
    ]
    assert as_upstream == []
    assert all(refused(of_name[name]) and one.codes for name, one in WEAKER.items())
