"""Rules IPA: which addresses a network's pods get, and who else has them.

`ranges` and `gateways` judge a network alone, `kinds` and `whereabouts` what an IPAM plugin
makes of it, `capacity` whether it is enough, `segments` what shares the wire. A value that a
plugin can't read as an address at all is a matter of shape (NAD004), and no rule's here.
"""

from multus_lab.checks.addresses import (
    capacity,
    gateways,
    kinds,
    ranges,
    segments,
    whereabouts,
)

__all__ = ["capacity", "gateways", "kinds", "ranges", "segments", "whereabouts"]
