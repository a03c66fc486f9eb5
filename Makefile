# Every target sets up what it needs: .venv is made on first use and left alone after that.
# `make` alone lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

READY := .venv/.ready
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# Each process begins with half of the tests in order, and takes of the other's when it has none.
SHARED = -n $(JOBS) --dist worksteal
JOBS ?= 2
ARGS ?=
COMPILE := $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header

export PYTHON

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml scripts/setup.sh
	@scripts/setup.sh

.PHONY: setup
setup: $(READY) ## make .venv with the locked dependencies

.PHONY: demo
demo: $(READY) ## replay September 2017, then serve it (ARGS="--exit" to stop there)
	@$(BIN)/openline demo $(ARGS)

.PHONY: serve
serve: $(READY) ## run a desk (ARGS="--data DIR --port P")
	@$(BIN)/openline serve $(ARGS)

.PHONY: test
test: $(READY) ## the tests that take seconds, under 3 minutes in all (ARGS="-k name")
	@$(PYTEST) $(SHARED) -q -m "not long" $(ARGS)

.PHONY: test-all
test-all: $(READY) ## every test, up to 24 minutes on two cores
	@scripts/setup.sh foreign || echo "test-all: goes on without the foreign verifiers that are missing" >&2
	@scripts/setup.sh grammar || echo "test-all: goes on without the models that read reports" >&2
	@$(PYTEST) $(SHARED) -q --durations=15 $(ARGS)

.PHONY: soak
soak: $(READY) ## every test at full size (N=10000 trials each unless told), hours
	@N=$(or $(N),10000) $(PYTEST) $(SHARED) -q --timeout=14400 $(ARGS)

.PHONY: truth
truth: $(READY) ## detection against the independent truth, on N pairs (ten million unless told)
	@N=$(or $(N),10000000) $(PYTEST) $(SHARED) -q --timeout=86400 $(ARGS) -m long \
	    tests/properties/test_track_truth.py tests/properties/test_plan_truth.py

.PHONY: faults
faults: $(READY) ## kills, power cuts and failing disks at full size (N=10000 kills, ten times the cuts)
	@N=$(or $(N),10000) $(PYTEST) $(SHARED) -q -rP --timeout=86400 $(ARGS) tests/faults

.PHONY: conformance
conformance: $(READY) ## the public prober judges the F3548 server (needs Python 3.13 or newer)
	@$(PYTEST) -q -s -rs tests/protocols/f3548/test_f3548_prober.py $(ARGS)

.PHONY: peers
peers: $(READY) ## make .venv-peers: what benchmarks are measured against, and real traffic
	@scripts/setup.sh peers

.PHONY: grammar
grammar: $(READY) ## a parser and a model of language beside the rules that read reports
	@scripts/setup.sh grammar

.PHONY: foreign
foreign: $(READY) ## other people's verifiers judge our record: Go, aics, sigstore (needs apt or Go)
	@scripts/setup.sh foreign
	@$(PYTEST) -q -rs tests/record/foreign $(ARGS)

.PHONY: bench
bench: $(READY) ## each benchmark against its peer in the same run, JSON rows
	@scripts/setup.sh peers || echo "bench: goes on without the peers that are missing" >&2
	@scripts/setup.sh grammar || echo "bench: goes on without the models that read reports" >&2
	@for each in benchmarks/*.py; do $(BIN)/python "$$each"; done

.PHONY: check
check: $(READY) ## style, types, import rules, generated docs, rules of the tree
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/python scripts/generate_docs.py --check
	@$(BIN)/python scripts/generate_console_types.py --check
	@$(BIN)/python scripts/build_console.py --check
	@$(PYTEST) -q -m "not long" tests/house

.PHONY: fmt
fmt: $(READY) ## put the sources into the house's format
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

.PHONY: docs
docs: $(READY) ## write the pages that are generated from the code
	@$(BIN)/python scripts/generate_docs.py
	@$(BIN)/python scripts/generate_console_types.py

.PHONY: screenshots
screenshots: $(READY) ## write pictures of the console's main states into docs/pictures
	@mkdir -p docs/pictures
	@PICTURES="$(CURDIR)/docs/pictures" $(PYTEST) -q tests/browser/test_screenshots.py

.PHONY: console
console: $(READY) ## build the console (needs Node.js; what it builds is committed)
	@$(BIN)/python scripts/build_console.py

.PHONY: lock
lock: $(READY) ## lock the dependencies of pyproject.toml anew
	@$(COMPILE) --extra dev pyproject.toml -o requirements.lock
	@$(COMPILE) --group peers >requirements-peers.lock
	@$(COMPILE) --group samples --no-deps >>requirements-peers.lock
	@$(COMPILE) --group grammar -c requirements.lock >requirements-grammar.lock
	@$(COMPILE) --group model --no-deps >>requirements-grammar.lock
	@$(COMPILE) --group foreign --python-version 3.12 >requirements-foreign.lock
	@$(COMPILE) --group conformance --python-version 3.13 >requirements-conformance.lock

.PHONY: wheel
wheel: $(READY) ## build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel

.PHONY: clean
clean: ## remove what was built, .venv included
	@rm -rf .venv .venv-peers .venv-conformance .venv-foreign build dist out src/openline/console/web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
