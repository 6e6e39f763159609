"""Where a daemon finds the API server."""

from typing import Annotated

from pydantic import Field

from multus_lab.addresses import read_address
from multus_lab.names import SUBDOMAIN
from multus_lab.settings.model import Model
from multus_lab.settings.types import Checked, refuse


def _host(value: str) -> str:
    named = SUBDOMAIN.fullmatch(value.lower()) and not value.rpartition(".")[2].isdecimal()
    if read_address(value) is None and not (named and len(value) <= 253):
        raise refuse(
            "an IP address without brackets, or a DNS name, without https:// and without the port, "
            "which is apiServer.port (client-go rest.InClusterConfig)"
        )
    return value


class ApiServer(Model):
    """Where the daemon finds the API server, if not by its Service.

    For clusters without kube-proxy, or a Service that isn't there yet when a node boots (#1361).
    """

    host: Annotated[str, Checked(_host)]
    port: Annotated[int, Field(ge=1, le=65535)] = 6443
