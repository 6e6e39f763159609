"""dhcp in a stack."""

from typing import Literal

from multus_lab.plugins.dhcp import RECORD
from multus_lab.settings.ipam.base import Ipam
from multus_lab.settings.recorded import UInt32, reads


@reads(RECORD.keys)
class Dhcp(Ipam):
    """dhcp: a lease for each pod, asked for by the daemon that runs on its node."""

    type: Literal["dhcp"] = "dhcp"
    priority: UInt32 | None = None


MODEL = Dhcp
