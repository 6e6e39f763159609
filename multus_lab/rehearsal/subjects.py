"""What can be rehearsed: a stack, or the networks of manifests."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic.alias_generators import to_camel

from multus_lab import manifests, programs, project, sources
from multus_lab.checks import Finding
from multus_lab.checks.addresses.slices import slice_pool
from multus_lab.checks.judge import every_code, networks_of
from multus_lab.checks.network import Network
from multus_lab.cluster.kinds import MONITOR
from multus_lab.distributions import STANDARD
from multus_lab.errors import MultusLabError
from multus_lab.progress import Progress
from multus_lab.rehearsal import world
from multus_lab.rehearsal.findings import Rehearsed
from multus_lab.rehearsal.layout import Layout
from multus_lab.rehearsal.plan import DEFAULT_NETWORK, NAMESPACE, UNMET, Plan
from multus_lab.report import as_text
from multus_lab.settings import Cluster, Multus, Zone

MAX_PODS = 50

Object = Mapping[str, Any]


class SubjectError(MultusLabError):
    """Nothing that can be rehearsed."""

    exit_code = 2


@dataclass(frozen=True)
class Subject:
    """Networks to rehearse, and what the checks say of them.

    `refused` is what the checks print of a stack that they refuse, which is not rehearsed; "" for
    others. `objects` makes the Kubernetes objects that the API server is to hold. `multus` is the
    daemon that the stack declares.
    """

    networks: Sequence[Network]
    zone: Zone | None
    cluster: Cluster | None
    predicted: Sequence[Finding]
    refused: str
    objects: Callable[[], Sequence[Object]]
    multus: Multus | None = None

    def rehearse(self, pods: int, progress: Progress) -> Rehearsed:
        """Rehearse with `pods` pods of each network on each node; raises RehearsalError."""
        plan = self.plan(pods)
        seen = world.rehearse(plan, progress)
        return Rehearsed(plan, seen, self.networks, self.predicted)

    def plan(self, pods: int) -> Plan:
        """What is rehearsed, with the daemon of the stack's release or the nearest one before."""
        plan = Plan.of(self.networks, self.zone, pods, self.cluster)
        if (multus := self.multus) is not None:
            daemon = programs.multus(multus.shape.name).release
            brought = Layout.of(multus, self.cluster or Cluster()).brought
            plan = replace(plan, multus=multus.release, daemon=daemon, brought=brought)
            plan = replace(plan, unmet=unmet(multus))
        return replace(plan, objects=self.objects())


def of_stack(name: str) -> Subject:
    """A stack by its name or file; raises SubjectError where it declares no network."""
    file = project.stack_file(name)
    report, stack = sources.check_stack(file)
    if stack is None or report.exit_code:
        return Subject((), None, None, (), as_text.printed(report), list)
    if not stack.networks:
        raise SubjectError(f"{file.path} declares no network")
    return Subject(
        networks_of(stack.networks),
        stack.zone,
        stack.cluster,
        [one.finding for one in report.findings],
        "",
        lambda: objects(file.config, file.name, counter(networks_of(stack.networks))),
        stack.multus if stack.multus.install else None,
    )


def of_manifests(files: Sequence[str]) -> Subject:
    """The NADs of files, `-` for standard input; raises SubjectError where there are none."""
    read = [
        manifests.load("-" if one == "-" else Path(one), number) for number, one in enumerate(files)
    ]
    # Of those that are declared twice the last one is applied.
    texts = {
        network.label: (network, one.text(network)) for one in read for network in one.networks
    }
    if not texts:
        raise SubjectError(f"no NetworkAttachmentDefinition to rehearse in {', '.join(files)}")
    networks = [network for network, _ in texts.values()]
    definitions = [definition(network, text) for network, text in texts.values()]
    predicted = sources.judged(read)
    return Subject(
        networks,
        None,
        None,
        predicted,
        "",
        lambda: [*objects({}, "rehearsal", counter(networks)), *definitions],
    )


def definition(network: Network, config: str) -> Object:
    """The NetworkAttachmentDefinition of a network with that text in `spec.config`."""
    return {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": {"name": network.name, "namespace": network.namespace},
        "spec": {"config": config},
    }


def counter(networks: Sequence[Network]) -> Mapping[str, Any]:
    """The settings by which whereabouts comes with all that networks need; {} if none needs it."""
    if not any(one.ipam_type == "whereabouts" for one in networks):
        return {}
    slices = any(map(slice_pool, networks))
    return {"install": True, "namespace": NAMESPACE, **({"nodeSlices": True} if slices else {})}


def objects(
    config: Mapping[str, object], name: str, whereabouts: Mapping[str, Any]
) -> list[Object]:
    """What a stack declares; with the daemon, where another stack of its cluster has it.

    And with whereabouts by these settings, if there are any.
    """
    declared = dict(config)
    multus, accept = config.get("multus", {}), config.get("accept", {})
    if isinstance(multus, Mapping):
        declared["multus"] = _rehearsed(multus)
    told = config.get("whereabouts", {})
    if whereabouts and isinstance(told, Mapping):
        declared["whereabouts"] = {**told, **whereabouts, "paths": {}}
    if isinstance(accept, Mapping):
        declared["accept"] = {**accept, **dict.fromkeys(_of_daemons(), "it is a rehearsal's own")}
    return rendered(declared, name)


def _of_daemons() -> list[str]:
    """What is a risk of daemons, which a stack may not install, and a rehearsal does even so."""
    return [one for one in every_code() if one.startswith("MUL")]


def rendered(config: Mapping[str, object], name: str) -> list[Object]:
    """What a stack declares, but for what is of an operator that a rehearsal has none of."""
    from multus_lab import render  # noqa: PLC0415 - Pulumi takes a second to import

    # What the program warns of are the findings that the report tells.
    with redirect_stderr(StringIO()):
        return [one for one in render.declared(config, name) if one["kind"] != MONITOR]


_PATHS = {**STANDARD._asdict(), "multus_autoconfig_dir": STANDARD.cni_config_dir}


def _rehearsed(multus: Mapping[str, Any]) -> Mapping[str, Any]:
    """The daemon's settings for a node of a rehearsal, whatever the cluster's distribution is."""
    config = met(multus.get("daemonConfig", {}))
    return {
        **multus,
        "install": True,
        "namespace": NAMESPACE,
        "paths": {to_camel(key): path for key, path in _PATHS.items()},
        "daemonConfig": {**config, "multusMasterCNI": DEFAULT_NETWORK},
    }


def unmet(multus: Multus) -> list[str]:
    """The keys that are set of daemon-config.json, and wait for what a rehearsal hasn't."""
    return [one for one in UNMET if one in multus.daemon_config.model_dump(exclude_none=True)]


def met(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a stack sets of daemon-config.json, but for those."""
    return {key: value for key, value in config.items() if key not in UNMET}
