# Everything one does with a checkout. `make` alone lists the targets.

.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
UV := .venv/bin/uv
RUN := .venv/bin
PHUCVU_PORT ?= 8000
export PHUCVU_PORT

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- installing -----------------------------------------------------------------------------

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $$($(PYTHON) --version) was found (make PYTHON=python3.12 …)"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Install Python's venv module first: apt-get install python3-venv"; exit 1; }
	@.venv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

.make/python: .venv/bin/uv pyproject.toml uv.lock
	@mkdir -p .make
	$(UV) sync --frozen --inexact --no-dev --quiet
	@touch $@

.make/python-dev: .make/python
	$(UV) sync --frozen --inexact --quiet
	@touch $@

.make/packages: package.json package-lock.json
	@command -v npm >/dev/null || { echo "Node.js with npm is needed: apt-get install nodejs npm"; exit 1; }
	@mkdir -p .make
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.make/assets: .make/packages $(shell find assets src/phucvu/web/templates -type f)
	npm run --silent build
	@touch $@

.make/messages: .make/python $(shell find src/phucvu/locale -name '*.po')
	$(RUN)/python tools/messages.py compile
	@touch $@

.PHONY: setup
setup: .make/python .make/assets .make/messages ## Install everything the program needs, start nothing

.PHONY: setup-dev
setup-dev: setup .make/python-dev ## Install what the tests need too, the browser included
	@tools/browser

# --- running --------------------------------------------------------------------------------

.PHONY: run
run: setup ## Load the example and serve it on http://127.0.0.1:8000
	@$(RUN)/phucvu serve --example --port $(PHUCVU_PORT)

# --- checking -------------------------------------------------------------------------------

.PHONY: lint
lint: .make/python-dev ## Style, types, contracts between rooms, translations
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/python tools/messages.py check

# Two processes or more share a queue of test files; a file stays in one, with what it started.
WORKERS ?= auto
SHARED_QUEUE := -q -n $(WORKERS) --maxprocesses=8 --dist=loadfile --no-loadscope-reorder

.PHONY: test
test: setup-dev lint ## Lint, then every test: on SQLite, on PostgreSQL, in a browser
	@$(MAKE) --no-print-directory --keep-going test-sqlite test-postgresql

.PHONY: test-sqlite
test-sqlite: .make/python-dev
	@echo "Every test, on SQLite and in a browser:"
	@$(RUN)/pytest $(SHARED_QUEUE)

.PHONY: test-postgresql
test-postgresql: .make/python-dev
	@echo "What touches the store, again on PostgreSQL:"
	@$(RUN)/python -m tests.on_postgresql $(SHARED_QUEUE) -m database

.PHONY: oracle
oracle: setup .make/python-dev ## Hold every figure of a made-up province against a plain count; ORACLE="--seed 3 --store postgresql"
	$(RUN)/python -m tests.oracle $(ORACLE)

.PHONY: contract
contract: setup .make/python-dev ## Ask every address of the API with every check of schemathesis; CONTRACT="--examples 1000"
	$(RUN)/python -m tests.contract $(CONTRACT)

.PHONY: bench
bench: setup .make/python-dev ## Measure against peers; BENCH=quick for a small version, BENCH=pages for the site
	@$(UV) sync --frozen --inexact --quiet --group bench
	$(RUN)/python -m bench $(BENCH)

.PHONY: lighthouse
lighthouse: ## Lighthouse on the pages of the server at PHUCVU_PORT (`make run` beside it)
	cd tools/lighthouse && npm ci --no-audit --no-fund --loglevel=error && node run.mjs http://127.0.0.1:$(PHUCVU_PORT)

.PHONY: format
format: .make/python-dev ## Put the code in shape
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

.PHONY: clean
clean: ## Remove what was installed and built, keep the data in var/
	rm -rf .venv .make node_modules src/phucvu/web/static/dist
	find src -name '*.mo' -delete
