"""Networks of every type: what becomes of them, and that types are what the records know."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from components import NETWORKS
from multus_lab import plugins, settings, sources
from multus_lab.checks import Severity
from multus_lab.checks.judge import networks_of
from multus_lab.rehearsal.plan import Plan
from multus_lab.report.networks import CHAIN, entry, page
from multus_lab.report.networks import ZONE as ZONE_OF_ENTRIES
from multus_lab.settings import AddressedNetwork, SettingsError, load
from multus_lab.settings.network_types import chained_names, names
from tests.networks import EXAMPLES, network
from tests.unit.cases import cases
from tests.unit.test_settings import BOOLEAN, GONE, INTEGER, Broken, broken, changed, check_refused

ROOT = Path(__file__).parents[2]
ZONE: dict[str, Any] = {"name": "private", "range": "10.12.34.0/24"}


def settings_of(*networks: dict[str, Any], **keys: Any) -> Any:
    return load({"zone": ZONE, "networks": list(networks), **keys}).networks


@cases("name", EXAMPLES)
def test_what_becomes_of_a_network(name: str) -> None:
    example = EXAMPLES[name]
    (made,) = settings_of(network(name))
    config = {"name": name, **example.config}
    if "config" not in example.network:
        config.setdefault("cniVersion", "0.3.1")
    assert json.loads(made.cni_json()) == config
    assert made.nad_annotations() == example.annotations


def test_there_is_an_example_of_every_type_and_chained_plugin_and_ipam() -> None:
    networks = [one.network for one in EXAMPLES.values()]
    assert {one.get("type", "macvlan") for one in networks if "config" not in one} == set(names())
    chained = {one["type"] for each in networks for one in each.get("chain", ())}
    assert chained | {"sbr", "cnv-tuning", "istio-cni"} == set(chained_names())
    asked = {one["ipam"]["type"] for one in networks if "ipam" in one}
    known = {one for one in plugins.names() if (r := plugins.record(one)) and r.ipam}
    assert asked | {"host-local"} == known | {"none"}


def test_every_type_has_a_component() -> None:
    assert set(NETWORKS) == {"", *names()}
    for kind, one in NETWORKS.items():
        called = "".join(part.capitalize() for part in kind.split("-"))
        assert one.__name__ == f"{called}Network"


@pytest.mark.parametrize(
    ("release", "hints"), [("v1.9.1", {}), ("v1.10.0", {"addSourceHints": True}), (None, {})]
)
def test_sbr_keeps_the_way_to_neighbours_where_the_release_can(
    release: str | None, hints: dict[str, bool]
) -> None:
    one = {"name": "lab", "defaultRoute": "source-based", "ipam": {"type": "dhcp"}}
    cluster = {"cniPlugins": release} if release else {}
    (made,) = settings_of(one, cluster=cluster)
    assert made.cni_config()["plugins"][-1] == {"type": "sbr", **hints}
    assert made.model_copy(update={"accept": {"RTE306": "x"}}).cni_config() == made.cni_config()


@pytest.mark.parametrize("route", ["takeover", "source-based"])
@pytest.mark.parametrize("ipam", [{"type": "dhcp"}, {"type": "spiderpool"}, {"type": "static"}])
def test_whose_addresses_are_not_known_gets_no_routes(ipam: dict[str, Any], route: str) -> None:
    (made,) = settings_of({"name": "lab", "defaultRoute": route, "ipam": ipam})
    config = made.cni_config()
    assert config.get("plugins", [config])[0]["ipam"] == ipam


@pytest.mark.parametrize(
    ("name", "usable"),
    [
        ("ptp", ["10.12.34.34-10.12.34.38"]),
        ("bridge", ["10.12.34.25-10.12.34.30"]),
        ("macvtap", []),
        ("chain", ["10.12.34.41-10.12.34.46"]),
        ("config", []),
    ],
)
def test_usable_addresses(name: str, usable: list[str]) -> None:
    (made,) = settings_of(network(name))
    assert [str(one) for one in made.usable()] == usable


def test_usable_addresses_of_a_whole_configuration() -> None:
    ipam = {"type": "static", "addresses": [{"address": "10.12.34.5/24"}, {"address": 5}, 7]}
    for config in ({"type": "x", "ipam": ipam}, {"plugins": [{"type": "x", "ipam": ipam}]}):
        (made,) = settings_of({"name": "lab", "config": config})
        assert [str(one) for one in made.usable()] == ["10.12.34.5-10.12.34.5"]


@pytest.mark.parametrize(
    "config",
    [
        {"Type": "bridge"},
        {"TYPE": "bridge", "plugins": 5},
        {"type": "bridge", "plugins": [None]},
        {"plugins": [{"Type": "bridge"}, {"tYPE": "tuning"}]},
    ],
)
def test_a_type_in_any_case_of_letters_is_one_to_libcni(config: dict[str, Any]) -> None:
    (made,) = settings_of({"name": "lab", "config": config}, whereabouts={})
    assert made.cni_config() == {"name": "lab", **config}
    assert list(made.usable()) == []


# --- a program of one's own -----------------------------------------------------------------------


@cases("name", EXAMPLES)
def test_a_program_makes_a_network_by_the_keys_of_a_stack(name: str) -> None:
    assert settings.network(network(name)) == settings_of(network(name))[0]


def test_a_program_is_told_all_that_can_t_be_used() -> None:
    with pytest.raises(SettingsError) as error:
        settings.network({"name": "lab", "type": "bridge", "bridg": "br0"})
    assert str(error.value).splitlines()[0] == "the network: 2 settings can't be used:"


@cases("name", ["vlan", "config"])
def test_a_component_takes_no_network_of_another_type(name: str) -> None:
    with pytest.raises(pulumi.RunError, match="BridgeNetwork is for networks of type bridge, and"):
        NETWORKS["bridge"]("lab", settings.network(network(name)))


# --- what is refused ------------------------------------------------------------------------------

VALID: dict[str, Any] = {"zone": ZONE, "networks": list(map(network, EXAMPLES))}
AT = {name: f"networks[{index}]" for index, name in enumerate(EXAMPLES)}
TYPES = "must be one of macvlan, bond, bridge, cnv-bridge, dummy, host-device, ib-sriov, ipvlan, "
CHAINED = "must be one of bandwidth, cnv-tuning, coordinator, firewall, istio-cni, portmap, rdma, "
IN_CONFIG = "must be left out, or inside `config`, which stands in its place"
NO_CONFIG = "must be a CNI configuration: with a `type`, or with a list of `plugins`"
NO_IPAM_ASKED = "must be left out: this plugin asks no other one for addresses"
NO_PLUGIN = "must have a plugin's name for its `type`"
RESOURCE = "must be a resource of a device plugin, like intel.com/sriov_netdevice"


def at(id_: str, name: str, key: str, value: object, *told: str) -> Any:
    """A value of an example changed; behind what is told, the place that is named if not that."""
    words, named = told if len(told) > 1 else (*told, key)
    return broken(id_, f"{AT[name]}{key}", value, words, f"{AT[name]}{named}")


REFUSED = [
    # the type
    at("unknown-type", "bridge", ".type", "brigde", TYPES),
    at("type-of-another-case", "bridge", ".type", "Bridge", TYPES),
    at("type-in-capitals", "ovs", ".type", "OVS", "as `config`; did you mean ovs?"),
    at("type-with-a-dash", "ipvlan", ".type", "ip-vlan", "as `config`; did you mean ipvlan?"),
    at("ipam-in-capitals", "bridge", ".ipam.type", "DHCP", "spiderpool; did you mean dhcp?"),
    at("plugins-of-a-list", "bridge", ".plugins", [], "the others are its `chain`; or all of it"),
    at("spec-of-an-object", "bridge", ".spec", {"config": "{}"}, "`multus-lab import --manifest"),
    at("name-of-an-object", "bridge", ".metadata", {"name": "a"}, "is a Kubernetes object's"),
    at("empty-type", "bridge", ".type", "", '"" must be one of macvlan'),
    at("no-text", "bridge", ".type", 5, "for any other write the CNI configuration as `config`"),
    at("type-is-a-list", "bridge", ".type", ["bridge"], TYPES),
    at(
        "chained-plugin-alone", "vlan", ".type", "tuning", "; tuning works on an interface: it goes"
    ),
    at("ipam-plugin-alone", "vlan", ".type", "host-local", "goes into `ipam.type`"),
    at("ipam-plugin-that-makes-an-interface-too", "vlan", ".type", "kube-ovn", TYPES),
    at("forgotten-vlan", "vlan", ".type", GONE, "say type: vlan; without one", ".vlanId"),
    at("forgotten-bridge", "bridge", ".type", GONE, "say type: bridge or type: cnv-b", ".bridge"),
    at("forgotten-bond", "bond", ".type", GONE, "is a key of another type: say type: b", ".links"),
    at("primary-network", "vlan", ".type", "calico", "for any other write the CNI configuration"),
    at("loopback", "vlan", ".type", "loopback", TYPES),
    # keys of another type
    at("master-of-a-bridge", "bridge", ".master", "eth1", "is unknown; known here: name, ipam"),
    at("bridge-of-a-vlan", "vlan", ".bridge", "br0", "known here: name, ipam, master, namespace"),
    at("vlan-id-of-a-bridge", "bridge", ".vlanId", 5, "is unknown; known here: name, ipam"),
    at("vlan-of-a-vlan", "vlan", ".vlan", 5, "is unknown; did you mean vlanId?"),
    at("mac-of-an-ipvlan", "ipvlan", ".mac", "02:00:0a:0c:22:c8", "linkInContainer"),
    at("mode-of-a-vlan", "vlan", ".mode", "bridge", "is unknown; known here"),
    at("mtu-of-a-dummy", "dummy", ".mtu", 1400, "is unknown; known here"),
    at("trunk-of-ovs", "ovs", ".vlanTrunk", [], "is unknown; known here"),
    at("vlan-id-of-sriov", "sriov", ".vlanId", 5, "mac, vlan, vlanQoS, vlanProto"),
    at("spoof-check", "sriov", ".spoof_chk", "on", "did you mean spoofchk?"),
    at("ipam-of-macvtap", "macvtap", ".ipam", {"type": "dhcp"}, NO_IPAM_ASKED),
    at("ipam-of-ovn", "ovn-k8s-cni-overlay", ".ipam", {"type": "none"}, NO_IPAM_ASKED),
    at("route-of-macvtap", "macvtap", ".defaultRoute", "never", "is unknown; known here"),
    at("device-of-ptp", "ptp", ".device", "eth1", "is unknown; known here"),
    at("snake", "sriov", ".linkState", "auto", "did you mean link_state?"),
    # what a record requires
    at("no-master", "vlan", ".master", GONE, "is missing, and has no default"),
    at("no-links", "bond", ".links", GONE, "is missing, and has no default"),
    at("no-link-name", "bond", ".links[1].name", GONE, "is missing, and has no default"),
    at("no-miimon", "bond", ".miimon", GONE, "is missing, and has no default"),
    at("no-ipam", "bridge", ".ipam", GONE, "is missing, and has no default; {type: none} is a"),
    at("no-socket", "chain-of-devices", ".ipam.server_socket", GONE, "is missing"),
    # values that a record doesn't take
    at("ipvlan-mode", "ipvlan", ".mode", "bridge", "must be one of l2, l3, l3s"),
    at("vlan-id", "vlan", ".vlanId", 4095, "must be at most 4094"),
    at("vlan-id-quoted", "vlan", ".vlanId", "30", INTEGER),
    at("trunk", "bridge", ".vlanTrunk[0].minID", 0, "must be at least 1"),
    at("trunk-key", "bridge", ".vlanTrunk[1].ID", 5, "known here: minID, maxID, id"),
    at("bridge-name", "bridge", ".bridge", "br/0", "must be an interface name"),
    at("hairpin", "bridge", ".hairpinMode", "true", BOOLEAN),
    at("device-name", "host-device", ".device", "eth 1", "must be an interface's name, without"),
    at("hwaddr", "host-device", ".hwaddr", "02:00", "must be a MAC of 6, 8 or 20 bytes"),
    at("kernelpath", "host-device", ".kernelpath", "/dev/a", "a path under /sys/devices/"),
    at("vlan-proto", "sriov", ".vlanProto", "802.1x", "must be one of 802.1q, 802.1ad"),
    at("spoofchk", "sriov", ".spoofchk", True, "must be a string in quotes: one of on, off"),
    at("sriov-vlan", "sriov", ".vlan", 4095, "must be at most 4094"),
    at("bond-mode", "bond", ".mode", "active", "must be one of balance-rr, active-backup"),
    at("miimon-number", "bond", ".miimon", 100, "must be a string"),
    at("topology", "ovn-k8s-cni-overlay", ".topology", "layer4", "layer3, layer2, localnet"),
    at("tap-owner", "tap", ".owner", -1, "must be at least 0"),
    at("ovs-vlan", "ovs", ".vlan", 4096, "must be at most 4095"),
    at("macvtap-mtu", "macvtap", ".mtu", "1400", INTEGER),
    # addresses
    at("interface-as-ipam", "bridge", ".ipam.type", "vlan", "; vlan makes an interface: it goes"),
    at("chained-as-ipam", "bridge", ".ipam.type", "sbr", "; sbr works on an interface: it goes"),
    at("ipam-type", "bridge", ".ipam.type", "azure", "host-local, static, dhcp, whereabouts, none"),
    at("pools-no-list", "sriov", ".ipam.default_ipv4_ippool", "lab", "must be a list"),
    at("pool-name", "ib-sriov", ".ipam.poolName", "a,b,c", "the name of one pool, or of two"),
    at("pool-type", "ib-sriov", ".ipam.poolType", "pool", "must be one of ippool, cidrpool"),
    at("spiderpool-key", "sriov", ".ipam.range", "10.0.0.0/8", "known here: type, default_ipv4"),
    at("antrea-pools", "ovs", ".ipam.ippools", "lab", "must be a list"),
    at("calico-pools", "bond", ".ipam.ipv4_pools", [5], "must be a string", ".ipam.ipv4_pools[0]"),
    # chains
    at("chain-is-a-mapping", "chain", ".chain", {"type": "sbr"}, "must be a list"),
    at("chain-of-a-text", "chain", ".chain[0]", "tuning", "must be a mapping"),
    at("chain-without-type", "chain", ".chain[1].type", GONE, "is missing, and has no default"),
    at("chained-unknown", "chain", ".chain[1].type", "bandwith", CHAINED),
    at("interface-in-a-chain", "chain", ".chain[1]", {"type": "bridge"}, CHAINED, ".chain[1].type"),
    at("ipam-in-a-chain", "chain", ".chain[1]", {"type": "static"}, CHAINED, ".chain[1].type"),
    at(
        "addresses-in-a-chain",
        "chain",
        ".chain[1]",
        {"type": "static"},
        "; static gives addresses: it goes into `ipam.type`",
        ".chain[1].type",
    ),
    at("key-of-another", "chain", ".chain[0].ingressRate", 5, "known here: type, capabilities"),
    at("ipam-of-a-chained", "chain", ".chain[0].ipam", {"type": "dhcp"}, "is unknown"),
    at("version-of-a-chained", "chain", ".chain[0].cniVersion", "1.0.0", "is unknown"),
    at("sysctl-number", "chain", ".chain[0].sysctl", {"a": 1}, "a string", ".chain[0].sysctl.a"),
    at("rate", "chain", ".chain[1].ingressRate", -1, "must be at least 0"),
    at("backend", "chain", ".chain[2].backend", "nft", "must be one of iptables, nftables"),
    at(
        "capability",
        "chain",
        ".chain[2].capabilities.portMap",
        True,
        "known here: portMappings, ipRanges",
    ),
    at(
        "capability-of-the-only-one-chained",
        "macvlan",
        ".chain",
        [{"type": "portmap", "capabilities": {"portMapping": True}}],
        "did you mean portMappings?",
        ".chain[0].capabilities.portMapping",
    ),
    at("policy", "chain", ".chain[3].ingressPolicy", "closed", "open, same-bridge, isolated"),
    at("added-route", "chain", ".chain[4].addroutes[0].dst", "10.13.0.1", "prefix length"),
    at("route-key", "chain", ".chain[4].addroutes[0].via", "", "known here: dst, gw"),
    at("vrf-name", "chain", ".chain[5].vrfname", "a" * 16, "of at most 15 characters"),
    at("no-vrf-name", "chain", ".chain[5].vrfname", GONE, "is missing, and has no default"),
    at("vrf-alone", "macvlan", ".chain", [{"type": "vrf"}], "is missing", ".chain[0].vrfname"),
    at("rdma-key", "chain-of-devices", ".chain[0].mode", "a", "known here: type, capabilities"),
    at("hijack", "chain-of-devices", ".chain[1].hijackCIDR[0]", "10.96.0.0", "CIDR form"),
    at("tune-mode", "chain-of-devices", ".chain[1].mode", "all", "auto, underlay, overlay"),
    at(
        "two-sbr",
        "chain-with-sbr-last",
        ".chain",
        [{"type": "sbr"}],
        "must be left out: sbr is in `chain` already",
        ".defaultRoute",
    ),
    # what all have
    at("resource", "sriov", ".resourceName", "sriov", RESOURCE),
    at("resource-is-a-list", "sriov", ".resourceName", ["a/b"], "must be a string"),
    at(
        "resource-twice",
        "sriov",
        ".annotations",
        {"k8s.v1.cni.cncf.io/resourceName": "a/b"},
        "must be left out: annotations have k8s.v1.cni.cncf.io/resourceName already",
        ".resourceName",
    ),
    at(
        "network-capability",
        "bridge",
        ".capabilities",
        {"IPs": True},
        "mean ips?",
        ".capabilities.IPs",
    ),
    at("capability-list", "bridge", ".capabilities", ["ips"], "must be a mapping"),
    # any configuration
    at("type-and-config", "config", ".type", "macvlan", IN_CONFIG),
    at("type-null-and-config", "config", ".type", None, IN_CONFIG),
    at("config-of-a-type", "vlan", ".config", {"type": "vlan"}, IN_CONFIG, ".type"),
    at("ipam-beside-config", "config", ".ipam", {"type": "dhcp"}, "known here: name, config"),
    at("version-beside-config", "config", ".cniVersion", "1.0.0", "known here: name, config"),
    at("chain-beside-config", "config", ".chain", [], "known here: name, config, namespace"),
    at("route-beside-config", "config", ".defaultRoute", "never", "known here: name, config"),
    at(
        "config-is-a-text", "config", ".config", '{"type": "vlan"}', "must be a mapping: the JSON w"
    ),
    at("config-is-null", "config", ".config", None, "must be a mapping"),
    at("config-is-a-list", "config", ".config", [{"type": "vlan"}], "must be a mapping"),
    at("config-is-empty", "config", ".config", {}, NO_CONFIG),
    at("config-of-a-nad", "config", ".config", {"spec": {"config": "{}"}}, NO_CONFIG),
    at("config-type-number", "config", ".config.type", 5, NO_PLUGIN),
    at("config-type-empty", "config", ".config.type", "", NO_PLUGIN),
    at("config-type-null", "config", ".config.type", None, NO_PLUGIN),
    at("no-plugins", "config-of-a-list", ".config.plugins", [], "must be a list of at least 1"),
    at("plugins-mapping", "config-of-a-list", ".config.plugins", {"type": "a"}, "must be a list"),
    at("plugin-text", "config-of-a-list", ".config.plugins[0]", "a", "must be a mapping"),
    at("plugin-no-type", "config-of-a-list", ".config.plugins[1]", {"a": 1}, NO_PLUGIN),
    at("plugin-type", "config-of-a-list", ".config.plugins[1].type", [], NO_PLUGIN),
]


def test_valid_is_valid() -> None:
    assert len(load(VALID).networks) == len(EXAMPLES)


@cases("case", REFUSED)
def test_refused_with_its_place_and_what_is_allowed(case: Broken, tmp_path: Path) -> None:
    # Each alone: all of them together are valid.
    (index,) = re.findall(r"^networks\[(\d+)\]", case.change)
    alone = VALID | {"networks": [VALID["networks"][int(index)]]}
    case = case._replace(
        change=case.change.replace(f"[{index}]", "[0]", 1),
        names=case.names.replace(f"[{index}]", "[0]", 1),
    )
    config = changed((case.change, case.value), valid=alone)
    problem = check_refused(case, config, tmp_path)
    _, listed, known = str(problem).partition("known here: ")
    if listed and "capabilities" not in problem.path:
        assert set(known.split(", ")) <= keys_of_its_type(config, problem.path)


COMMON = {one.alias or "" for one in AddressedNetwork.model_fields.values()}


def keys_of_its_type(config: Any, path: tuple[Any, ...]) -> set[str]:
    """The keys of the innermost type along a path, with those of the mappings inside of it."""
    found = COMMON | {"config"}
    for part in path[:-1]:
        config = config[part]
        kind = config.get("type", "") if isinstance(config, dict) else ""
        if known := plugins.record(kind):
            found = COMMON | set(nested(known.of_ipam)) | set(nested(known.keys))
    return found


def nested(kind: Any) -> Iterator[str]:
    """The keys of all mappings in what a record has."""
    while isinstance(kind, plugins.Items):
        kind = kind.item
    for name, key in kind.keys.items() if isinstance(kind, plugins.Keys) else ():
        yield name
        yield from nested(key.kind)


def test_a_misspelt_key_without_a_type_is_macvlan_s() -> None:
    with pytest.raises(SettingsError, match="mastr: is unknown; did you mean master"):
        settings_of({"name": "a", "mastr": "eth1", "ipam": {"type": "none"}})


@pytest.mark.parametrize("number", [float("inf"), float("nan"), [{"a": float("-inf")}]])
def test_what_json_has_no_number_for(number: object) -> None:
    with pytest.raises(SettingsError, match="must be finite, as all numbers of JSON are"):
        settings_of({"name": "a", "config": {"type": "a", "b": number}})


# --- the page -------------------------------------------------------------------------------------


def test_the_page_is_as_generated() -> None:
    """After a change: python -m multus_lab.report.networks > docs/networks.md."""
    assert (ROOT / "docs" / "networks.md").read_text(encoding="utf-8") == page()


@cases("written", [entry(plugins.record(one) or plugins.UNKNOWN) for one in names()] + [CHAIN])
def test_an_entry_passes_check(written: str, tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.entry.yaml"
    stack = yaml.safe_load(ZONE_OF_ENTRIES)
    stack["config"]["multus-lab:networks"] = yaml.safe_load(written)
    path.write_text(yaml.safe_dump(stack))
    report = sources.check([str(path)], [])
    assert report.networks == 1
    assert not [one.finding for one in report.findings if one.finding.severity != Severity.NOTE]


def test_a_default_is_told_with_what_it_was_before() -> None:
    assert "| `preserveDefaultVlan` | true or false | `false`; `true` before v1.8.0 |" in page()


def test_every_type_says_when_to_take_it() -> None:
    assert all((found := plugins.record(one)) and found.taken and found.entry for one in names())


# --- rehearsals -----------------------------------------------------------------------------------

LEFT_OUT = {
    **dict.fromkeys(
        (
            *("sriov", "ib-sriov", "ovs", "bond", "macvtap", "cnv-bridge", "ovn-k8s-cni-overlay"),
            *("chain", "chain-of-devices", "config", "config-of-a-list"),
        ),
        "is not among those that are built here",
    ),
    "host-device": "its addresses come from a DHCP server, and there is none here",
}


def test_what_is_rehearsed_and_what_is_left_out_by_name() -> None:
    stack = load(VALID)
    planned = Plan.of(networks_of(stack.networks), stack.zone, 1, stack.cluster)
    assert planned.left_out.keys() == {f"default/{name}" for name in LEFT_OUT}
    for name, reason in LEFT_OUT.items():
        assert reason in planned.left_out[f"default/{name}"]
    rehearsed = {one.network for one in planned.pods}
    assert rehearsed == {f"default/{name}" for name in EXAMPLES.keys() - LEFT_OUT.keys()}
