r"""Stacks and manifests with mistakes that nobody thought of; a check has to end well with all.

A seed makes an input: files of networks, stacks or both, changed in some places. `fault` puts it
through all that `multus-lab check` does and says what is wrong with the outcome. Any number of
them, beside the few that the tests try:

    python -m tests.mutations 20000
    python -m tests.mutations 1 --first 4711 --keep /tmp/files
"""

import argparse
import contextlib
import copy
import json
import random
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from multus_lab import project, sources
from multus_lab.attachment import ACCEPT
from multus_lab.checks import CODES
from multus_lab.errors import MultusLabError
from multus_lab.report import FORMATS, Report, as_text, printer
from multus_lab.report.located import grouped
from multus_lab.settings import load
from tests.networks import EXAMPLES, network
from tests.unit.rules.every import CASES
from tests.unit.test_corpus import ENTRIES

ROOT = Path(__file__).parents[1]
Tree = Any
"""What JSON and YAML hold."""


class Input(NamedTuple):
    """What one check is given: names of files in a folder, with `stacks` before `manifests`."""

    files: dict[str, bytes]
    stacks: Sequence[str]
    manifests: Sequence[str]
    each: bool


# --- seeds ----------------------------------------------------------------------------------------

FULL: Tree = {
    "multus-lab:accept": {"LIF403": "meant"},
    "multus-lab:cluster": {
        "name": "lab",
        "distribution": "k3s",
        "primaryNetwork": {"file": "10-flannel.conflist", "cniVersion": "1.0.0"},
        "podCidr": ["10.42.0.0/16", "2001:db8:42::/56"],
        "serviceCidr": "10.43.0.0/16",
        "cniPlugins": "v1.9.1",
    },
    "multus-lab:zone": {
        "name": "private",
        "range": ["10.12.34.0/24", "2001:db8::/64"],
        "gateway": ["10.12.34.254", "2001:db8::1"],
        "interface": "eth1",
        "mtu": 1500,
        "bridgePorts": ["eth2"],
        "nodes": [
            {"name": "one", "addresses": ["10.12.34.10"], "mtu": 9000, "interface": "eth3"},
            {"name": "two", "schedulable": False},
        ],
        "reserved": ["10.12.34.1-10.12.34.5", "10.12.34.64/28"],
        "dhcpScope": ["10.12.34.100-10.12.34.110"],
        "loadBalancerPool": ["10.12.34.32/28"],
        "platform": "vsphere",
        "macLimit": 8,
        "podsPerNode": 3,
        "segment": "lan",
        "accept": {"RTE301": "meant"},
    },
    "multus-lab:networks": [
        {
            "name": "whole",
            "namespace": "lab",
            "labels": {"a": "b"},
            "annotations": {"k8s.v1.cni.cncf.io/resourceName": "example.com/nic"},
            "cniVersion": "1.0.0",
            "defaultRoute": "source-based",
            "podsPerNode": 2,
            "capabilities": {"ips": True, "mac": True},
            "master": "eth1",
            "mtu": 1400,
            "ipam": {
                "type": "host-local",
                "ranges": [
                    [{"subnet": "10.12.34.0/24", "rangeStart": "10.12.34.200"}],
                    [{"subnet": "2001:db8::/64", "gateway": "2001:db8::1"}],
                ],
                "routes": [{"dst": "10.9.0.0/16", "gw": "10.12.34.254", "mtu": 1300}],
            },
            "dns": {"nameservers": ["10.12.34.53"], "search": ["lab"]},
        },
        {
            "name": "static",
            "master": "eth1",
            "ipam": {
                "type": "static",
                "addresses": [{"address": "10.12.34.9/24", "gateway": "10.12.34.254"}],
            },
        },
        {"name": "dhcp", "master": "eth3", "ipam": {"type": "dhcp"}, "defaultRoute": "takeover"},
        {"name": "none", "master": "eth3", "mode": "passthru", "ipam": {"type": "none"}},
        *map(network, EXAMPLES),
    ],
    "multus-lab:whereabouts": {
        "install": True,
        "resources": {"limits": {"memory": "300Mi"}},
        "tolerations": [{"key": "lab", "value": "x", "effect": "NoSchedule"}],
        "paths": {"configDir": "/srv/cni"},
        "reconcilerCron": "*/10 1-3 * * mon",
        "nodeSlices": True,
        "logLevel": "error",
    },
    "multus-lab:multus": {
        "image": {"repository": "example.com/multus"},
        "resources": {"limits": {"memory": "500Mi"}},
        "daemon": {"cniVersion": "0.4.0", "multusMasterCNI": "10-flannel.conflist"},
    },
}
"""A stack that has nearly every key."""


@cache
def stacks() -> Sequence[Tree]:
    """The configs that become stacks: the project's own, and the inventories of rules' cases."""
    own = [
        yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"]
        for name in ("dev", "lab")
    ]
    inventories = []
    for case in CASES:
        parts = {"zone": case.lab.zone, "cluster": case.lab.cluster, "multus": case.lab.multus}
        told = {
            key: part.model_dump(mode="json", by_alias=True, exclude_unset=True)
            for key, part in parts.items()
            if part is not None
        }
        if told and told not in inventories:
            inventories.append(told)
    return [*own, FULL, FULL, *inventories]


@cache
def configurations() -> Sequence[Sequence[Tree]]:
    """The CNI configurations that become networks: the corpus, and by case those of the rules."""
    corpus: list[Sequence[Tree]] = [
        [one.config if one.text is None else one.text] for one in ENTRIES
    ]
    return corpus + [
        [json.loads(json.dumps(network.config, default=str)) for network in case.lab.networks]
        for case in CASES
        if case.lab.networks
    ]


@cache
def _parts() -> dict[str | int, Sequence[Tree]]:
    """Values of all seeds by their key, for one to stand where another has its own; "" has all."""
    seen: dict[str | int, dict[str, Tree]] = {}
    for seed in (*stacks(), *(one for group in configurations() for one in group)):
        for path in _paths(seed):
            part = _at(seed, path)
            written = json.dumps(part)
            for key in {"", path[-1] if path else ""}:
                seen.setdefault(key, {}).setdefault(written, part)
    return {key: list(parts.values()) for key, parts in seen.items()}


def _part(chance: random.Random, key: str | int = "") -> Tree:
    """A value out of any seed, of that key where one has it."""
    return copy.deepcopy(chance.choice(_parts().get(key) or _parts()[""]))


# --- changes of values ----------------------------------------------------------------------------

RAW = re.compile(r'"@raw:([^"]*)"')
"""A text that stands for JSON as it is, which Python's own values can't be written as."""

ODD: Sequence[Tree] = (
    *(None, True, False, 0, -1, 1, 0.5, 1500.0, 68, 65536, 2**31, 2**63, 2**64, -(2**63) - 1),
    *(1e308, float("nan"), float("inf"), float("-inf"), 10**400),
    *("@raw:1e400", "@raw:-1e999", "@raw:1E5", f"@raw:{'9' * 5000}", "@raw:-0", "@raw:${MTU}"),
    *("@raw:${MTU:-${OTHER}}", "@raw:NaN", "@raw:{{ .Values.mtu }}", "@raw:01", "@raw:undefined"),
    *("", " ", "\n", "\t", "null", "true", "0", "-1", "1500", "1e3", "0x10", "0777", "x" * 2000),
    *("${MTU}", "a-${NAME}-b", "${A:-${B}}", "${", "$", "${}", "}", "{{ .x }}", "{{", "{{-"),
    *(
        "é",
        "Ǆ",
        "\u017f",
        "\u212a",
        "İ",
        "ß",
        "\U0001d7d9",
        "٣",
        "\u202e",
        "\u2028",
        "\x85",
        "\x07",
        "\x7f",
    ),
    *("\ud800", "\udc00x", "\U0001f600", "\x00", "\ue024\ue07b\ue07d", "\ufeff", "\x1b[31m"),
    *("%", "%s", "::error::", "<b>", "`", "'", '"', "\\", "#", "- ", ": ", "&a", "*a", "!!int"),
    *("10.0.0.0/0", "0.0.0.0/0", "::/0", "10.1.2.3/33", "10.1.2.3/-1", "10.1.2.0/24/24"),
    *("255.255.255.255", "0.0.0.0", "::", "fe80::1%eth0", "::ffff:10.1.2.3", "10.01.2.3"),
    *("10.1.0.9-10.1.0.1", "10.1.0.1-2001:db8::/64", "10.1.0.5-10.1.0.9/24", "-", "/", "1/2"),
    *(
        "2001:db8::/64",
        "2001:db8::/127",
        "2001:db8::1/128",
        "224.0.0.1",
        "127.0.0.1",
        "169.254.1.1",
    ),
    *("v0.0.0", "v1.10.0", "1.0", "1.1.0", "0.2.0", "99999999999999999999.0.0", "v1.9.1-rc.1"),
    *("eth0", "lo", ".", "..", "a/b", "eth0.4095", "ens33:1", "-", "_", "x" * 16, "A.B"),
    *("macvlan", "ipvlan", "bridge", "vlan", "host-local", "whereabouts", "static", "dhcp", "sbr"),
    *("sriov", "ovs", "bond", "ovn-k8s-cni-overlay", "portmap", "tuning", "Macvlan", "host_local"),
    *([], {}, [[]], [{}], [None], {"": None}, {"${KEY}": 1}, {"secure": "v1:abc"}, {"type": {}}),
    *({"<<": {"a": 1}}, [["10.0.0.0/8"]], {"0": 0}, {"\ud800": 1}, {"x" * 1100: 1}, {"{{": 1}),
)
"""Values that are at home nowhere, or at the edge of what is."""


def _paths(tree: Tree) -> list[tuple[str | int, ...]]:
    """Where all parts of a tree stand, itself first."""
    found: list[tuple[str | int, ...]] = [()]
    for path in found:
        part = _at(tree, path)
        steps: Any = part if isinstance(part, dict) else ()
        steps = range(len(part)) if isinstance(part, list) else steps
        found += [(*path, step) for step in steps]
    return found


def _at(tree: Tree, path: Sequence[str | int]) -> Tree:
    for step in path:
        tree = tree[step]
    return tree


def _other_kind(value: Tree, chance: random.Random) -> Tree:
    """The value as another kind has it: a list for a mapping, a text for a number."""
    if isinstance(value, dict):
        made: Tree = list(value.values()) if chance.random() < 0.5 else [value]
    elif isinstance(value, list):
        made = {str(index): one for index, one in enumerate(value)} if len(value) != 1 else value[0]
    elif isinstance(value, str):
        made = int(value) if value.isascii() and value.isdigit() and len(value) < 99 else [value]
    else:
        made = str(value)
    return made


def _deep(value: Tree, chance: random.Random) -> Tree:
    """The value inside of many lists or mappings."""
    for _ in range(chance.choice((1, 2, 3, 20, 50, 98, 99, 100, 101))):
        value = (
            [value] if chance.random() < 0.5 else {chance.choice(("a", "ipam", "plugins")): value}
        )
    return value


def _spelt(key: str, chance: random.Random) -> str:
    """The key in another case, or misspelt."""
    changes: Sequence[Callable[[str], str]] = (
        str.upper,
        str.lower,
        str.title,
        str.swapcase,
        lambda text: re.sub(r"(?<=[a-z])([A-Z])", r"_\1", text).lower(),
        lambda text: text.replace("s", "\u017f").replace("k", "\u212a"),
        lambda text: text[1:],
        lambda text: text + text[-1:],
        lambda text: f" {text}",
        lambda text: text[::-1],
    )
    return chance.choice(changes)(key)


def _dropped(holder: Tree, step: Tree, chance: random.Random) -> None:
    del holder[step]
    if chance.random() < 0.2:
        holder.clear()


def _twice(holder: Tree, step: Tree, chance: random.Random) -> None:
    """An item twice, or a key in another spelling, beside the right one or instead of it."""
    value = copy.deepcopy(holder[step])
    if isinstance(holder, list):
        holder.insert(chance.randint(0, len(holder)), value)
        return
    if chance.random() < 0.7:
        del holder[step]
    holder[_spelt(str(step), chance)] = value


def _replaced(holder: Tree, step: Tree, chance: random.Random) -> None:
    """Another value: an odd one, one of another seed, the same as another kind or nested deep."""
    value = holder[step]
    makes: Sequence[Callable[[], Tree]] = (
        lambda: copy.deepcopy(chance.choice(ODD)),
        lambda: _part(chance, step),
        lambda: _part(chance, step),
        lambda: _part(chance),
        lambda: _other_kind(value, chance),
        lambda: _deep(value, chance),
        lambda: cut_up(value if isinstance(value, str) else str(step), chance),
    )
    holder[step] = chance.choice(makes)()


def _added(holder: Tree, step: Tree, chance: random.Random) -> None:
    """A key of another seed, or an odd one; an odd item."""
    if isinstance(holder, list):
        holder.insert(int(step), copy.deepcopy(chance.choice(ODD)))
    elif chance.random() < 0.5:
        holder[chance.choice([one for one in ODD if isinstance(one, str)])] = holder[step]
    else:
        key = chance.choice([one for one in _parts() if isinstance(one, str)])
        holder[key] = _part(chance, key)


def _mixed(holder: Tree, step: Tree, chance: random.Random) -> None:
    """Another mapping's keys beside its own, or items and values in another order."""
    other = _part(chance)
    if isinstance(holder, dict) and isinstance(other, dict):
        holder.update(other)
    elif isinstance(holder, list):
        chance.shuffle(holder)
    else:
        steps = list(holder)
        values = chance.sample([holder[one] for one in steps], len(steps))
        holder.update(zip(steps, values, strict=True))


CHANGES = (_dropped, _twice, _replaced, _replaced, _replaced, _added, _mixed)


def changed(tree: Tree, chance: random.Random) -> Tree:
    """The tree with one change at one place; what it holds may change on the way."""
    paths = _paths(tree)
    path = chance.choice(paths[1:] or paths)
    if not path:
        return copy.deepcopy(chance.choice(ODD))
    chance.choice(CHANGES)(_at(tree, path[:-1]), path[-1], chance)
    return tree


def _often(tree: Tree, chance: random.Random) -> Tree:
    """The tree with some changes, often one alone, so that what is beside it is still judged."""
    tree = copy.deepcopy(tree)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 6))):
        if max(map(len, _paths(tree))) < 100:  # what is deeper, Python can't copy twice
            tree = changed(tree, chance)
    return tree


# --- changes of text ------------------------------------------------------------------------------

INSERTED = (
    *("{{ .x }}", "{{", "}}", "${X}", "${X:-1}", "${", '"', "'", "\\", "\\u12", "\\ud800", "\\x"),
    *(
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\x85",
        "\u2028",
        "\ufeff",
        "\x00",
        "\x01",
        "\x7f",
        "é",
        "\U0001f600",
    ),
    *("&a ", "*a", "<<: *a\n", "!!int ", "!x ", "---\n", "...\n", "%YAML 1.3\n", "? ", "| ", "> "),
    *(
        ":",
        ": ",
        ",",
        "[",
        "]",
        "{",
        "}",
        "#",
        " #",
        "- ",
        "//",
        "/**/",
        "null",
        "1e400",
        "9" * 5000,
    ),
    *(
        "[" * 200,
        "[" * 9000,
        "{" * 200,
        '{"a":' * 200,
        "- " * 200,
        "@",
        "`",
        "%",
        "~",
        "  ",
        "key: value\n",
    ),
)


def cut_up(text: str, chance: random.Random) -> str:
    """The text with something cut out, put in, or there twice."""
    first, second = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
    match chance.randrange(6):
        case 0:
            return text[:first]
        case 1:
            return text[:first] + text[min(second, first + chance.randint(1, 9)) :]
        case 2:
            return text[:second] + text[first:]
        case 3:
            return text[:first] + text[second:]
        case _:
            return text[:first] + chance.choice(INSERTED) + text[first:]


def _json(value: Tree, chance: random.Random) -> str:
    """The value as JSON, in one of the ways in which people write it."""
    indent = chance.choice((None, None, 1, 2, "\t"))
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if chance.random() < 0.5 or not _in_utf8(text):
        text = json.dumps(value, indent=indent)
    return RAW.sub(lambda match: match[1], text)


def _in_utf8(text: str) -> bool:
    return not any(0xD800 <= ord(one) < 0xE000 for one in text)


class _Literal(str):
    """A text that YAML writes as a literal block."""

    __slots__ = ()


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes a NAD's configuration as a block, as people do."""

    def ignore_aliases(self, data: Tree) -> bool:
        return True


_Dumper.add_representer(
    _Literal,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|"),
)


def _file(documents: Sequence[Tree], chance: random.Random) -> bytes:
    """A file of these documents, in YAML or in JSON, with a change of the text now and then."""
    texts = []
    for one in documents:
        try:
            if chance.random() < 0.4:
                raise yaml.YAMLError
            flow = chance.choice((None, False, False, True))
            text = yaml.dump(one, Dumper=_Dumper, default_flow_style=flow, sort_keys=False)
        except (yaml.YAMLError, ValueError, RecursionError):
            with contextlib.suppress(ValueError):  # a number of thousands of digits
                texts.append(_json(one, chance))
        else:
            texts.append(text)
    text = "\n---\n".join(texts)
    if chance.random() < 0.2:
        for _ in range(chance.choice((1, 1, 2, 5))):
            text = cut_up(text, chance)
    data = text.encode(errors="surrogatepass" if chance.random() < 0.01 else "replace")
    if chance.random() < 0.01:
        at = chance.randint(0, len(data))
        data = data[:at] + chance.choice((b"\xff", b"\x00", b"\xc3", b"\xff\xfe")) + data[at:]
    return data


# --- networks and stacks --------------------------------------------------------------------------

NAMES: Sequence[Tree] = (
    *("lab", "lab", "lab-2", "a.b", "Lab", "lab_1", "-", "", "x" * 64, "x" * 254, "x" * 2000),
    *("${NAME}", "n-${X}", "é", "\ud800", "a b", "a\nb", "{{ .n }}", None, 3, [], {}, True, "../x"),
)
REASONS: Sequence[Tree] = (
    *('{LIF403: "meant"}', '{"RTE301": "meant", "IPA207": "too"}', "{NAD004: a fork reads it}"),
    *(
        "{XST503: no}",
        "{NOPE1: no}",
        "{LIF403: }",
        "{LIF403: 3}",
        "LIF403",
        "[LIF403]",
        "",
        "{",
        "3",
    ),
    *("a: 1\n---\nb: 2", "{a: &a [*a]}", "{{ x }}", "\ud800", "${X}", "{'': x}", None, 3, [], {}),
    *("{LIF403: '" + "x" * 3000 + "'}", "{LIF403: {a: b}}", '{LIF403: "\\x1b[31m"}', "\t{", "? "),
)


def _metadata(chance: random.Random) -> Tree:
    made: Tree = {"name": chance.choice(NAMES) if chance.random() < 0.2 else f"n{chance.random()}"}
    if chance.random() < 0.2:
        made = {"generateName": chance.choice(NAMES)} | (made if chance.random() < 0.5 else {})
    if chance.random() < 0.3:
        made["namespace"] = chance.choice(NAMES)
    if chance.random() < 0.3:
        annotations: Tree = {ACCEPT: chance.choice(REASONS)}
        if chance.random() < 0.3:
            annotations["k8s.v1.cni.cncf.io/resourceName"] = chance.choice(ODD)
        made["annotations"] = chance.choice((annotations,) * 5 + (None, [], "x", {"a": []}))
    return made if chance.random() < 0.95 else chance.choice((None, [], "x", 3, {}))


def definition(seed: Tree, chance: random.Random) -> Tree:
    """A NAD of a configuration that is changed, itself changed now and then."""
    text = seed if isinstance(seed, str) else _json(_often(seed, chance), chance)
    if chance.random() < 0.15:
        text = cut_up(text, chance)
    made: Tree = {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": _metadata(chance),
        "spec": {"config": _Literal(text) if chance.random() < 0.4 else text},
    }
    if chance.random() < 0.1:
        made["spec"] = chance.choice(
            (None, [], "x", {}, {"Config": text}, {"config": seed}, {"config": 3})
        )
    return changed(made, chance) if chance.random() < 0.1 else made


def manifest(chance: random.Random) -> bytes:
    """A file of some networks: a list as kubectl prints it, or documents of YAML."""
    groups = [chance.choice(configurations()) for _ in range(chance.choice((1, 1, 2, 2, 3)))]
    networks = [definition(seed, chance) for group in groups for seed in group[:9]]
    if chance.random() < 0.3:
        items: Tree = {"apiVersion": "v1", "kind": "List", "items": networks}
        if chance.random() < 0.3:
            items["kind"] = "NetworkAttachmentDefinitionList"
        if chance.random() < 0.2:
            items = changed(items, chance)
        networks = [items]
    elif chance.random() < 0.2:
        networks.insert(0, chance.choice(({"kind": "ConfigMap"}, None, [], "x", 3, {"kind": 3})))
    return _file(networks, chance)


def stack(chance: random.Random) -> bytes:
    """A stack's file, changed; with another stack's networks now and then."""
    config = copy.deepcopy(chance.choice(stacks()))
    if "zone" in config and chance.random() < 0.5:
        config["networks"] = chance.choice((FULL, *stacks()[:2]))["multus-lab:networks"]
    made: Tree = {"config": _often(config, chance)}
    return _file([changed(made, chance) if chance.random() < 0.05 else made], chance)


def made_of(seed: int) -> Input:
    """The input of a seed, always the same one."""
    chance = random.Random(seed)
    kind = chance.choice(("stack", "stack", "manifest", "manifest", "manifest", "both", "several"))
    several = chance.randint(2, 3) if kind == "several" else 1
    files = {
        f"Pulumi.s{index}.yaml": stack(chance) for index in range(several) if kind != "manifest"
    }
    stack_names = list(files)
    manifests = {
        f"{'nads' if index else 'nad'}{index}.yaml": manifest(chance)
        for index in range(chance.randint(1, 3))
        if kind in {"manifest", "both"}
    }
    each = chance.random() < 0.3
    return Input(files | manifests, stack_names, list(manifests), each)


# --- what has to hold -----------------------------------------------------------------------------


def fault(given: Input, folder: Path) -> str:
    """What is wrong with a check of the input, whose files are written to the folder; or ""."""
    for name, data in given.files.items():
        (folder / name).write_bytes(data)
    stacks, manifests = (
        [str(folder / name) for name in names] for names in (given.stacks, given.manifests)
    )
    try:
        for one in stacks:
            with contextlib.suppress(MultusLabError):
                load(project.stack_file(one).config)
        try:
            report = sources.check(stacks, manifests, given.each)
        except MultusLabError as error:
            return "" if str(error) else "an error without words"
        return "; ".join((*_of_findings(report), *_of_printers(report)))
    except Exception:
        return traceback.format_exc()


def _of_findings(report: Report) -> Iterator[str]:
    for one in report.findings:
        code, message = one.finding.code, one.finding.message
        if not message or code not in CODES:
            yield f"{code} is no code, or has no message"
        for spot in (one.spot, *one.related):
            if not 1 <= spot.line <= len(spot.source.lines) or spot.column < 1:
                yield f"{code} stands at {spot.line}:{spot.column} of {spot.source.file}"
            elif spot.column > len(spot.excerpt) + 1:
                yield f"{code} stands behind the end of line {spot.line}: {spot.column}"
    for unreadable in report.unreadable:
        if (
            not unreadable.message
            or unreadable.line < 0
            or (unreadable.line and not unreadable.column)
        ):
            yield f"unreadable at {unreadable.line}:{unreadable.column}: {unreadable.message!r}"


def _of_printers(report: Report) -> Iterator[str]:
    # One a finding, where common notes are one a code.
    single, groups = grouped(report.findings)
    short = len(report.unreadable) + len(single) + len(groups)
    every = len(report.unreadable) + len(report.findings)
    counted = [
        ("quiet", short, as_text.printed(report, quiet=True)),
        ("quiet with all notes", every, as_text.printed(report, quiet=True, every_note=True)),
        ("github", short, printer("github")(report, False)),
        ("github with all notes", every, printer("github")(report, True)),
    ]
    for name, count, text in counted:
        lines = text.splitlines()
        if len(lines) != count or not all(map(str.isprintable, lines)):
            yield f"{name} has {len(lines)} lines for {count} findings, or prints what isn't text"
    for other in (report, report.without_notes()):
        texts = [as_text.printed(other, True), as_text.printed(other, every_note=True)]
        texts += [printer(name)(other, False) for name in FORMATS if name != "text"]
        for text in texts:
            text.encode("ascii", "backslashreplace")
            if text[:1] == "{":
                json.loads(text)
        if not all(map(str.isprintable, texts[1].split("\n"))):
            yield "the text has what a terminal acts on"


# --- any number of them ---------------------------------------------------------------------------


def main() -> None:
    """Try as many as are asked for; print each seed with a fault, and each that takes long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first seed; default: 0")
    parser.add_argument(
        "--slow", type=float, default=2.0, help="seconds that one takes; default: 2"
    )
    parser.add_argument("--keep", type=Path, help="folder in which the last input's files stay")
    options = parser.parse_args()
    faults = 0
    with tempfile.TemporaryDirectory() as made:
        folder = options.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for seed in range(options.first, options.first + options.count):
            given, start = made_of(seed), time.process_time()
            found = fault(given, folder)
            seconds = time.process_time() - start
            if found or seconds > options.slow:
                faults += bool(found)
                print(f"seed {seed} ({seconds:.2f}s): {found or 'slow'}", flush=True)
            if (seed + 1) % 1000 == 0:
                print(f"{seed + 1 - options.first:,} tried, {faults} with a fault", file=sys.stderr)
    print(f"{options.count:,} tried, {faults} with a fault")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
