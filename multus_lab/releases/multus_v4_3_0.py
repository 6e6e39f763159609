"""Multus v4.3.0 (May 2026): a limit of connections, and STATUS and GC that work."""

from multus_lab.releases import troubles
from multus_lab.releases.multus_v4_2_4 import RELEASE as BEFORE

_MENDED = (troubles.STATUS_NEEDS_A_POD,)

RELEASE = BEFORE._replace(
    name="v4.3.0",
    read="multus-cni v4.3.0 deployments/multus-daemonset-thick.yml, cmd/, pkg/",
    keys=BEFORE.keys | {"connectionLimit", "enablePprof"},
    newest_cni="1.1.0",
    short_names=("nad", *BEFORE.short_names),
    troubles=tuple(one for one in BEFORE.troubles if one not in _MENDED),
)
