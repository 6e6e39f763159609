"""`python -m multus_lab.programs` builds every program ahead of its first use."""

import sys

from multus_lab.errors import MultusLabError
from multus_lab.programs import GROUPS, build_all

if __name__ == "__main__":
    try:
        build_all(list(GROUPS.values()))
    except MultusLabError as error:
        sys.exit(f"multus-lab: {error}")
    except KeyboardInterrupt:
        sys.exit("multus-lab: interrupted; the next run goes on from here")
