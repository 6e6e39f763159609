"""What is imported comes back as it was: of every corpus, each example and all rules' networks."""

import json
import re
from collections.abc import Mapping
from typing import Any

from multus_lab import importing, render
from multus_lab.checks import Finding, judge
from multus_lab.importing import Imported
from multus_lab.report import Report
from multus_lab.settings import load
from multus_lab.sources import check_stack
from tests.mutations import configurations
from tests.networks import EXAMPLES, network
from tests.unit.test_corpus import ENTRIES
from tests.unit.test_importing import PATH, file_of, nad, read

_TWICE = "NAD003"
"""A key that stands in one object twice, which no stack can write."""

_OF_ZONE_AND_CLUSTER = {"IPA209", "IPA211", "LNK102", "LNK105", "LNK112", "RTE301", "RTE304"}
"""What is found, or told as a note, only where there is a zone or a cluster."""

_NONE_OF_CNI = ("must be a CNI configuration", "plugins", "plugin's name for its `type`")
"""Why a configuration is left out that no plugin's type is in."""


def _named(config: Mapping[str, Any] | str, index: int) -> dict[str, Any]:
    """A NAD of the configuration, by the CNI network's name if an object can have it."""
    name = config.get("name") if isinstance(config, dict) else None
    fits = isinstance(name, str) and re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", name)
    return nad(config, str(name) if fits else f"n{index}")


def _canonical(config: object) -> str:
    return json.dumps(config, sort_keys=True, default=str)  # placeholders aren't JSON's


def _corpora() -> list[dict[str, Any]]:
    """NADs of the corpus of upstream's, and of the examples of each type."""
    upstream = [one.config or str(one.text) for one in ENTRIES]
    ours = [one.cni_config() for one in load({"networks": list(map(network, EXAMPLES))}).networks]
    return [_named(config, index) for index, config in enumerate([*upstream, *ours])]


def test_the_corpora_come_back_as_they_were() -> None:
    left_out, typed = [], 0
    for one in _corpora():
        before = read(one)
        if before.findings:
            continue
        made = importing.imported([before], PATH, accept=True)
        if made.left_out:
            left_out.append(made.left_out[0])
            continue
        stack, (was,) = file_of(made).settings(), before.networks
        told = f"{was.config}"
        made_of_it = _canonical(stack.networks[0].cni_config())
        assert made_of_it == _canonical({"name": was.name, **was.config}), told
        typed += "config:" not in made.text.partition("multus-lab:networks:")[2]
        before_codes = {one.code for one in judge(before.networks)}
        codes = {one.finding.code for one in made.report.findings}
        assert before_codes - codes <= {_TWICE}, told
        assert codes - before_codes <= _OF_ZONE_AND_CLUSTER, told
        assert made.report.exit_code == 0, told
    assert not [one for one in left_out if not any(why in one for why in _NONE_OF_CNI)]
    assert typed >= 150


def _together(nads: list[dict[str, Any]]) -> tuple[Imported, dict[str, str]]:
    """What is imported of NADs, each in a namespace of its own, and what each of them was."""
    for index, one in enumerate(nads):
        one["metadata"]["namespace"] = f"ns{index}"
    before = read(*nads)
    made = importing.imported([before], PATH, accept=True)
    told = {one.label: _canonical({"name": one.name, **one.config}) for one in before.networks}
    return made, told


def test_the_corpora_render_as_they_were() -> None:
    nads = _corpora()
    made, told = _together(nads)
    rendered = {
        "{namespace}/{name}".format(**one["metadata"]): _canonical(
            json.loads(one["spec"]["config"])
        )
        for one in render.manifests(file_of(made))
    }
    assert len(rendered) + len(made.left_out) == len(nads) >= 300
    assert rendered.items() <= told.items()


def _of_all_rules() -> list[dict[str, Any]]:
    """NADs of a few hundred shapes and with every mistake."""
    mappings = [one for group in configurations() for one in group if isinstance(one, dict)]
    configs = {_canonical(one): one for one in mappings}
    return [_named(one, index) for index, one in enumerate(configs.values())]


def test_networks_of_all_rules_come_back_as_they_were() -> None:
    made, told = _together(_of_all_rules())
    stack = file_of(made).settings()
    assert len(stack.networks) >= 1400
    found = {f"{one.namespace}/{one.name}": _canonical(one.cni_config()) for one in stack.networks}
    assert found.items() <= told.items()
    assert made.report.exit_code == 0
    assert _told(made.report) == _told(check_stack(file_of(made))[0])


def test_a_check_of_the_file_says_what_the_import_says() -> None:
    for one in _corpora():
        made = importing.imported([read(one)], PATH)
        assert _told(made.report) == _told(check_stack(file_of(made))[0])


def _told(report: Report) -> list[tuple[Finding, list[tuple[int, int]]]]:
    """Each finding, and where it stands and what else it speaks of."""
    return [
        (one.finding, [spot.place for spot in (one.spot, *one.related)]) for one in report.findings
    ]
