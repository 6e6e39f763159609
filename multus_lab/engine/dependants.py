"""Networks of others that need what a stack's `down` takes away: CRD, daemon or whereabouts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from multus_lab.adoption.objects import Known, annotation
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import RefusedError
from multus_lab.cluster.kinds import DEFINITION, NETWORK
from multus_lab.cluster.objects import Key
from multus_lab.engine.rollout import COUNTER, DAEMON_SET
from multus_lab.names import shortened
from multus_lab.ownership import OWNER

__all__ = ["Dependants", "dependants"]

_CRD = Key(DEFINITION, "", "network-attachment-definitions.k8s.cni.cncf.io")
_COUNTING = ("DaemonSet", COUNTER)
_COUNTED = re.compile(r'"type"\s*:\s*"whereabouts"')
_SHOWN = 5


@dataclass(frozen=True)
class Dependants:
    """What `down` of a stack means for others.

    Attributes:
        crd: whether the CRD goes, and every network of the cluster with it.
        daemon: whether the daemon goes, without which networks can't be attached.
        whereabouts: whether that goes, without which its networks can't be attached.
        networks: the networks that aren't the stack's, by `namespace/name`.
        counted: those of them whose addresses whereabouts counts.
        unknown: why the networks can't be told, "" if they can.

    """

    crd: bool
    daemon: bool
    whereabouts: bool = False
    networks: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    unknown: str = ""

    @property
    def told(self) -> str:
        """What has to be agreed to, "" if nothing has."""
        if self.crd:
            others = self._others(self.networks)
            return f"down deletes the CRD of all networks, and with it {others}"
        leaves = []
        if self.daemon and (self.networks or self.unknown):
            leaves.append(("the Multus daemon", self._others(self.networks), "one"))
        if self.whereabouts and (self.counted or self.unknown):
            leaves.append(("whereabouts", self._others(self.counted), "it"))
        return "; ".join(
            f"down deletes {what}, and leaves {whom} without {it}" for what, whom, it in leaves
        )

    def _others(self, networks: tuple[str, ...]) -> str:
        if self.unknown:
            return f"an unknown number of networks that aren't this stack's ({self.unknown})"
        if not networks:
            return "no network that isn't this stack's"
        count = len(networks)
        what = "1 network that isn't" if count == 1 else f"{count} networks that aren't"
        return f"{what} this stack's ({shortened(networks, _SHOWN)})"


def dependants(made: Mapping[Key, Known], connect: Callable[[], Cluster]) -> Dependants:
    """What `down` of a stack means for others.

    Args:
        made: the objects of the stack's state.
        connect: gives its cluster, which is asked only if something that others need goes.

    Raises:
        ClusterError: it can't be asked at all, so that `down` couldn't delete anything either.

    """
    crd = _CRD in made and not made[_CRD].retained
    gone = {(key.kind, key.name) for key, one in made.items() if not one.retained}
    goes = Dependants(crd, ("DaemonSet", DAEMON_SET) in gone, _COUNTING in gone)
    if not any((goes.crd, goes.daemon, goes.whereabouts)):
        return goes
    owners = {one.owner for one in made.values()}
    cluster = connect()
    try:
        found = list(cluster.items(NETWORK)) if cluster.serves(NETWORK) else []
    except RefusedError as error:
        return replace(goes, unknown=str(error))
    others, counted = [], []
    for one in found:
        key = Key.of({"kind": NETWORK, **one})
        mark = annotation(one, OWNER)  # it is the stack's that it says, whatever a state has
        if not (mark in owners if mark else key in made):
            others.append(key.place)
            if _COUNTED.search((one.get("spec") or {}).get("config") or ""):
                counted.append(key.place)
    return replace(goes, networks=tuple(sorted(others)), counted=tuple(sorted(counted)))
