"""What commands print."""

import json
import sys
from typing import Any, TextIO


def write(text: str, stream: TextIO | None = None) -> None:
    """Print text of others, of which not all may exist in the terminal's encoding."""
    stream = stream or sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def write_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    print(json.dumps(value, sort_keys=True, default=str))
