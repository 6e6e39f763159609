"""Fixes as they are told: as a line of a stack's YAML, and of a manifest's JSON."""

from ipaddress import ip_address, ip_network

from multus_lab.checks import CODES
from multus_lab.checks.fix import Line, told
from tests.unit.cases import cases

V4, V6, NET6 = ip_address("10.1.0.9"), ip_address("fd00::1"), ip_network("fd00::/64")


@cases(
    ("fix", "in_yaml", "in_json"),
    [
        (Line("mtu", 1500), "mtu: 1500", '"mtu": 1500'),
        (Line("mode", "bridge"), "mode: bridge", '"mode": "bridge"'),
        (Line("gateway", V4), "gateway: 10.1.0.9", '"gateway": "10.1.0.9"'),
        (Line("gateway", V6), "gateway: fd00::1", '"gateway": "fd00::1"'),
        (Line("subnet", NET6), "subnet: fd00::/64", '"subnet": "fd00::/64"'),
        (Line("gw", "fd00::"), 'gw: "fd00::"', '"gw": "fd00::"'),
        (Line("dataDir", "/run/cni"), "dataDir: /run/cni", '"dataDir": "/run/cni"'),
        (Line("promiscMode", False), "promiscMode: false", '"promiscMode": false'),
        (Line("mac", "1", "in quotes"), 'mac: "1"   # in quotes', '"mac": "1"   # in quotes'),
        (Line("cniVersion", "0.3.1"), "cniVersion: 0.3.1", '"cniVersion": "0.3.1"'),
        (Line("name", "on"), 'name: "on"', '"name": "on"'),
        (Line("mtu", ..., "a number"), "mtu: …   # a number", '"mtu": …   # a number'),
        (Line("exclude", []), "exclude: []", '"exclude": []'),
        (Line(0, {"minID": 1, "maxID": 9}), "- {minID: 1, maxID: 9}", '{"minID": 1, "maxID": 9}'),
        (
            Line("ranges", [[{"subnet": NET6}], []]),
            "ranges: [[{subnet: fd00::/64}], []]",
            '"ranges": [[{"subnet": "fd00::/64"}], []]',
        ),
        ("remove mac", "remove mac", "remove mac"),
    ],
)
def test_fix(fix: Line | str, in_yaml: str, in_json: str) -> None:
    assert (told(fix, in_json=False), told(fix, in_json=True)) == (in_yaml, in_json)


def test_no_rule_s_line_is_written_out() -> None:
    """A sentence has no colon behind its first word, unless it is a line beside the networks."""
    beside = (
        *("accept:", "annotations:", "cniPlugins:", "daemonConfig.", "defaultRoute:", "multus:"),
        *("name:", "spec.config:", "whereabouts:", "zone."),
    )
    written = {
        one.code: one.fix
        for one in CODES.values()
        if isinstance(one.fix, str) and one.fix.split()[0].endswith(":")
    }
    assert {fix for fix in written.values() if not fix.startswith(beside)} == set()
