"""minikube."""

from multus_lab.distributions.record import Distribution

DISTRIBUTION = Distribution("minikube", "minikube #10664")
