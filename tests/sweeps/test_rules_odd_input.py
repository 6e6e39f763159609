"""Rules NAD, LNK, RTE and LIF: no input makes one fail. For IPA see test_rules_properties."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from multus_lab.plugins import CNI_VERSIONS, LIST_KEYS, Keys, Placeholder, names, record
from tests.unit.rules import chain, findings, lab, network, plugin
from tests.unit.rules.lifecycle import nodes
from tests.unit.rules.routes import CLUSTER, NEW, NEWEST, OLD, Json

# In all of these, st.characters() are all that JSON can write, and cost no look through a codec.

# --- shape and link -------------------------------------------------------------------------------

_ALL_KEYS: list[Keys] = [known.of_ipam for known in map(record, names()) if known] + [
    known.keys for known in map(record, names()) if known
]
_KEYS = st.sampled_from(
    sorted(
        {"Master", "args", "runtimeConfig", "minID", "maxID", "id", "TYPE", "Name", "${KEY}"}
        | set(LIST_KEYS.keys)
        | {key for keys in _ALL_KEYS for key in keys.keys}
        | {"dst", "gw", "address", "scope", "priority"}
    )
)
_WORDS = st.sampled_from(
    [
        *(*names(), *CNI_VERSIONS),
        *("eth1", "lo", "passthru", "l3", "02:00:00:00:00:01"),
        *("10.0.0.0/24", "fd00::/64", "::/0", "10.0.0.1", "10.0.0.0-10.0.0.9/24"),
    ]
)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=3)
    | _WORDS
    | st.just(Placeholder("${X}"))
    | st.sampled_from([0, 1, 67, 1500, 4095, 10**30])
)
_JSON: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_KEYS | st.text(st.characters(), max_size=2), inner, max_size=4)
    ),
    max_leaves=10,
)
_CONFIG = st.dictionaries(_KEYS, _JSON, max_size=6)


@settings(max_examples=25, deadline=None)
@given(st.lists(_CONFIG, max_size=3), st.booleans())
def test_no_rule_of_shape_or_link_raises_on_any_json(configs: list[Any], zoned: bool) -> None:
    networks = [network(config, "lab", pods_per_node=2) for config in configs]
    given = lab(*networks, mtu=1400, macLimit=1, platform="cloud") if zoned else lab(*networks)
    for finding in [*findings(given, "NAD"), *findings(given, "LNK")]:
        assert finding.message
        assert finding.fix
        json.dumps(finding.path)


# --- routes ---------------------------------------------------------------------------------------

_OF_ROUTES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=9)
    | st.sampled_from(
        ["0.0.0.0/0", "::/0", "10.12.34.9", "fe80::1", "fe80::1%0", "::ffff:1.2.3.4"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=4), inner)
    ),
    max_leaves=5,
)
_ROUTE_KEYS = ["dst", "gw", "mtu", "advmss", "priority", "table", "scope", "GW"]
_ROUTE = _OF_ROUTES | st.dictionaries(st.sampled_from(_ROUTE_KEYS), _OF_ROUTES)


_IPAM = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["host-local", "static", "whereabouts", "dhcp"]) | _OF_ROUTES,
        "routes": _OF_ROUTES | st.lists(_ROUTE, max_size=4),
        "addresses": _OF_ROUTES
        | st.lists(
            st.fixed_dictionaries({"address": _OF_ROUTES, "gateway": _OF_ROUTES}), max_size=2
        ),
        "subnet": _OF_ROUTES,
    }
)


_SECOND = st.fixed_dictionaries(
    {"type": st.sampled_from(["sbr", "vrf", "coordinator"]) | _OF_ROUTES},
    optional={
        "table": _OF_ROUTES,
        "gateways": _OF_ROUTES | st.lists(_OF_ROUTES, max_size=3),
        "addSourceHints": _OF_ROUTES,
    },
)


@settings(deadline=None, max_examples=25)  # the machine may be busy
@given(
    ipam=_IPAM,
    second=_OF_ROUTES | _SECOND,
    version=_OF_ROUTES,
    told=st.sampled_from([{}, NEW, NEWEST, OLD, CLUSTER]),
)
def test_no_rule_of_routes_raises_on_odd_input(
    ipam: Json, second: Any, version: Any, told: Json
) -> None:
    main = {"type": "bridge", "isDefaultGateway": True, "ipam": ipam}
    one = chain(main, second, cniVersion=version)
    alone = plugin("macvlan", ipam=ipam, cniVersion=version)
    findings(lab(one, alone, **told), "RTE")


# --- lifecycle ------------------------------------------------------------------------------------

_OF_LIFECYCLE: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(), max_size=5)
    | st.just([])
    | st.just({})
)


@settings(deadline=None, max_examples=25)  # the machine may be busy
@given(
    kind=st.sampled_from(["macvlan", "ipvlan"]) | _OF_LIFECYCLE,
    mode=_OF_LIFECYCLE,
    master=_OF_LIFECYCLE,
    inside=_OF_LIFECYCLE,
)
def test_no_rule_of_lifecycle_raises_on_odd_input(
    kind: Any, mode: Any, master: Any, inside: Any
) -> None:
    config = {"type": kind, "mode": mode, "master": master, "linkInContainer": inside}
    one = network(config, annotations=mode)
    findings(lab(one, **nodes("eth1", "eth2")), "LIF")
