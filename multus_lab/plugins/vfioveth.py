"""vfioveth: a veth pair inside the pod, with the addresses of a virtual function bound to DPDK."""

from multus_lab.plugins.kinds import TEXT
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import EVER

RECORD = Record(
    "vfioveth",
    "omec-project/omec-cni 1711b2c8 vfioveth",
    plugin_keys({"deviceID": TEXT}, ipam=True, closed=False),
    link=Link(own_mac=True, sets_mac=True, device=True, needs_ipam=EVER),
)
