"""A stack whose installation is rehearsed, and what it would be with another release or layout."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from multus_lab import programs, project, releases, sources
from multus_lab.checks.judge import networks_of
from multus_lab.checks.network import Network
from multus_lab.programs import (
    CNI_PLUGINS,
    KUBERNETES,
    MULTUS_RELEASES,
    WHEREABOUTS,
    build_all,
)
from multus_lab.progress import Progress
from multus_lab.rehearsal import plan, subjects, world
from multus_lab.rehearsal.daemon.findings import Rehearsed
from multus_lab.rehearsal.daemon.observation import Observation
from multus_lab.rehearsal.daemon.plan import Plan, Version
from multus_lab.rehearsal.layout import Layout
from multus_lab.rehearsal.subjects import SubjectError
from multus_lab.report import as_text
from multus_lab.settings import Stack, load
from multus_lab.settings.types import amount
from multus_lab.versions import release as number

_PRIMARY = "10-cluster.conflist"
"""The primary network's file where the stack tells none: nearly all have a list."""

PRIMARY_DIR = "/etc/cni/primary.d"
"""Where the primary network's file is in the layout with two folders, if the stack has one."""

_TOLD_ELSEWHERE = {
    "MUL703": "the rehearsal tells it of the release that the stack has",
    "MUL704": "a release that leaks is there to be upgraded",
}
"""What may be a risk of the versions that are rehearsed beside the stack's own."""


@dataclass(frozen=True)
class Subject:
    """A stack to rehearse; `refused` is what the checks print if they refuse it, else "".

    `before` is the release that is there first, "" for none.
    """

    name: str
    config: Mapping[str, Any]
    stack: Stack | None
    before: str
    refused: str

    def rehearse(self, pods: int, progress: Progress) -> Rehearsed:
        """Rehearse with `pods` pods of each network that run on each node meanwhile.

        Raises RehearsalError, BuildError.
        """
        world.can_rehearse(bool(self._counter))
        planned, networks = self.planned(pods)
        daemons = [MULTUS_RELEASES[one.programs] for one in planned.versions]
        counter = [WHEREABOUTS] if planned.whole.whereabouts else []
        needed = {one.name: one for one in (KUBERNETES, CNI_PLUGINS, *daemons, *counter)}
        built = build_all(list(needed.values()), progress=progress)
        images = {one.release: str(built[one.name]) for one in daemons}
        planned = _with_images(planned, images)
        folders = world.folders(built, [CNI_PLUGINS], [daemons[0], *counter])
        seen = world.played(world.INSTALLATION, asdict(planned), folders, progress)
        return Rehearsed(planned, Observation.of(seen), networks)

    @property
    def _counter(self) -> Mapping[str, Any]:
        return subjects.counter(networks_of(self.stack.networks)) if self.stack else {}

    def planned(self, pods: int) -> tuple[Plan, Sequence[Network]]:
        """What is to be done, but for the folders of the programs; and the stack's networks."""
        stack = self.stack
        assert stack is not None
        networks = networks_of(stack.networks)
        declared = self._version({})
        other = self._version({"paths": self._other_folders()})
        before = self._version(self._of_release()) if self.before else None
        whole = plan.Plan.of(networks, stack.zone, pods, stack.cluster)
        primary = stack.multus.primary_file or _PRIMARY
        nodes = [replace(one, primary=primary) for one in whole.nodes]
        unmet = subjects.unmet(stack.multus)
        whole = replace(whole, nodes=nodes, objects=declared.objects, unmet=unmet)
        return Plan.of(whole, networks, declared, other, before), networks

    def _version(self, changes: Mapping[str, Any]) -> Version:
        """The stack's objects and layout with these settings of `multus` instead of its own."""
        multus = {**self.config.get("multus", {}), **changes}
        multus = {key: value for key, value in multus.items() if value is not None}
        multus["daemonConfig"] = subjects.met(multus.get("daemonConfig", {}))
        config: dict[str, Any] = {**self.config, "multus": {**multus, "namespace": plan.NAMESPACE}}
        if self._counter:
            config["whereabouts"] = {**self.config.get("whereabouts", {}), **self._counter}
        if changes:
            config["accept"] = {**self.config.get("accept", {}), **_TOLD_ELSEWHERE}
        settings = load(config)
        limit = settings.multus.resources.limits.memory
        return Version(
            release=settings.multus.release,
            programs=programs.multus(settings.multus.shape.name).release,
            objects=subjects.rendered(config, self.name),
            layout=Layout.of(settings.multus, settings.cluster),
            grace=settings.multus.grace,
            memory=int(amount(limit)) if limit else None,
        )

    def _other_folders(self) -> Mapping[str, str]:
        """The stack's paths with two folders where it has one, and with one where it has two."""
        assert self.stack is not None
        folders = self.stack.multus.folders
        apart = Layout.of(self.stack.multus, self.stack.cluster).two_folders
        other = folders.cni_config_dir if apart else PRIMARY_DIR
        return {**self.config.get("multus", {}).get("paths", {}), "multusAutoconfigDir": other}

    def _of_release(self) -> Mapping[str, Any]:
        """The settings as an earlier release takes them: without the keys that it doesn't read."""
        shape = releases.multus(self.before)
        assert shape is not None
        daemon = dict(self.config.get("multus", {}).get("daemonConfig", {}))
        daemon = {key: value for key, value in daemon.items() if key in shape.keys}
        if number(daemon.get("cniVersion", "0.3.1")) > number(shape.newest_cni):
            daemon["cniVersion"] = shape.newest_cni
        own = dict.fromkeys(("releaseAs", "tag", "digest", *self._too_short(shape)))
        return {**own, "release": self.before, "daemonConfig": daemon}

    def _too_short(self, shape: releases.Multus) -> Iterator[str]:
        """The stack's grace period, if a release needs more."""
        assert self.stack is not None
        if self.stack.multus.grace <= shape.drain:
            yield "terminationGracePeriodSeconds"


def of_stack(name: str, before: str | None) -> Subject:
    """A stack by its name or file, and the release that is to be upgraded, if any.

    Raises SubjectError for what can't be rehearsed.
    """
    file = project.stack_file(name)
    if before is not None and before not in releases.names():
        known = ", ".join(releases.names())
        raise SubjectError(f"--from {before}: must be a release that is known: {known}")
    report, stack = sources.check_stack(file)
    if stack is None or report.exit_code:
        return Subject(file.name, file.config, None, "", as_text.printed(report))
    if not stack.multus.install:
        raise SubjectError(f"{file.path}: {_not_installed(stack)}")
    if before == stack.multus.release:
        raise SubjectError(f"--from {before}: {file.path} declares this release itself")
    return Subject(file.name, file.config, stack, before or "", "")


def _not_installed(stack: Stack) -> str:
    if stack.multus.brings:
        return f"{stack.multus.brings}, so that the stack declares no daemon to rehearse"
    return "multus.install is false, so that there is no daemon to rehearse"


def _with_images(planned: Plan, images: Mapping[str, str]) -> Plan:
    def run(version: Version) -> Version:
        return replace(version, image=images[version.programs])

    before = run(planned.before) if planned.before else None
    return replace(planned, declared=run(planned.declared), other=run(planned.other), before=before)
