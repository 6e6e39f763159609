"""Rules LIF: to be filled."""
