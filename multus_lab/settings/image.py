"""Images: where they come from, and which of them it is."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated

from multus_lab.settings.types import Checked, Refusal, refuse

UPSTREAM = "ghcr.io/k8snetworkplumbingwg/multus-cni"

_PATH = "k8snetworkplumbingwg/multus-cni"
_THIN = r"(v\d+\.\d+\.\d+|latest|stable|snapshot)(-debug|-origin)?$"
"""Tags of upstream's that have no daemon (multus-cni .github/workflows/image-push-*.yml)."""

_EXAMPLE = "registry.lab/cni-plugins:v1.9.1"

_MOVING = ("latest", "stable", "snapshot", "edge", "main", "master", "thick")
"""How tags begin, or are called, that are another image tomorrow."""

_PART = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = rf"({_LABEL}(\.{_LABEL})*|\[[0-9A-Fa-f:]+\])(:[0-9]+)?"
_NAME = rf"({_HOST}/)?{_PART}(/{_PART})*"
_REGISTRY = rf"{_HOST}(/{_PART})*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}"
_GRAMMAR = "distribution/reference v0.6.0 regexp.go"
"""What a runtime takes as an image's name; digests are go-digest v1.0.0 algorithm.go's."""

_LONGEST_NAME = 255


def _digest(value: str) -> str:
    if not re.fullmatch(_DIGEST, value):
        raise refuse("sha256: and 64 hexadecimal digits, or sha512: and 128, without capitals")
    return value


def _repository(value: str) -> str:
    if not re.fullmatch(_NAME, value) or len(value) > _LONGEST_NAME:
        raise refuse(
            "an image repository, like registry.lab:5000/lab/multus-cni: without https://, tag and "
            f"digest, and without capitals after the registry ({_GRAMMAR})"
        )
    return value


def _registry(value: str) -> str:
    if not re.fullmatch(_REGISTRY, value):
        raise refuse(
            "a registry, like registry.lab:5000 or registry.lab/mirror: without https://, and "
            f"without '/' at its end ({_GRAMMAR})"
        )
    return value


def _tag(value: str) -> str:
    if not re.fullmatch(_TAG, value):
        raise refuse(
            "an image's tag, like v4.3.1-thick: at most 128 letters, digits, '_', '.' and '-' "
            f"({_GRAMMAR})"
        )
    return value


def _image(value: str) -> str:
    """A whole reference: the parts are each what they are to be."""
    name, at, digest = value.partition("@")
    repository, tag = _parted(name)
    whole = (re.fullmatch(_NAME, repository) and len(repository) <= _LONGEST_NAME) and (
        (re.fullmatch(_TAG, tag) if tag or not at else True)
        and (re.fullmatch(_DIGEST, digest) if at else True)
    )
    if not whole:
        raise refuse(f"an image with its tag or digest, like {_EXAMPLE} ({_GRAMMAR})")
    if not at and _moves(tag):
        raise refuse("an image whose tag stays, or with a digest: what it copies would change")
    return value


def _parted(name: str) -> tuple[str, str]:
    """Repository and tag; a registry's port is no tag."""
    folder, slash, last = name.rpartition("/")
    base, _, tag = last.partition(":")
    return f"{folder}{slash}{base}", tag


def _moves(tag: str) -> bool:
    return tag.partition("-")[0] in _MOVING


Image = Annotated[str, Checked(_image)]
"""An image by its whole name, whose tag is the same image tomorrow."""

Digest = Annotated[str, Checked(_digest)]
Repository = Annotated[str, Checked(_repository)]
Registry = Annotated[str, Checked(_registry)]
Tag = Annotated[str, Checked(_tag)]


def reference(registry: str | None, repository: str, tag: str, digest: str | None) -> str:
    """The image by its name; `registry` stands in for the repository's own."""
    first, slash, rest = repository.partition("/")
    path = rest if slash and (set(first) & {".", ":"} or first == "localhost") else repository
    name = f"{registry}/{path}" if registry else repository
    return f"{name}:{tag}@{digest}" if digest else f"{name}:{tag}"


def unknown_release(release: str, like: str | None, known: Sequence[str]) -> list[Refusal]:
    """A release that nobody knows, unless `releaseAs` says which of the known ones it is like."""
    if release in known:
        if like in (None, release):
            return []
        return [Refusal(("releaseAs",), like, f"must be left out: {release} is known as it is")]
    if like is not None:
        return []
    allowed = f"must be one of {', '.join(known)}; for another say whose shape it has (releaseAs: "
    return [Refusal(("release",), release, f"{allowed}{known[-1]})")]


def wrong_tag(tag: str, repository: str, digest: str | None) -> Iterator[Refusal]:
    """A tag that is another image tomorrow, or has no daemon in it."""
    if not digest and _moves(tag):
        allowed = (
            "must be a tag that stays, or go with a digest: an image newer than its manifest broke "
            "clusters (multus-cni #1422)"
        )
        yield Refusal(("tag",), tag, allowed)
    elif repository.endswith(_PATH) and re.match(_THIN, tag):
        allowed = (
            "must be a thick image's, like v4.3.1-thick: a thin one has no daemon, and its pods "
            "don't start (multus-cni #1103, #1251)"
        )
        yield Refusal(("tag",), tag, allowed)


def other_release(
    tag: str, release: str, like: str | None, known: Sequence[str], *, upstream: bool
) -> Iterator[Refusal]:
    """A tag of another release than the stack's; images that aren't `upstream`'s may count apart.

    Nothing is said of a tag if `releaseAs` says what it is `like`.
    """
    found = re.match(r"v\d+\.\d+\.\d+", tag)
    named = found.group() if found else release
    if like is None and named != release and (upstream or named in known):
        allowed = (
            f"must be of release {release}, of which the objects are: say `release: {named}`, or "
            f"`releaseAs: {release}` if the image is like it (multus-cni #1422)"
        )
        yield Refusal(("tag",), tag, allowed)
