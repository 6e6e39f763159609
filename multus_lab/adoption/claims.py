"""What a run does before the engine: it looks whose the objects are that it is to change.

A stack changes and deletes what is its own, and takes over what it is told to. The engine knows
nothing of this: it applies what is declared to whatever has that name.
"""

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from shlex import quote
from typing import Any

from pulumi import automation

from multus_lab import project
from multus_lab.adoption.needs import needed
from multus_lab.adoption.objects import (
    Known,
    Manifest,
    creating,
    known,
    with_additions,
    with_created,
    without,
)
from multus_lab.adoption.orphans import created, delete, orphans
from multus_lab.adoption.survey import Survey, survey
from multus_lab.adoption.taking import take
from multus_lab.adoption.told import (
    AdoptionError,
    NotDeclaredError,
    check_names,
    drifted,
    forgotten,
    hindrance,
    orphaned,
    refusal,
    told,
)
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.connection import SETTINGS, connect
from multus_lab.cluster.objects import Key
from multus_lab.ownership import Owner
from multus_lab.prerequisites.presence import check_presence
from multus_lab.prerequisites.rights import check_rights, reading
from multus_lab.project import StackFile
from multus_lab.render import declared
from multus_lab.settings import Stack, load
from multus_lab.testbed import Testbed

__all__ = ["Claims", "exported", "shared_names"]

_TAKES_CONFLICTS = "PULUMI_K8S_ENABLE_PATCH_FORCE"
"""Has the provider take fields from other field managers."""

_TAKES_EXISTING = "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"
"""Lets the provider create what exists, which it refuses from 4.29.0 on and never did before."""

_CIPHERTEXT = '"ciphertext": '
"""What every secret of an exported state has (pulumi v3.274.1 sdk/go/common/apitype)."""

_SILENT = logging.Logger("the program's warnings, which the engine prints too", logging.CRITICAL)


class Claims:
    """A stack's claims on the objects of its cluster.

    Args:
        stack: the stack's file.
        testbed: the test bed that is the cluster, or None for the user's.

    Attributes:
        stack: the stack's name.
        seen: what the last look at the cluster found.

    """

    def __init__(self, stack: StackFile, testbed: Testbed | None = None) -> None:
        self.stack = stack.name
        self.seen = Survey()
        self._stack = stack
        self._testbed = testbed
        self._cluster: Cluster | None = None
        self._decrypted: Mapping[str, automation.ConfigValue] | None = None

    def settings(self, stack: automation.Stack) -> Stack:
        """What the stack says, decrypted; raises SettingsError if it can't be used."""
        return load(self._config(stack))

    def before_preview(
        self, stack: automation.Stack, refresh: bool, brought: Collection[Key] = ()
    ) -> list[str]:
        """Tell what isn't the stack's, and with `refresh` what others changed of it.

        `brought` is there by then, as other stacks bring it before.
        """
        # It is a dry run, which may show what `up` does once the fields' managers are settled.
        _permit(stack, _TAKES_CONFLICTS, _TAKES_EXISTING)
        self.seen = self._survey(stack, refresh, brought)
        return told(self.seen, self._up)

    def before_up(
        self, stack: automation.Stack, adopt: Sequence[str] | None, refresh: bool
    ) -> list[str]:
        """Take over what `adopt` allows, let go of what isn't the stack's any more, and tell it.

        With `refresh` the engine will see what others changed, and it is told.

        Raises AdoptionError, before anything is changed, if something of it isn't the stack's.
        """
        self.seen = seen = self._survey(stack, refresh)
        check_names(seen, adopt or ())
        if refused := refusal(seen, self._up, adopt):
            raise AdoptionError(refused)
        _correct(stack, seen)
        take(self.cluster(stack), seen)
        if seen.comes_back:
            _permit(stack, _TAKES_EXISTING)
        delete(self.cluster(stack), seen.orphans)
        return [*map(forgotten, seen.lost), *drifted(seen), *map(orphaned, seen.orphans)]

    def before_refresh(self, stack: automation.Stack) -> list[str]:
        """Let go of what isn't the stack's any more, which it would read back as its own."""
        made, cluster = self._known(self._state(stack)), self.cluster(stack)
        check_rights(cluster, reading(made))
        self.seen = survey(cluster, (), made)
        _correct(stack, self.seen)
        return list(map(forgotten, self.seen.lost))

    def before_down(self, stack: automation.Stack) -> list[str]:
        """Let go of what isn't the stack's any more, delete what it doesn't know, and tell it."""
        state, cluster = self._state(stack), self.cluster(stack)
        made, pending = self._known(state), creating(state)
        check_rights(cluster, reading({*made, *(one.key for one in pending)}))
        begun = created(cluster, pending)
        seen = replace(survey(cluster, (), made), orphans=self._orphans(stack, made))
        self.seen = seen
        check_rights(cluster, needed(seen, {**made, **{one.key: one for one in begun}}))
        if pending:
            _count_in(stack, begun)
        _correct(stack, seen)
        delete(cluster, seen.orphans)
        return [*map(forgotten, seen.lost), *map(orphaned, seen.orphans)]

    def made(self, stack: automation.Stack) -> Mapping[Key, Known]:
        """What the stack has made, whether its state knows it or not."""
        state = self._state(stack)
        made = self._known(state)
        begun = created(self.cluster(stack), pending) if (pending := creating(state)) else ()
        return {**made, **{one.key: one for one in (*begun, *self._orphans(stack, made))}}

    def _state(self, stack: automation.Stack) -> Mapping[str, Any]:
        """The stack's state, its secrets in plain text.

        To derive their key takes the engine longer than all else. A user's passphrase is tried by
        that, before anything is changed; a test bed's own is right, and seldom guards anything.
        """
        if self._testbed is not None:
            state = exported(stack.workspace, stack.name).get("deployment") or {}
            if _CIPHERTEXT not in json.dumps(state):
                return state
        return stack.export_stack().deployment or {}

    def _known(self, state: Mapping[str, Any]) -> dict[Key, Known]:
        """What the stack's state knows of what the stack has made."""
        return known(state, Owner(project.NAME, self.stack, ""))

    @property
    def _up(self) -> str:
        """How `up` of this stack is typed."""
        name = self._testbed.name if self._testbed else ""
        flags = [] if not name else ["--testbed"] if name == "default" else ["--testbed", name]
        stack = self.stack if self._stack.of_project else quote(str(self._stack.path))
        return " ".join(["multus-lab up", stack, *flags])

    def _survey(
        self, stack: automation.Stack, drift: bool, brought: Collection[Key] = ()
    ) -> Survey:
        """What the cluster has of what the stack declares and has made.

        Raises MissingError, RightsError and AdoptionError if the engine would fail for what it
        doesn't have or doesn't allow, or for what can't become what is declared.
        """
        config, cluster = self._config(stack), self.cluster(stack)
        objects: Sequence[Manifest] = ()
        runs = True
        try:
            objects = declared(config, self._stack.name, _SILENT)
        except Exception:  # the program's, which ends in the engine too, and is told there
            runs = False
        made = self._known(self._state(stack))
        wanted = set(map(Key.of, objects))
        check_presence(cluster, wanted.union(brought))
        check_rights(cluster, reading({*wanted, *made}))
        seen = survey(cluster, objects, made, drift)
        if runs:
            seen = replace(seen, orphans=self._orphans(stack, {*wanted, *made}))
        if hindered := hindrance(seen, cluster):
            raise AdoptionError(hindered)
        check_rights(cluster, needed(seen, made))
        return seen

    def _orphans(self, stack: automation.Stack, others: Collection[Key]) -> tuple[Known, ...]:
        """What killed runs have left, but for what is declared or known.

        A test bed's state is written at the end of a run. In a cluster of the user's somebody else
        may have the stack in a backend of their own.
        """
        if self._testbed is None:
            return ()
        settings = self.settings(stack)
        owner = Owner(project.NAME, self.stack, settings.zone.name or "")
        whereabouts = settings.whereabouts
        kept = settings.multus.retain_crd or (whereabouts is not None and whereabouts.retain_crd)
        return orphans(self.cluster(stack), {str(owner)}, others, with_crds=not kept)

    def _config(self, stack: automation.Stack) -> Mapping[str, object]:
        """This project's keys, decrypted."""
        if not self._stack.secures:
            return self._stack.config
        prefix = f"{project.NAME}:"
        return {
            key.removeprefix(prefix): json.loads(one.value)
            for key, one in self._read(stack).items()
            if key.startswith(prefix)
        }

    def _read(self, stack: automation.Stack) -> Mapping[str, automation.ConfigValue]:
        """Every key of the stack, decrypted by the engine, which takes a moment."""
        if self._decrypted is None:
            self._decrypted = stack.get_all_config()
        return self._decrypted

    def cluster(self, stack: automation.Stack) -> Cluster:
        """The cluster that the engine changes."""
        if self._cluster is None:
            self._cluster = self._connected(stack)
        return self._cluster

    def _connected(self, stack: automation.Stack) -> Cluster:
        if self._testbed is not None:
            return connect(str(self._testbed.kubeconfig))
        keys = [f"kubernetes:{name}" for name in SETTINGS]
        written = self._stack.document.value["config"]  # type: ignore[index]  # StackFile: a mapping
        if any(isinstance(written.get(key), dict) for key in keys):  # encrypted
            read = self._read(stack)
            return connect(*(read[key].value if key in read else "" for key in keys))
        return connect(*(str(written.get(key, "")) for key in keys))


def _count_in(stack: automation.Stack, begun: Collection[Known]) -> None:
    """Have the stack's state know these of its pending objects, and none of them as pending."""
    state = exported(stack.workspace, stack.name)
    state["deployment"] = with_created(state["deployment"], begun)
    stack.import_stack(automation.Deployment(**state))
    if begun:
        stack.refresh(target=[one.urn for one in begun])


def _correct(stack: automation.Stack, seen: Survey) -> None:
    """Take out of the stack's state what isn't the stack's any more, and let it see drift."""
    changed = {
        one.known.urn: (one.live, {difference.path for difference in one.drift})
        for one in seen.seen
        if one.drift and one.known and one.live
    }
    if not seen.stale and not changed:
        return
    state = exported(stack.workspace, stack.name)
    kept = without(state["deployment"], seen.stale)
    state["deployment"] = with_additions(kept, changed)
    stack.import_stack(automation.Deployment(**state))


def shared_names(
    stacks: Sequence[StackFile], names: Sequence[str] | None
) -> list[Sequence[str] | None]:
    """The names after `--adopt` that each of the stacks declares.

    Of a stack that the engine has to decrypt, or whose program ends in an error, that isn't known
    before: it gets what no other one declares.

    Raises NotDeclaredError for names that none of them declares.
    """
    if not names or len(stacks) == 1:
        return [names] * len(stacks)
    places = [_places(one) for one in stacks]
    known = frozenset().union(*(one for one in places if one is not None))
    others = [one for one in names if one not in known]
    if others and None not in places:
        raise NotDeclaredError(
            f"--adopt {' '.join(others)}: none of the stacks declares such an object; "
            f"they declare {', '.join(sorted(known)) or 'none'}"
        )
    return [others if one is None else [name for name in names if name in one] for one in places]


def _places(stack: StackFile) -> frozenset[str] | None:
    if stack.secures:
        return None
    try:
        objects = declared(stack.config, stack.name, _SILENT)
    except Exception:  # the program's, which ends in the engine too, and is told there
        return None
    return frozenset(Key.of(one).place for one in objects)


def exported(workspace: automation.Workspace, stack: str) -> dict[str, Any]:
    """A stack's state, its secrets encrypted; the SDK's has them in plain text.

    Raises CommandError if the engine can't read it.
    """
    arguments = ["stack", "export", "--stack", stack]
    done = workspace.pulumi_command.run(arguments, workspace.work_dir, workspace.env_vars)
    state: dict[str, Any] = json.loads(done.stdout)
    return state


def _permit(stack: automation.Stack, *settings: str) -> None:
    """Set what the provider reads from its environment."""
    env = {**stack.workspace.env_vars, **dict.fromkeys(settings, "true")}
    stack.workspace.env_vars = env
