"""What a stack says of each daemon that it installs: an image of a release, and its pods."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from multus_lab.settings.image import Digest, Registry, Repository, Tag, reference
from multus_lab.settings.model import Later, Model
from multus_lab.settings.pod import (
    EVERY_TAINT,
    Annotations,
    Labels,
    PullSecrets,
    Resources,
    Toleration,
    UpdateStrategy,
)
from multus_lab.settings.types import (
    Checked,
    DnsLabel,
    DnsSubdomain,
    Duration,
    LabelValue,
    QualifiedName,
    refuse,
    seconds,
)

if TYPE_CHECKING:
    from multus_lab.settings.affinity import Affinity
    from multus_lab.settings.api_server import ApiServer
else:
    ApiServer = Annotated[Any, Later("multus_lab.settings.api_server", "ApiServer")]
    Affinity = Annotated[Any, Later("multus_lab.settings.affinity", "Affinity")]

_RELEASE = r"v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?"


def pinned(example: str, why: str) -> Checked:
    """What a release is to be called, and why what isn't called so is refused."""

    def named(value: str) -> str:
        if not re.fullmatch(_RELEASE, value):
            raise refuse(f"a release, like {example}: {why}")
        return value

    return Checked(named)


def one_of(names: Callable[[], Sequence[str]]) -> Checked:
    """One of the releases that we know, which are looked up when one is said."""

    def known(value: str) -> str:
        if value not in names():
            raise refuse(f"must be one of {', '.join(names())}")
        return value

    return Checked(known)


class Installed(Model):
    """What there is to say of Multus and of whereabouts.

    `install: false` where another stack of the same cluster owns it. `release` is one that we know,
    or `releaseAs` names the one that it is like. `namespace` has to be there,
    and to let privileged pods run. The image is the release's, from `registry` where that is a
    mirror; `tag` and `repository` are for one's own, and `digest` pins it beyond its tag.
    `readyTimeout` is how long a rollout may take for each further pod to become ready.
    """

    install: bool = True
    release: str
    release_as: str | None = None
    namespace: DnsLabel = "kube-system"
    registry: Registry | None = None
    repository: Repository
    tag: Tag | None = None
    digest: Digest | None = None
    pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    pull_secrets: PullSecrets = []
    resources: Resources
    node_selector: dict[QualifiedName, LabelValue] = {"kubernetes.io/os": "linux"}
    tolerations: list[Toleration] = EVERY_TAINT
    affinity: Affinity | None = None
    priority_class_name: DnsSubdomain | None = "system-node-critical"
    update_strategy: UpdateStrategy = UpdateStrategy()
    labels: Labels = {}
    annotations: Annotations = {}
    api_server: ApiServer | None = None
    retain_crd: bool = True
    ready_timeout: Duration = "5m"

    @property
    def image(self) -> str:
        """The image by its name; upstream's manifests name moving tags."""
        return reference(self.registry, self.repository, self._tag, self.digest)

    @property
    def ready_seconds(self) -> int:
        """`readyTimeout` in seconds."""
        return seconds(self.ready_timeout)

    @property
    def _tag(self) -> str:
        return self.tag or self.release
