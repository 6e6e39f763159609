"""Multus of every release for every distribution, as the API server takes it."""

import json

import pytest

from multus_lab import distributions, releases, render
from multus_lab.testbed import Testbed
from tests.engine.lab import CRD_KIND

FORCED = dict.fromkeys(("MUL702", "MUL704"), "only the API server is asked")
"""Where the distribution brings a Multus of its own, or a primary network that leaks."""


def declared(release: str, distribution: str) -> list[render.Manifest]:
    """What a stack of that cluster declares that brings the daemon and no networks."""
    config = {
        "cluster": {"distribution": distribution},
        "multus": {"install": True, "release": release},
        "accept": FORCED,
    }
    return render.declared(config, "tried")


@pytest.mark.parametrize("release", releases.names())
def test_the_api_server_takes_it(testbed: Testbed, release: str) -> None:
    objects = {
        json.dumps(one, sort_keys=True): one
        for distribution in distributions.names()
        for one in declared(release, distribution)
    }
    kinds = [one["kind"] for one in objects.values()]
    assert kinds.count("DaemonSet") > 5
    assert kinds.count(CRD_KIND) == 1
    sent = render.stream(list(objects.values()))
    flags = ("--server-side", "--dry-run=server", "--force-conflicts")
    taken = testbed.kubectl("apply", *flags, "-f", "-", stdin=sent).splitlines()
    assert len(taken) == len(objects)
    assert all(line.endswith("serverside-applied (server dry run)") for line in taken)
