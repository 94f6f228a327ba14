# `make run` and `make test` need nothing but Python 3.11 or newer; PYTHON= says which.
BIN := .venv/bin
RUN := .venv/.run
DEV := .venv/.dev
DOCS := .venv/.docs
NODE_SDK := .artifacts/node
NODE_PACKAGE := @circle-fin/developer-controlled-wallets@10.6.0
export DEMO PYTHON

.DEFAULT_GOAL := help
.PHONY: help run test test-changed lint types unit coverage hooks docs docs-serve fuzz sdk-node live migrate rehearse observe alarms slo faults bench fmt lock clean-data clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: $(RUN) ## start everything and walk the demo (DEMO=once exits after it, DEMO=off skips it)
	@$(BIN)/python -m entrypoints.local

test: $(DEV) ## all tests, architecture rules included
	@$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile

test-changed: $(DEV) ## the tests that import what changed since BASE=main; not those that only start it as a process
	@tests=$$($(BIN)/python -m scripts.changed_tests $(or $(BASE),main)) && \
		$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile $$tests

unit: $(DEV) ## the tests without servers
	@$(BIN)/python -m pytest tests/unit tests/architecture

coverage: $(DEV) ## how much of the domain services the tests without servers reach; fails below 95 % of branches
	@$(BIN)/python -m pytest tests/unit tests/service tests/component -n logical --maxprocesses 8 --dist loadfile \
		--cov=domain --cov-report=
	@$(BIN)/python -m scripts.branch_coverage

fuzz: $(DEV) ## thousands of requests made from the OpenAPI document
	@FUZZ_EXAMPLES=150 $(BIN)/python -m pytest tests/fuzz

sdk-node: $(DEV) ## Circle's client for Node against the sandbox (needs node and npm)
	@npm install --silent --no-audit --no-fund --no-save --prefix $(NODE_SDK) $(NODE_PACKAGE)
	@$(BIN)/python -m pytest tests/sandbox/test_node_circle_sdk.py -rs

lint: $(DEV) ## style, format, import rules, and what migrations may do
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports
	@$(BIN)/python -m scripts.check_migrations

types: $(DEV) ## mypy, strict
	@$(BIN)/mypy

fmt: $(DEV) ## format, and fix what can be fixed
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

live: $(DEV) ## the providers' own sandboxes, with the keys in the environment
	@STACK_LIVE=1 $(BIN)/python -m pytest tests/live

migrate: $(RUN) ## bring the database of DATABASE_URL to head
	@$(BIN)/python -m entrypoints.migrate

rehearse: $(DEV) ## upgrade from the release before with open processes, and go back
	@$(BIN)/python -m tests.rehearsal

observe: $(DEV) ## everything with Prometheus, Alertmanager, dashboards and traces (OBSERVE=pictures: for docs/)
	@$(BIN)/python -m scripts.observability

alarms: $(DEV) ## every alarm end to end against Prometheus and Alertmanager; writes the table in docs
	@$(BIN)/python -m tests.alarms

slo: $(DEV) ## make rules, alerts, routes and dashboards from configs/slo.yaml
	@$(BIN)/python -m scripts.slo

faults: $(DEV) ## every fault of the sandbox through the whole system; writes the table in docs
	@FAULTS_RESULTS=docs/sandbox-faults-results.md $(BIN)/python -m pytest tests/e2e/test_faults.py tests/e2e/test_combined_faults.py -m soak

bench: $(DEV) ## the hot paths, measured
	@$(BIN)/python -m tests.bench

docs: $(DOCS) ## the documentation site, links checked, into .artifacts/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

docs-serve: $(DOCS) ## the documentation site on port 8000, built anew as pages change
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

hooks: $(DEV) ## run `make lint` at every commit, and check the length of its subject
	@$(BIN)/pre-commit install

clean-data: ## forget the local databases and logs
	@test ! -d .data || find .data -maxdepth 1 -type l -exec sh -c 'rm -rf "$$(readlink "$$1")"' _ {} \;
	@rm -rf .data

lock: $(DEV) ## renew constraints.txt (UPGRADE=--upgrade for newer versions)
	@sh scripts/install.sh lock $(UPGRADE)

clean: clean-data ## forget the virtual environment and every cache too
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* .artifacts

ifneq ($(shell PYTHON='$(PYTHON)' sh scripts/install.sh usable),yes)
.PHONY: $(RUN)
endif

$(RUN): pyproject.toml constraints.txt
	@sh scripts/install.sh local
	@touch $@

$(DEV): $(RUN)
	@sh scripts/install.sh dev
	@touch $@

$(DOCS): $(DEV)
	@sh scripts/install.sh docs
	@touch $@
