"""The cluster that Pulumi's Kubernetes provider uses, found as the provider finds it.

As provider 4.25.0 has it in pkg/provider/provider.go (Configure) and util.go
(parseKubeconfigString), and client-go v0.36.3 in tools/clientcmd: loader.go, client_config.go and
merged_client_builder.go.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3
import yaml
from kubernetes import config
from kubernetes.client import Configuration
from kubernetes.config.kube_config import ConfigNode, KubeConfigLoader, KubeConfigMerger

from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import KubeconfigError

__all__ = ["SETTINGS", "connect"]

Documents = Mapping[str, Mapping[str, Any]]
"""What kubeconfigs say, by their paths; where later ones contradict, the first is right."""

_GIVEN = "kubernetes:kubeconfig"
_LOOPBACK = "localhost,127.0.0.0/8,::1"

# What the library raises for a kubeconfig that isn't as it should be.
_MALFORMED = (config.ConfigException, LookupError, TypeError, ValueError, AttributeError, OSError)


SETTINGS = ("kubeconfig", "context", "cluster")
"""The provider's settings by which it finds its cluster, in the order of `connect`'s arguments."""


def connect(kubeconfig: str = "", context: str = "", cluster: str = "") -> Cluster:
    """A client of the cluster that the provider uses with these settings.

    Args:
        kubeconfig: what `kubernetes:kubeconfig` says, a path or the contents; "" if it isn't set.
            Then it is the files of $KUBECONFIG, or ~/.kube/config, or in a pod that has none of
            them its service account.
        context: what `kubernetes:context` says; "" for the current context.
        cluster: what `kubernetes:cluster` says, the name of one in the kubeconfig that takes the
            place of the context's; "" if it isn't set.

    Raises:
        KubeconfigError: there is no such context or cluster, or nothing in it that can be used.

    """
    documents = _given(kubeconfig) if kubeconfig else _ambient()
    chosen = context or _current(documents)
    found = Configuration()
    found.proxy = None  # the environment's comes later, if the kubeconfig has none
    if chosen:
        _load(documents, chosen, cluster, found)
    elif not kubeconfig and "KUBERNETES_SERVICE_HOST" in os.environ:
        _load_account(found)
    else:
        raise KubeconfigError(
            f"no cluster is chosen: set kubernetes:context, or KUBECONFIG to a kubeconfig with a "
            f"current context, which {_places(documents)} does not have"
        )
    _set_proxy(found)
    if not found.verify_ssl:  # as that kubeconfig has it; the library warns at every request
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    file = str(Path(kubeconfig).expanduser()) if _is_path(kubeconfig) else ""
    options = zip(SETTINGS, (file, context, cluster), strict=True)
    kubectl = [word for name, value in options if value for word in (f"--{name}", value)]
    try:
        return Cluster(found, kubectl)
    except (ImportError, ValueError, urllib3.exceptions.HTTPError) as error:
        raise KubeconfigError(f"the proxy {found.proxy} can't be used: {error}") from error


def _given(kubeconfig: str) -> Documents:
    """A kubeconfig by its path, or by its contents where there is no such file."""
    try:
        text = Path(kubeconfig).expanduser().read_text() if _is_path(kubeconfig) else kubeconfig
    except OSError:
        text = kubeconfig
    return {_GIVEN: _read(text, _GIVEN)}


def _is_path(kubeconfig: str) -> bool:
    try:
        return Path(kubeconfig).expanduser().is_file()
    except (OSError, RuntimeError):  # contents are too long for a path
        return False


def _ambient() -> Documents:
    """The kubeconfigs of the environment, but for those that are missing or empty."""
    names = os.environ.get("KUBECONFIG") or "~/.kube/config"
    paths = [Path(name).expanduser() for name in names.split(os.pathsep) if name]
    read = {}
    for path in paths:
        try:
            read[str(path)] = _read(path.read_text(), str(path))
        except FileNotFoundError:
            continue
        except (OSError, UnicodeError) as error:
            raise KubeconfigError(f"{path} can't be read: {error}") from error
    return {path: document for path, document in read.items() if document}


def _read(text: str, place: str) -> Mapping[str, Any]:
    try:
        document = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise KubeconfigError(f"{place} is no kubeconfig: {reason}") from error
    if not isinstance(document, dict):
        raise KubeconfigError(f"{place} is neither a kubeconfig nor the path of one")
    return document


def _current(documents: Documents) -> str:
    """The current context. The library takes the last file's, client-go the first one's."""
    found = (document.get("current-context") for document in documents.values())
    return next((str(one) for one in found if one), "")


def _load(documents: Documents, context: str, cluster: str, into: Configuration) -> None:
    """Take over server, credentials and TLS of a context; its exec plugin is run for them.

    Of a `cluster` it is that one's server, and the certificate that it must present.
    """
    place = f"context {context!r} of {_places(documents)}"
    with _logged() as said:
        try:
            _check(documents, "context", context)
            if cluster:
                _check(documents, "cluster", cluster)
            merged = (
                ConfigNode(_GIVEN, documents[_GIVEN])
                if _GIVEN in documents
                else KubeConfigMerger(os.pathsep.join(documents)).config
            )
            if cluster:
                merged["contexts"].get_with_name(context)["context"].value["cluster"] = cluster
            KubeConfigLoader(merged, context, config_base_path=None).load_and_set(into)
        except _MALFORMED as error:
            raise KubeconfigError(f"{place} can't be used: {error}") from error
    # Where an exec plugin fails, the library logs why, and goes on without credentials.
    if said and not into.api_key and not into.cert_file:
        raise KubeconfigError(f"{place} gives no credentials: {said[-1]}")


def _check(documents: Documents, kind: str, name: str) -> None:
    """Raise KubeconfigError where there is no context, or no cluster, of that name."""
    there = [one for document in documents.values() for one in document.get(f"{kind}s") or ()]
    names = [str(one["name"]) for one in there]
    if name not in names:
        others = f"it has {', '.join(map(repr, names))}" if names else "it has none"
        raise KubeconfigError(f"{_places(documents)} has no {kind} {name!r}: {others}")


def _load_account(into: Configuration) -> None:
    try:
        config.load_incluster_config(into)
    except _MALFORMED as error:
        raise KubeconfigError(f"this pod's service account can't be used: {error}") from error


@contextmanager
def _logged() -> Iterator[list[str]]:
    """What is logged meanwhile, instead of being printed."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.root.addHandler(handler)
    try:
        yield said
    finally:
        logging.root.removeHandler(handler)


def _set_proxy(found: Configuration) -> None:
    """Take the environment's proxy, if the kubeconfig has none; for loopback there is none."""
    if found.proxy:
        found.no_proxy = ""
    else:
        environment = Configuration(host=found.host)
        found.proxy = environment.proxy
        found.no_proxy = f"{environment.no_proxy or ''},{_LOOPBACK}"


def _places(documents: Documents) -> str:
    return ", ".join(documents) or os.environ.get("KUBECONFIG") or "~/.kube/config"
