"""Harvester, which stands on RKE2 and uses its Multus."""

from multus_lab.distributions.record import Distribution
from multus_lab.distributions.rke2 import DISTRIBUTION as RKE2

DISTRIBUTION = Distribution(
    "harvester",
    "harvester/network-controller-harvester; harvester/harvester",
    paths=RKE2.paths,
    plugins=RKE2.plugins,
    brings="Harvester brings Multus",
    usual=RKE2.usual,
    notes=("Its webhook judges every NAD.",),
)
