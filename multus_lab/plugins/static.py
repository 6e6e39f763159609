"""static: the addresses that stand in the configuration, or that a pod asks for."""

from multus_lab.plugins.pools import fixed
from multus_lab.plugins.record import (
    DNS,
    FIXED_ADDRESSES,
    ROUTES,
    Ipam,
    Record,
    ipam_keys,
)

RECORD = Record(
    "static",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/ipam/static/main.go",
    ipam_keys({"addresses": FIXED_ADDRESSES, "routes": ROUTES, "dns": DNS}),
    ipam=Ipam(counts="nobody", pools=fixed, routes=True, dns="dns", asked=True),
    family="plugins",
    oldest="0.1.0",
    says={
        "no ipam": "IPAM config missing 'ipam' key",
        "no address": "IPAM plugin returned missing IP config",
        "no prefix": "the 'address' field is expected to be in CIDR notation, got: …",
        "asked for without a prefix": "the 'ip' field is expected to be in CIDR notation, got: …",
        "two of a family below 0.3.0": (
            "CNI version … does not support more than 1 address per family"
        ),
    },
)
