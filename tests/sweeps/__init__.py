"""Over whole corpora and thousands of inputs made up: PyPI alone, half a minute."""
