# Everything installs into .venv; stamp files there make the second call fast, and an interrupted one goes on.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A lock names everything, so pip need not resolve it again (a quarter less work); `pip check` in lint looks for gaps.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock'
# A part of the suite covers a part of the code, so only the whole run is held to the figure in pyproject.toml.
COVERAGE = $(if $(ARGS),,--cov --cov-report=)
ENGINE_PINS := $(wildcard packprod/embedded/engine/package*.json)

.PHONY: help install run test lint format lock bench clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: $(VENV)/.run-installed ## Install what running needs, the embedded engine included

run: $(VENV)/.run-installed ## Start everything in the foreground; Ctrl-C ends it
	@$(BIN)/python -m packprod.embedded

test: $(VENV)/.dev-installed $(VENV)/.browser-found ## Run the whole test suite; ARGS="-k name" for some of it
	@$(BIN)/python -m pytest $(COVERAGE) $(ARGS)

lint: $(VENV)/.dev-installed ## Check style, types, import directions, migrations and locks
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@PACKPROD_DATA_DIR=$(abspath $(VENV))/lint-data $(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python .ci/in_step.py
	@$(BIN)/python -m pip --disable-pip-version-check check

format: $(VENV)/.dev-installed ## Mend what can be mended of the style, and lay out all code alike
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(VENV)/.dev-installed ## Lock all dependencies after a change of requirements*.txt; ARGS=--upgrade for newer ones
	@$(LOCK) $(ARGS) requirements.txt -o requirements.lock
	@$(LOCK) $(ARGS) requirements-dev.txt -c requirements.lock -o requirements-dev.lock

bench: $(VENV)/.dev-installed ## Run the benchmark and print its table
	@$(BIN)/python -m bench $(ARGS)

clean: ## Remove what was installed and cached; data stays
	rm -rf $(VENV) staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "PackProd needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -P packprod/terminal.py "Python environment in $(VENV)" $(PYTHON) -m venv $(VENV) || \
		{ echo "Python can't make a venv here (Debian: apt install python3-venv)"; rm -rf $(VENV); exit 1; }

$(VENV)/.run-installed: requirements.lock $(ENGINE_PINS) packprod/embedded/install.py | $(BIN)/python
	@$(BIN)/python -P packprod/terminal.py "Python packages" $(filter-out --quiet,$(PIP)) -r requirements.lock || \
		{ echo "pip failed: check the network, then run make again"; exit 1; }
	@$(BIN)/python -m packprod.embedded.install
	@touch $@

$(VENV)/.dev-installed: requirements-dev.lock $(VENV)/.run-installed | $(BIN)/python
	@$(PIP) -r requirements-dev.lock || { echo "pip failed: check the network, then run make again"; exit 1; }
	@$(BIN)/python -c 'import pathlib, sysconfig; \
		pathlib.Path(sysconfig.get_path("purelib"), "packprod.pth").write_text(str(pathlib.Path.cwd()))'
	@touch $@

# The browser of the tests: Chromium as Debian packages it, or any that is on PATH already.
$(VENV)/.browser-found: | $(BIN)/python
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
		echo "Installing Chromium for the browser tests"; \
		$(if $(filter 0,$(shell id -u)),,sudo) apt-get update -qq && \
		$(if $(filter 0,$(shell id -u)),,sudo) apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
		{ echo "The browser tests need Chromium: install it (Debian: apt install chromium) and run make again"; exit 1; }
	@touch $@
