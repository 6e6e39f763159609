"""Which pods of a network are to reach which."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

from multus_lab.rehearsal.looks import pairs


def sandboxes(*sizes: int) -> list[Any]:
    """So many on each node."""
    return [
        SimpleNamespace(pod=SimpleNamespace(node=f"node{node}", name=f"pod{node}-{index}"))
        for node, size in enumerate(sizes)
        for index in range(size)
    ]


def test_of_few_each_reaches_each() -> None:
    group = sandboxes(2, 1)
    found = [(one.pod.name, other.pod.name) for one, other in pairs(group)]
    assert len(found) == len(set(found)) == 6
    assert pairs(sandboxes(1)) == pairs([]) == []


def test_of_many_each_reaches_two_and_is_reached_by_two() -> None:
    found = pairs(sandboxes(20, 20, 20))
    assert set(Counter(id(one) for one, _ in found).values()) == {2}
    assert set(Counter(id(other) for _, other in found).values()) == {2}
    assert all(one.pod.node != other.pod.node for one, other in found)


def test_a_node_with_more_pods_than_others_has_all_of_them_reached() -> None:
    group = sandboxes(30, 2)
    assert {id(other) for _, other in pairs(group)} == set(map(id, group))
