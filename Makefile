# `make run` and `make test` need only Python 3.11 or newer; PYTHON= chooses the interpreter.
BIN := .venv/bin
RUN := .venv/.run
DEV := .venv/.dev
DOCS := .venv/.docs
NODE_SDK := .artifacts/node
NODE_PACKAGE := @circle-fin/developer-controlled-wallets@10.6.0
export DEMO PYTHON
# Where compiled modules are not kept, each start of a process costs twice as much.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test test-slow test-changed lint types unit coverage mutants hooks docs docs-serve fuzz sdk-node live migrate rehearse observe alarms slo faults reality simulate bench fmt lock clean-data clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: $(RUN) ## start everything and run the demo (DEMO=once exits after it, DEMO=off skips it)
	@$(BIN)/python -m entrypoints.local

test: $(DEV) ## run all tests, including the architecture rules
	@$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder

test-slow: $(DEV) ## run all tests as on a slow machine: TIMES=3 times beside busy processes, once on one core
	@$(BIN)/python -m tests.slow $(TIMES)

test-changed: $(DEV) ## run the tests that import what changed since BASE=main, but not those that only start it as a process
	@tests=$$($(BIN)/python -m scripts.changed_tests $(or $(BASE),main)) && \
		$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile $$tests

unit: $(DEV) ## run the tests that need no servers
	@$(BIN)/python -m pytest tests/unit tests/architecture

coverage: $(DEV) ## measure the branch coverage of the domain services by the tests without servers; fails below 95 %
	@$(BIN)/python -m pytest tests/unit tests/service tests/component -n logical --maxprocesses 8 --dist loadfile \
		--cov=domain --cov-report=
	@$(BIN)/python -m scripts.branch_coverage

mutants: $(DEV) ## check that unit tests notice changes of the domain: a sample (SEED=1 SAMPLE=200, 0 for all; MUTATE=paths)
	@$(BIN)/python -m scripts.mutants $(MUTATE) --seed $(or $(SEED),1) --sample $(or $(SAMPLE),200)

fuzz: $(DEV) ## send thousands of requests generated from the OpenAPI document
	@FUZZ_EXAMPLES=150 $(BIN)/python -m pytest tests/fuzz

sdk-node: $(DEV) ## run Circle's client for Node against the sandbox (needs node and npm)
	@npm install --silent --no-audit --no-fund --no-save --prefix $(NODE_SDK) $(NODE_PACKAGE)
	@$(BIN)/python -m pytest tests/sandbox/test_node_circle_sdk.py -rs

lint: $(DEV) ## check style, format, import rules and migrations
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports
	@$(BIN)/python -m scripts.check_migrations

types: $(DEV) ## check the types with mypy, strict
	@$(BIN)/mypy

fmt: $(DEV) ## format the code, and fix what ruff can fix
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

live: $(DEV) ## test against the providers' own sandboxes, with the keys in the environment
	@STACK_LIVE=1 $(BIN)/python -m pytest tests/live

migrate: $(RUN) ## apply the missing migrations to the database of DATABASE_URL
	@$(BIN)/python -m entrypoints.migrate

rehearse: $(DEV) ## rehearse the upgrade from the previous release with open processes, and the roll-back
	@$(BIN)/python -m tests.rehearsal

observe: $(DEV) ## start everything with Prometheus, Alertmanager, dashboards and traces (OBSERVE=pictures: for docs/)
	@$(BIN)/python -m scripts.observability

alarms: $(DEV) ## set off every alarm with Prometheus and Alertmanager; writes the table in docs
	@$(BIN)/python -m tests.alarms

slo: $(DEV) ## generate rules, alerts, routes and dashboards from configs/slo.yaml
	@$(BIN)/python -m scripts.slo

faults: $(DEV) ## run the whole system under every fault of the sandbox; writes the table in docs
	@FAULTS_RESULTS=docs/sandbox-faults-results.md $(BIN)/python -m pytest tests/e2e/test_faults.py tests/e2e/test_combined_faults.py -m soak

simulate: $(DEV) ## live random lives of the application in memory, by seed (FIRST=1 SEEDS=200 ACTS=60)
	@$(BIN)/python -m tests.simulation --first $(or $(FIRST),1) --seeds $(or $(SEEDS),200) --acts $(or $(ACTS),60)

reality: $(DEV) ## try every way in which clocks, servers, providers and people misbehave; writes the table in docs
	@REALITY_RESULTS=docs/reality-results.md $(BIN)/python -m pytest -m situation -n logical --maxprocesses 4 --dist loadfile

bench: $(DEV) ## measure the hot paths
	@$(BIN)/python -m tests.bench

docs: $(DOCS) ## build the documentation site into .artifacts/site, and check its links
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

docs-serve: $(DOCS) ## serve the documentation site on port 8000, rebuilt when pages change
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

hooks: $(DEV) ## run `make lint` at every commit, and check the length of its subject
	@$(BIN)/pre-commit install

clean-data: ## delete the local databases and logs
	@test ! -d .data || find .data -maxdepth 1 -type l -exec sh -c 'rm -rf "$$(readlink "$$1")"' _ {} \;
	@rm -rf .data

lock: $(DEV) ## renew constraints.txt (UPGRADE=--upgrade for newer versions)
	@sh scripts/install.sh lock $(UPGRADE)

clean: clean-data ## delete the virtual environment and every cache too
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
