# Every target makes its own environment when it is missing, and again when what it is made of has changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup demo test test-long lint bench serve docs

setup: $(READY)
	@echo "Ready: $(BIN)/epsom"

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Epsom needs Python 3.11 or later; set PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Epsom and its tools into $(VENV)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/epsom simulate src/epsom/data/demo/scenario.yaml --people 1 > /dev/null
	@touch $@

demo: $(READY)
	@$(BIN)/epsom demo

test: $(READY)
	$(BIN)/python -m pytest -n 2 -m "not long"

test-long: $(READY)
	$(BIN)/python -m pytest -n 2 -m long

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright
	$(BIN)/lint-imports

bench:
	@echo "Not yet: benchmarks against other solvers come with a later version."

serve: $(READY)
	@$(BIN)/epsom serve

docs:
	@echo "Not yet: the built documentation comes with a later version. Read the Markdown in docs/."
