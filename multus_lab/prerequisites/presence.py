"""What has to be in the cluster before a stack: the namespaces of its objects, and their kinds."""

import http
from collections import defaultdict
from collections.abc import Collection, Iterator

from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import RefusedError
from multus_lab.cluster.kinds import DEFINITION, MONITOR, NETWORK
from multus_lab.cluster.objects import Key
from multus_lab.errors import MultusLabError
from multus_lab.names import shortened

__all__ = ["CRD", "MissingError", "check_presence", "missing"]

_SHOWN = 3

CRD = Key(DEFINITION, "", "network-attachment-definitions.k8s.cni.cncf.io")
"""What networks need, and a stack with Multus brings."""


class MissingError(MultusLabError):
    """The cluster doesn't have what a stack needs and doesn't bring."""


def check_presence(cluster: Cluster, declared: Collection[Key]) -> None:
    """Raise MissingError, with all of it, if something is missing that is to be there before."""
    if lines := missing(cluster, declared):
        raise MissingError("\n".join(lines))


def missing(cluster: Cluster, declared: Collection[Key]) -> list[str]:
    """What is missing, and what to do about it, a line each."""
    return [*_kinds(cluster, declared), *_namespaces(cluster, declared)]


def _kinds(cluster: Cluster, declared: Collection[Key]) -> Iterator[str]:
    kinds = {key.kind for key in declared}
    if NETWORK in kinds and CRD not in declared and not _may_be_served(cluster, NETWORK):
        yield (
            f"the cluster has no CRD of {NETWORK}s, and the stack does not install Multus: bring "
            "up the stack that does first, or set multus.install to true"
        )
    if MONITOR in kinds and not _may_be_served(cluster, MONITOR):
        yield (
            f"the cluster has no CRD of {MONITOR}s: install the Prometheus operator first, or "
            "leave multus.podMonitor out"
        )


def _may_be_served(cluster: Cluster, kind: str) -> bool:
    """Whether the cluster has a kind, or won't say."""
    try:
        return cluster.serves(kind)
    except RefusedError as error:
        if error.status == http.HTTPStatus.FORBIDDEN:
            return True
        raise


def _namespaces(cluster: Cluster, declared: Collection[Key]) -> Iterator[str]:
    by_namespace = defaultdict(list)
    for key in sorted(declared):
        by_namespace[key.namespace].append(key)
    for name, keys in by_namespace.items():
        if not name:
            continue
        try:
            found = cluster.find("Namespace", name, "")
        except RefusedError as error:
            if error.status == http.HTTPStatus.FORBIDDEN:
                continue
            raise
        if found is None:
            yield (
                f"namespace {name} is not there, for {_named(keys)}: create it first, by "
                f"`{cluster.kubectl('create', 'namespace', name)}`"
            )
        elif found["metadata"].get("deletionTimestamp"):
            yield f"namespace {name} is being deleted, and takes no {_named(keys)}: wait for it"


def _named(keys: list[Key]) -> str:
    return shortened([key.place for key in keys], _SHOWN)
