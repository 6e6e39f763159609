"""The config of the running stack as validated settings."""

import json
from collections.abc import Mapping

import pulumi
from pulumi.runtime import is_config_secret
from pulumi.runtime.config import CONFIG

from components.guard import refuse_what_cannot_be
from multus_lab.checks import judge_stack, with_accepts
from multus_lab.leaving import LEAVING
from multus_lab.report.as_text import told
from multus_lab.report.located import level_of
from multus_lab.settings import SettingsError, Stack, load


class StackConfig:
    """What the running stack's config declares: `settings`, and what of it is secret.

    `nodes` is how many nodes the daemon is for at most, as far as the program knows its cluster.

    Accepted errors and risks are warnings of every preview. Raises pulumi.RunError, which the
    engine shows without a traceback, where the config can't be used, has errors or risks that it
    doesn't accept, or can't be brought to its cluster; no resource is registered then.
    """

    def __init__(self) -> None:
        self._project = pulumi.get_project()
        try:
            declared = load(self._values())
        except SettingsError as error:
            raise pulumi.RunError(str(error)) from None
        findings = judge_stack(declared)
        self.settings: Stack = with_accepts(declared, findings)
        if refused := [finding for finding in findings if finding.refuses]:
            raise pulumi.RunError("\n".join(["the checks refuse the stack:", *map(told, refused)]))
        if accepted := [finding for finding in findings if level_of(finding) == "warning"]:
            # One message: each is an event of the engine, and costs as much as a resource.
            pulumi.log.warn("\n".join(["the stack accepts:", *map(told, accepted)]))
        if LEAVING.get() is not None:  # they go before the daemon's files do
            self.settings = self.settings._replace(networks=())
        self.nodes = refuse_what_cannot_be(self.settings)

    def is_secret(self, *keys: str) -> bool:
        """Whether the value of one of these keys of this project holds a `secure:` value."""
        return any(is_config_secret(f"{self._project}:{key}") for key in keys)

    def _values(self) -> Mapping[str, object]:
        """Every key of this project; pulumi.Config can't list keys, and so would miss a typo."""
        prefix = f"{self._project}:"
        return {
            key.removeprefix(prefix): _structured(value)
            for key, value in CONFIG.get().items()
            if key.startswith(prefix)
        }


def _structured(value: str) -> object:
    """The engine hands lists and mappings over as JSON, and scalars as they are."""
    try:
        return json.loads(value)
    except ValueError:
        return value
