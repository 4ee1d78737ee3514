# Everything is set up in .venv, by what is locked; a second run finds it there. `make help` lists the targets.

HOST ?= 127.0.0.1
PORT ?= 8000
TESTS ?=
# One more than there are processors: most of the tests that take long wait for a browser or a process.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
HTMX_VERSION = 4.0.1

VENV = .venv
BIN = $(VENV)/bin
IS_PYTHON = import sys; sys.exit(not (3, 11) <= sys.version_info[:2])
# The first Python that runs and is new enough: a name alone may be a shim for a version that is not there.
PYTHON = $(shell for name in $(BIN)/python python3.13 python3.12 python3.11 python3 python; do \
  "$$name" -c '$(IS_PYTHON)' >/dev/null 2>&1 && { echo "$$name"; break; }; done)
# The lock is the whole list, so pip resolves nothing (--no-deps): a later release of anybody is never looked at.
# Wheels only: a source package would be built with whatever build tools are newest. PIP_USER=1 would leave .venv.
INSTALL = PIP_USER=0 $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile \
  --require-hashes --no-deps --only-binary :all:
PRODUCTION = SYNCSCOPE_ENV=production ALLOWED_HOSTS=syncscope.example REDIS_URL=redis://redis.example/0 \
  SECRET_KEY=a-key-for-this-check-only-0123456789-abcdefghijklmnopqrstuvwxyz

.PHONY: help demo password install setup test test-fast test-postgresql coverage lint bench lock picture vendor clean \
  python address
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

demo: address $(VENV)/runtime.stamp ## Serve the product on HOST (127.0.0.1; 0.0.0.0 for the room) and PORT (8000)
	@$(BIN)/python manage.py demo --host '$(HOST)' --port '$(PORT)'

password: $(VENV)/runtime.stamp ## Set another password for the demo's admin account
	@$(BIN)/python manage.py changepassword admin

install: $(VENV)/runtime.stamp ## Install what an installation needs, see OPERATIONS.md

setup: $(VENV)/dev.stamp ## Install everything that the tests and checks need

test: $(VENV)/dev.stamp ## Run all tests, or TESTS="path or -k name"
	SYNCSCOPE_ENV=test $(BIN)/python -m pytest --numprocesses $(WORKERS) $(TESTS)

coverage: $(VENV)/dev.stamp ## Run all tests and report the coverage, which takes about twice as long
	SYNCSCOPE_ENV=test $(BIN)/python -m pytest --numprocesses $(WORKERS) --cov $(TESTS)

test-fast: $(VENV)/dev.stamp ## Run the tests that need no browser, no database, no process and no long search
	SYNCSCOPE_ENV=test $(BIN)/python -m pytest --numprocesses auto -m 'not browser and not django_db and not slow' $(TESTS)

# What asks the database: services, labs and their past, scenarios, forks, views. Each test file is a process's own.
ON_POSTGRESQL = tests/labs tests/lab tests/scenarios tests/compare tests/start tests/explorations tests/explorer/test_views.py
test-postgresql: $(VENV)/dev.stamp ## Run the tests of what is stored on PostgreSQL, which must be installed
	$(BIN)/python -m tests.support.postgresql --numprocesses $(WORKERS) $(if $(TESTS),$(TESTS),$(ON_POSTGRESQL))

lint: $(VENV)/dev.stamp ## Check form, types, import directions, templates, migrations and production settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/picture.py --check
	$(BIN)/djade --target-version 5.2 --check $$(find templates -name '*.html')
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(VENV)/dev.stamp ## Run the benchmarks in turn
	@set -e; for file in tests/benchmarks/bench_*.py; do \
	  module=$$(basename "$$file" .py); echo "== $$module"; \
	  DJANGO_SETTINGS_MODULE=core.settings SYNCSCOPE_ENV=test $(BIN)/python -m "tests.benchmarks.$$module"; done

lock: $(VENV)/dev.stamp ## Lock the packages anew (UPGRADE=--upgrade takes newer ones)
	$(BIN)/uv pip compile pyproject.toml $(LOCK) --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCK) --group dev --constraint requirements.lock \
	  --output-file requirements-dev.lock
LOCK = --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header $(UPGRADE)

picture: $(VENV)/dev.stamp ## Draw the imports anew for ARCHITECTURE.md
	$(BIN)/python .ci/picture.py

vendor: ## Fetch htmx anew and compare it with its SHA256SUMS
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	  npm pack --silent --pack-destination "$$folder" htmx.org@$(HTMX_VERSION) >/dev/null; \
	  tar -xzf "$$folder"/*.tgz -C "$$folder"; \
	  for file in htmx.min.js ext/hx-ws.min.js; do cat "$$folder/package/dist/$$file"; echo; done \
	    > static/vendor/htmx/htmx-ws.js; \
	  cp "$$folder/package/LICENSE" static/vendor/htmx/LICENSE; \
	  cd static/vendor/htmx; sha256sum --check SHA256SUMS

clean: ## Remove what tools made; the demo's data in var/ stay
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@test -n '$(PYTHON)' || { echo 'Syncscope needs Python 3.11, 3.12 or 3.13, and none was found.' >&2; exit 1; }

address: python
	@$(PYTHON) -B -m core.demo.address '$(HOST)' '$(PORT)'

$(VENV)/pyvenv.cfg: | python
	@echo 'Making $(VENV) …'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'Python could not make a virtual environment; on Debian install python3-venv.' >&2; exit 1; }

$(VENV)/runtime.stamp: requirements.lock | $(VENV)/pyvenv.cfg
	@echo 'Installing what the product needs …'
	@$(INSTALL) -r requirements.lock
	@touch $@

# The second lock contains the first.
$(VENV)/dev.stamp: requirements-dev.lock requirements.lock | $(VENV)/pyvenv.cfg
	@echo 'Installing what the tests and checks need …'
	@$(INSTALL) -r requirements-dev.lock
	@touch $@ $(VENV)/runtime.stamp
