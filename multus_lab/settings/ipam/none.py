"""No IPAM plugin, in a stack."""

from typing import Literal

from multus_lab.settings.ipam.base import Ipam


class NoIpam(Ipam):
    """No addresses: the interface is set up on layer 2 alone."""

    type: Literal["none"] = "none"


MODEL = NoIpam
