"""Files that are written whole, or not at all."""

import subprocess
import sys
from pathlib import Path

import pytest

from multus_lab.errors import MultusLabError
from multus_lab.files import write_private

ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from multus_lab.errors import MultusLabError
from multus_lab.files import write_private

resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    write_private(Path(sys.argv[1]), "x" * 100)
except MultusLabError as error:
    print(error)
"""


def test_it_is_the_user_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, "ä")
    assert path.read_text(encoding="utf-8") == "ä"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_where_there_is_no_room_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("whole")
    command = [sys.executable, "-c", ON_A_FULL_DISK, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"cannot write {path}: File too large\n"
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "none" / "file"
    with pytest.raises(MultusLabError, match=f"cannot write {path}: No such file or directory"):
        write_private(path, "")
