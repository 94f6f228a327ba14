# `make run` and `make test` need nothing but Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DOCS_STAMP := .venv/.installed-docs
NODE_SDK := .artifacts/node
NODE_PACKAGE := @circle-fin/developer-controlled-wallets@10.6.0
export DEMO

.DEFAULT_GOAL := help
.PHONY: help run test test-changed lint types unit coverage hooks docs docs-serve fuzz sdk-node live migrate rehearse observe alarms slo faults bench fmt clean-data clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: $(STAMP) ## start everything and walk the demo (DEMO=once exits after it, DEMO=off skips it)
	@$(BIN)/python -m entrypoints.local

test: $(STAMP) ## all tests, architecture rules included
	@$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile

test-changed: $(STAMP) ## the tests that import what changed since BASE=main; not those that only start it as a process
	@tests=$$($(BIN)/python -m scripts.changed_tests $(or $(BASE),main)) && \
		$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile $$tests

unit: $(STAMP) ## the tests without servers
	@$(BIN)/python -m pytest tests/unit tests/architecture

coverage: $(STAMP) ## how much of the domain services the tests without servers reach; fails below 95 % of branches
	@$(BIN)/python -m pytest tests/unit tests/service tests/component -n logical --maxprocesses 8 --dist loadfile \
		--cov=domain --cov-report=
	@$(BIN)/python -m scripts.branch_coverage

fuzz: $(STAMP) ## thousands of requests made from the OpenAPI document
	@FUZZ_EXAMPLES=150 $(BIN)/python -m pytest tests/fuzz

sdk-node: $(STAMP) ## Circle's client for Node against the sandbox (needs node and npm)
	@npm install --silent --no-audit --no-fund --no-save --prefix $(NODE_SDK) $(NODE_PACKAGE)
	@$(BIN)/python -m pytest tests/sandbox/test_node_circle_sdk.py -rs

lint: $(STAMP) ## style, format, import rules, and what migrations may do
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports
	@$(BIN)/python -m scripts.check_migrations

types: $(STAMP) ## mypy, strict
	@$(BIN)/mypy

fmt: $(STAMP) ## format, and fix what can be fixed
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

live: $(STAMP) ## the providers' own sandboxes, with the keys in the environment
	@STACK_LIVE=1 $(BIN)/python -m pytest tests/live

migrate: $(STAMP) ## bring the database of DATABASE_URL to head
	@$(BIN)/python -m entrypoints.migrate

rehearse: $(STAMP) ## upgrade from the release before with open processes, and go back
	@$(BIN)/python -m tests.rehearsal

observe: $(STAMP) ## everything with Prometheus, Alertmanager, dashboards and traces (OBSERVE=pictures: for docs/)
	@$(BIN)/python -m scripts.observability

alarms: $(STAMP) ## every alarm end to end against Prometheus and Alertmanager; writes the table in docs
	@$(BIN)/python -m tests.alarms

slo: $(STAMP) ## make rules, alerts, routes and dashboards from configs/slo.yaml
	@$(BIN)/python -m scripts.slo

faults: $(STAMP) ## every fault of the sandbox through the whole system; writes the table in docs
	@FAULTS_RESULTS=docs/sandbox-faults-results.md $(BIN)/python -m pytest tests/e2e/test_faults.py tests/e2e/test_combined_faults.py -m soak

bench: $(STAMP) ## the hot paths, measured
	@$(BIN)/python -m tests.bench

docs: $(DOCS_STAMP) ## the documentation site, links checked, into .artifacts/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

docs-serve: $(DOCS_STAMP) ## the documentation site on port 8000, built anew as pages change
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

hooks: $(STAMP) ## run `make lint` at every commit, and check the length of its subject
	@$(BIN)/pre-commit install

clean-data: ## forget the local databases and logs
	@test ! -d .data || find .data -maxdepth 1 -type l -exec sh -c 'rm -rf "$$(readlink "$$1")"' _ {} \;
	@rm -rf .data

clean: clean-data ## forget the virtual environment and every cache too
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* .artifacts

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@echo "Installing into .venv (about a minute, only when dependencies change) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(DOCS_STAMP): $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	@touch $@
