"""What a test bed complains with."""

from multus_lab.errors import MultusLabError

__all__ = ["TestbedError"]


class TestbedError(MultusLabError):
    """A test bed can't do what was asked."""

    __test__ = False  # pytest takes classes by their name
