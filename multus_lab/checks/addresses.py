"""Rules IPA: to be filled."""
