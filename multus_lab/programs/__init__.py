"""Programs of others, built once from their pinned Go modules and kept in the cache.

`build(KUBERNETES)` gives the folder with the programs. To add a group: a folder here with
`go.mod` and `go.sum` (and `main.go`, where no program builds from its module alone), and an entry
in `groups.GROUPS`.
"""

from multus_lab.programs.build import build, build_all, is_built, places
from multus_lab.programs.go import BuildError
from multus_lab.programs.groups import (
    CNI_PLUGINS,
    CNI_PLUGINS_V1_9_1,
    GROUPS,
    KUBERNETES,
    MULTUS,
    MULTUS_RELEASES,
    PROVIDER_VERSION,
    PULUMI,
    PULUMI_KUBERNETES,
    WHEREABOUTS,
    Group,
    ModuleFile,
    multus,
)

__all__ = [
    "CNI_PLUGINS",
    "CNI_PLUGINS_V1_9_1",
    "GROUPS",
    "KUBERNETES",
    "MULTUS",
    "MULTUS_RELEASES",
    "PROVIDER_VERSION",
    "PULUMI",
    "PULUMI_KUBERNETES",
    "WHEREABOUTS",
    "BuildError",
    "Group",
    "ModuleFile",
    "build",
    "build_all",
    "is_built",
    "multus",
    "places",
]
