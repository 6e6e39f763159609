"""Multus v4.2.0 (March 2025): STATUS and GC; the manifest is that of v4.1.4."""

from multus_lab.releases.multus_v4_1_4 import RELEASE as BEFORE

RELEASE = BEFORE._replace(
    name="v4.2.0",
    read="multus-cni v4.2.0 deployments/multus-daemonset-thick.yml, cmd/, pkg/",
)
