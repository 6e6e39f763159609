"""Where a node of a rehearsal has what: its distribution's folders, links and plugins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from multus_lab.distributions import LINKS, STANDARD, Paths
from multus_lab.settings import Cluster, Multus
from multus_lab.settings.folders import in_run

_LINKS_FOLLOWED = 40  # as the kernel has it (path_resolution(7))


@dataclass(frozen=True)
class Layout:
    """A node's folders, the links that lead to them, and its plugins: where, and which not.

    `programs_dir` is "" where the plugins are in `paths.bin_dir` themselves. `primary_version`
    is the cniVersion of the cluster's primary network, "" for the daemon's own. `brought` are the
    plugins that the stack brings (`installPlugins`), and that nodes don't have before.
    """

    paths: Paths = STANDARD
    links: Mapping[str, str] = field(default_factory=lambda: LINKS)
    programs_dir: str = ""
    primary_version: str = ""
    brought: Sequence[str] = ()

    @classmethod
    def of(cls, multus: Multus, cluster: Cluster) -> "Layout":
        """That of the cluster's distribution, with the folders that the stack names."""
        known = cluster.known
        paths = multus.folders
        asked = multus.install_plugins.plugins if multus.install_plugins else ()
        there = (known and known.plugins) or frozenset()
        own = known is not None and paths.bin_dir == known.paths.bin_dir
        return cls(
            paths=paths,
            links=known.links if known else LINKS,
            programs_dir=known.programs_dir if known and own else "",
            primary_version=cluster.primary_network.cni_version or "",
            brought=[one for one in asked if one not in there],
        )

    @classmethod
    def read(cls, content: Mapping[str, object]) -> "Layout":
        """Read it from JSON, in which a tuple of paths is a list."""
        paths = content["paths"]
        assert isinstance(paths, (list, tuple))
        return cls(**{**content, "paths": Paths(*paths)})  # type: ignore[arg-type]

    @property
    def folders(self) -> Iterator[str]:
        """Every folder that a node has before anything is installed."""
        paths = self.paths
        yield from (paths.cni_config_dir, self.primary_dir, paths.bin_dir, paths.netns_dir)
        yield from filter(None, (self.programs_dir,))

    @property
    def two_folders(self) -> bool:
        """Whether the primary network writes where the runtime doesn't read."""
        return in_run(self.primary_dir) != in_run(self.paths.cni_config_dir)

    @property
    def primary_dir(self) -> str:
        """Where the primary network writes its file."""
        return self.paths.multus_autoconfig_dir or self.paths.cni_config_dir


def inside(root: Path, path: str) -> Path:
    """What is at a path for who has `root` as its root: absolute links lead to below it."""
    found, followed = root, 0
    left = list(PurePosixPath(path).parts)
    while left:
        name = left.pop(0)
        if name == "/":
            found = root
            continue
        here = found / name
        if followed < _LINKS_FOLLOWED and here.is_symlink():
            followed += 1
            left = [*here.readlink().parts, *left]
        else:
            found = here
    return found
