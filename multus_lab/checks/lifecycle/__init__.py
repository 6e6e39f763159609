"""Rules LIF: what pods of a network can't do, and on which nodes they can be."""
