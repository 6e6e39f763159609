"""A stack file out of networks that are there already, in manifests or in a cluster."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from multus_lab import manifests
from multus_lab.attachment import ACCEPT
from multus_lab.checks import Finding
from multus_lab.checks.judge import ACCEPTS_NOTHING, every_code, judge_stack, network_of
from multus_lab.checks.rule import CODES
from multus_lab.documents import at
from multus_lab.errors import FileError
from multus_lab.importing.entry import Entry, NoEntryError, entry_of
from multus_lab.importing.inventory import daemons_of, zone_of
from multus_lab.importing.stack_text import StackText
from multus_lab.manifests import Definition, Manifest
from multus_lab.problems import cut
from multus_lab.report import Report
from multus_lab.settings import load
from multus_lab.sources import report_on, stack_source

AS_IT_WAS = "taken over as it was"
"""The reason by which an import accepts what is found."""


class NothingToImportError(FileError):
    """What was given holds no network."""


@dataclass(frozen=True)
class Imported:
    """A stack file that makes the networks that were read.

    `left_out` are those which no stack can make, each with the reason, and what of others no entry
    says. `findings` is what is found in the stack, which has `count` networks.
    """

    path: Path
    written: StackText
    left_out: Sequence[str]
    findings: Sequence[Finding]
    count: int

    @cached_property
    def text(self) -> str:
        """The file's text."""
        return str(self.written)

    @property
    def report(self) -> Report:
        """What `check` says of the file."""
        source = stack_source(self.path, self.text, self.written.place)
        return report_on(self.findings, self.count, source)


def read(sources: Sequence[str]) -> list[Manifest]:
    """Read manifests by file, or from standard input for `-`. Raises DocumentError.

    Nobody renders what a cluster has, so `{{` is text in it.
    """
    names: Iterable[Path | Literal["-"]] = ("-" if one == "-" else Path(one) for one in sources)
    return [manifests.load(name, number, literally=True) for number, name in enumerate(names)]


def read_cluster(context: str) -> Manifest:
    """Read the networks of a cluster, by its context of the kubeconfig.

    Raises KubeconfigError, or ClusterError where the cluster doesn't answer or doesn't let us.
    """
    from multus_lab.cluster.connection import connect  # noqa: PLC0415 - files do without
    from multus_lab.cluster.kinds import KINDS, NETWORK  # noqa: PLC0415

    cluster = connect(context=context)
    found = list(cluster.items(NETWORK)) if cluster.serves(NETWORK) else []
    listed = {"kind": f"{NETWORK}List", "apiVersion": KINDS[NETWORK].api, "items": found}
    return manifests.of_text(json.dumps(listed), f"context {context}")


def imported(read: Sequence[Manifest], path: Path, accept: bool = False) -> Imported:
    """Make a stack file of all networks; with `accept` it accepts what is found in them.

    Args:
        read: the networks' manifests, of one cluster.
        path: what the file is, or would be, called.
        accept: whether errors and risks are accepted, as far as they can be.

    Raises:
        NothingToImportError: there is no network in them.

    """
    if not any(one.count for one in read):
        raise NothingToImportError("there is no NetworkAttachmentDefinition to import")
    left_out: list[str] = []
    entries = list(_entries(read, left_out))
    networks = [network_of(index, one.network, one.config) for index, one in enumerate(entries)]
    beside: dict[str, Any] = dict.fromkeys(daemons_of(networks), _BROUGHT)
    if zone := zone_of(networks):
        beside["zone"] = zone

    def judged() -> list[Finding]:
        stack = load({**beside, "networks": [one.network for one in entries]})
        return judge_stack(stack, own=networks)

    found = judged()
    if accept and (codes := _codes(found)):
        if of_stack := codes.pop("", None):
            beside["accept"] = of_stack
        entries = [one.accepting(codes.get(one.label, {})) for one in entries]
        found = judged()
    written = StackText(beside, [one.written for one in entries], left_out)
    return Imported(path, written, left_out, found, len(entries))


_BROUGHT = {"install": False}
"""What is said of daemons: a cluster that has networks has what they need."""


def _codes(found: Iterable[Finding]) -> dict[str, dict[str, str]]:
    """What stands against the stack and may be accepted, by the label of the network."""
    codes: dict[str, dict[str, str]] = {}
    for one in found:
        if one.refuses and CODES[one.code].acceptable and one.code != ACCEPTS_NOTHING.code:
            codes.setdefault(one.network, {})[one.code] = AS_IT_WAS
    return codes


def _known(reasons: Mapping[str, str]) -> dict[str, str]:
    """Without codes that no rule has any more, which a stack can't accept."""
    return {code: reason for code, reason in reasons.items() if code in every_code()}


def _entries(read: Sequence[Manifest], left_out: list[str]) -> Iterator[Entry]:
    """The entry of each network; of those that bear one name that of the first."""
    seen: set[str] = set()
    for manifest in read:
        there = {one.label for one in manifest.definitions}
        for one in manifest.findings:
            what = f"its annotation {ACCEPT} " if one.network in there else ""
            left_out.append(f"{one.network}: {what}{one.message}")
        accepts = {one.label: _known(one.reasons) for one in manifest.accepts}
        for network in manifest.definitions:
            label = network.label
            if label in seen:
                left_out.append(f"{label}: is there again, in {manifest.name}")
                continue
            seen.add(label)
            index, *path = network.metadata
            metadata: Any = at(manifest.documents[int(index)].value, path)
            labels = metadata.get("labels")
            try:
                yield entry_of(network, labels or {}, accepts.get(label, {}))
            except NoEntryError as error:
                left_out.append(f"{label}: {error}")
                continue
            left_out += [f"{label}: its {one}" for one in _lost(network, metadata)]


_OF_OTHERS = ("ownerReferences", "finalizers")
"""Who made a network, and writes it again; and who is to act before it goes."""


def _lost(network: Definition, metadata: Mapping[str, Any]) -> Iterator[str]:
    """What no entry of a stack says, with its value."""
    for key in _OF_OTHERS:
        if value := metadata.get(key):
            yield f"metadata.{key} {_short(value)}"
    spec = network.settings["spec"]
    yield from (f"spec.{key} {_short(spec[key])}" for key in spec if key != "config")


def _short(value: object) -> str:
    return cut(json.dumps(value, default=str), 80)
