"""How a stack fares in its cluster: whether the daemon's pods are ready, and why not.

Nothing here changes anything.
"""
