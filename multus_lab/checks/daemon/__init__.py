"""Rules MUL: the Multus daemon and whereabouts against their cluster and its networks."""
