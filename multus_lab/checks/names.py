"""Rules NAD: to be filled."""
