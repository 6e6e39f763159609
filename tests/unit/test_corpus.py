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


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_entry_is_whole(entry: Entry) -> None:
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


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_configuration_is_what_json_can_say(entry: Entry) -> None:
    if entry.text is not None:
        with pytest.raises(ValueError, match=r"."):
            json.loads(entry.text, object_pairs_hook=_no_key_twice)
        return
    for told in (entry.config, entry.asks):
        assert json.loads(json.dumps(told)) == told
        assert not any(isinstance(value, float) for value in _values(told)), "a version read wrong"


@pytest.mark.parametrize(
    "entry", [one for one in ENTRIES if one.chained], ids=lambda entry: entry.id
)
def test_chained_plugin_stands_alone(entry: Entry) -> None:
    assert "plugins" not in (entry.config or {})
