"""Records of releases: of Multus its manifest, what its daemon reads, and its troubles."""

from collections.abc import Mapping
from typing import NamedTuple

from multus_lab.versions import Span


class Granted(NamedTuple):
    """What the daemon may do with resources of one API group."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]


class Trouble(NamedTuple):
    """Something that a release gets wrong, and where that was read.

    `held` are all releases that have it, where that is known.
    """

    what: str
    source: str
    held: Span | None = None


class Multus(NamedTuple):
    """What is known of one release of the thick daemon.

    Attributes:
        name: its tag.
        read: where all of this was read.
        keys: what its code reads of daemon-config.json.
        newest_cni: the newest cniVersion with which its daemon and shim work.
        short_names: of the CRD, in its manifest.
        conf_dir: its manifest mounts `/etc/cni/multus/net.d`, where the daemon looks for the
            configuration of a NAD that has none.
        drain: seconds that its daemon goes on after SIGTERM, before it takes its file away.
        grace: seconds that its manifest leaves the daemon between SIGTERM and SIGKILL.
        granted: what its daemon asks of the API server beside what all of them ask.
        troubles: what it gets wrong, as far as it is known.
        unlike: where our objects differ from its manifest though they don't from those of other
            releases, and why.

    """

    name: str
    read: str
    keys: frozenset[str]
    newest_cni: str
    short_names: tuple[str, ...]
    conf_dir: bool
    grace: int
    granted: tuple[Granted, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    unlike: Mapping[str, str] = {}
    drain: int = 0


class Whereabouts(NamedTuple):
    """What is known of one release of whereabouts: its tag, and where its manifests were read."""

    name: str
    read: str
