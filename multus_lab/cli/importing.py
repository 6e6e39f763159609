"""`import`: a stack file of networks that are there."""

import sys
from pathlib import Path
from typing import Any

from multus_lab import importing, project
from multus_lab.cli import output
from multus_lab.files import write
from multus_lab.report import as_text


def import_stack(options: Any) -> int:
    """Print or write the file, and tell what is found; returns the code to exit with."""
    if options.output is not None:
        path = project.path_of(options.output)
        if path.exists() and not path.is_file():
            raise project.ProjectError("is there already, and no file", str(path))
        if path.exists() and not options.force:
            raise project.ProjectError("is there already; --force overwrites it", str(path))
    else:
        path = Path("Pulumi.imported.yaml")
    found = (
        [importing.read_cluster(options.context)]
        if options.context is not None
        else importing.read(options.manifest)
    )
    made = importing.imported(found, path, options.accept)
    if options.output is not None:
        write(path.resolve(), made.text)
    else:
        output.write(made.text)
    for one in made.left_out:
        print(f"multus-lab: left out: {as_text.visible(one)}", file=sys.stderr)
    output.write(as_text.printed(made.report, as_text.colours(sys.stderr)), sys.stderr)
    return 1 if made.left_out else 0
