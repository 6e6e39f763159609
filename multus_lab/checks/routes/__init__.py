"""Rules RTE: where a network sends the pod's packets."""
