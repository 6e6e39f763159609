"""Rules IPA: which addresses a network's pods get, and who else has them.

A value that a plugin can't read as an address at all is a matter of shape (NAD004), and no rule's
here, but for whereabouts, which reads texts and refuses them itself.
"""
