"""docs/rules.md: what the rules say, each with an example out of its own test cases.

`python -m tests.rules_page > docs/rules.md` writes it.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from multus_lab import sources
from multus_lab.checks.network import Lab, Network, Pod
from multus_lab.report import Report, as_text
from multus_lab.report.rules import Example, page
from tests.unit.rules import Case
from tests.unit.rules.every import CASES

MANIFEST, STACK = "networks.yaml", "Pulumi.lab.yaml"


def _stack(
    name: str = "lab", first: int = 10, zone: str = "", more: str = "", brings: bool = False
) -> str:
    """A stack with a network of ten addresses."""
    told = f", {zone}" if zone else ""
    return f"""\
config:
  multus-lab:zone: {{name: {name}, range: 10.12.34.0/24{told}}}
  multus-lab:networks:
    - name: {name}-net
      master: eth1
      ipam: {{type: whereabouts, range: 10.12.34.{first}-10.12.34.{first + 9}/24}}
  multus-lab:whereabouts: {{install: {str(brings).lower()}}}
{more}"""


def _two(one: str, other: str) -> dict[str, str]:
    return {"Pulumi.one.yaml": one, "Pulumi.two.yaml": other}


_CLUSTER = "  multus-lab:cluster: {name: lab}\n"
_NO_DAEMON = "  multus-lab:multus: {install: false}\n"
_ON_SEGMENT = "segment: vlan112"

WRITTEN: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "SET001": ({STACK: _stack(zone="interfaces: eth1")}, {STACK: _stack(zone="interface: eth1")}),
    "ACC001": (
        {STACK: _stack(more="  multus-lab:accept: {LNK111: the wire is no radio}\n")},
        {STACK: _stack()},
    ),
    "XST501": (
        _two(_stack("one", zone=_ON_SEGMENT), _stack("two", 15, _ON_SEGMENT)),
        _two(_stack("one", zone=_ON_SEGMENT), _stack("two", 20, _ON_SEGMENT)),
    ),
    "XST502": (
        _two(_stack("one", zone=_ON_SEGMENT), _stack("two", 20, _ON_SEGMENT)),
        _two(_stack("one", zone=_ON_SEGMENT), _stack("two", 20, "segment: vlan113")),
    ),
    "XST503": (
        _two(_stack("lab", more=_CLUSTER), _stack("lab", more=_CLUSTER)),
        _two(_stack("one", more=_CLUSTER), _stack("two", more=_CLUSTER)),
    ),
    "XST504": (
        _two(_stack("one", more=_CLUSTER), _stack("two", 20, more=_CLUSTER)),
        _two(_stack("one", more=_CLUSTER), _stack("two", 20, more=_CLUSTER + _NO_DAEMON)),
    ),
    "XST505": (
        _two(
            _stack("one", more=_CLUSTER, brings=True),
            _stack("two", 20, more=_CLUSTER + _NO_DAEMON, brings=True),
        ),
        _two(
            _stack("one", more=_CLUSTER, brings=True),
            _stack("two", 20, more=_CLUSTER + _NO_DAEMON),
        ),
    ),
}
"""Codes that no rule finds, each with files that show it and files that don't."""

_IN_STACK = {"pods_per_node": "podsPerNode", "default_route": "defaultRoute"}
"""What a stack says of a network beside its configuration, by its key there."""


def examples() -> dict[str, Example]:
    """For each code the first case that is caught, and the first one that is spared."""
    found: dict[str, Example] = {}
    with TemporaryDirectory() as folder, chdir(folder):
        for code, (bad, good) in WRITTEN.items():
            found[code] = Example(_text(bad), _printed(code, bad), _text(good))
        for code in sorted({case.code for case in CASES}):
            caught = next(_shown(code, caught=True), None)
            spared = next(_shown(code, caught=False), None)
            if caught and spared:
                found[code] = Example(caught[0], caught[1], spared[0])
    return found


def _shown(code: str, *, caught: bool) -> Iterator[tuple[str, str]]:
    """The files of each case of a code that shows what it is to show, and what `check` prints."""
    for case in CASES:
        if case.code != code or bool(case.found) is not caught:
            continue
        files = _files(case)
        printed = _printed(code, files)
        if bool(printed) is caught:
            yield _text(files), printed


def _text(files: Mapping[str, str]) -> str:
    """Files as the page shows them: by name where there are several."""
    if len(files) == 1:
        return next(iter(files.values()))
    return "\n".join(f"# {name}\n{text}" for name, text in files.items())


def _printed(code: str, files: Mapping[str, str]) -> str:
    """What `check` prints of the code in these files."""
    for name, text in files.items():
        Path(name).write_text(text)
    given = [f"./{name}" for name in files if name != MANIFEST]
    report = sources.check(given, [MANIFEST] if MANIFEST in files else [])
    own = [one for one in report.findings if one.finding.code == code]
    alone = Report(own)
    return as_text.printed(alone, every_note=True) if own else ""


def _files(case: Case) -> dict[str, str]:
    """The case as a user would write it: a stack, a manifest, or both."""
    lab = case.lab
    told = [network for network in lab.networks if _says_more(network)]
    files = {}
    if lab.zone is not None or told:
        files[STACK] = _yaml({"config": _inventory(lab) | _networks(told)})
    rest = [network for network in lab.networks if network not in told]
    if rest or lab.pods:
        files[MANIFEST] = "---\n".join([*map(_manifest, rest), *map(_pod, lab.pods)])
    return files


def _says_more(network: Network) -> bool:
    return any(network.settings.get(key) is not None for key in _IN_STACK)


def _inventory(lab: Lab) -> dict[str, Any]:
    """Zone, cluster, daemon and whereabouts, as far as the case says anything of them."""
    told = {
        "cluster": lab.cluster,
        "zone": lab.zone,
        "multus": lab.multus,
        "whereabouts": lab.whereabouts,
    }
    found = {
        f"multus-lab:{name}": model.model_dump(mode="json", by_alias=True, exclude_unset=True)
        for name, model in told.items()
        if model is not None
    }
    return {name: value for name, value in found.items() if value} or {
        "multus-lab:zone": {"name": "lab", "range": ["10.12.34.0/24"]}
    }


def _networks(networks: list[Network]) -> dict[str, Any]:
    entries = [
        {
            **{key: value for key, value in one.config.items() if key != "name"},
            "name": one.name,
            **{
                key: one.settings[name]
                for name, key in _IN_STACK.items()
                if one.settings.get(name) is not None
            },
        }
        for one in networks
    ]
    return {"multus-lab:networks": entries} if entries else {}


def _manifest(network: Network) -> str:
    metadata: dict[str, Any] = {"name": network.name}
    if network.namespace != "default":
        metadata["namespace"] = network.namespace
    if network.resource:
        metadata["annotations"] = dict(network.settings["annotations"])
    head = {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": metadata,
        **network.settings.get("object", {}),
    }
    if not network.config:
        return _yaml(head)
    config = json.dumps(network.config, indent=2, default=str)
    indented = "\n".join(f"    {line}" for line in config.splitlines())
    return f"{_yaml(head)}spec:\n  config: |\n{indented}\n"


def _pod(pod: Pod) -> str:
    metadata = {"name": "probe", "annotations": dict(pod.annotations)}
    if pod.namespace != "default":
        metadata["namespace"] = pod.namespace
    return _yaml({"apiVersion": "v1", "kind": "Pod", "metadata": metadata})


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=None, width=100)


if __name__ == "__main__":
    sys.stdout.write(page(examples()))
