"""Kubeconfigs, by which programs find an API server and show who they are."""

import base64
import json

__all__ = ["kubeconfig"]


def kubeconfig(
    name: str, server: str, authority: bytes, token: str, namespace: str | None = None
) -> str:
    """A kubeconfig with one cluster, one user and one context, all of them called `name`.

    It is JSON, which every reader of YAML reads.

    Args:
        name: what they are called.
        server: the API server's URL.
        authority: the certificate that it must present, as PEM.
        token: who the user is.
        namespace: that of the context, where it has one.

    """
    cluster = {
        "server": server,
        "certificate-authority-data": base64.b64encode(authority).decode(),
    }
    context = {"cluster": name, "user": name, **({"namespace": namespace} if namespace else {})}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": context}],
        "current-context": name,
    }
    return json.dumps(content, indent=2) + "\n"
