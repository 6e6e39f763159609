"""Images: where they come from, and which of them it is."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from multus_lab.settings.types import Refusal, refuse

UPSTREAM = "ghcr.io/k8snetworkplumbingwg/multus-cni"

_PATH = "k8snetworkplumbingwg/multus-cni"
_THIN = r"(v\d+\.\d+\.\d+|latest|stable|snapshot)(-debug|-origin)?$"
"""Tags of upstream's that have no daemon (multus-cni .github/workflows/image-push-*.yml)."""

_EXAMPLE = "registry.lab/cni-plugins:v1.9.1"

_MOVING = ("latest", "stable", "snapshot", "edge", "main", "master", "thick")
"""How tags begin, or are called, that are another image tomorrow."""


def _digest(value: str) -> str:
    algorithm, _, digits = value.partition(":")
    if algorithm != "sha256" or len(digits) != 64 or set(digits) - set("0123456789abcdef"):
        raise refuse("sha256: and 64 hexadecimal digits")
    return value


def _repository(value: str) -> str:
    name = value.rpartition("/")[2]
    if not name or any(c.isspace() for c in value) or {"@", ":"} & set(name):
        raise refuse("an image repository, without tag and digest")
    return value


def _registry(value: str) -> str:
    if not value or any(c.isspace() or c in "@" for c in value) or value.endswith("/"):
        raise refuse("a registry, like registry.lab:5000 or registry.lab/mirror")
    return value


def _tag(value: str) -> str:
    taken = value.isascii() and value.replace("-", "").replace(".", "").replace("_", "").isalnum()
    if not taken or len(value) > 128 or value[0] in "-.":
        raise refuse("an image's tag, like v4.3.1-thick")
    return value


def _image(value: str) -> str:
    """A whole reference: the parts are each what they are to be."""
    name, at, digest = value.partition("@")
    repository, tag = _parted(name)
    try:
        _repository(repository)
        if tag or not at:
            _tag(tag or "")
        if at:
            _digest(digest)
    except PydanticCustomError:
        raise refuse(f"an image with its tag or digest, like {_EXAMPLE}") from None
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


Image = Annotated[str, AfterValidator(_image)]
"""An image by its whole name, whose tag is the same image tomorrow."""

Digest = Annotated[str, AfterValidator(_digest)]
Repository = Annotated[str, AfterValidator(_repository)]
Registry = Annotated[str, AfterValidator(_registry)]
Tag = Annotated[str, AfterValidator(_tag)]


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
