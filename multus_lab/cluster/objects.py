"""Objects by their names, and looked for by them."""

import http
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from multus_lab.cluster.client import Cluster, Object
from multus_lab.cluster.errors import RefusedError
from multus_lab.cluster.kinds import KINDS

__all__ = ["Key", "found", "listed"]


class Key(NamedTuple):
    """What tells an object of a cluster from all others; `namespace` is "" if it has none."""

    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, one: Object) -> Self:
        """The key of an object."""
        metadata = one["metadata"]
        return cls(one["kind"], metadata.get("namespace", ""), metadata["name"])

    @property
    def place(self) -> str:
        """`NAMESPACE/NAME`, or `NAME`."""
        return "/".join(filter(None, self[1:]))

    @property
    def address(self) -> tuple[str, str, str]:
        """Kind, name and namespace, as a Cluster's methods take them."""
        return self.kind, self.name, self.namespace

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


def found(cluster: Cluster, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    """The objects of these names that the cluster has, of the kinds that we know.

    Several of a kind are listed at once, unless that is forbidden.
    """
    kinds = defaultdict(list)
    for key in keys:
        if key.kind in KINDS:
            kinds[key.kind].append(key)
    there: dict[Key, dict[str, Any]] = {}
    for kind, asked in kinds.items():
        known = None if len(asked) == 1 else listed(cluster, kind)
        for key in asked:
            one = cluster.find(*key.address) if known is None else known.get(key)
            if one is not None:
                there[key] = one
    return there


def listed(cluster: Cluster, kind: str) -> dict[Key, dict[str, Any]] | None:
    """All objects of a kind; None if we may not list them."""
    try:
        items = list(cluster.items(kind))
    except RefusedError as error:
        if error.status == http.HTTPStatus.NOT_FOUND:  # its CRD isn't there
            return {}
        if error.status == http.HTTPStatus.FORBIDDEN:
            return None
        raise
    whole = [{"apiVersion": KINDS[kind].api, "kind": kind, **one} for one in items]
    return {Key.of(one): one for one in whole}
