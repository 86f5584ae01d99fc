# make demo   set everything up and run the built-in study into build/southwest
# make test   set everything up, browser and fonts too, and run every check
# make bench  measure the headline figures (ONLY=name for one); make docs; make lock; make clean; make distclean
# Everything lives in .venv; once it is there nothing below asks the network for anything.

PYTHON ?= python3
STUDY ?= southwest
OUT ?= build/$(STUDY)
ONLY ?=
PYTEST_ARGS ?= -n 2 --dist loadfile

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# the page's drawing code is bundled while the package is installed, so these ask for the installation again
BUNDLED := pyproject.toml $(wildcard hatch_build.py) $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)

export PYTHONHASHSEED ?= 0
# two cores are shared by the solver, the linear algebra and the tests; more threads than that only get in each
# other's way. Benchmarks run as Python does where nothing is set.
demo unit docs: export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports unit docs bench lock clean distclean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# //p' Makefile | head -4

demo: $(STAMP)/package
	$(BIN)/hinterland run $(STUDY) -o $(OUT)

test: lint types imports unit docs

lint: $(STAMP)/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP)/dev
	$(BIN)/mypy

imports: $(STAMP)/dev
	$(BIN)/lint-imports --no-cache

unit: $(STAMP)/dev $(STAMP)/browser $(STAMP)/peers
	$(BIN)/python -m pytest $(PYTEST_ARGS)

docs: $(STAMP)/dev
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/docs

bench: $(STAMP)/dev $(STAMP)/peers
	$(BIN)/python -m benchmarks $(ONLY)

lock: $(STAMP)/dev
	$(BIN)/python tools/lock.py

clean:
	rm -rf build dist docs/_build benchmarks/results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

distclean: clean
	rm -rf $(VENV) frontend/node_modules

$(STAMP)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "hinterland needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo not there)." >&2; \
	  echo "Install one and name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { \
	  echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu install the package python3-venv." >&2; exit 1; }
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/core: $(STAMP)/venv requirements.lock
	@echo "Installing the pinned packages into $(VENV) (a minute or so, once)"
	@$(PIP) install -qq --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(STAMP)/package: $(STAMP)/core $(BUNDLED)
	@echo "Installing hinterland itself and bundling the charts' script"
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMP)/dev: $(STAMP)/package requirements-dev.lock
	@echo "Installing what the tests and the documentation need"
	@$(PIP) install -qq --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

$(STAMP)/peers: $(STAMP)/venv requirements-peers.lock
	@echo "Installing the programs that we compare with into an environment of their own"
	@$(BIN)/python -m venv --clear $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip --disable-pip-version-check --no-input install -qq --require-hashes -r requirements-peers.lock
	@touch $@

$(STAMP)/browser: $(STAMP)/dev tools/browser.sh
	@bash tools/browser.sh $(BIN)
	@touch $@
