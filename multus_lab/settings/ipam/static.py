"""static in a stack."""

from typing import Literal

from multus_lab.plugins.static import RECORD
from multus_lab.settings.ipam.base import Ipam
from multus_lab.settings.recorded import reads


@reads(RECORD.keys)
class Static(Ipam):
    """static: the same addresses for every pod, unless a pod asks for its own."""

    type: Literal["static"] = "static"


MODEL = Static
