"""Multus v4.3.1 (August or September 2026): no leak on DEL, and a daemon that says that it goes.

Its manifest is read as public repositories hold it. It was tagged between 2026-08-22 and
2026-09-10, and its code is read on master at 95a09323 of 2026-08-20.
"""

from multus_lab.releases import troubles
from multus_lab.releases.multus_v4_3_0 import RELEASE as BEFORE
from multus_lab.releases.record import Granted

_MENDED = (troubles.DEL_LEAK, troubles.UNVERSIONED_LIST)

RELEASE = BEFORE._replace(
    name="v4.3.1",
    read="multus-cni v4.3.1 deployments/multus-daemonset-thick.yml; 95a09323 cmd/, pkg/",
    # On SIGTERM it answers /readyz with 500 for 10 seconds, and only then removes its file.
    grace=30,
    drain=10,
    # Devices of dynamic resource allocation, for networks with a resourceName (pkg/draclient).
    granted=(
        Granted("resource.k8s.io", ("resourceclaims",), ("get",)),
        Granted("resource.k8s.io", ("resourceslices",), ("list",)),
    ),
    troubles=tuple(one for one in BEFORE.troubles if one not in _MENDED),
)
