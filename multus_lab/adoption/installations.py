"""Multus and whereabouts in a cluster, whoever made them: what they are, by what their pods run.

Sources: multus-cni v4.3.0 and v4.0.2, deployments/ (multus-daemonset-thick.yml, which runs
multus-daemon; multus-daemonset.yml, thin_entrypoint; multus-daemonset-crio.yml, entrypoint.sh);
rke2-charts 262e21a4, packages/rke2-multus (a DaemonSet called as the Helm release, and its
rke2-whereabouts).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from multus_lab.adoption.objects import Manifest, annotation
from multus_lab.cluster.objects import Key
from multus_lab.ownership import OWNER

__all__ = ["MULTUS", "THICK", "WHEREABOUTS", "Installation", "Product", "installation"]


class Product(NamedTuple):
    """What a cluster has once; `apart` is why, and `section` has it in the stack config."""

    name: str
    apart: str
    section: str

    @property
    def remove(self) -> str:
        """What to do about a second one."""
        return f"remove it first, or set {self.section}.install to false"


MULTUS = Product(
    "Multus",
    "a second daemon would fight it for 00-multus.conf",
    "multus",
)
WHEREABOUTS = Product(
    "whereabouts",
    "a second one would count the same addresses anew",
    "whereabouts",
)

THICK = "thick"
_PROGRAMS = {
    "multus-daemon": THICK,
    "thin_entrypoint": "thin",
    "entrypoint.sh": "thin, by the entrypoint.sh of CRI-O's manifest and of releases before v4.0",
}
_IMAGE = re.compile(r"(?:^|/)(?:[a-z0-9]+-)?multus(?:-cni|-thick)?(?:[:@]|$)")
"""Not the dynamic networks controller, or what else has multus in its name."""
_COUNTS = re.compile(r"(?:^|/)(?:[a-z0-9]+-)?whereabouts(?:[:@]|$)")
_UNKNOWN = "of an unknown kind"


class Installation(NamedTuple):
    """A DaemonSet that runs Multus or whereabouts."""

    key: Key
    variant: str
    """`THICK`, or what else of Multus it is; "" for whereabouts."""
    release: str
    """The Helm release that it is of; "" if it is of none."""
    product: Product = MULTUS
    owner: str = ""
    """The stack that it says it is of; "" if it says none."""

    def __str__(self) -> str:
        source = f"of Helm release {self.release}" if self.release else ""
        more = ", ".join(filter(None, (self.variant, source)))
        return f"{self.key} ({more})" if more else str(self.key)


def installation(daemon_set: Manifest) -> Installation | None:
    """What a DaemonSet runs; None if it is neither of the two."""
    containers = daemon_set["spec"]["template"]["spec"].get("containers") or ()
    key, release, owner = Key.of(daemon_set), _release(daemon_set), annotation(daemon_set, OWNER)
    if variant := next(filter(None, map(_variant, containers)), ""):
        return Installation(key, variant, release, MULTUS, owner)
    counts = any(_COUNTS.search(one.get("image", "")) for one in containers)
    return Installation(key, "", release, WHEREABOUTS, owner) if counts else None


def _variant(container: Manifest) -> str:
    if not _IMAGE.search(container.get("image", "")):
        return ""
    return next((_PROGRAMS[one] for one in _words(container) if one in _PROGRAMS), _UNKNOWN)


def _words(container: Manifest) -> Iterator[str]:
    """The programs that a command names, without their folders."""
    for text in (*(container.get("command") or ()), *(container.get("args") or ())):
        yield from (word.rpartition("/")[2] for word in text.split())


def _release(daemon_set: Manifest) -> str:
    notes = daemon_set["metadata"].get("annotations") or {}
    return str(notes.get("meta.helm.sh/release-name", ""))
