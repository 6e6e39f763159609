"""Rules NAD: a network's shape: its names, its keys and their values, and its chain of plugins."""
