"""The page of rules, for which every rule's examples are judged and told."""

from pathlib import Path

from multus_lab.report import rules
from tests import rules_page

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_of_rules_is_as_generated() -> None:
    """After a change: python -m tests.rules_page > docs/rules.md."""
    assert rules.page(rules_page.examples()) == PAGE.read_text()
