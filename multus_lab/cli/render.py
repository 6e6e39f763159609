"""`render`: a stack's objects as YAML."""

from typing import Any

from multus_lab import project
from multus_lab import render as rendering


def render(options: Any) -> int:
    """Print or write the objects of each stack; returns the code to exit with."""
    for stack in project.in_order(list(map(project.stack_file, options.stacks))):
        objects = rendering.manifests(stack)
        if options.crd:
            objects = [one for one in objects if one["kind"] == "CustomResourceDefinition"]
        if options.output is None:
            print(rendering.stream(objects), end="")
        else:
            for path in rendering.write(objects, stack.name, options.output):
                print(path)
    return 0
