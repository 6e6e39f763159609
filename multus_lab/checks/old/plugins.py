"""The plugins that rules know: which keys each reads, of which kind, and which it can't do without.

Read from containernetworking/plugins v1.9.1 (`plugins/*/*`), whereabouts v0.9.2
(`pkg/types/types.go`) and the types of containernetworking/cni v1.3.0 (`pkg/types/types.go`,
`libcni/conf.go`). A plugin that is not here is left alone.

Go reads a key in any case into a struct. Here keys count to the letter, as they do in libcni's
and Multus' maps.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeAlias

from multus_lab.checks.finding import Path
from multus_lab.settings.pools import read_address, read_network

Misfit: TypeAlias = tuple[Path, object, str]
"""A value that Go can't read: where it stands, what it is, and what is allowed there."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value without parts; `allows` says in words what `fits` takes."""

    allows: str
    fits: Callable[[object], bool]

    def misfits(self, value: object, path: Path) -> Iterator[Misfit]:
        """The value, where it does not fit."""
        if value is not None and not self.fits(value):
            yield path, value, self.allows

    def objects(self, _: object, __: Path) -> Iterator["Object"]:
        """None."""
        return iter(())

    def tidy(self, _: object) -> bool:
        """Yes, without parts."""
        return True


@dataclass(frozen=True, slots=True)
class Items:
    """A list of things of one kind."""

    item: "Kind"
    allows: str = "a list"

    def misfits(self, value: object, path: Path) -> Iterator[Misfit]:
        """The value that is no list, or what is wrong in its items."""
        if isinstance(value, list):
            for index, one in enumerate(value):
                yield from self.item.misfits(one, (*path, index))
        elif value is not None:
            yield path, value, self.allows

    def fits(self, value: object) -> bool:
        """Whether there is no misfit."""
        return isinstance(value, list) and all(one is None or self.item.fits(one) for one in value)

    def objects(self, value: object, path: Path) -> Iterator["Object"]:
        """The mappings in its items."""
        if isinstance(value, list):
            for index, one in enumerate(value):
                yield from self.item.objects(one, (*path, index))

    def tidy(self, value: object) -> bool:
        """Whether all mappings in its items have known keys alone, and those required."""
        return not isinstance(value, list) or all(self.item.tidy(one) for one in value)


@dataclass(frozen=True, slots=True)
class Values:
    """A mapping from names to things of one kind."""

    value: "Kind"
    allows: str = "a mapping"

    def misfits(self, value: object, path: Path) -> Iterator[Misfit]:
        """The value that is no mapping, or what is wrong in its values."""
        if isinstance(value, dict):
            for key, one in value.items():
                yield from self.value.misfits(one, (*path, key))
        elif value is not None:
            yield path, value, self.allows

    def fits(self, value: object) -> bool:
        """Whether there is no misfit."""
        return isinstance(value, dict) and all(
            one is None or self.value.fits(one) for one in value.values()
        )

    def objects(self, _: object, __: Path) -> Iterator["Object"]:
        """None: its names are not ours to know."""
        return iter(())

    def tidy(self, _: object) -> bool:
        """Yes, whatever its names."""
        return True


@dataclass(frozen=True)
class Keys:
    """A mapping with keys of its own.

    `required` are groups of keys, of each of which one has to be there and not empty. Where it is
    not `closed`, it may have other keys as well.
    """

    keys: Mapping[str, "Kind"]
    required: tuple[tuple[str, ...], ...] = ()
    allows: str = "a mapping"
    closed: bool = True

    def misfits(self, value: object, path: Path) -> Iterator[Misfit]:
        """The value that is no mapping, or what is wrong at its known keys."""
        if isinstance(value, dict):
            for key, one in value.items():
                known = self.keys.get(key)
                if known is None or (isinstance(known, Scalar) and known.fits(one)):
                    continue
                yield from known.misfits(one, (*path, key))
        elif value is not None:
            yield path, value, self.allows

    def fits(self, value: object) -> bool:
        """Whether there is no misfit."""
        if not isinstance(value, dict):
            return False
        for key, one in value.items():
            if one is not None and key in self.keys and not self.keys[key].fits(one):
                return False
        return True

    def objects(self, value: object, path: Path) -> Iterator["Object"]:
        """Itself, and the mappings in it."""
        if self.closed and isinstance(value, dict):
            yield path, value, self
            for key, one in value.items():
                if isinstance(one, list | dict) and (known := self.keys.get(key)) is not None:
                    yield from known.objects(one, (*path, key))

    def tidy(self, value: object) -> bool:
        """Whether it and all mappings in it have known keys alone, and those required."""
        if not self.closed or not isinstance(value, dict):
            return True
        if not value.keys() <= self.keys.keys():
            return False
        for group in self.required:
            if not value.get(group[0]) and not any(value.get(key) for key in group):
                return False
        for key, kind in self._parts.items():
            if key in value and not kind.tidy(value[key]):
                return False
        return True

    @cached_property
    def _parts(self) -> Mapping[str, "Kind"]:
        return {key: kind for key, kind in self.keys.items() if not isinstance(kind, Scalar)}


Kind: TypeAlias = Scalar | Items | Values | Keys
"""What a value has to be for Go to read it. `misfits` finds those that are not; Go passes over
null. `objects` finds the mappings in a value that have keys of their own. `fits` and `tidy` tell in
short that there is nothing to look for."""

Object: TypeAlias = tuple[Path, Mapping[str, object], Keys]
"""A mapping: where it stands, what it holds, and which keys it may have."""


def _integer(low: int, high: int) -> Callable[[object], bool]:
    """A JSON number without fraction: libcni writes `1400.0` anew, as 1400."""

    def fits(value: object) -> bool:
        if isinstance(value, float):
            return math.isfinite(value) and value.is_integer() and low <= value <= high
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return fits


def _address(value: object) -> bool:
    """What Go's net.ParseIP takes; the empty text is no address, and no mistake."""
    if not isinstance(value, str):
        return False
    return not value or ("%" not in value and read_address(value) is not None)


_PREFIX = re.compile(r"[^%/]+/[0-9]+", re.ASCII)


def _cidr(value: object) -> bool:
    """What Go's net.ParseCIDR takes: no netmask, no zone."""
    return (
        isinstance(value, str)
        and _PREFIX.fullmatch(value) is not None
        and read_network(value) is not None
    )


TEXT = Scalar("a text", lambda value: isinstance(value, str))
FLAG = Scalar("true or false", lambda value: isinstance(value, bool))
FLAG_OR_TEXT = Scalar(
    "true or false",
    lambda value: (
        isinstance(value, bool) or (isinstance(value, str) and value.lower() in ("true", "false"))
    ),
)
INT = Scalar("a whole number", _integer(-(2**63), 2**63 - 1))
UINT32 = Scalar(f"a whole number from 0 to {2**32 - 1}", _integer(0, 2**32 - 1))
UINT64 = Scalar("a whole number from 0", _integer(0, 2**64 - 1))
ADDRESS = Scalar("an IPv4 or IPv6 address", _address)
CIDR = Scalar("a network in CIDR form, like 10.12.34.0/24", _cidr)
TEXTS = Items(TEXT, "a list of texts")
ANY = Scalar("anything", lambda _: True)

_ROUTE = Keys(
    {
        "dst": CIDR,
        "gw": ADDRESS,
        "mtu": INT,
        "advmss": INT,
        "priority": INT,
        "table": INT,
        "scope": INT,
    },
    required=(("dst",),),
)
_ROUTES = Items(_ROUTE, "a list of routes")
_DNS = Keys({"nameservers": TEXTS, "domain": TEXT, "search": TEXTS, "options": TEXTS})
_STATIC_ADDRESSES = Items(
    Keys({"address": CIDR, "gateway": ADDRESS}, required=(("address",),)),
    "a list of mappings",
)

IPAM_KEYS: Mapping[str, Keys] = {
    "host-local": Keys(
        {
            "type": TEXT,
            "name": TEXT,
            "routes": _ROUTES,
            "dataDir": TEXT,
            "resolvConf": TEXT,
            "subnet": CIDR,
            "rangeStart": ADDRESS,
            "rangeEnd": ADDRESS,
            "gateway": ADDRESS,
            "ranges": Items(
                Items(
                    Keys(
                        {
                            "subnet": CIDR,
                            "rangeStart": ADDRESS,
                            "rangeEnd": ADDRESS,
                            "gateway": ADDRESS,
                        },
                        required=(("subnet",),),
                    ),
                    "a list of ranges, as `ranges` is a list of lists",
                ),
                "a list of lists of ranges",
            ),
        },
        required=(("subnet", "ranges"),),
    ),
    "static": Keys(
        {
            "type": TEXT,
            "name": TEXT,
            "routes": _ROUTES,
            "addresses": _STATIC_ADDRESSES,
            "dns": _DNS,
        }
    ),
    "dhcp": Keys(
        {
            "type": TEXT,
            "daemonSocketPath": TEXT,
            "provide": Items(Keys({"option": TEXT, "value": TEXT, "fromArg": TEXT})),
            "request": Items(Keys({"option": TEXT, "skipDefault": FLAG})),
            "priority": INT,
        }
    ),
    # `range_start` and `range_end` that are no address are dropped in silence, not refused.
    "whereabouts": Keys(
        {
            "type": TEXT,
            "name": TEXT,
            "routes": _ROUTES,
            "datastore": TEXT,
            "addresses": _STATIC_ADDRESSES,
            "ipRanges": Items(
                Keys(
                    {
                        "range": TEXT,
                        "range_start": ADDRESS,
                        "range_end": ADDRESS,
                        "exclude": TEXTS,
                    },
                    required=(("range",),),
                ),
                "a list of mappings",
            ),
            "range": TEXT,
            "range_start": TEXT,
            "range_end": TEXT,
            "exclude": TEXTS,
            "dns": _DNS,
            "node_slice_size": TEXT,
            "gateway": TEXT,
            "etcd_host": TEXT,
            "etcd_username": TEXT,
            "etcd_password": TEXT,
            "etcd_key_file": TEXT,
            "etcd_cert_file": TEXT,
            "etcd_ca_cert_file": TEXT,
            "leader_lease_duration": INT,
            "leader_renew_deadline": INT,
            "leader_retry_period": INT,
            "log_file": TEXT,
            "log_level": TEXT,
            "reconciler_cron_expression": TEXT,
            "enable_overlapping_ranges": FLAG,
            "sleep_for_race": INT,
            "kubernetes": Keys({"kubeconfig": TEXT, "k8s_api_root": TEXT}),
            "configuration_path": TEXT,
            "network_name": TEXT,
        },
        required=(("range", "ipRanges", "addresses"),),
    ),
}
"""What an IPAM plugin reads of `ipam`."""

Release: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """A plugin of containernetworking/plugins.

    `makes` says whether it makes an interface, and `veth` whether that is one end of a veth pair.
    `oldest` is the oldest cniVersion that it takes. `since` holds the keys that came later than
    plugins v1.0.0: a release before passes over them.
    """

    keys: Keys
    makes: bool = False
    veth: bool = False
    oldest: str = "0.1.0"
    since: Mapping[str, Release] = field(default_factory=dict)


_ATTACHMENTS: Mapping[str, Kind] = {
    "cni.dev/valid-attachments": Items(
        Keys({"containerID": TEXT, "ifname": TEXT}), "a list of attachments"
    )
}
_GENERIC: Mapping[str, Kind] = {
    **_ATTACHMENTS,
    "cniVersion": TEXT,
    "name": TEXT,
    "type": TEXT,
    "capabilities": Values(FLAG, "a mapping from capabilities to true or false"),
    "dns": _DNS,
    "prevResult": ANY,
}
_IPAM = Keys({"type": TEXT}, closed=False)
"""What a plugin itself reads of `ipam`; the rest is its IPAM plugin's, in IPAM_KEYS."""


def _keys(*required: tuple[str, ...], ipam: bool = False, **keys: Kind) -> Keys:
    own: dict[str, Kind] = {"ipam": _IPAM} if ipam else {}
    return Keys({**_GENERIC, **own, **keys}, required)


PLUGINS: Mapping[str, Known] = {
    "macvlan": Known(
        _keys(
            ipam=True,
            master=TEXT,
            mode=TEXT,
            mtu=INT,
            mac=TEXT,
            linkInContainer=FLAG,
            bcqueuelen=UINT32,
        ),
        makes=True,
        since={"linkInContainer": (1, 3, 0), "bcqueuelen": (1, 6, 0)},
    ),
    "ipvlan": Known(
        _keys(ipam=True, master=TEXT, mode=TEXT, mtu=INT, linkInContainer=FLAG),
        makes=True,
        since={"linkInContainer": (1, 3, 0)},
    ),
    "vlan": Known(
        _keys(("master",), ipam=True, master=TEXT, vlanId=INT, mtu=INT, linkInContainer=FLAG),
        makes=True,
        since={"linkInContainer": (1, 3, 0)},
    ),
    "bridge": Known(
        _keys(
            ipam=True,
            bridge=TEXT,
            isGateway=FLAG,
            isDefaultGateway=FLAG,
            forceAddress=FLAG,
            ipMasq=FLAG,
            ipMasqBackend=TEXT,
            mtu=INT,
            hairpinMode=FLAG,
            promiscMode=FLAG,
            vlan=INT,
            vlanTrunk=Items(Keys({"minID": INT, "maxID": INT, "id": INT})),
            preserveDefaultVlan=FLAG,
            macspoofchk=FLAG,
            enabledad=FLAG,
            disableContainerInterface=FLAG,
            portIsolation=FLAG,
        ),
        makes=True,
        veth=True,
    ),
    "host-device": Known(
        _keys(
            ("device", "hwaddr", "kernelpath", "pciBusID"),
            ipam=True,
            device=TEXT,
            hwaddr=TEXT,
            kernelpath=TEXT,
            pciBusID=TEXT,
            deviceID=TEXT,  # Multus writes it there, from the NAD's resourceName
        ),
        makes=True,
    ),
    "ptp": Known(_keys(ipam=True, ipMasq=FLAG, ipMasqBackend=TEXT, mtu=INT), makes=True, veth=True),
    "tap": Known(
        _keys(
            ipam=True,
            multiQueue=FLAG,
            mtu=INT,
            mac=TEXT,
            owner=UINT32,
            group=UINT32,
            selinuxContext=TEXT,
            bridge=TEXT,
        ),
        makes=True,
    ),
    "dummy": Known(_keys(ipam=True), makes=True),
    "tuning": Known(
        _keys(
            dataDir=TEXT,
            sysctl=Values(TEXT, "a mapping from sysctls to texts"),
            mac=TEXT,
            promisc=FLAG,
            mtu=INT,
            txQLen=INT,
            allmulti=FLAG,
        )
    ),
    "sbr": Known(_keys(table=INT)),
    "bandwidth": Known(
        _keys(ingressRate=UINT64, ingressBurst=UINT64, egressRate=UINT64, egressBurst=UINT64),
        oldest="0.3.0",
    ),
    "portmap": Known(
        _keys(
            backend=TEXT,
            snat=FLAG,
            conditionsV4=TEXTS,
            conditionsV6=TEXTS,
            masqAll=FLAG,
            markMasqBit=INT,
            externalSetMarkChain=TEXT,
        )
    ),
    "vrf": Known(_keys(("vrfname",), vrfname=TEXT, table=UINT32), oldest="0.3.1"),
    "firewall": Known(
        _keys(
            backend=TEXT,
            iptablesAdminChainName=TEXT,
            firewalldZone=TEXT,
            ingressPolicy=TEXT,
        ),
        oldest="0.4.0",
    ),
}
"""The plugins that make an interface, and those that are chained behind one."""

ON_MASTER = ("macvlan", "ipvlan", "vlan")
"""Those whose interface lies on a master, which nodes share."""

UNKNOWN = Keys({**_GENERIC, "ipam": _IPAM}, closed=False)
"""What libcni reads of a plugin that is not known."""

LIST_KEYS = Keys(
    {
        **_ATTACHMENTS,
        "cniVersion": TEXT,
        "cniVersions": TEXTS,
        "name": TEXT,
        "disableCheck": FLAG,  # libcni takes a text as well, and Multus none
        "disableGC": FLAG,
        "loadOnlyInlinedPlugins": FLAG_OR_TEXT,
        "plugins": ANY,
    }
)
"""What libcni reads of a configuration with a list of plugins."""

VERSIONS: Mapping[str, Release] = {
    "0.1.0": (0, 1, 0),
    "0.2.0": (0, 1, 0),
    "0.3.0": (0, 6, 0),
    "0.3.1": (0, 6, 0),
    "0.4.0": (0, 8, 0),
    "1.0.0": (1, 0, 0),
    "1.1.0": (1, 6, 0),
}
"""Each cniVersion, in order, with the first release of the plugins that takes it."""

ELSEWHERE = frozenset({"ipvtap", "macvtap", "vxlan"})
"""Plugins of others whose names are near to those of known ones, and no misspelling of them."""


@lru_cache
def release(text: str) -> Release:
    """A release such as `v1.9.1` as numbers."""
    major, minor, patch = (int(part) for part in text.removeprefix("v").split("."))
    return major, minor, patch


def written(config: Mapping[str, object], key: str) -> object:
    """What Go reads of a key, in whatever case it is written; None where it isn't there."""
    if key in config:
        return config[key]
    length, lowered = len(key), key.lower()
    for one in config:
        if len(one) == length and one.lower() == lowered:
            return config[one]
    return None
