"""A stack file out of networks that are there already, in manifests or in a cluster."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from multus_lab import manifests, project
from multus_lab.checks import Finding
from multus_lab.checks.judge import ACCEPTS_NOTHING, every_code
from multus_lab.checks.rule import CODES
from multus_lab.documents import at
from multus_lab.errors import FileError
from multus_lab.importing.entry import NoEntryError, entry_of
from multus_lab.importing.inventory import daemons_of, zone_of
from multus_lab.importing.stack_text import stack_text
from multus_lab.manifests import Manifest
from multus_lab.project import StackFile
from multus_lab.report import Report
from multus_lab.sources import check_stack

AS_IT_WAS = "taken over as it was"
"""The reason by which an import accepts what is found."""


class NothingToImportError(FileError):
    """What was given holds no network."""


@dataclass(frozen=True)
class Imported:
    """A stack file that makes the networks that were read.

    `left_out` are those which no stack can make, each with the reason, and `report` is what `check`
    says of the file.
    """

    file: StackFile
    left_out: Sequence[str]
    report: Report

    @property
    def text(self) -> str:
        """The file's text."""
        return self.file.document.text


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
    entries = dict(_entries(read, left_out))
    networks = [one for manifest in read for one in manifest.networks if one.label in entries]
    zone, daemons = zone_of(networks), daemons_of(networks)
    accepted: dict[str, str] = {}

    def made() -> StackFile:
        text = stack_text(zone, daemons, list(entries.values()), accepted, left_out)
        return project.of_text(text, path)

    file = made()
    report, _ = check_stack(file)
    if accept and (found := [one.finding for one in report.findings if _refuses(one.finding)]):
        for one in found:
            of = entries[one.network].setdefault("accept", {}) if one.network else accepted
            of[one.code] = AS_IT_WAS
        file = made()
        report, _ = check_stack(file)
    return Imported(file, left_out, report)


def _known(reasons: Mapping[str, str]) -> dict[str, str]:
    """Without codes that no rule has any more, which a stack can't accept."""
    return {code: reason for code, reason in reasons.items() if code in every_code()}


def _refuses(finding: Finding) -> bool:
    """Whether it stands against the stack, and may be accepted."""
    acceptable = CODES[finding.code].acceptable and finding.code != ACCEPTS_NOTHING.code
    return finding.refuses and acceptable


def _entries(read: Sequence[Manifest], left_out: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each network's entry, by its label; the first of those that bear one name."""
    seen: set[str] = set()
    for manifest in read:
        there = {one.label for one in manifest.networks}
        left_out += [
            f"{one.network}: {one.message}" for one in manifest.findings if one.network not in there
        ]
        accepts = {one.label: _known(one.reasons) for one in manifest.accepts}
        for network in manifest.networks:
            if network.label in seen:
                left_out.append(f"{network.label}: is there again, in {manifest.name}")
                continue
            seen.add(network.label)
            index, *path = network.metadata
            metadata: Any = at(manifest.documents[int(index)].value, path)
            labels = metadata.get("labels")
            try:
                accept = accepts.get(network.label, {})
                yield network.label, entry_of(network, labels or {}, accept)
            except NoEntryError as error:
                left_out.append(f"{network.label}: {error}")
