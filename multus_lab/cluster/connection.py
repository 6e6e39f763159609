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

from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import KubeconfigError

__all__ = ["connect"]

Documents = Mapping[str, Mapping[str, Any]]
"""What kubeconfigs say, by their paths; where later ones contradict, the first is right."""

_GIVEN = "kubernetes:kubeconfig"
_LOOPBACK = "localhost,127.0.0.0/8,::1"

# What the library raises for a kubeconfig that isn't as it should be.
_MALFORMED = (config.ConfigException, LookupError, TypeError, ValueError, AttributeError, OSError)


def connect(kubeconfig: str = "", context: str = "") -> Cluster:
    """A client of the cluster that the provider uses with these settings.

    Args:
        kubeconfig: what `kubernetes:kubeconfig` says, a path or the contents; "" if it isn't set.
            Then it is the files of $KUBECONFIG, or ~/.kube/config, or in a pod that has none of
            them its service account.
        context: what `kubernetes:context` says; "" for the current context.

    Raises:
        KubeconfigError: there is no such context, or nothing in it that can be used.

    """
    documents = _given(kubeconfig) if kubeconfig else _ambient()
    chosen = context or _current(documents)
    found = Configuration()
    found.proxy = None  # the environment's comes later, if the kubeconfig has none
    if chosen:
        _load(documents, chosen, found)
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
    try:
        return Cluster(found)
    except (ImportError, ValueError, urllib3.exceptions.HTTPError) as error:
        raise KubeconfigError(f"the proxy {found.proxy} can't be used: {error}") from error


def _given(kubeconfig: str) -> Documents:
    """A kubeconfig by its path, or by its contents where there is no such file."""
    try:
        path = Path(kubeconfig).expanduser()
        text = path.read_text() if path.is_file() else kubeconfig
    except (OSError, RuntimeError):  # contents are too long for a path
        text = kubeconfig
    return {_GIVEN: _read(text, _GIVEN)}


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


def _load(documents: Documents, context: str, into: Configuration) -> None:
    """Take over server, credentials and TLS of a context; its exec plugin is run for them."""
    place = f"context {context!r} of {_places(documents)}"
    with _logged() as said:
        try:
            _check(documents, context)
            if _GIVEN in documents:
                config.load_kube_config_from_dict(documents[_GIVEN], context, into)
            else:
                config.load_kube_config(os.pathsep.join(documents), context, into)
        except _MALFORMED as error:
            raise KubeconfigError(f"{place} can't be used: {error}") from error
    # Where an exec plugin fails, the library logs why, and goes on without credentials.
    if said and not into.api_key and not into.cert_file:
        raise KubeconfigError(f"{place} gives no credentials: {said[-1]}")


def _check(documents: Documents, context: str) -> None:
    contexts = [one for document in documents.values() for one in document.get("contexts") or ()]
    names = [str(one["name"]) for one in contexts]
    if context not in names:
        others = f"it has {', '.join(map(repr, names))}" if names else "it has none"
        raise KubeconfigError(f"{_places(documents)} has no context {context!r}: {others}")


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
