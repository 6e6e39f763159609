"""Whole corpora, every distribution, thousands of inputs made up: PyPI alone, half a minute."""
