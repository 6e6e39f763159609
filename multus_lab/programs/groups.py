"""The table of the groups: which programs there are and what each build needs.

A group is a folder beside this file with a `go.mod` and its `go.sum`, and one entry in `GROUPS`.
The folder says what is built, at which versions: the `tool` lines of its `go.mod`, or a `main.go`
of ours where a module has no program that builds from the module alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from multus_lab.versions import release as number

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
    "Group",
    "ModuleFile",
    "go_line",
    "multus",
    "versions",
]

PROVIDER_VERSION = "4.25.0"
"""The release that the pulumi-kubernetes provider module is.

The one version that stands here and not in a `go.mod`: the module is known by a pseudo-version
(v4.0.0-20260115033456-f47bc2d6f199), whose commit is that of release 4.25.0.
"""


@dataclass(frozen=True)
class ModuleFile:
    """One file of a Go module, copied so that it outlives a cleaned module cache.

    Attributes:
        module: the module's path; its version is the `go.mod`'s.
        source: the file's path within the module.
        target: where it goes, relative to the program folder (`Group.files`) or to the
            folder the build runs in (`Group.embedded`).

    """

    module: str
    source: str
    target: str


@dataclass(frozen=True)
class Group:
    """Programs that are built together, since their dependencies agree with each other.

    Attributes:
        name: the folder's name.
        programs: the file names that a build must yield.
        module: the path of the module that they are of, where one release names them all.
        linked: from the `go.mod`'s versions (module path to version) to the variables that
            the linker sets (`-X`); programs that are built from a module don't know their
            version otherwise.
        renamed: programs that Go calls otherwise, by Go's name.
        files: module files to keep beside the programs.
        embedded: module files that the group's `main.go` embeds.
        elsewhere: the folder, where it isn't the one of that name beside this file.

    """

    name: str
    programs: tuple[str, ...]
    module: str = ""
    linked: Callable[[Mapping[str, str]], Mapping[str, str]] = field(default=lambda _: {})
    renamed: Mapping[str, str] = field(default_factory=dict)
    files: tuple[ModuleFile, ...] = ()
    embedded: tuple[ModuleFile, ...] = ()
    elsewhere: Path | None = None

    @property
    def source(self) -> Path:
        """The folder with `go.mod`, `go.sum` and perhaps `main.go`."""
        return self.elsewhere or Path(__file__).parent / self.name

    @property
    def versions(self) -> dict[str, str]:
        """The version of each required module, by module path, as the `go.mod` has it."""
        return versions((self.source / "go.mod").read_text())

    @property
    def release(self) -> str:
        """The version of `module`."""
        return self.versions[self.module]


def versions(go_mod: str) -> dict[str, str]:
    """Read the `require` lines out of a `go.mod`: module path to version."""
    found = {}
    for line in _lines(go_mod):
        words = line[1:] if line[0] == "require" else line
        if len(words) == 2 and words[1].startswith("v") and words[0] not in _DIRECTIVES:
            found[words[0]] = words[1]
    return found


def go_line(go_mod: str) -> str:
    """Read the `go` line out of a `go.mod`: the oldest Go that may build it, such as `1.26.0`."""
    return next(words[1] for words in _lines(go_mod) if words[0] == "go")


# Everything in a go.mod that can stand before two words and is no requirement
# (https://go.dev/ref/mod#go-mod-file).
_DIRECTIVES = {"module", "go", "toolchain", "exclude", "replace", "retract", "tool", "ignore"}


def _lines(go_mod: str) -> list[list[str]]:
    lines = (line.partition("//")[0].split() for line in go_mod.splitlines())
    return [words for words in lines if words]


_KUBERNETES = "k8s.io/kubernetes"


def _kubernetes(version: Mapping[str, str]) -> dict[str, str]:
    # A client refuses a server that says v0.0.0-master, which is what an unlinked one says.
    release = version[_KUBERNETES]
    major, minor, _ = release.removeprefix("v").split(".", 2)
    package = "k8s.io/component-base/version"
    return {
        f"{package}.gitVersion": release,
        f"{package}.gitMajor": major,
        f"{package}.gitMinor": minor,
    }


def _stage(path: str) -> ModuleFile:
    return ModuleFile(
        module="sigs.k8s.io/kwok",
        source=f"kustomize/stage/{path}",
        target=f"stages/{path.rpartition('/')[2]}",
    )


KUBERNETES = Group(
    name="kubernetes",
    programs=(
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kubectl",
        "kwok",
    ),
    module=_KUBERNETES,
    linked=_kubernetes,
    renamed={"server": "etcd"},
    # What kwok does to nodes and pods: ready at once, no failures.
    files=(
        _stage("node/fast/node-initialize.yaml"),
        _stage("node/heartbeat-with-lease/node-heartbeat-with-lease.yaml"),
        _stage("pod/fast/pod-ready.yaml"),
        _stage("pod/fast/pod-complete.yaml"),
        _stage("pod/fast/pod-delete.yaml"),
    ),
)

PULUMI = Group(
    name="pulumi",
    programs=("pulumi",),
    linked=lambda version: {
        "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": version[
            "github.com/pulumi/pulumi/pkg/v3"
        ]
    },
)

_PROVIDER = "github.com/pulumi/pulumi-kubernetes/provider/v4"

PULUMI_KUBERNETES = Group(
    name="pulumi-kubernetes",
    programs=("pulumi-resource-kubernetes",),
    linked=lambda _: {f"{_PROVIDER}/pkg/version.Version": PROVIDER_VERSION},
    renamed={"pulumi-kubernetes": "pulumi-resource-kubernetes"},
    embedded=tuple(
        ModuleFile(_PROVIDER, f"cmd/pulumi-resource-kubernetes/{name}", name)
        for name in ("schema.json", "terraform-mapping.json")
    ),
)

_PLUGINS = "github.com/containernetworking/plugins"


def _build_version(version: Mapping[str, str]) -> dict[str, str]:
    return {f"{_PLUGINS}/pkg/utils/buildversion.BuildVersion": version[_PLUGINS]}


CNI_PLUGINS = Group(
    name="cni-plugins",
    programs=(
        "bandwidth",
        "bridge",
        "cnitool",
        "dhcp",
        "dummy",
        "firewall",
        "host-device",
        "host-local",
        "ipvlan",
        "loopback",
        "macvlan",
        "portmap",
        "ptp",
        "sbr",
        "static",
        "tap",
        "tuning",
        "vlan",
        "vrf",
    ),
    module=_PLUGINS,
    linked=_build_version,
)

CNI_PLUGINS_V1_9_1 = Group(
    name="cni-plugins-v1.9.1",
    # What v1.10.0 does otherwise, but for dhcp, which has no server to be tried with.
    programs=(
        "bridge",
        "host-device",
        "host-local",
        "ipvlan",
        "macvlan",
        "portmap",
        "sbr",
        "vlan",
    ),
    module=_PLUGINS,
    linked=_build_version,
)
"""Programs of an earlier release, for the tests of what the two do differently."""

_MULTUS = "gopkg.in/k8snetworkplumbingwg/multus-cni.v4"


_PASSTHRU = {"passthru-cni": "passthru"}


def _multus(name: str, more: Mapping[str, str] = _PASSTHRU) -> Group:
    """What the thick image holds in /usr/src/multus-cni/bin, by the names it has there."""
    return Group(
        name=name,
        programs=("install_multus", "multus-daemon", "multus-shim", *more.values()),
        module=_MULTUS,
        linked=lambda version: {f"{_MULTUS}/pkg/multus.version": version[_MULTUS]},
        renamed=more,
    )


MULTUS = _multus("multus")
"""The newest release that is served as a Go module."""

MULTUS_RELEASES = {
    group.release: group
    for group in (
        _multus("multus-v4.1.4", {}),
        _multus("multus-v4.2.0", {}),
        _multus("multus-v4.2.4"),
        MULTUS,
    )
}
"""The daemons that can be run here, by their release, the oldest first."""


def multus(release: str) -> Group:
    """The programs of a release of Multus: its own, else those of the newest before it."""
    before = [one for one in MULTUS_RELEASES if number(one) <= number(release)]
    return MULTUS_RELEASES[before[-1] if before else next(iter(MULTUS_RELEASES))]


_WHEREABOUTS = "github.com/k8snetworkplumbingwg/whereabouts"

WHEREABOUTS = Group(
    name="whereabouts",
    # What the image holds in its root, by the names that they have there.
    programs=("ip-control-loop", "ip-reconciler", "node-slice-controller", "whereabouts"),
    module=_WHEREABOUTS,
    linked=lambda version: {f"{_WHEREABOUTS}/pkg/version.Version": version[_WHEREABOUTS]},
    renamed={
        "cmd": "whereabouts",
        "controlloop": "ip-control-loop",
        "nodeslicecontroller": "node-slice-controller",
        "reconciler": "ip-reconciler",
    },
    files=tuple(
        ModuleFile(_WHEREABOUTS, f"script/{name}.sh", f"scripts/{name}.sh")
        for name in ("install-cni", "lib", "token-watcher")
    ),
)

GROUPS = {
    group.name: group
    for group in (
        KUBERNETES,
        PULUMI,
        PULUMI_KUBERNETES,
        CNI_PLUGINS,
        CNI_PLUGINS_V1_9_1,
        *MULTUS_RELEASES.values(),
        WHEREABOUTS,
    )
}
"""Every group by its name."""
