"""Multus v4.2.4 (February 2026): chains of auxiliary plugins, and an installer for the shim."""

from multus_lab.releases import troubles
from multus_lab.releases.multus_v4_2_0 import RELEASE as BEFORE

_MENDED = (troubles.LEFT_RESULTS,)

RELEASE = BEFORE._replace(
    name="v4.2.4",
    read="multus-cni v4.2.4 deployments/multus-daemonset-thick.yml, cmd/, pkg/",
    keys=BEFORE.keys | {"auxiliaryCNIChainName"},
    conf_dir=True,
    troubles=(
        *(one for one in BEFORE.troubles if one not in _MENDED),
        troubles.DEL_LEAK,
        troubles.IDLE_DEFAULT_ROUTE,
    ),
    unlike={},
)
