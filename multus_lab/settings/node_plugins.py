"""CNI plugins that Multus doesn't bring: an image that has them, and the daemon that dhcp needs."""

from typing import Annotated

from pydantic import Field

from multus_lab.distributions import REFERENCE
from multus_lab.settings.image import Image
from multus_lab.settings.model import Model
from multus_lab.settings.pod import Quantities, Resources
from multus_lab.settings.types import Checked, Folder, refuse


def _reference(value: str) -> str:
    if value not in REFERENCE:
        raise refuse(f"one of {', '.join(sorted(REFERENCE))}")
    return value


Plugin = Annotated[str, Checked(_reference)]
"""A plugin of containernetworking/plugins."""


class _OfImage(Model):
    """An image with plugins of containernetworking/plugins, whose project publishes none.

    `folder` is where the image has them (rancher/image-build-cni-plugins Dockerfile). The image
    needs /bin/sh, cat, chmod, cksum, cp, mkdir, mv and rm, as busybox and Debian have them.
    """

    image: Image
    folder: Folder = "/opt/cni/bin"


class InstallPlugins(_OfImage):
    """Plugins that are copied to every node before the daemon starts there.

    A file that somebody else has put there stays, unless `overwrite`. What came from here before
    is replaced once the image has another one.
    """

    plugins: Annotated[list[Plugin], Field(min_length=1)]
    overwrite: bool = False


class DhcpDaemon(_OfImage):
    """`dhcp daemon` on every node, in a DaemonSet of its own.

    It keeps leases in memory alone: after a restart it renews none of those of pods that run
    (plugins v1.10.0 plugins/ipam/dhcp/daemon.go). So it doesn't restart with Multus' daemon.
    """

    resources: Resources = Resources(requests=Quantities(cpu="10m", memory="50Mi"))


INSTALL_PLUGINS = "install-plugins"
"""What the init container is called that brings plugins to a node."""

DHCP_DAEMON_SET = "multus-dhcp-daemon"
"""What the DaemonSet of `dhcp daemon` is called."""
