# make run   set up an environment, run the main job on the bundled pages, print the table
# make test  set up what tests need and run them
# make ui    the Dagster UI on the same warehouse
# make help  all targets

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export KPI_HOME ?= $(CURDIR)/.kpi
export DAGSTER_DISABLE_TELEMETRY := 1
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input install --no-deps

.PHONY: help run test test-long soak score bench ui lint types docs lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 && $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	@$@ -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")' || (rm -rf $(VENV); exit 1)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Setting up the environment in $(VENV) ..."
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Setting up what development needs in $(VENV) ..."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/.run ## run the main job on the bundled pages and print the table
	@$(BIN)/kpi land --samples
	@$(BIN)/kpi run --show --day 2026-06-30

test: $(VENV)/.dev ## run the tests
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadscope

test-long: $(VENV)/.dev ## run the slow proofs
	@$(BIN)/python -m pytest -m slow -n 2 --dist loadscope

soak: $(VENV)/.dev ## kill a hundred runs at random moments
	@KPI_KILLS=100 KPI_SEED=$${KPI_SEED:-$$(date +%s)} $(BIN)/python -m pytest -m slow kpi_pipeline_tests/end_to_end/test_killed.py

GOLD ?= $(wildcard ../shared/cases.jsonl ../shared/seeds)

score: $(VENV)/.run ## measure our own error rate on the shipped gold sets, and on those that GOLD names
	@$(BIN)/kpi score $(addprefix --gold ,$(GOLD))

bench: $(VENV)/.dev ## measure the speed of reading pages beside trafilatura
	@$(BIN)/python -m kpi_pipeline_tests.benchmarks

ui: $(VENV)/.dev ## start the Dagster UI on the same warehouse
	@$(BIN)/kpi ui

lint: $(VENV)/.dev ## style, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/python docs/generate.py --check

types: $(VENV)/.dev ## type check
	@$(BIN)/mypy

docs: $(VENV)/.dev ## write docs/reference anew from the code
	@$(BIN)/python docs/generate.py

lock: ## write the hash-pinned locks anew (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header requirements/run.in -o requirements/run.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header requirements/dev.in -c requirements/run.txt -o requirements/dev.txt

clean: ## remove the environment (the warehouse in KPI_HOME stays)
	rm -rf $(VENV)
