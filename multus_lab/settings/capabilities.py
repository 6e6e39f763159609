"""What a pod may ask of a network's plugins at run time."""

from multus_lab.plugins import CAPABILITIES
from multus_lab.plugins.kinds import FLAG, keys
from multus_lab.settings.model import Model
from multus_lab.settings.recorded import reads


@reads(keys(dict.fromkeys(CAPABILITIES, FLAG)))
class Capabilities(Model):
    """What a pod may ask of a plugin at run time (CNI conventions, "capabilities")."""
