"""What bears a stack's mark, and is neither declared by the stack nor in its state.

A killed run has left it, where the state is written at the end of a run only. What the stack
declares the engine takes back; the rest is deleted here.
"""

from collections.abc import Collection, Iterable

from multus_lab.adoption.objects import Known, annotation
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.kinds import DEFINITION, KINDS, NETWORK, ONLY_READ
from multus_lab.cluster.objects import Key, found, listed
from multus_lab.ownership import OWNER

__all__ = ["created", "delete", "orphans"]


def orphans(
    cluster: Cluster, owners: Collection[str], others: Collection[Key], with_crds: bool
) -> tuple[Known, ...]:
    """The objects that say they are of one of these owners, as far as we may look.

    Networks come first, and their CRD last. Raises ClusterError if the cluster can't be read.

    Args:
        cluster: where they are.
        owners: what they say.
        others: the objects that are declared, or in the state, and so are none.
        with_crds: whether CRDs go too.

    """
    kinds = [NETWORK, *sorted(KINDS.keys() - ONLY_READ - {NETWORK, DEFINITION})]
    return tuple(
        Known(key, "", one["metadata"]["uid"], annotation(one, OWNER), "", retained=False)
        for kind in (*kinds, *([DEFINITION] if with_crds else []))
        for key, one in (listed(cluster, kind) or {}).items()
        if annotation(one, OWNER) in owners and key not in others
    )


def created(cluster: Cluster, pending: Iterable[Known]) -> tuple[Known, ...]:
    """Those of the objects that a killed run was creating that are there, and bear its mark.

    Raises ClusterError if the cluster can't be read.
    """
    asked = {one.key: one for one in pending if one.owner}
    there = found(cluster, asked)
    return tuple(asked[key] for key in there if annotation(there[key], OWNER) == asked[key].owner)


def delete(cluster: Cluster, left: Iterable[Known]) -> None:
    """Delete orphans, in their order."""
    for one in left:
        cluster.delete(*one.key.address)
