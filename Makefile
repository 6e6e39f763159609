# Two commands: `make up` brings the dev stack onto a cluster of this machine, `make test` passes
# all tests. `make` lists the rest.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help up down clean test unit lint bench

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: $(VENV)/runtime  ## bring the dev stack up on a test bed of this machine
	@$(RUN) multus_lab up dev --testbed

down: $(VENV)/runtime  ## take the dev stack down again; the test bed stays
	@$(RUN) multus_lab down dev --testbed

clean: $(VENV)/runtime  ## stop the test bed and remove its data
	@$(RUN) multus_lab testbed down

test: $(VENV)/development  ## all tests, on the real engine and a real control plane
	@$(RUN) multus_lab.programs
	@PYTHONDONTWRITEBYTECODE= $(RUN) pytest --numprocesses 2 --dist loadfile

unit: $(VENV)/development  ## the quick tests, of what `check` needs
	@PYTHONDONTWRITEBYTECODE= $(RUN) pytest -p no:hypothesispytest --numprocesses logical \
		--dist loadfile tests/unit

lint: $(VENV)/development  ## lint, format and types
	@$(RUN) ruff check
	@$(RUN) ruff format --check
	@$(RUN) mypy

bench: $(VENV)/development  ## `up` against a bare loop; `check` and `rehearse` over size
	@$(RUN) bench.up
	@$(RUN) bench.check
	@$(RUN) bench.rehearse

$(VENV)/runtime: requirements.txt
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

$(VENV)/development: requirements.txt requirements-dev.txt
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@
