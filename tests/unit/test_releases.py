"""Records of releases of Multus: each is sound in itself."""

import re
from pathlib import Path

from multus_lab import releases
from multus_lab.releases import Multus, Trouble, troubles
from multus_lab.settings import DaemonConfig
from multus_lab.settings.daemon_config import refused
from multus_lab.versions import release as number
from tests import upstream
from tests.unit.cases import cases

FOLDER = Path(releases.__file__).parent
NAMES = releases.names()
TROUBLES = [one for one in vars(troubles).values() if isinstance(one, Trouble)]


def known(name: str) -> Multus:
    found = releases.multus(name)
    assert found is not None
    return found


def test_releases_are_in_order_and_each_has_its_manifest() -> None:
    assert list(NAMES) == sorted(NAMES, key=number)
    published = {one.rpartition("-")[2] for one in upstream.THICK} | upstream.SAME.keys()
    assert set(NAMES) <= published
    assert releases.DEFAULT in NAMES
    assert troubles.DEL_LEAK not in known(releases.DEFAULT).troubles


@cases("name", NAMES, ids=NAMES)
def test_a_record_is_of_its_file_and_says_where_it_was_read(name: str) -> None:
    one = known(name)
    assert one.name == name
    assert name in one.read
    assert (FOLDER / f"multus_{name.replace('.', '_')}.py").is_file()
    assert len(set(one.troubles)) == len(one.troubles)


@cases("trouble", TROUBLES)
def test_a_trouble_has_its_source_and_its_releases(trouble: Trouble) -> None:
    assert re.search(r"multus-cni #\d+", trouble.source)
    assert any(trouble in known(name).troubles for name in NAMES)


@cases(
    ("trouble", "having"),
    [
        (troubles.DEL_LEAK, ["v4.2.4", "v4.3.0"]),
        (troubles.LEFT_RESULTS, ["v4.1.4", "v4.2.0"]),
        (troubles.IDLE_DEFAULT_ROUTE, ["v4.2.4", "v4.3.0", "v4.3.1"]),
        (troubles.STATUS_NEEDS_A_POD, ["v4.1.4", "v4.2.0", "v4.2.4"]),
        (troubles.UNVERSIONED_LIST, ["v4.1.4", "v4.2.0", "v4.2.4", "v4.3.0"]),
    ],
)
def test_which_releases_have_a_trouble(trouble: Trouble, having: list[str]) -> None:
    assert [name for name in NAMES if trouble in known(name).troubles] == having
    if trouble.held is not None:
        assert [name for name in NAMES if number(name) in trouble.held] == having


@cases(
    ("key", "first"),
    [
        ("cniVersion", "v4.1.4"),
        ("auxiliaryCNIChainName", "v4.2.4"),
        ("connectionLimit", "v4.3.0"),
        ("enablePprof", "v4.3.0"),
        ("cleanupConfigOnExit", ""),
    ],
)
def test_since_which_release_a_key_is_read(key: str, first: str) -> None:
    assert releases.since(key) == first


def test_a_release_without_a_file_is_none() -> None:
    assert releases.multus("v4.2.1") is None


def test_every_key_of_the_code_is_typed_or_has_its_reason() -> None:
    settable = {one.alias for one in DaemonConfig.model_fields.values()}
    read = known(NAMES[-1]).keys
    assert settable <= read
    rest = dict.fromkeys(read - settable)
    told = {one.path[-1] for one in refused(rest)}
    assert rest.keys() == told
