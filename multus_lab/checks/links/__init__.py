"""Rules LNK: the interface that a network makes, and the link under it."""
