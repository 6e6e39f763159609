"""What stacks declare, by Pulumi's mocks: PyPI alone, some seconds."""
