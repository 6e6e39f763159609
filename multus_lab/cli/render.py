"""`render`: a stack's objects as YAML."""

from collections.abc import Sequence
from typing import Any

from multus_lab import project
from multus_lab import render as rendering
from multus_lab.render import Manifest


def render(options: Any) -> int:
    """Print or write the objects of each stack; returns the code to exit with."""
    stacks = project.in_order(list(map(project.stack_file, options.stacks)))
    rendered = [(one, _wanted(rendering.manifests(one), options.crd)) for one in stacks]
    rendering.refuse_shared(rendered)
    if options.output is None:
        print(rendering.stream([one for _, objects in rendered for one in objects]), end="")
        return 0
    for stack, objects in rendered:
        for path in rendering.write(objects, stack.name, options.output):
            print(path)
    return 0


def _wanted(objects: Sequence[Manifest], crd: bool) -> Sequence[Manifest]:
    """All of them, or the CRDs alone."""
    if not crd:
        return objects
    return [one for one in objects if one["kind"] == "CustomResourceDefinition"]
