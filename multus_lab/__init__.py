"""Multus and secondary networks on Kubernetes: declared, checked, rehearsed, reversible."""
