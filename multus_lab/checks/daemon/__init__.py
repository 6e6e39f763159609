"""Rules MUL: the Multus daemon against the cluster that it runs in."""
