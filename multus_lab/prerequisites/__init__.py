"""What a cluster has to have, and has to allow us, before the engine can bring up a stack.

The provider finds out in the midst of a run: it tries again for a minute, or waits for ever.
"""
