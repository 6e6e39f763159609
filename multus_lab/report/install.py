"""How the records of releases and distributions look: the page docs/install.md.

`python -m multus_lab.report.install > docs/install.md` writes it.
"""

import sys
from collections.abc import Iterator

from pydantic.alias_generators import to_camel

from multus_lab import distributions, releases
from multus_lab.distributions import REFERENCE, STANDARD, WHEREABOUTS_DIR, Distribution
from multus_lab.programs import MULTUS, MULTUS_RELEASES
from multus_lab.releases import troubles
from multus_lab.settings import Cluster
from multus_lab.settings.stack import configuration_path
from multus_lab.settings.whereabouts import DEFAULT

_HEAD = """\
# Installing Multus

<!-- Generated from the records: python -m multus_lab.report.install > docs/install.md -->

What multus-lab knows of releases of Multus and of Kubernetes distributions, and where it was read.
Every release is rendered for every distribution, and differs from kubeadm's by what stands here
alone. What isn't said to be run is read in the sources that are named. None of these distributions
was run as a whole. What was run is the real daemon on nodes that are laid out like theirs: folders,
links, mount propagation (tests/wire/test_distributions.py). `multus-lab rehearse STACK --daemon`
does that for your stack ([rehearsal.md](rehearsal.md#the-installation)).
"""

_RELEASES = """\
## Releases

`multus.release` is one of these. For another, say whose shape it has: `{{release: v4.2.1,
releaseAs: v4.2.4}}`. A stack that names none gets {default}. Objects differ from the release's
manifest, `deployments/multus-daemonset-thick.yml`, only as `components/multus.py` says and why.

Two troubles decide which one is the default. Most primary networks are a list of plugins in a
`.conflist`, as Calico's 10-calico.conflist is: a release that leaks addresses there has none left
after a while, and no pod of the node starts (MUL704). And a pod may ask for its default route by a
network (`default-route`), which most releases do nothing about (MUL705).

{table}
"run" is the real daemon and shim of the release over ptp with host-local, in a `.conflist` and in a
`.conf`, over which none leaks. Pods come and go, and the addresses that host-local still holds are
counted; every second pod asks for a default route (`tests/wire/test_releases.py`). What is only
"read" isn't served as a Go module, and can't be run here: `rehearse` runs {newest} in its place,
and says so. v4.3.1 was tagged between 2026-08-22 and 2026-09-10, and what was read is master of two
days before that, with the repair of the leak (multus-cni #1521, #1536). Built from a clone, that
commit was run once by hand in the same way: it left nothing behind, and no default route moved.
"""

_WHEREABOUTS = """\
## whereabouts

Networks with `ipam: {{type: whereabouts}}` need whereabouts on every node. `whereabouts: {{install:
true}}` brings it with the stack; say `{{install: false}}` if another stack of the cluster or the
distribution does. MUL706 finds a stack that says neither. Its release is {release}. It comes with
its reconciler, and with the controller of node slices if a network has a `node_slice_size`. It may
write pools and leases in its own namespace alone, of which it keeps the name: in another
`namespace` the counts begin anew.

The program lies in Multus' `binDir`, and its configuration in `{folder}/whereabouts.d` on every
distribution: there the program, the control loop and the node's name for slices are found without
a `configuration_path`. If `whereabouts.paths.configDir` says otherwise, networks that don't name
one get it; the name of a node with slices is then what its /etc/hostname says.
"""

_DISTRIBUTIONS = """\
## Distributions

`cluster.distribution` is one of these. For any other leave it out: then paths are kubeadm's. A path
that doesn't fit is set in `multus.paths`, by the names below.
"""


def page() -> str:
    """docs/install.md."""
    return "\n".join(
        [
            _HEAD,
            _RELEASES.format(default=releases.DEFAULT, table=_evidence(), newest=MULTUS.release),
            *_releases(),
            _WHEREABOUTS.format(release=DEFAULT, folder=WHEREABOUTS_DIR),
            _DISTRIBUTIONS,
            *map(_section, distributions.every()),
        ]
    )


def _evidence() -> str:
    """What was seen of each release, or read, in a table."""
    headings = ("release", "over a `.conflist`", "`default-route`", "known by")
    rows: list[tuple[str, ...]] = [headings, ("---",) * len(headings)]
    for release in filter(None, map(releases.multus, releases.names())):
        leaks, idle = (
            one in release.troubles for one in (troubles.DEL_LEAK, troubles.IDLE_DEFAULT_ROUTE)
        )
        cells = (
            f"{release.name}, the default" if release.name == releases.DEFAULT else release.name,
            "leaks an address per pod" if leaks else "frees addresses",
            "does nothing" if idle else "works",
            "run" if release.name in MULTUS_RELEASES else f"read: {release.read}",
        )
        rows.append(cells)
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _releases() -> Iterator[str]:
    keys: frozenset[str] = frozenset()
    for release in filter(None, map(releases.multus, releases.names())):
        new = sorted(release.keys - keys) if keys else []
        keys = release.keys
        reads = f"It is the first here to read {_listed(new)}. " if new else ""
        troubles = "".join(f"- {one.what} ({one.source})\n" for one in release.troubles)
        yield (
            f"### {release.name}\n\n{reads}Its newest cniVersion is {release.newest_cni}, and it "
            f"needs {release.grace} seconds to end. Known troubles:\n\n{troubles}\n"
            f"Read in {release.read}.\n"
        )


def _section(one: Distribution) -> str:
    stack = f"```yaml\nconfig:\n  multus-lab:cluster: {{distribution: {one.name}}}\n```\n"
    parts = [stack, *_brings(one), *_paths(one), _plugins(one), *_whereabouts(one), *_notes(one)]
    return f"### {one.name}\n\n" + "\n".join(parts) + f"\nRead in {one.read}.\n"


def _brings(one: Distribution) -> Iterator[str]:
    if one.brings:
        yield (
            f"{one.brings}: `multus.install` is false by default, so that the stack declares "
            "networks alone. `install: true` is MUL702.\n"
        )


def _paths(one: Distribution) -> Iterator[str]:
    rows = [
        f"| `{to_camel(key)}` | `{path}` | `{usual or STANDARD.cni_config_dir}` |"
        for (key, path), usual in zip(one.paths._asdict().items(), STANDARD, strict=True)
        if path != usual
    ]
    if rows:
        yield "\n".join(["| path | here | kubeadm |", "| --- | --- | --- |", *rows, ""])
    else:
        yield "Its paths are kubeadm's.\n" if one.name != "kubeadm" else "Paths are Multus' own.\n"
    for mount in one.mounts:
        links = f"the plugins are links into `{one.programs_dir}`"
        yield f"The daemon also gets `{mount.path}`, since {links}.\n"


def _plugins(one: Distribution) -> str:
    if one.plugins is None:
        return "Which CNI plugins its nodes have depends on how they were made.\n"
    if one.plugins >= REFERENCE:
        return "Its nodes have all plugins of containernetworking/plugins.\n"
    lacking = _listed(sorted(REFERENCE - one.plugins))
    return (
        f"Its nodes lack {lacking}: networks that need one of them are LNK119, unless "
        "`multus.installPlugins` brings it.\n"
    )


def _whereabouts(one: Distribution) -> Iterator[str]:
    if one.brings_whereabouts:
        yield f"{one.brings_whereabouts}: `whereabouts.install` is false by default.\n"
    if path := configuration_path(None, Cluster(distribution=one.name)):
        yield (
            "A whereabouts that is installed as its documentation has it is out of the program's "
            "sight: with `whereabouts: {install: false}` networks that don't name one get "
            f"`configuration_path: {path}`.\n"
        )


def _notes(one: Distribution) -> Iterator[str]:
    if notes := [*_limits(one), *one.notes]:
        yield "".join(f"- {note}\n" for note in notes)


def _limits(one: Distribution) -> Iterator[str]:
    """What a rule looks at, in words."""
    if one.primary is not None:
        yield (
            f"Its {one.primary.file} has cniVersion {one.primary.cni_version}: if that is older "
            "than 0.4.0, the daemon's has to be too (MUL701)."
        )
    if one.primary_files:
        names = ", ".join(one.primary_files)
        yield f"The primary network's file has several names ({names}): name none (MUL711)."
    if one.newest:
        why = one.newest.why
        yield f"No cniVersion of the daemon above {one.newest.cni_version}: {why} (MUL701)."
    if one.least_memory:
        yield f"A memory limit has to be at least {one.least_memory} (MUL703)."


def _listed(words: list[str]) -> str:
    *most, last = (f"`{one}`" for one in words)
    return f"{', '.join(most)} and {last}" if most else last


if __name__ == "__main__":
    sys.stdout.write(page())
