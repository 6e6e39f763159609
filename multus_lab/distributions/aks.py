"""AKS."""

from multus_lab.distributions.record import Distribution

DISTRIBUTION = Distribution(
    "aks",
    "Azure/AKS #4349, #4355",
    primary_files=("10-azure", "15-azure-swift", "05-cilium"),
)
