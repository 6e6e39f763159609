"""What a stack may say, what becomes of it, and what is told where it can't be used."""

import copy
import ipaddress
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from multus_lab.addresses import AddressRange, bare
from multus_lab.problems import dotted
from multus_lab.project import stack_file
from multus_lab.settings import (
    AddressedNetwork,
    Cluster,
    DaemonConfig,
    Multus,
    PrimaryNetwork,
    Problem,
    SettingsError,
    Stack,
    Zone,
    load,
)
from multus_lab.settings.types import amount
from tests.unit.cases import cases

Config = dict[str, Any]

HOWTO = """{
      "cniVersion": "0.3.0",
      "type": "macvlan",
      "master": "enp0s8",
      "mode": "bridge",
      "ipam": {
        "type": "host-local",
        "subnet": "10.12.34.0/24",
        "rangeStart": "10.12.34.200",
        "rangeEnd": "10.12.34.220",
        "routes": [
          { "dst": "0.0.0.0/0" }
        ],
        "gateway": "10.12.34.254"
      }
    }"""

ZONE = {
    "name": "private",
    "range": ["10.12.34.0/24", "fd00:12:34::/48"],
    "gateway": ["10.12.34.254", "fd00:12:34::1"],
    "interface": "enp0s8",
    "nodes": [{"name": "master01"}, {"name": "worker01", "interface": "ens5"}],
}


def one(ipam: Config, **keys: Any) -> AddressedNetwork:
    """The only network of a stack."""
    network = {"name": "lab", "ipam": ipam, **keys}
    (made,) = load({"zone": ZONE, "networks": [network]}).networks
    assert isinstance(made, AddressedNetwork)
    return made


# --- what comes out -------------------------------------------------------------------------------


def test_howto_network_has_the_howtos_keys_and_values(dev_config: Config) -> None:
    (network,) = load(dev_config).networks
    assert network.cni_config() == json.loads(HOWTO) | {"name": "privatezone-macvlan-conf"}


IPAMS: dict[str, Config] = {
    "host-local": {"type": "host-local", "subnet": "10.12.34.0/24"},
    "host-local-all-keys": {
        "type": "host-local",
        "subnet": "10.12.34.0/24",
        "rangeStart": "10.12.34.10",
        "rangeEnd": "10.12.34.10",
        "gateway": "10.12.34.254",
        "routes": [{"dst": "10.0.0.0/8"}],
        "dataDir": "/run/cni/networks",
        "resolvConf": "/etc/resolv.conf",
    },
    "host-local-ranges": {
        "type": "host-local",
        "ranges": [
            [
                {"subnet": "10.12.34.0/25", "rangeEnd": "10.12.34.9", "gateway": "10.12.34.1"},
                {"subnet": "10.12.34.128/25", "rangeStart": "10.12.34.200"},
            ]
        ],
    },
    "host-local-flat-and-ranges": {
        "type": "host-local",
        "subnet": "10.12.34.0/24",
        "ranges": [[{"subnet": "fd00:12:34::/64"}]],
    },
    "host-local-dual-stack": {
        "type": "host-local",
        "ranges": [
            [{"subnet": "10.12.34.0/24"}],
            [{"subnet": "fd00:12:34::/64", "rangeStart": "fd00:12:34::10"}],
        ],
        "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0", "gw": "fd00:12:34::1"}],
    },
    "host-local-ipv6": {
        "type": "host-local",
        "subnet": "fd00:12:34::/126",
        "gateway": "fe80::1",
    },
    "routes-all-keys": {
        "type": "host-local",
        "subnet": "10.12.34.0/24",
        "routes": [
            {
                "dst": "192.168.0.0/16",
                "gw": "10.12.34.1",
                "mtu": 1400,
                "advmss": 1360,
                "priority": 4294967295,
                "table": 100,
                "scope": 253,
            }
        ],
    },
    "static": {
        "type": "static",
        "addresses": [
            {"address": "10.12.34.5/24", "gateway": "10.12.34.254"},
            {"address": "fd00:12:34::5/64"},
        ],
        "routes": [{"dst": "0.0.0.0/0"}],
        "dns": {
            "nameservers": ["10.12.34.53"],
            "domain": "lab",
            "search": ["lab.example"],
            "options": ["ndots:1"],
        },
    },
    "static-addresses-from-the-pod": {"type": "static"},
    "dhcp": {"type": "dhcp"},
    "dhcp-all-keys": {
        "type": "dhcp",
        "daemonSocketPath": "/run/cni/dhcp.sock",
        "provide": [{"option": "host-name", "fromArg": "K8S_POD_NAME"}],
        "request": [{"skipDefault": True}, {"option": "121"}],
        "priority": 100,
    },
    "whereabouts": {"type": "whereabouts", "range": "10.12.34.0/24"},
    "whereabouts-first-last": {
        "type": "whereabouts",
        "range": "10.12.34.200-10.12.34.220/24",
        "exclude": ["10.12.34.204/30"],
        "gateway": "10.12.34.254",
    },
    "whereabouts-host-bits": {"type": "whereabouts", "range": "10.12.34.5/24"},
    "whereabouts-dual-stack": {
        "type": "whereabouts",
        "ipRanges": [
            {"range": "10.12.34.0/24", "range_start": "10.12.34.9", "range_end": "10.12.34.9"},
            {"range": "fd00:12:34::/64", "exclude": ["fd00:12:34::/120"]},
        ],
        "network_name": "private",
        "enable_overlapping_ranges": False,
        "leader_lease_duration": 1500,
        "kubernetes": {"kubeconfig": "/etc/cni/net.d/whereabouts.kubeconfig"},
        "log_file": "/var/log/whereabouts.log",
        "log_level": "verbose",
    },
    "whereabouts-dns": {
        "type": "whereabouts",
        "range": "10.12.34.0/24",
        "dns": {"nameservers": ["10.12.34.53"]},
    },
}


@cases("ipam", IPAMS.values(), ids=IPAMS)
def test_ipam_comes_out_as_it_went_in(ipam: Config) -> None:
    assert one(ipam).cni_config() == {
        "cniVersion": "0.3.1",
        "name": "lab",
        "type": "macvlan",
        "mode": "bridge",
        "ipam": ipam,
    }


def test_no_ipam_leaves_the_key_out() -> None:
    assert "ipam" not in one({"type": "none"}).cni_config()


def test_every_key_of_the_plugin_comes_out() -> None:
    keys: Config = {
        "cniVersion": "1.0.0",
        "master": "enp0s8",
        "mode": "passthru",
        "mtu": 1400,
        "mac": "02:00:0a:0c:22:c8",
        "linkInContainer": False,
        "bcqueuelen": 0,
        "capabilities": {"mac": True, "ips": False},
        "dns": {"nameservers": ["10.12.34.53"]},
    }
    config = one({"type": "none"}, **keys, namespace="web", labels={"a": "b"}).cni_config()
    assert config == keys | {"name": "lab", "type": "macvlan"}


@cases("mode", ["bridge", "private", "vepa", "passthru"])
def test_mode(mode: str) -> None:
    assert one({"type": "none"}, mode=mode).cni_config()["mode"] == mode


@cases("chain", [[], [{"type": "tuning"}]])
def test_the_cni_network_s_own_name(chain: list[Config]) -> None:
    named = one({"type": "none"}, cniName="Other_1", chain=chain)
    assert (named.name, named.cni_config()["name"]) == ("lab", "Other_1")


def test_json_is_canonical() -> None:
    forward = one(IPAMS["routes-all-keys"], master="enp0s8")
    backward = one(dict(reversed(IPAMS["routes-all-keys"].items())), master="enp0s8")
    assert forward.cni_json() == backward.cni_json()
    assert forward.cni_json().startswith('{"cniVersion":"0.3.1","ipam":{"routes":[{"advmss":1360,')


def test_json_spells_addresses_one_way() -> None:
    written = one({"type": "host-local", "subnet": "FD00:12:34:0::/64"})
    assert written.cni_config()["ipam"]["subnet"] == "fd00:12:34::/64"


@cases("key", ["range", "gateway"])
def test_zone_takes_one_or_several(key: str) -> None:
    single = {"range": "10.12.34.0/24", "gateway": "10.12.34.254"}[key]
    zones = [load({"zone": ZONE | {key: value}}).zone for value in (single, [single])]
    assert zones[0] == zones[1]


@cases(
    ("range_", "subnet", "inside"),
    [
        pytest.param("10.12.34.0/24", "10.12.34.0/24", True, id="all-of-it"),
        pytest.param("10.12.34.0/24", "10.12.34.128/25", True, id="a-part"),
        pytest.param("10.12.34.0/24", "10.12.34.0/23", False, id="more"),
        pytest.param("10.12.34.0/24", "10.12.35.0/24", False, id="the-next"),
        pytest.param(["10.0.0.0/24", "10.12.34.0/24"], "10.12.34.0/24", True, id="the-second"),
        pytest.param(None, "10.12.34.0/24", False, id="no-range"),
        pytest.param("10.12.34.0/24", "::10.12.34.0/120", False, id="other-family"),
        pytest.param(["10.12.34.0/24", "fd00::/48"], "fd00::/64", True, id="dual-stack"),
    ],
)
def test_zone_designates(range_: object, subnet: str, inside: bool) -> None:
    told = {"range": range_} if range_ else {}
    zone = load({"zone": {"name": "private", **told}}).zone
    assert zone.designates(ipaddress.ip_network(subnet)) is inside


@cases(
    ("first", "last", "held"),
    [
        pytest.param("10.1.0.0", "10.1.255.255", True, id="all of a range"),
        pytest.param("10.1.2.0", "10.1.3.7", True, id="behind a range that lies in another"),
        pytest.param("10.0.255.0", "10.1.0.7", False, id="from before a range into it"),
        pytest.param("10.1.255.0", "10.2.0.7", False, id="beyond the end of a range"),
        pytest.param("10.9.0.0", "10.9.0.7", True, id="the last range"),
        pytest.param("10.9.0.8", "10.9.0.9", False, id="behind all ranges"),
        pytest.param("fd00::1", "fd00::2", True, id="IPv6"),
        pytest.param("fd01::1", "fd01::2", False, id="IPv6 outside"),
    ],
)
def test_a_zone_holds_what_lies_in_one_of_its_ranges(first: str, last: str, held: bool) -> None:
    written = ["10.9.0.0/29", "10.1.1.0/24", "10.1.0.0/16", "fd00::/64"]
    zone = Zone.model_validate({"range": written})
    assert zone.holds(AddressRange(bare(first), bare(last))) is held


@cases(
    ("written", "key", "value"),
    [
        pytest.param({}, "pod_cidr", [], id="nothing"),
        pytest.param({"name": "prod"}, "name", "prod", id="name"),
        pytest.param({"distribution": "rke2"}, "distribution", "rke2", id="distribution"),
        pytest.param({"distribution": "k3s", "dataDir": "/k3s"}, "data_dir", "/k3s", id="data-dir"),
        pytest.param(
            {"podCidr": "10.244.0.0/16"},
            "pod_cidr",
            [ipaddress.ip_network("10.244.0.0/16")],
            id="one-pod-cidr",
        ),
        pytest.param(
            {"serviceCidr": ["10.96.0.0/12", "fd00::/112"]},
            "service_cidr",
            [ipaddress.ip_network("10.96.0.0/12"), ipaddress.ip_network("fd00::/112")],
            id="dual-stack",
        ),
        pytest.param({"cniPlugins": "v0.9.1"}, "cni_plugins", "v0.9.1", id="oldest-plugins"),
        pytest.param({"cniPlugins": "v1.10.0"}, "cni_plugins", "v1.10.0", id="newest-plugins"),
        pytest.param(
            {"primaryNetwork": {"file": "10-flannel.conflist", "cniVersion": "0.3.1"}},
            "primary_network",
            PrimaryNetwork(file="10-flannel.conflist", cni_version="0.3.1"),
            id="primary-network",
        ),
    ],
)
def test_cluster_takes(written: Config, key: str, value: object) -> None:
    assert getattr(load({"zone": ZONE, "cluster": written}).cluster, key) == value


def test_nothing_has_to_be_told() -> None:
    stack = load({})
    assert (stack.zone, stack.networks) == (Zone(), ())
    assert stack.cluster == Cluster()
    assert stack.multus.image == "ghcr.io/k8snetworkplumbingwg/multus-cni:v4.3.1-thick"


def test_same_name_in_two_namespaces() -> None:
    network: Config = {"name": "lab", "ipam": {"type": "none"}}
    stack = load({"zone": ZONE, "networks": [network, network | {"namespace": "web"}]})
    assert [found.namespace for found in stack.networks] == ["default", "web"]


def required(*expressions: Config, field: str | None = None) -> Config:
    """Nodes that a pod needs, by their labels or by their name."""
    names = [{"key": "metadata.name", "operator": "In", "values": [field]}] if field else []
    term = {"matchExpressions": [*expressions], "matchFields": names}
    return _affinity("required", {"nodeSelectorTerms": [term]})


def preferred(operator: str, *values: str) -> Config:
    """Nodes that are better than others."""
    expression = {"key": "lab/zone", "operator": operator, "values": [*values]}
    return _affinity("preferred", [{"weight": 1, "preference": {"matchExpressions": [expression]}}])


def _affinity(how: str, nodes: object) -> Config:
    return {"nodeAffinity": {f"{how}DuringSchedulingIgnoredDuringExecution": nodes}}


@cases(
    "multus",
    [
        pytest.param({"install": False}, id="install"),
        pytest.param({"retainCrd": False}, id="retain-crd"),
        pytest.param({"readyTimeout": "1h30m"}, id="hours-and-minutes"),
        pytest.param({"readyTimeout": "5m0s"}, id="as-go-prints-it"),
        pytest.param({"readyTimeout": "24h"}, id="a-day"),
        pytest.param({"digest": f"sha256:{'0a' * 32}"}, id="digest"),
        pytest.param({"tag": "v4.3.1-thick-lab2"}, id="a-tag-of-ones-own"),
        pytest.param(
            {"repository": "lab/multus-cni", "tag": "v4.3.1"}, id="the-same-tag-of-ones-own"
        ),
        pytest.param(
            {"tag": "snapshot-thick", "digest": f"sha256:{'0a' * 32}"}, id="a-moving-tag-pinned"
        ),
        pytest.param(
            {
                "release": "v4.3.0",
                "repository": "rancher/hardened-multus-thick",
                "tag": "v4.3.0-build20260601",
            },
            id="a-thick-image-of-others",
        ),
        pytest.param(
            {"release": "v4.3.1", "releaseAs": "v4.3.1", "tag": "v4.3.0-thick"},
            id="another-release-that-is-like-it",
        ),
        pytest.param({"repository": "lab/multus", "tag": "v1.2.0"}, id="a-count-of-ones-own"),
        pytest.param({"tag": f"v{'1' * 127}"}, id="a-long-tag"),
        pytest.param({"digest": f"sha512:{'0a' * 64}"}, id="a-longer-digest"),
        *(
            pytest.param({"registry": registry}, id=f"registry-{name}")
            for name, registry in (
                ("port", "registry.lab:5000"),
                ("folder", "registry.lab/mirror/ghcr.io"),
                ("capitals", "Registry.Lab:443"),
                ("ipv6", "[fd00::1]:5000"),
            )
        ),
        pytest.param({"release": "v4.1.4"}, id="an-older-release"),
        pytest.param({"release": "v4.2.1", "releaseAs": "v4.2.4"}, id="a-release-like-another"),
        pytest.param({"release": "v4.3.0", "releaseAs": "v4.3.0"}, id="a-release-like-itself"),
        pytest.param({"release": "v4.4.0-rc.1", "releaseAs": "v4.3.1"}, id="not-yet-a-release"),
        pytest.param({"daemonConfig": {"cniVersion": "1.1.0"}}, id="cni-version-of-the-release"),
        pytest.param(
            {"daemonConfig": {"enablePprof": True, "metricsPort": 9091}}, id="pprof-on-a-port"
        ),
        pytest.param(
            {"daemonConfig": {"readinessindicatorfile": "/host/etc/cni/net.d/10-a.conflist"}},
            id="readiness-in-the-container",
        ),
        pytest.param(
            {"daemonConfig": {"readinessindicatorfile": "/hostroot/srv/ready"}},
            id="readiness-anywhere-on-the-node",
        ),
        pytest.param({"daemonConfig": {"logFile": "/var/log/multus.log"}}, id="log-file"),
        pytest.param({"daemonConfig": {"logFile": "/hosting/multus.log"}}, id="log-beside-host"),
        pytest.param({"daemonConfig": {"logFile": "/run/log/multus.log"}}, id="log-in-run"),
        pytest.param({"paths": {"socketDir": "/run/openvswitch/multus"}}, id="socket-beside-ovs"),
        pytest.param({"paths": {"socketDir": f"/run/{'s' * 85}"}}, id="socket-as-long-as-can-be"),
        pytest.param({"paths": {"binDir": "/var/run/netns/bin"}}, id="plugins-in-a-mount"),
        pytest.param({"paths": {"multusAutoconfigDir": "/run/cni/net.d"}}, id="primary-in-run"),
        pytest.param({"terminationGracePeriodSeconds": 11}, id="grace-after-the-drain"),
        pytest.param(
            {"release": "v4.3.0", "terminationGracePeriodSeconds": 0}, id="no-drain-no-grace"
        ),
        *(
            pytest.param({"apiServer": {"host": host}}, id=f"api-server-{name}")
            for name, host in (
                ("ipv4", "10.0.0.1"),
                ("ipv6", "fd00::1"),
                ("name", "API.lab.example"),
                ("one-word", "api"),
            )
        ),
        *(
            pytest.param(
                {
                    "daemonConfig": {
                        "perNodeCertificate": {
                            "bootstrapKubeconfig": "/hostroot/a",
                            "certDir": "/etc/certs",
                            "certDuration": duration,
                        }
                    }
                },
                id=f"certificate-for-{duration}",
            )
            for duration in ("10m", "600s", "24h1s", "8760h")
        ),
        pytest.param({"extraDaemonConfig": {"cleanupConfigOnExit": False}}, id="a-key-to-come"),
        pytest.param({"daemonConfig": {"perNodeCertificate": {"enabled": False}}}, id="no-certs"),
        pytest.param({"extraDaemonConfig": {"multusConfigFile": "auto"}}, id="the-only-file"),
        pytest.param({"paths": {"binDir": "/usr/libexec/cni"}}, id="plugins-in-usr"),
        pytest.param({"paths": {"binDir": "/usr/src/cni"}}, id="plugins-beside-the-daemon"),
        pytest.param({"paths": {"cniConfigDir": "/hosting/net.d"}}, id="folder-beside-host"),
        pytest.param({"release": "v4.4.0-thicker", "releaseAs": "v4.3.1"}, id="not-quite-thick"),
        pytest.param(
            {"daemonConfig": {"defaultNetworks": ["storage", "/etc/cni/multus/net.d/a.conf"]}},
            id="networks-of-every-pod",
        ),
        *(
            pytest.param(
                {
                    "paths": {"multusAutoconfigDir": "/etc/cni/primary"},
                    "daemonConfig": {"readinessindicatorfile": f"/host/etc/cni/{file}"},
                },
                id=f"two-folders-{name}",
            )
            for name, file in (
                ("readiness-of-the-primary-network", "primary/10-calico.conflist"),
                ("readiness-of-another-file", "net.d/calico-kubeconfig"),
            )
        ),
        pytest.param({"paths": {"socketDir": "/run/systemd/multus"}}, id="socket-in-a-folder"),
        pytest.param({"paths": {"socketDir": "/var/run/multus/"}}, id="socket-by-the-link"),
        pytest.param({"paths": {"cniDir": "/var/lib/cni/other"}}, id="caches-of-its-own"),
        pytest.param({"paths": {"cniDir": "/etc/multus/caches"}}, id="caches-in-etc"),
        pytest.param({"paths": {"cniDir": "/var/lib/rancher/multus/a"}}, id="caches-beside-k3s"),
        pytest.param(
            {
                "paths": {
                    "socketDir": "/run/multus/socket",
                    "multusAutoconfigDir": "/run/multus/cni",
                }
            },
            id="socket-beside-the-primary-network",
        ),
        pytest.param(
            {"release": "v4.2.4", "daemonConfig": {"cniVersion": "1.0.0"}}, id="cni-version-before"
        ),
        pytest.param({"repository": "registry.lab:5000/multus-cni"}, id="repository-with-port"),
        pytest.param({"resources": {"limits": {"memory": "1.5Gi", "cpu": None}}}, id="limits"),
        pytest.param({"resources": {"limits": {"cpu": 1}}}, id="a-quantity-without-quotes"),
        pytest.param({"resources": {"limits": {"cpu": 0.5}}}, id="half-a-cpu-without-quotes"),
        pytest.param({"resources": {"limits": {"memory": 512000000}}}, id="bytes"),
        pytest.param({"resources": {"limits": {"memory": "50Mi"}}}, id="limit-at-the-request"),
        pytest.param(
            {"resources": {"requests": {"cpu": "1000m"}, "limits": {"cpu": 1}}},
            id="request-and-limit-in-other-words",
        ),
        pytest.param(
            {"resources": {"requests": {"cpu": 2}, "limits": {"memory": "1Gi"}}},
            id="request-and-limit-of-others",
        ),
        *(
            pytest.param({"affinity": affinity}, id=f"affinity-{name}")
            for name, affinity in (
                ("in", required({"key": "lab/zone", "operator": "In", "values": ["a", ""]})),
                ("exists", required({"key": "lab/zone", "operator": "Exists"})),
                ("gt", required({"key": "lab/zone", "operator": "Gt", "values": ["10"]})),
                ("preferred-text", preferred("NotIn", "a b")),
                ("below-nothing", preferred("Lt", "-5")),
                ("by-name", required(field="worker-1.lab")),
            )
        ),
        pytest.param(
            {
                "tolerations": [
                    {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
                ]
            },
            id="toleration-for-a-time",
        ),
        pytest.param({"annotations": {"Lab.Example/Owner": "a b"}}, id="annotation-in-capitals"),
        pytest.param({"labels": {f"{'a.' * 126}a/b": "c"}}, id="a-long-prefix"),
        pytest.param({"pullSecrets": ["a", "b"]}, id="two-secrets"),
        pytest.param({"daemonConfig": {"multusMasterCNI": "10-calico.conflist"}}, id="master-cni"),
        *(
            pytest.param({"dhcpDaemon": {"image": image}}, id=f"image-{name}")
            for name, image in (
                ("tag", "lab/plugins:v1.9.1-build20260701"),
                ("port", "registry.lab:5000/plugins:v1"),
                ("digest", f"lab/plugins@sha256:{'0a' * 32}"),
                ("moving-with-digest", f"lab/plugins:latest@sha256:{'0a' * 32}"),
            )
        ),
        pytest.param({"daemonConfig": {"globalNamespaces": ["kube-system"]}}, id="namespaces"),
        pytest.param({"daemonConfig": {"connectionLimit": 1, "metricsPort": 65535}}, id="numbers"),
    ],
)
def test_multus_takes(multus: Config) -> None:
    load({"zone": ZONE, "multus": multus})


def test_what_few_stacks_say_is_said_by_a_programs_names_too() -> None:
    written: Config = {
        "node_affinity": {"preferred_during_scheduling_ignored_during_execution": []}
    }
    multus = Multus.model_validate({"affinity": written})
    assert multus.affinity is not None
    assert multus.affinity.node_affinity.required_during_scheduling_ignored_during_execution is None
    assert Multus(affinity=multus.affinity) == multus


def test_daemon_config_has_what_a_stack_sets() -> None:
    written = {
        "logLevel": "debug",
        "multusMasterCNI": "10-calico.conflist",
        "namespaceIsolation": True,
        "globalNamespaces": ["default", "kube-system"],
        "connectionLimit": 10,
    }
    text = load({"zone": ZONE, "multus": {"daemonConfig": written}}).multus.config_text
    default = load({"zone": ZONE}).multus.config_text
    expected = json.loads(default) | written | {"globalNamespaces": "default,kube-system"}
    assert json.loads(text) == expected


@cases(
    ("multus", "image"),
    [
        ({"registry": "lab:5000"}, "lab:5000/k8snetworkplumbingwg/multus-cni:v4.3.1-thick"),
        (
            {"registry": "lab/mirror", "repository": "a/multus-cni"},
            "lab/mirror/a/multus-cni:v4.3.1-thick",
        ),
        ({"registry": "lab", "repository": "localhost/multus-cni"}, "lab/multus-cni:v4.3.1-thick"),
        ({"release": "v4.2.4"}, "ghcr.io/k8snetworkplumbingwg/multus-cni:v4.2.4-thick"),
        ({"tag": "v1-thick"}, "ghcr.io/k8snetworkplumbingwg/multus-cni:v1-thick"),
    ],
)
def test_image(multus: Config, image: str) -> None:
    assert load({"zone": ZONE, "multus": multus}).multus.image == image


@cases(
    ("quantity", "expected"),
    [
        ("50Mi", 50 * 2**20),
        ("1.5Gi", 1.5 * 2**30),
        ("1k", 1000),
        ("2M", 2e6),
        ("100m", 0.1),
        ("7", 7),
        ("1E", 1e18),
        ("1E3", 1000),
        ("12e-1", 1.2),
        ("+.5", 0.5),
        ("5.", 5),
        ("3u", 3e-6),
    ],
)
def test_amount(quantity: str, expected: float) -> None:
    assert float(amount(quantity)) == pytest.approx(expected)


ALL_KEYS: Config = {
    "cniVersion": "1.0.0",
    "logLevel": "error",
    "logToStderr": False,
    "logFile": "/var/log/multus.log",
    "logOptions": {"maxAge": 5, "maxSize": 10, "maxBackups": 2, "compress": False},
    "multusMasterCNI": "05-cilium.conflist",
    "forceCNIVersion": True,
    "overrideNetworkName": True,
    "capabilities": {"portMappings": True},
    "namespaceIsolation": True,
    "globalNamespaces": ["default", "lab"],
    "defaultNetworks": ["storage"],
    "systemNamespaces": ["kube-system"],
    "multusNamespace": "lab",
    "retryDeleteOnError": True,
    "auxiliaryCNIChainName": "vendor",
    "connectionLimit": 5,
    "metricsPort": 9091,
    "enablePprof": True,
    "readinessindicatorfile": "/host/run/ready",
    "perNodeCertificate": {
        "enabled": True,
        "bootstrapKubeconfig": "/hostroot/etc/kubernetes/kubelet.conf",
        "certDir": "/etc/cni/multus/certs",
        "certDuration": "24h",
    },
}


def test_every_typed_key_is_written_as_the_daemon_reads_it() -> None:
    assert ALL_KEYS.keys() == {one.alias for one in DaemonConfig.model_fields.values()}
    extra = {"cleanupConfigOnExit": False}
    multus = {"daemonConfig": ALL_KEYS, "extraDaemonConfig": extra}
    told = json.loads(load({"zone": ZONE, "multus": multus}).multus.config_text)
    made = json.loads(load({"zone": ZONE}).multus.config_text)
    assert told == made | ALL_KEYS | {"globalNamespaces": "default,lab"} | extra


WHOLE = (
    "must be a whole number from -9223372036854775808 to 9223372036854775807: the engine rounds "
    "others"
)


@cases("number", [2**63, -(2**63) - 1, 1e22, {"a": [2**64]}])
def test_the_engine_can_write_the_daemon_s_file(number: object) -> None:
    with pytest.raises(SettingsError) as error:
        load({"zone": ZONE, "multus": {"extraDaemonConfig": {"soon": number}}})
    (problem,) = error.value.problems
    assert dotted(problem.path) == "multus.extraDaemonConfig.soon"
    assert problem.allowed == WHOLE


@cases("number", [float("nan"), float("inf"), {"a": [float("-inf")]}])
def test_the_daemon_s_file_is_json(number: object) -> None:
    with pytest.raises(SettingsError) as error:
        load({"zone": ZONE, "multus": {"extraDaemonConfig": {"soon": number}}})
    (problem,) = error.value.problems
    assert dotted(problem.path) == "multus.extraDaemonConfig.soon"
    assert problem.allowed == "must be finite, as all numbers of JSON are"


@cases(
    ("cluster", "config", "master"),
    [
        ({}, {}, None),
        ({"primaryNetwork": {"cniVersion": "1.0.0"}}, {}, None),
        ({"primaryNetwork": {"file": "10-a.conflist"}}, {}, "10-a.conflist"),
        (
            {"primaryNetwork": {"file": "10-a.conflist"}},
            {"multusMasterCNI": "20-b.conf"},
            "20-b.conf",
        ),
    ],
)
def test_the_daemon_takes_the_primary_network_that_the_cluster_has(
    cluster: Config, config: Config, master: str | None
) -> None:
    stack = load({"zone": ZONE, "cluster": cluster, "multus": {"daemonConfig": config}})
    assert json.loads(stack.multus.config_text).get("multusMasterCNI") == master


# --- usable addresses -----------------------------------------------------------------------------


@cases(
    ("ipam", "usable"),
    [
        pytest.param(
            {"type": "host-local", "subnet": "10.12.34.0/24", "gateway": "10.12.34.254"},
            ["10.12.34.1-10.12.34.253"],
            id="gateway-at-the-end",
        ),
        pytest.param(
            {"type": "host-local", "subnet": "10.12.34.0/24"},
            ["10.12.34.2-10.12.34.254"],
            id="no-gateway-claims-the-second-address",
        ),
        pytest.param(
            {"type": "host-local", "subnet": "10.12.34.0/24", "gateway": "10.12.34.100"},
            ["10.12.34.1-10.12.34.99", "10.12.34.101-10.12.34.254"],
            id="gateway-in-the-middle",
        ),
        pytest.param(
            {
                "type": "host-local",
                "subnet": "10.12.34.0/24",
                "rangeStart": "10.12.34.200",
                "rangeEnd": "10.12.34.220",
                "gateway": "10.12.34.254",
            },
            ["10.12.34.200-10.12.34.220"],
            id="howto",
        ),
        pytest.param(
            {
                "type": "host-local",
                "subnet": "10.12.34.0/24",
                "rangeStart": "10.12.34.9",
                "rangeEnd": "10.12.34.9",
                "gateway": "10.12.34.9",
            },
            [],
            id="only-the-gateway",
        ),
        pytest.param(
            {"type": "host-local", "subnet": "10.12.34.0/30"},
            ["10.12.34.2-10.12.34.2"],
            id="the-smallest",
        ),
        pytest.param(
            {"type": "host-local", "subnet": "fd00:12:34::/64"},
            ["fd00:12:34::2-fd00:12:34:0:ffff:ffff:ffff:ffff"],
            id="ipv6-has-no-broadcast",
        ),
        pytest.param(
            {"type": "host-local", "subnet": "fd00:12:34::/64", "gateway": "fe80::1"},
            ["fd00:12:34::1-fd00:12:34:0:ffff:ffff:ffff:ffff"],
            id="gateway-outside",
        ),
        pytest.param(
            IPAMS["host-local-dual-stack"],
            [
                "10.12.34.2-10.12.34.254",
                "fd00:12:34::10-fd00:12:34:0:ffff:ffff:ffff:ffff",
            ],
            id="dual-stack",
        ),
        pytest.param(
            IPAMS["static"],
            ["10.12.34.5-10.12.34.5", "fd00:12:34::5-fd00:12:34::5"],
            id="static",
        ),
        pytest.param({"type": "dhcp"}, [], id="dhcp"),
        pytest.param({"type": "none"}, [], id="none"),
        pytest.param(IPAMS["whereabouts"], ["10.12.34.1-10.12.34.254"], id="whereabouts"),
        pytest.param(
            IPAMS["whereabouts-first-last"],
            ["10.12.34.200-10.12.34.203", "10.12.34.208-10.12.34.220"],
            id="whereabouts-first-last",
        ),
        pytest.param(
            IPAMS["whereabouts-dual-stack"],
            [
                "10.12.34.9-10.12.34.9",
                "fd00:12:34::100-fd00:12:34:0:ffff:ffff:ffff:fffe",
            ],
            id="whereabouts-dual-stack",
        ),
    ],
)
def test_usable_addresses(ipam: Config, usable: list[str]) -> None:
    assert [str(addresses) for addresses in one(ipam).ipam.usable()] == usable


# --- what is refused ------------------------------------------------------------------------------

VALID: Config = {
    "zone": ZONE,
    "cluster": {
        "name": "lab",
        "podCidr": ["fd00::/48", "10.244.0.0/16"],
        "serviceCidr": ["10.96.0.0/12"],
        "primaryNetwork": {"file": "10-calico.conflist", "cniVersion": "0.3.1"},
    },
    "networks": [
        {"name": "flat", "master": "enp0s8", "ipam": IPAMS["host-local-all-keys"]},
        {"name": "ranges", "ipam": IPAMS["host-local-ranges"]},
        {"name": "static", "ipam": IPAMS["static"]},
        {"name": "dhcp", "ipam": IPAMS["dhcp-all-keys"]},
        {"name": "whereabouts", "ipam": IPAMS["whereabouts-first-last"]},
        {"name": "pools", "ipam": IPAMS["whereabouts-dual-stack"]},
        {"name": "none", "ipam": {"type": "none"}, "labels": {"tier": "lab"}},
    ],
    "multus": {"resources": {}, "daemonConfig": {}},
}
FLAT, RANGES, STATIC, DHCP, POOL, POOLS, NONE = (f"networks[{n}]" for n in range(7))
DAEMON = "multus.daemonConfig"
TERMS = (
    "multus.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
    "nodeSelectorTerms[0]."
)
LONG_KEY = f"multus.labels.{'a' * 254}/b"
GONE = object()


class Broken(NamedTuple):
    """A value of VALID changed, the path that has to be named and a part of what is told."""

    change: str
    value: object
    told: str
    names: str


def broken(id_: str, change: str, value: object, told: str, names: str | None = None) -> Any:
    return pytest.param(Broken(change, value, told, names or change), id=id_)


ADDRESS = "must be an IPv4 or IPv6 address"
CIDR = "like 10.12.34.0/24"
STRING = "must be a string (quote a number or a boolean)"
INTEGER = "must be an integer, without quotes"
PLUGINS = "lab/plugins:v1.9.1"
DURATION = "hours, minutes and seconds as in 90s, 5m or 1h30m, from 1s to 24h"
BOOLEAN = "must be true or false, without quotes"
MAPPING = "must be a mapping"
LIST = "must be a list"
MISSING = "is missing, and has no default"
NO_SUBNET = "has neither a subnet nor ranges"
MODES = "must be one of bridge, private, vepa, passthru"
INTERFACE = "must be an interface name"
SUBDOMAIN = "must be a DNS-1123 subdomain"
LABEL_KEY = "must be a label key"
LABEL_VALUE = "must be a label value"
HOST = "must be an IP address without brackets, or a DNS name, without https"
QUANTITY = "must be a Kubernetes quantity, like 100m or 256Mi"

BROKEN = [
    # addresses
    broken("cni-name", f"{FLAT}.cniName", "an other", "must be letters, digits"),
    broken("no-cni-name", f"{FLAT}.cniName", "", "must be letters, digits"),
    broken("not-an-address", f"{FLAT}.ipam.rangeStart", "10.12.34.300", ADDRESS),
    broken("leading-zero", f"{FLAT}.ipam.rangeStart", "10.12.34.010", ADDRESS),
    broken("empty-address", f"{FLAT}.ipam.rangeEnd", "", ADDRESS),
    broken("address-is-a-number", f"{FLAT}.ipam.rangeEnd", 10, ADDRESS),
    broken("gateway-is-a-network", f"{FLAT}.ipam.gateway", "10.12.34.0/24", ADDRESS),
    broken("gateway-with-a-zone-index", f"{FLAT}.ipam.gateway", "fe80::1%enp0s8", ADDRESS),
    broken("route-gateway", f"{FLAT}.ipam.routes[0].gw", "gateway", ADDRESS),
    broken("nameserver", f"{STATIC}.ipam.dns.nameservers[0]", "dns.lab", ADDRESS),
    broken("zone-gateway", "zone.gateway[1]", "10.12.34", ADDRESS),
    broken("single-zone-gateway", "zone.gateway", "10.12.34.256", ADDRESS),
    # networks
    broken("subnet-without-prefix", f"{FLAT}.ipam.subnet", "10.12.34.0", CIDR),
    broken("subnet-prefix-too-long", f"{FLAT}.ipam.subnet", "10.12.34.0/33", CIDR),
    broken("subnet-with-netmask", f"{FLAT}.ipam.subnet", "10.12.34.0/255.255.255.0", CIDR),
    broken("subnet-with-blank", f"{FLAT}.ipam.subnet", "10.12.34.0/24 ", CIDR),
    broken("host-bits", f"{FLAT}.ipam.subnet", "10.12.34.1/24", "without host bits, " + CIDR),
    broken("subnet-too-small", f"{FLAT}.ipam.subnet", "10.12.34.0/31", "of at most /30"),
    broken("subnet-too-small-ipv6", f"{FLAT}.ipam.subnet", "fd00:12:34::/127", "of at most /126"),
    broken("route-host-bits", f"{FLAT}.ipam.routes[0].dst", "10.0.0.1/8", "like 10.0.0.0/8"),
    broken("route-without-prefix", f"{FLAT}.ipam.routes[0].dst", "0.0.0.0", CIDR),
    broken("zone-range", "zone.range[0]", "10.12.34", CIDR),
    broken("single-zone-range", "zone.range", "10.12.34.1/24", "without host bits"),
    broken("no-zone-range", "zone.range", [], "must be a list of at least 1"),
    broken("static-without-prefix", f"{STATIC}.ipam.addresses[0].address", "10.12.34.5", "prefix"),
    # ranges
    broken("start-outside", f"{FLAT}.ipam.rangeStart", "10.12.35.1", "inside the subnet 10.12.34"),
    broken("end-outside", f"{FLAT}.ipam.rangeEnd", "10.12.33.255", "inside the subnet 10.12.34"),
    broken("start-other-family", f"{FLAT}.ipam.rangeStart", "fd00:12:34::9", "inside the subnet"),
    broken(
        "end-first",
        f"{FLAT}.ipam.rangeEnd",
        "10.12.34.9",
        "must not be below rangeStart 10.12.34.10",
    ),
    broken(
        "start-outside-range", f"{RANGES}.ipam.ranges[0][1].rangeStart", "10.12.34.1", "34.128/25"
    ),
    broken("flat-ranges", f"{RANGES}.ipam.ranges[0]", {"subnet": "10.12.34.0/24"}, LIST),
    broken("empty-range-set", f"{RANGES}.ipam.ranges[0]", [], "must be a list of at least 1"),
    broken("no-ranges", f"{RANGES}.ipam.ranges", [], NO_SUBNET, f"{RANGES}.ipam"),
    broken("whereabouts-range", f"{POOL}.ipam.range", "10.12.34", "first-last/prefix"),
    broken("whereabouts-no-prefix", f"{POOL}.ipam.range", "10.12.34.9", "first-last/prefix"),
    broken(
        "whereabouts-last-first",
        f"{POOL}.ipam.range",
        "10.12.34.9-10.12.34.8/24",
        "inside 10.12.34.0/24, its last not below its first",
    ),
    broken(
        "whereabouts-first-outside",
        f"{POOL}.ipam.range",
        "10.12.33.9-10.12.34.8/24",
        "inside 10.12.34.0/24, its last",
    ),
    broken("whereabouts-exclude", f"{POOL}.ipam.exclude", ["10.12.34.5-6"], "CIDR form"),
    broken("pool-start", f"{POOLS}.ipam.ipRanges[0].range_start", "10.12.35.9", "range's network"),
    broken(
        "pool-end",
        f"{POOLS}.ipam.ipRanges[0].range_end",
        "10.12.34.8",
        "must not be below range_start",
    ),
    broken("no-pools", f"{POOLS}.ipam.ipRanges", [], "neither a range nor", f"{POOLS}.ipam"),
    # names
    broken("nad-name", f"{FLAT}.name", "Private_Zone", SUBDOMAIN),
    broken("nad-name-too-long", f"{FLAT}.name", "a" * 254, "at most 253 characters"),
    broken("namespace-too-long", f"{FLAT}.namespace", "a" * 64, "DNS-1123 label"),
    broken("namespace-with-dot", f"{FLAT}.namespace", "kube.system", "must be a DNS-1123 label"),
    broken("duplicate", f"{RANGES}.name", "flat", "namespace default by networks[0] already"),
    broken("interface-with-slash", f"{FLAT}.master", "enp0s8/1", INTERFACE),
    broken("interface-alias", f"{FLAT}.master", "enp0s8:1", INTERFACE),
    broken("interface-with-blank", f"{FLAT}.master", "enp0s8 ", INTERFACE),
    broken("interface-dots", f"{FLAT}.master", "..", INTERFACE),
    broken("interface-empty", f"{FLAT}.master", "", INTERFACE),
    broken("interface-too-long", f"{FLAT}.master", "e" * 128, INTERFACE),
    broken("zone-interface", "zone.interface", "a/b", INTERFACE),
    broken("zone-name", "zone.name", "private.zone", "must be a DNS-1123 label"),
    broken("node-name", "zone.nodes[0].name", "Master01", SUBDOMAIN),
    broken("label-key", f"{NONE}.labels.a b", "c", LABEL_KEY),
    broken("label-value", f"{NONE}.labels.tier", "a b", LABEL_VALUE),
    broken("label-value-too-long", f"{NONE}.labels.tier", "a" * 64, LABEL_VALUE),
    broken("annotation-key", f"{NONE}.annotations./a", "", "must be an annotation's key"),
    broken(
        "annotation-that-is-made",
        f"{NONE}.annotations",
        {"multus-lab/accept": "{RTE301: x}"},
        "must be without multus-lab/accept, which is made of `accept`: write that instead",
    ),
    broken(
        "annotation-of-the-owner",
        f"{NONE}.annotations.multus-lab/owner",
        "x",
        "must be another annotation: this one tells whose the object is",
    ),
    broken("daemon-s-owner", "multus.annotations.multus-lab/owner", "x", "must be another annot"),
    broken("mac", f"{NONE}.mac", "02-00-0a-0c-22-c8", "six bytes like"),
    # choices
    broken("mode-upper-case", f"{FLAT}.mode", "Bridge", MODES),
    broken("mode-not-of-the-plugin", f"{FLAT}.mode", "source", MODES),
    broken("type", f"{FLAT}.type", "ipvlna", "must be one of macvlan, bond, bridge, cnv-bridge"),
    broken("cni-version", f"{FLAT}.cniVersion", "2.0.0", "must be one of 0.1.0, 0.2.0, "),
    broken("cni-version-is-a-number", f"{FLAT}.cniVersion", 1.0, "1.0 must be a string in quotes"),
    broken(
        "ipam-type",
        f"{FLAT}.ipam.type",
        "azure-vnet-ipam",
        "must be one of host-local, static, dhcp, whereabouts, none",
    ),
    broken("ipam-type-null", f"{FLAT}.ipam.type", None, "null must be one of host-local, static"),
    broken(
        "ipam-type-list",
        f"{FLAT}.ipam.type",
        ["static"],
        '["static"] must be one of host-local, static',
    ),
    broken(
        "log-level",
        f"{POOLS}.ipam.log_level",
        "info",
        "must be one of debug, verbose, error, panic",
    ),
    broken("daemon-log-level", f"{DAEMON}.logLevel", "info", "must be one of debug, verbose"),
    # durations
    broken("timeout-zero", "multus.readyTimeout", "0s", DURATION),
    broken("timeout-over-a-day", "multus.readyTimeout", "24h1s", DURATION),
    broken("timeout-without-unit", "multus.readyTimeout", "300", DURATION),
    broken("timeout-empty", "multus.readyTimeout", "", DURATION),
    broken("timeout-out-of-order", "multus.readyTimeout", "5s1m", DURATION),
    broken("timeout-in-fractions", "multus.readyTimeout", "1.5m", DURATION),
    broken("timeout-is-a-number", "multus.readyTimeout", 300, STRING),
    broken(
        "release",
        "multus.release",
        "v4.2.1",
        '"v4.2.1" must be one of v4.1.4, v4.2.0, v4.2.4, v4.3.0, v4.3.1; for another say whose '
        "shape it has (releaseAs: v4.3.1)",
    ),
    broken("release-moving", "multus.release", "snapshot", "must be a release, like v4.3.1"),
    broken("release-thin", "multus.release", "stable-thick", "must be a release, like v4.3.1"),
    broken(
        "release-as-needless",
        "multus.releaseAs",
        "v4.3.0",
        "must be left out: v4.3.1 is known as it is",
    ),
    broken("release-as-unknown", "multus.releaseAs", "v4.2.1", "must be one of v4.1.4, v4.2.0"),
    broken(
        "key-of-a-later-release",
        "multus",
        {"release": "v4.2.4", "daemonConfig": {"connectionLimit": 5}},
        "5 must be left out: v4.2.4 doesn't read it, but v4.3.0 and newer",
        f"{DAEMON}.connectionLimit",
    ),
    broken(
        "key-of-a-later-shape",
        "multus",
        {"release": "v4.2.9", "releaseAs": "v4.2.4", "daemonConfig": {"connectionLimit": 5}},
        "must be left out: v4.2.4 doesn't read it",
        f"{DAEMON}.connectionLimit",
    ),
    broken(
        "cni-version-of-a-later-release",
        "multus",
        {"release": "v4.2.4", "daemonConfig": {"cniVersion": "1.1.0"}},
        "must be at most 1.0.0: with a newer one STATUS of v4.2.4 fails",
        f"{DAEMON}.cniVersion",
    ),
    # numbers
    broken("mtu-negative", f"{FLAT}.mtu", -1, "must be at least 0"),
    broken("mtu-huge", f"{FLAT}.mtu", 2**31, "must be at most 2147483647"),
    broken("mtu-quoted", f"{FLAT}.mtu", "1500", INTEGER),
    broken("mtu-with-point", f"{FLAT}.mtu", 1500.5, INTEGER),
    broken("mtu-boolean", f"{FLAT}.mtu", True, INTEGER),
    broken("queue-length", f"{FLAT}.bcqueuelen", 2**32, "must be at most 4294967295"),
    broken("route-priority", f"{FLAT}.ipam.routes[0].priority", -1, "must be at least 0"),
    broken("route-scope", f"{FLAT}.ipam.routes[0].scope", 256, "must be at most 255"),
    broken("metrics-port", f"{DAEMON}.metricsPort", 65536, "must be at most 65535"),
    broken("connection-limit", f"{DAEMON}.connectionLimit", 0, "must be at least 1"),
    # kinds
    broken("name-is-a-number", f"{FLAT}.name", 5, STRING),
    broken("master-is-a-boolean", f"{FLAT}.master", True, STRING),
    broken("label-value-is-a-number", f"{NONE}.labels.tier", 1, STRING),
    broken("annotation-is-a-boolean", f"{NONE}.annotations.a", True, STRING),
    broken("boolean-quoted", f"{FLAT}.linkInContainer", "false", BOOLEAN),
    broken("install-quoted", "multus.install", "no", BOOLEAN),
    broken("retain-is-a-number", "multus.retainCrd", 0, BOOLEAN),
    broken("capability-quoted", f"{FLAT}.capabilities.mac", "true", BOOLEAN),
    broken("zone-is-a-string", "zone", "private", MAPPING),
    broken("zone-is-null", "zone", None, MAPPING),
    broken("networks-is-a-mapping", "networks", {"name": "lab"}, LIST),
    broken("networks-is-null", "networks", None, LIST),
    broken("network-is-a-string", FLAT, "lab", MAPPING),
    broken("network-is-null", FLAT, None, MAPPING),
    broken("ipam-is-a-list", f"{FLAT}.ipam", [{"type": "dhcp"}], MAPPING),
    broken("ipam-is-a-string", f"{FLAT}.ipam", "dhcp", MAPPING),
    broken("ipam-is-null", f"{FLAT}.ipam", None, MAPPING),
    broken("routes-is-a-mapping", f"{FLAT}.ipam.routes", {"dst": "0.0.0.0/0"}, LIST),
    broken("route-is-a-string", f"{FLAT}.ipam.routes[0]", "0.0.0.0/0", MAPPING),
    broken("labels-is-a-list", f"{NONE}.labels", ["tier"], MAPPING),
    broken(
        "node-twice",
        "zone.nodes",
        [{"name": "worker01"}, {"name": "worker01"}],
        "must have each node once; worker01 is there again",
    ),
    broken("node-is-a-string", "zone.nodes[1]", "worker01", MAPPING),
    broken("multus-is-a-boolean", "multus", False, MAPPING),
    broken("daemon-config-is-text", "multus.daemonConfig", "{}", MAPPING),
    broken("global-namespaces", f"{DAEMON}.globalNamespaces", "a,b", LIST),
    # missing keys
    broken("no-name", f"{FLAT}.name", GONE, MISSING),
    broken("no-ipam", f"{FLAT}.ipam", GONE, MISSING),
    broken("no-ipam-type", f"{FLAT}.ipam.type", GONE, MISSING),
    broken("no-subnet", f"{FLAT}.ipam.subnet", GONE, NO_SUBNET, f"{FLAT}.ipam"),
    broken("no-range-subnet", f"{RANGES}.ipam.ranges[0][0].subnet", GONE, MISSING),
    broken("no-route-dst", f"{FLAT}.ipam.routes[0].dst", GONE, MISSING),
    broken("no-static-address", f"{STATIC}.ipam.addresses[1].address", GONE, MISSING),
    broken(
        "dhcp-option",
        f"{DHCP}.ipam.provide[0].option",
        "hostname",
        "must be one of dhcp-client-identifier, subnet-mask",
    ),
    broken("dhcp-option-of-two-bytes", f"{DHCP}.ipam.request[1].option", "256", "must be one of"),
    broken("no-dhcp-option", f"{DHCP}.ipam.provide[0].option", GONE, MISSING),
    broken("no-pool-range", f"{POOLS}.ipam.ipRanges[1].range", GONE, MISSING),
    broken("no-node-name", "zone.nodes[1].name", GONE, MISSING),
    # unknown keys
    broken(
        "unknown-top",
        "netwerks",
        [],
        "is unknown; did you mean networks? known here: cluster, zone",
    ),
    broken("unknown-zone", "zone.gateways", [], "did you mean gateway? known here: name, range"),
    broken("unknown-node", "zone.nodes[0].nic", "a", "is unknown; known here: name, interface"),
    broken("unknown-network", f"{FLAT}.linkInContainers", True, "did you mean linkInContainer?"),
    broken("unknown-ipam", f"{FLAT}.ipam.subnets", "", "did you mean subnet?"),
    broken(
        "unknown-range", f"{RANGES}.ipam.ranges[0][0].rangeStrat", "", "did you mean rangeStart?"
    ),
    broken("unknown-range-s", f"{RANGES}.ipam.ranges[0][0].first", "", "known here: subnet, range"),
    broken("unknown-route", f"{FLAT}.ipam.routes[0].via", "", "known here: dst, mtu, advmss"),
    broken("unknown-static", f"{STATIC}.ipam.addresses[0].adress", "", "did you mean address?"),
    broken("unknown-dns", f"{STATIC}.ipam.dns.nameserver", [], "did you mean nameservers?"),
    broken(
        "unknown-dhcp", f"{DHCP}.ipam.subnet", "", "known here: type, priority, daemonSocketPath"
    ),
    broken("unknown-none", f"{NONE}.ipam.subnet", "", "is unknown; known here: type"),
    broken("unknown-multus", "multus.enabled", True, "known here: install, release"),
    broken("unknown-resource", "multus.resources.limit", {}, "did you mean limits?"),
    broken("unknown-daemon", f"{DAEMON}.loglevel", "debug", "did you mean logLevel?"),
    broken(
        "key-to-come",
        f"{DAEMON}.cleanupConfigOnExit",
        False,
        "perNodeCertificate; what only newer releases read is for extraDaemonConfig",
    ),
    broken(
        "certificate-without-a-kubeconfig",
        f"{DAEMON}.perNodeCertificate",
        {"enabled": True, "certDir": "/etc/cni/multus/certs"},
        "is missing, and has no default",
        f"{DAEMON}.perNodeCertificate.bootstrapKubeconfig",
    ),
    broken("unknown-cluster", "cluster.podCIDRs", "10.0.0.0/8", "did you mean podCidr?"),
    broken("unknown-primary", "cluster.primaryNetwork.path", "", "known here: file, cniVersion"),
    broken("dialect-host-local", f"{FLAT}.ipam.range_start", "", "did you mean rangeStart?"),
    broken("dialect-whereabouts", f"{POOL}.ipam.rangeStart", "", "did you mean range_start?"),
    broken("dialect-pool", f"{POOLS}.ipam.ipRanges[0].rangeEnd", "", "did you mean range_end?"),
    broken("dialect-python", f"{FLAT}.cni_version", "0.3.1", "did you mean cniVersion?"),
    # moved keys
    broken("moved-cluster", "zone.cluster", "prod", "zone.cluster: has moved to cluster.name"),
    broken("moved-pods", "zone.podCidr", "10.0.0.0/8", "has moved to cluster.podCidr"),
    broken("moved-services", "zone.serviceCidr", [], "has moved to cluster.serviceCidr"),
    broken("moved-plugins", "zone.cniPlugins", "v1.9.1", "has moved to cluster.cniPlugins"),
    # the cluster
    broken("cluster-is-a-name", "cluster", "prod", MAPPING),
    broken("cluster-is-null", "cluster", None, MAPPING),
    broken("cluster-name", "cluster.name", "Prod", "must be a DNS-1123 label"),
    broken(
        "cluster-distribution",
        "cluster.distribution",
        "RKE2",
        "must be one of aks, bottlerocket, crio, eks, gke, harvester, k0s, k3s, kind, kubeadm, "
        "microk8s, minikube, openshift, rke2, talos; for any other leave it out, and set "
        "multus.paths",
    ),
    broken("data-dir", "cluster.dataDir", "/mnt/k3s", "it moves paths of k3s alone; set multus."),
    broken("data-dir-not-absolute", "cluster.dataDir", "k3s", "a node's folder: an absolute path"),
    broken("pod-cidr", "cluster.podCidr[1]", "10.244.0.1/16", "without host bits, like 10.244.0.0"),
    broken("single-pod-cidr", "cluster.podCidr", "10.244.0.0", "prefix length, " + CIDR),
    broken("service-cidr", "cluster.serviceCidr[0]", 10, CIDR),
    broken("plugins-without-v", "cluster.cniPlugins", "1.9.1", "like v1.10.0"),
    broken("plugins-too-old", "cluster.cniPlugins", "v0.9.0", "v0.9.1 or newer"),
    broken("plugins-not-a-release", "cluster.cniPlugins", "latest", "v0.9.1 or newer"),
    broken("plugins-is-a-number", "cluster.cniPlugins", 1.9, STRING),
    broken("primary-is-a-file", "cluster.primaryNetwork", "10-calico.conflist", MAPPING),
    broken("primary-path", "cluster.primaryNetwork.file", "/etc/cni/a.conf", "without a path"),
    broken("primary-is-multus", "cluster.primaryNetwork.file", "00-multus.conf", "not Multus'"),
    broken("primary-is-json", "cluster.primaryNetwork.file", "10-calico.json", ".conflist file"),
    broken("primary-version", "cluster.primaryNetwork.cniVersion", "0.3.2", "one of 0.1.0, 0.2.0"),
    # the daemon's
    broken("quantity-in-words", "multus.resources.limits.memory", "1 GB", QUANTITY),
    broken("quantity-unit", "multus.resources.requests.memory", "50ki", QUANTITY),
    broken("quantity-is-a-boolean", "multus.resources.limits.cpu", True, QUANTITY),
    broken("quantity-negative", "multus.resources.limits.cpu", "-1", QUANTITY),
    broken("quantity-negative-number", "multus.resources.limits.cpu", -0.5, QUANTITY),
    broken("quantity-of-dots", "multus.resources.limits.cpu", "1.2.3", QUANTITY),
    broken("quantity-in-kilo", "multus.resources.limits.memory", "1K", QUANTITY),
    broken(
        "request-over-limit",
        "multus.resources",
        {"requests": {"memory": "1Gi"}, "limits": {"memory": "512Mi"}},
        '"1Gi" must be at most limits.memory, which is 512Mi (k8s.io/kubernetes pkg/apis/core',
        "multus.resources.requests.memory",
    ),
    broken(
        "limit-under-the-default-request",
        "multus.resources",
        {"limits": {"cpu": "50m"}},
        '"50m" must be at least requests.cpu, which is 100m unless it is set',
        "multus.resources.limits.cpu",
    ),
    broken(
        "request-over-limit-of-dhcp",
        "multus.dhcpDaemon",
        {"image": PLUGINS, "resources": {"requests": {"cpu": 2}, "limits": {"cpu": 1.5}}},
        "2 must be at most limits.cpu, which is 1.5",
        "multus.dhcpDaemon.resources.requests.cpu",
    ),
    *(
        broken(f"digest-{name}", "multus.digest", digest, "sha256: and 64 hexadecimal digits, or")
        for name, digest in (
            ("short", "sha256:abc"),
            ("long", f"sha256:{'a' * 128}"),
            ("upper-case", f"sha256:{'A' * 64}"),
            ("bare", "a" * 64),
            ("unknown", f"md5:{'a' * 32}"),
        )
    ),
    *(
        broken(f"repository-{name}", "multus.repository", repository, told)
        for told in ("without https://, tag and digest, and without capitals after the registry",)
        for name, repository in (
            ("with-tag", "lab/multus:v4"),
            ("with-digest", f"lab/multus@sha256:{'0a' * 32}"),
            ("empty", ""),
            ("with-scheme", "https://registry.lab/multus"),
            ("in-capitals", "registry.lab/Lab/multus"),
            ("with-two-ports", "registry.lab:5000:5000/multus"),
            ("with-two-dots", "lab/multus..cni"),
            ("too-long", f"lab/{'m' * 252}"),
        )
    ),
    broken("multus-namespace", "multus.namespace", "net.lab", "must be a DNS-1123 label"),
    *(
        broken(f"registry-{name}", "multus.registry", registry, "must be a registry, like reg")
        for name, registry in (
            ("ending", "lab/"),
            ("with-scheme", "https://registry.lab"),
            ("with-two-ports", "lab:5000:5000"),
            ("in-capitals", "registry.lab/Mirror"),
            ("empty", ""),
        )
    ),
    *(
        broken(f"tag-{name}", "multus.tag", tag, "must be an image's tag, like v4.3.1-thick: at")
        for name, tag in (
            ("with-blank", "v4 thick"),
            ("too-long", "v" * 129),
            ("with-port", "v4:1"),
            ("empty", ""),
            ("accented", "v\u00e9"),
        )
    ),
    broken(
        "tag-of-another-release",
        "multus.tag",
        "v4.3.0-thick",
        '"v4.3.0-thick" must be of release v4.3.1, of which the objects are: say `release: '
        "v4.3.0`, or `releaseAs: v4.3.1` if the image is like it (multus-cni #1422)",
    ),
    broken("tag-of-an-unknown-release", "multus.tag", "v4.9.0-thick", "say `release: v4.9.0`"),
    broken(
        "tag-of-another-release-of-others",
        "multus",
        {"repository": "lab/multus", "tag": "v4.3.0-build1"},
        "must be of release v4.3.1",
        "multus.tag",
    ),
    broken("tag-moving", "multus.tag", "snapshot-thick", "must be a tag that stays, or go with a"),
    broken("tag-latest", "multus.tag", "latest", "must be a tag that stays, or go with a digest"),
    broken(
        "tag-thin", "multus.tag", "v4.3.1", "must be a thick image's, like v4.3.1-thick: a thin"
    ),
    broken(
        "plugins-without-image",
        "multus.installPlugins",
        {"plugins": ["macvlan"]},
        "is missing",
        "multus.installPlugins.image",
    ),
    broken(
        "no-plugins",
        "multus.installPlugins",
        {"image": PLUGINS, "plugins": []},
        "must be a list of at least 1",
        "multus.installPlugins.plugins",
    ),
    broken(
        "unknown-plugin",
        "multus.installPlugins",
        {"image": PLUGINS, "plugins": ["macvlan", "maclvan"]},
        "must be one of bandwidth, bridge, dhcp",
        "multus.installPlugins.plugins[1]",
    ),
    *(
        broken(f"image-{name}", "multus.dhcpDaemon.image", image, allowed)
        for name, image, allowed in (
            ("without-tag", "registry.lab:5000/plugins", "must be an image with its tag or digest"),
            ("moving", "lab/plugins:latest", "must be an image whose tag stays, or with a digest"),
            ("moving-by-kind", "lab/plugins:stable-thick", "must be an image whose tag stays"),
            ("short-digest", "lab/plugins@sha256:00", "must be an image with its tag or digest"),
            ("blank", "lab/ plugins:v1", "must be an image with its tag or digest"),
            ("with-scheme", "https://lab/plugins:v1", "must be an image with its tag or digest"),
            ("in-capitals", "registry.lab/Plugins:v1", "must be an image with its tag or digest"),
            ("with-two-tags", "lab/plugins:v1:v2", "must be an image with its tag or digest"),
            ("without-name", ":v1", "must be an image with its tag or digest"),
        )
    ),
    broken(
        "monitor-without-port",
        "multus.podMonitor",
        {"labels": {"release": "lab"}},
        "must go with daemonConfig.metricsPort",
    ),
    *(
        broken(
            f"certificate-{name}",
            f"{DAEMON}.perNodeCertificate",
            {"bootstrapKubeconfig": "/hostroot/a", "certDir": "/var/lib/multus"} | {key: value},
            allowed,
            f"{DAEMON}.perNodeCertificate.{key}",
        )
        for name, key, value, allowed in (
            ("by-a-file-of-the-node", "bootstrapKubeconfig", "/etc/a", "as in /hostroot/etc/kub"),
            ("in-a-mount", "certDir", "/run/netns/a", "must be a folder of the node that is for"),
            ("over-the-program", "certDir", "/usr/src", "must be a folder of the node that is for"),
            ("too-short", "certDuration", "599s", "from 10m to 596523h (k8s.io/kubernetes pkg"),
            ("over-32-bits", "certDuration", "596524h", "from 10m to 596523h"),
            ("without-a-unit", "certDuration", "3600", "from 10m to 596523h"),
            ("by-a-folder", "bootstrapKubeconfig", "/hostroot/a/", "without '/' at its end"),
        )
    ),
    broken("master-cni-path", f"{DAEMON}.multusMasterCNI", "/a.conf", "without a path"),
    broken("master-cni-itself", f"{DAEMON}.multusMasterCNI", "00-multus.conf", "not Multus'"),
    # the daemon's pods
    broken("node-selector", "multus.nodeSelector.a b", "c", LABEL_KEY),
    broken(
        "toleration-key",
        "multus.tolerations",
        [{"value": "a"}],
        "has no key: that is for operator Exists alone",
        "multus.tolerations[0]",
    ),
    broken(
        "toleration-value",
        "multus.tolerations",
        [{"operator": "Exists", "value": "a"}],
        '"a" must be left out: Exists takes none',
        "multus.tolerations[0].value",
    ),
    broken(
        "toleration-seconds",
        "multus.tolerations",
        [{"operator": "Exists", "tolerationSeconds": 5}],
        "5 must be left out: it is for effect NoExecute alone",
        "multus.tolerations[0].tolerationSeconds",
    ),
    broken(
        "pod-affinity",
        "multus.affinity",
        {"nodeAffinity": {}, "podAffinity": {}},
        "known here: nodeAffinity",
        "multus.affinity.podAffinity",
    ),
    broken(
        "affinity-by-the-field's-name",
        "multus.affinity",
        {"nodeAffinity": {}, "node_affinity": {}},
        "did you mean nodeAffinity? known here: nodeAffinity",
        "multus.affinity.node_affinity",
    ),
    broken("affinity-of-no-mapping", "multus.affinity", 5, "5 must be a mapping"),
    *(
        broken(f"affinity-{name}", "multus.affinity", affinity, told, f"{TERMS}{at}")
        for name, affinity, told, at in (
            (
                "in-nothing",
                required({"key": "a", "operator": "In"}),
                '"In" must have at least one value beside it (k8s.io/kubernetes pkg/apis/core',
                "matchExpressions[0].operator",
            ),
            (
                "exists-somehow",
                required({"key": "a", "operator": "DoesNotExist", "values": ["b"]}),
                '"DoesNotExist" must have no values beside it',
                "matchExpressions[0].operator",
            ),
            (
                "gt-two",
                required({"key": "a", "operator": "Gt", "values": ["1", "2"]}),
                '"Gt" must have one value beside it',
                "matchExpressions[0].operator",
            ),
            (
                "gt-a-word",
                required({"key": "a", "operator": "Gt", "values": ["ten"]}),
                '"ten" must be an integer, by which Gt compares',
                "matchExpressions[0].values[0]",
            ),
            (
                "operator",
                required({"key": "a", "operator": "Equal", "values": ["b"]}),
                '"Equal" must be one of In, NotIn, Exists',
                "matchExpressions[0].operator",
            ),
            (
                "value",
                required({"key": "a", "operator": "In", "values": ["b", "a b"]}),
                '"a b" must be a label value: at most 63',
                "matchExpressions[0].values[1]",
            ),
            (
                "name-of-a-node",
                required(field="Worker_1"),
                SUBDOMAIN,
                "matchFields[0].values[0]",
            ),
        )
    ),
    broken(
        "affinity-two-names",
        "multus.affinity",
        _affinity(
            "required",
            {
                "nodeSelectorTerms": [
                    {
                        "matchFields": [
                            {"key": "metadata.name", "operator": "In", "values": ["a", "b"]}
                        ]
                    }
                ]
            },
        ),
        '["a", "b"] must be a list with the name of one node',
        f"{TERMS}matchFields[0].values",
    ),
    broken(
        "affinity-field",
        "multus.affinity",
        _affinity(
            "required",
            {
                "nodeSelectorTerms": [
                    {"matchFields": [{"key": "spec.x", "operator": "In", "values": ["a"]}]}
                ]
            },
        ),
        '"spec.x" must be metadata.name',
        f"{TERMS}matchFields[0].key",
    ),
    broken("secret-twice", "multus.pullSecrets", ["a", "b", "a"], "secrets that are named once"),
    broken("long-prefix", "multus.labels", {f"{'a' * 254}/b": "c"}, LABEL_KEY, LONG_KEY),
    broken("strategy", "multus.updateStrategy.type", "Recreate", "one of RollingUpdate, OnDelete"),
    broken("none-at-a-time", "multus.updateStrategy.maxUnavailable", 0, "at least 1, or a share"),
    broken("no-share", "multus.updateStrategy.maxUnavailable", "0%", "or a share of them"),
    broken("more-than-all", "multus.updateStrategy.maxUnavailable", "101%", "or a share of them"),
    broken("quoted-number", "multus.updateStrategy.maxUnavailable", "1", "or a share of them"),
    broken(
        "on-delete-at-a-time",
        "multus.updateStrategy",
        {"type": "OnDelete", "maxUnavailable": 1},
        "must be left out: it is for type RollingUpdate alone",
        "multus.updateStrategy.maxUnavailable",
    ),
    broken(
        "grace-of-the-drain",
        "multus.terminationGracePeriodSeconds",
        10,
        "10 must be more than 10: so long v4.3.1 waits after SIGTERM before it takes its file away",
    ),
    broken("grace", "multus.terminationGracePeriodSeconds", -1, "must be at least 0"),
    broken("pull-policy", "multus.pullPolicy", "always", "one of Always, IfNotPresent, Never"),
    broken("pull-secret", "multus.pullSecrets", ["A"], SUBDOMAIN, "multus.pullSecrets[0]"),
    broken("own-label", "multus.labels", {"name": "x"}, "without name, by which the daemon's"),
    broken("own-annotation", "multus.annotations", {"checksum/daemon-config": ""}, "made of"),
    broken("api-server", "multus.apiServer.host", "https://10.0.0.1", HOST),
    broken("api-server-with-port", "multus.apiServer.host", "10.0.0.1:6443", HOST),
    broken("api-server-in-brackets", "multus.apiServer.host", "[fd00::1]", HOST),
    broken("api-server-of-five", "multus.apiServer.host", "10.0.0.300", HOST),
    # keys of daemon-config.json
    broken("pprof-alone", f"{DAEMON}.enablePprof", True, "true must go with a metricsPort"),
    broken(
        "readiness-of-the-node",
        f"{DAEMON}.readinessindicatorfile",
        "/etc/cni/net.d/10-calico.conflist",
        "must be a path in the daemon's container, where the node's /etc/cni/net.d is "
        "/host/etc/cni/net.d, /run is /host/run and / is /hostroot",
    ),
    broken(
        "readiness-of-multus",
        f"{DAEMON}.readinessindicatorfile",
        "/host/etc/cni/net.d/00-multus.conf",
        "must be the primary network's file: the daemon writes its own only once this one is",
    ),
    broken("readiness-relative", f"{DAEMON}.readinessindicatorfile", "ready", "absolute path"),
    broken("log-of-the-daemon", f"{DAEMON}.logFile", "/usr/log.txt", "in a folder for logs, like"),
    broken("log-in-the-root", f"{DAEMON}.logFile", "/multus.log", "must be in a folder for logs"),
    broken("log-in-the-container", f"{DAEMON}.logFile", "/host/run/a.log", "a folder for logs"),
    broken("log-among-plugins", f"{DAEMON}.logFile", "/opt/cni/bin/a.log", "a folder for logs"),
    broken("log-that-is-a-folder", f"{DAEMON}.logFile", "/var/log/", "without '/' at its end"),
    broken("log-upwards", f"{DAEMON}.logFile", "/var/log/../a", "absolute path: without '..'"),
    broken("global-nowhere", f"{DAEMON}.globalNamespaces", [], "with none the daemon takes `def"),
    broken("log-rotation", f"{DAEMON}.logOptions.maxSize", "5", INTEGER),
    broken("log-rotation-key", f"{DAEMON}.logOptions.maxsize", 5, "did you mean maxSize?"),
    broken("metrics-port-quoted", f"{DAEMON}.metricsPort", "9091", INTEGER),
    broken(
        "chain-of-a-later-release",
        "multus",
        {"release": "v4.2.0", "daemonConfig": {"auxiliaryCNIChainName": "vendor"}},
        "must be left out: v4.2.0 doesn't read it, but v4.2.4 and newer",
        f"{DAEMON}.auxiliaryCNIChainName",
    ),
    *(
        broken(
            f"of-the-container-{name}",
            change,
            value,
            f"folder by its own path: {mount} is a container's of the node",
        )
        for name, change, value, mount in (
            ("config", "multus.paths.cniConfigDir", "/host/etc/cni/net.d", "/host"),
            ("primary", "multus.paths.multusAutoconfigDir", "/hostroot/etc/cni/a", "/hostroot"),
            ("bin", "multus.paths.binDir", "/host/opt/cni/bin", "/host"),
            ("whereabouts", "whereabouts.paths.configDir", "/host/etc/cni/net.d", "/host"),
        )
    ),
    broken(
        "plugins-of-the-node",
        "multus.installPlugins",
        {"image": PLUGINS, "plugins": ["macvlan"], "folder": "/host/opt/cni/bin"},
        "must be an image's folder by its own path: /host is",
        "multus.installPlugins.folder",
    ),
    broken(
        "image-tag-for-a-release",
        "multus.release",
        "v4.3.1-thick",
        "must be a release, like v4.3.1: `-thick` is of its image's tag",
    ),
    *(
        broken(f"kubernetes-{key}", "multus", {key: "a"}, told, f"multus.{key}")
        for key, told in (
            ("imagePullSecrets", "is pullSecrets here, a list of names"),
            ("imagePullPolicy", "is pullPolicy here"),
            ("image", "is registry, repository, tag and digest here"),
            ("version", "is release here"),
        )
    ),
    broken(
        "kubernetes-rolling-update",
        "multus.updateStrategy",
        {"rollingUpdate": {"maxUnavailable": 1}},
        "its maxUnavailable stands beside type here",
        "multus.updateStrategy.rollingUpdate",
    ),
    *(
        broken(f"daemon-config-{key}", DAEMON, {key: "auto"}, told, f"{DAEMON}.{key}")
        for key, told in (
            ("multusConfigFile", "must be left out: it is auto, and with a path the daemon ends"),
            ("cniConfigDir", "it goes with the DaemonSet's mounts, as paths.cniConfigDir"),
            ("chrootDir", "must be left out: plugins run below /hostroot"),
        )
    ),
    *(
        broken(
            f"networks-of-every-pod-{name}",
            DAEMON,
            {"defaultNetworks": ["storage", value]},
            told,
            f"{DAEMON}.defaultNetworks[1]",
        )
        for name, value, told in (
            ("namespace", "lab/storage", "must be a network's name alone, which is looked for"),
            ("interface", "storage@net1", "must be a network's name alone, which is looked for"),
            ("nothing", "", "must be a network's name alone, which is looked for"),
            ("path", "/etc/cni/net.d/a.conf", "must be a path in the daemon's container, where"),
        )
    ),
    broken(
        "readiness-in-socket",
        f"{DAEMON}.readinessindicatorfile",
        "/host/run/multus/ready",
        "must be outside of paths.socketDir, which is /run/multus/: when the daemon starts it",
    ),
    *(
        broken(
            f"readiness-elsewhere-{name}",
            "multus",
            {
                "paths": {"multusAutoconfigDir": "/etc/cni/primary"},
                "daemonConfig": {"readinessindicatorfile": f"{folder}/10-calico.conflist"},
            },
            "must be in /host/etc/cni/primary: the node's /etc/cni/primary, where the primary",
            f"{DAEMON}.readinessindicatorfile",
        )
        for name, folder in (
            ("config", "/host/etc/cni/net.d"),
            ("root", "/hostroot/etc/cni/net.d"),
        )
    ),
    broken(
        "config-file",
        "multus.extraDaemonConfig",
        {"multusConfigFile": "/etc/cni/multus.conf"},
        "must be auto: with a path the daemon ends at once, without an error (multus-cni #1366",
        "multus.extraDaemonConfig.multusConfigFile",
    ),
    broken(
        "sockets-apart",
        "multus.extraDaemonConfig",
        {"daemonSocketDir": "/run/elsewhere"},
        "must be left out: it goes with the DaemonSet's mounts, as paths.socketDir",
        "multus.extraDaemonConfig.daemonSocketDir",
    ),
    broken(
        "bin-dir-apart",
        "multus.extraDaemonConfig",
        {"bindir": "/opt/other"},
        "it goes with the DaemonSet's mounts, as paths.binDir",
        "multus.extraDaemonConfig.bindir",
    ),
    broken(
        "typed-elsewhere",
        "multus.extraDaemonConfig",
        {"LogLevel": "debug"},
        "must be left out: it is daemonConfig.logLevel",
        "multus.extraDaemonConfig.LogLevel",
    ),
    broken(
        "made-by-the-daemon",
        "multus.extraDaemonConfig",
        {"clusterNetwork": "calico"},
        "must be left out: the daemon finds it",
        "multus.extraDaemonConfig.clusterNetwork",
    ),
    # the nodes' folders
    broken("path-relative", "multus.paths.binDir", "opt/cni/bin", "must be a node's folder"),
    broken("path-empty", "multus.paths.multusAutoconfigDir", "", "must be a node's folder"),
    broken("path-up", "multus.paths.netnsDir", "/run/../var/run/netns", "without '..'"),
    broken("path-root", "multus.paths.kubeletDir", "/", "and not the root"),
    broken("unknown-path", "multus.paths.binDirs", "/opt", "did you mean binDir?"),
    broken("bin-over-daemon", "multus.paths.binDir", "/usr/src", "would cover /usr/src/multus-cni"),
    broken("bin-over-kernel", "multus.paths.binDir", "/proc/cni", "or the kernel's files there"),
    broken("namespaces-over-kernel", "multus.paths.netnsDir", "/proc", "or the kernel's files"),
    broken("caches-of-all", "multus.paths.cniDir", "/var/lib/cni", "without /var/lib/cni/networks"),
    broken("caches-of-the-node", "multus.paths.cniDir", "/etc", "without /etc/cni/net.d"),
    broken(
        "caches-in-books", "multus.paths.cniDir", "/var/lib/cni/networks", "must be a folder of"
    ),
    *(
        broken(
            f"caches-in-{around}",
            "multus.paths.cniDir",
            f"{around}/{below}",
            f"must be a folder of Multus' own: in {around} one with multus in its name, such as "
            f"{around}/multus; `down --clean-nodes` empties it",
        )
        for around, below in (
            *(("/var/lib/etcd", "member"), ("/var/lib/kubelet", "pods"), ("/opt/cni/bin", "x")),
            *(("/var/lib/cni/networks", "lab"), ("/var/lib/rancher", "k3s"), ("/usr", "lib")),
            *(("/lib", "modules"), ("/etc", "ssh")),
        )
    ),
    *(
        broken(
            f"socket-in-{around}",
            "multus.paths.socketDir",
            f"{around}/{below}",
            "one with multus in its name, such as /run/",
        )
        for around, below in (
            *(("/run/containerd", "io.containerd.runtime.v2.task"), ("/run/systemd", "system")),
            *(("/run/k3s", "containerd"), ("/var/run/netns", "a")),
        )
    ),
    broken("socket-of-run", "multus.paths.socketDir", "/run", "must be a folder below /run"),
    broken("socket-of-var-run", "multus.paths.socketDir", "/var/run/", "a folder below /run"),
    broken("socket-elsewhere", "multus.paths.socketDir", "/var/lib/multus", "below /run, where"),
    broken(
        "socket-that-wipes",
        "multus.paths.socketDir",
        "/run/systemd",
        "must be a folder of Multus' own, without /run/systemd: when the daemon starts it deletes "
        "the folder with all that is in it (multus-cni pkg/server/server.go",
    ),
    broken(
        "socket-of-netns",
        "multus.paths.socketDir",
        "/var/run/netns",
        "without /run/netns: ",
    ),
    broken(
        "socket-over-primary",
        "multus",
        {
            "paths": {
                "socketDir": "/run/multus",
                "multusAutoconfigDir": "/var/run/multus/cni/net.d",
            }
        },
        "own, without /var/run/multus/cni/net.d: when the daemon starts it deletes the folder",
        "multus.paths.socketDir",
    ),
    broken(
        "primary-in-socket",
        "multus.paths.multusAutoconfigDir",
        "/var/run/multus/cni",
        "must be outside of socketDir, which is /run/multus/: when the daemon starts it deletes",
    ),
    broken("nads-in-caches", "multus.paths.confDir", "/var/lib/cni/multus/a", "outside of cniDir"),
    broken("socket-of-ovs", "multus.paths.socketDir", "/run/openvswitch", "without /run/openvsw"),
    broken(
        "long-socket", "multus.paths.socketDir", f"/run/{'s' * 86}", "at most 107 bytes (unix(7"
    ),
    broken(
        "log-in-socket",
        f"{DAEMON}.logFile",
        "/run/multus/log/multus.log",
        "must be outside of paths.socketDir, which is /run/multus/: when the daemon starts it",
    ),
    broken(
        "certificates-in-socket",
        f"{DAEMON}.perNodeCertificate",
        {"bootstrapKubeconfig": "/hostroot/a", "certDir": "/var/run/multus/certs"},
        "must be outside of paths.socketDir, which is /run/multus/",
        f"{DAEMON}.perNodeCertificate.certDir",
    ),
    *(
        broken(f"mount-{name}", change, value, "in another folder: the daemon's container has one")
        for name, change, value in (
            ("bin-over-namespaces", "multus.paths.binDir", "/var/run/netns/"),
            ("namespaces-over-bin", "multus.paths.netnsDir", "/opt/cni/bin"),
            ("namespaces-over-another", "multus.paths.netnsDir", "/var/run/k8s.cni.cncf.io"),
            ("bin-over-its-own", "multus.paths.binDir", "/etc/cni/net.d/multus.d"),
        )
    ),
    broken(
        "mount-log-over-certificates",
        DAEMON,
        {
            "logFile": "/var/lib/multus/daemon.log",
            "perNodeCertificate": {
                "bootstrapKubeconfig": "/hostroot/a",
                "certDir": "/var/lib/multus",
            },
        },
        "in another folder: the daemon's container has one at /var/lib/multus already (k8s.io",
        f"{DAEMON}.perNodeCertificate.certDir",
    ),
    broken("data-dir", f"{FLAT}.ipam.dataDir", "run/cni", "must be an absolute path"),
]


def parts(path: str) -> list[str | int]:
    """`networks[0].name` as its keys and indices."""
    found = re.findall(r"\[(\d+)\]|([^.\[\]]+)", path)
    return [int(index) if index else key for index, key in found]


def changed(*changes: tuple[str, object], valid: Config = VALID) -> Config:
    """A valid config with the values at some paths replaced, or gone."""
    config: Any = copy.deepcopy(valid)
    for path, value in changes:
        *way, last = parts(path)
        at = config
        for part in way:
            at = at.setdefault(part, {}) if isinstance(at, dict) else at[part]
        if value is GONE:
            del at[last]
        else:
            at[last] = value
    return dict(config)


def problems_of(config: Config) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as error:
        load(config)
    return error.value.problems


def test_valid_is_valid() -> None:
    assert isinstance(load(VALID), Stack)


@cases("case", BROKEN)
def test_refused_with_its_place_and_what_is_allowed(case: Broken, tmp_path: Path) -> None:
    check_refused(case, changed((case.change, case.value)), tmp_path)


def check_refused(case: Broken, config: Config, tmp_path: Path) -> Problem:
    """One problem is told of a broken config, with its place in the file and what is allowed."""
    path = tmp_path / "Pulumi.broken.yaml"
    path.write_text(text := json.dumps({"config": config}, indent=1))  # JSON is YAML too
    with pytest.raises(SettingsError) as error:
        stack_file(str(path)).settings()
    (problem,) = error.value.problems
    assert dotted(problem.path) == case.names
    assert case.told in str(problem)
    assert len(str(problem)) < 600
    assert "\n" not in str(problem)
    line, column = map(int, problem.place.split(":"))
    found = text.splitlines()[line - 1][column - 1 :].rstrip(",")
    assert found == json.dumps(innermost(config, case.names), indent=1).partition("\n")[0]
    assert str(error.value).startswith(f"{path}: 1 setting can't be used:\n  {line}:{column}: ")
    return problem


def innermost(value: Any, path: str) -> object:
    """What stands at a path, or at its last part that exists."""
    for part in parts(path):
        try:
            value = value[part]
        except (KeyError, TypeError):
            break
    return value


@cases(
    ("where", "value"),
    [
        pytest.param(f"{FLAT}.mode", "x" * 100_000, id="text"),
        pytest.param(f"{FLAT}.ipam", [0] * 100_000, id="list"),
        pytest.param(f"{FLAT}.labels", {"a": "\n" * 1000}, id="line-breaks"),
    ],
)
def test_a_long_value_is_cut(where: str, value: object) -> None:
    (problem,) = problems_of(changed((where, value)))
    assert len(problem.value) == 80
    assert problem.value.endswith("...")
    assert "\n" not in str(problem)


def test_all_problems_at_once() -> None:
    changes = [
        ("zone.interface", "a/b"),
        ("zone.nodes[1].nic", "ens5"),
        (f"{FLAT}.mode", "Bridge"),
        (f"{FLAT}.ipam.rangeStart", "10.12.34"),
        (f"{FLAT}.ipam.rangeEnd", "10.12.35.1"),
        (f"{FLAT}.ipam.routes[0].dst", GONE),
        (f"{STATIC}.ipam", {}),
        (f"{DHCP}.name", GONE),
        (f"{NONE}.labels.tier", 5),
        ("multus.release", "v1"),
        (f"{DAEMON}.metricsPort", "8080"),
        ("netwerks", []),
    ]
    named = {dotted(problem.path) for problem in problems_of(changed(*changes))}
    assert named == {path for path, _ in changes} - {f"{STATIC}.ipam"} | {f"{STATIC}.ipam.type"}


def test_the_message_counts_and_lists() -> None:
    config = changed((f"{FLAT}.mode", "Bridge"), (f"{FLAT}.mtu", "1500"))
    with pytest.raises(SettingsError) as error:
        load(config)
    assert str(error.value).splitlines() == [
        "the stack config: 2 settings can't be used:",
        """  networks[0].mtu: "1500" must be an integer, without quotes""",
        """  networks[0].mode: "Bridge" must be one of bridge, private, vepa, passthru""",
    ]


def test_of_a_million_problems_the_first_are_told() -> None:
    config = changed(("networks", [5] * 100_000), ("zone.interface", "a/b"))
    problems = problems_of(config)
    assert len(problems) == 1000
    assert dotted(problems[0].path) == "zone.interface"
    assert problems[-1].allowed.startswith("must be a mapping; there may be more")


def test_networks_are_checked_where_the_zone_is_broken() -> None:
    config = changed(("zone.name", "no name"), (f"{FLAT}.ipam.subnet", "192.168.0.0/33"))
    named = [dotted(problem.path) for problem in problems_of(config)]
    assert named == ["zone.name", f"{FLAT}.ipam.subnet"]


def test_each_duplicate_names_the_first() -> None:
    network: Config = {"name": "lab", "ipam": {"type": "none"}}
    twins = [network, network | {"namespace": "web"}, network, network | {"namespace": "web"}]
    told = [str(problem) for problem in problems_of({"zone": ZONE, "networks": twins})]
    assert told == [
        'networks[2].name: "lab" is declared in namespace default by networks[0] already',
        'networks[3].name: "lab" is declared in namespace web by networks[1] already',
    ]
