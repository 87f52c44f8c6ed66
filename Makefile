# What a developer or the curious can do here; `make help` lists it.

SHELL := /bin/sh
VENV := .venv/bin
# Any Python 3.11 to 3.13: the first that is found, or PYTHON=…
PYTHON ?= $(shell for one in python3.11 python3.12 python3.13 python3 python; do \
	$$one -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$one && break; done)
# SYSTEM=no leaves the system's packages alone
SYSTEM ?= all
SCREEN = $(if $(filter no,$(SYSTEM)),no,screen)
# what a target passes on: make run ARGS="list --json", make bench ARGS=tray, make test ARGS="-k vault"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo run test check bench torture screenshots docs package test-package lock clean python setup setup-run setup-demo setup-test

help: ## list what there is
	@awk -F ':[^#]*## ' '/^[a-z-]+:[^#]*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: setup-demo ## see the main job done, in a sandbox with an AWS of its own
	@$(VENV)/rolecall demo $(ARGS)

run: setup-run ## start Rolecall from this folder; ARGS="list" runs a command
	@$(VENV)/rolecall $(ARGS)

test: setup-test ## run every test
	@tools/test $(ARGS)

check: setup ## format, lint, types, who may import whom
	@tools/check

bench: setup-test ## measure what docs/benchmarks.md promises
	@$(VENV)/python -m bench.run $(ARGS)

torture: setup-test ## thousands of kills, faults and rounds beside other writers; ARGS="-k vault" runs one row
	@$(VENV)/python -m pytest tests/torture -m torture -n 2 --timeout 3600 $(ARGS)

screenshots: setup-test ## draw every window, light and dark
	@QT_QPA_PLATFORM=offscreen $(VENV)/python -m tools.screenshots $(ARGS)

docs: setup-test ## build the guide with its screenshots into build/guide
	@tools/docs

package: setup-demo ## build the program, the .deb and the wheel into dist/
	@tools/package

test-package: setup-test package ## build the program and the .deb, and try them
	@$(VENV)/python -m pytest -q tests/built

lock: setup ## write the lock files anew; ARGS=--upgrade takes the newest versions
	@tools/lock $(ARGS)

clean: ## remove .venv and what tools left behind
	rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

python:
	@test -n "$(PYTHON)" || { echo "set-up: no Python 3.11, 3.12 or 3.13 found; name one: make PYTHON=…" >&2; exit 1; }

setup: python
	@"$(PYTHON)" tools/bootstrap.py --packages dev

setup-run: python
	@"$(PYTHON)" tools/bootstrap.py --packages runtime --system $(SCREEN)

setup-demo: python
	@"$(PYTHON)" tools/bootstrap.py --packages demo --system $(SCREEN)

setup-test: python
	@"$(PYTHON)" tools/bootstrap.py --packages test --system $(SYSTEM)
