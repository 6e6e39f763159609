"""Whose an object is, as its annotations say."""

import pytest

from multus_lab.ownership import FIELD_MANAGER, OWNER, Owner

LONG = Owner("multus-lab", "s" * 100, "z" * 63)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        pytest.param(Owner("multus-lab", "dev", "private"), "multus-lab/dev/private", id="zone"),
        pytest.param(Owner("pods", "dev", ""), "pods/dev", id="no-zone"),
    ],
)
def test_the_field_manager_is_the_owner(owner: Owner, name: str) -> None:
    assert owner.annotations == {OWNER: name, FIELD_MANAGER: name}


def test_a_long_owner_still_has_a_field_manager_of_its_own() -> None:
    other = LONG._replace(zone="y" * 63)
    assert len(LONG.field_manager) == 128
    assert LONG.field_manager != other.field_manager
    assert LONG.annotations[OWNER] == str(LONG)
