# Every target makes its own environment when it is missing, and again when what it is made of has changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

BENCH := .venv-bench
BENCH_READY := $(BENCH)/.ready

.PHONY: setup demo test test-long lint bench bench-quick serve docs

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

bench: $(READY) $(BENCH_READY)
	$(BENCH)/bin/python benchmarks/run.py
	$(BIN)/python benchmarks/picture.py docs/speed.svg

bench-quick: $(READY) $(BENCH_READY)
	$(BENCH)/bin/python benchmarks/run.py --quick

# The other solvers, in an environment of their own. Who cannot be built is left out and becomes a row that says so.
$(BENCH_READY): benchmarks/requirements.txt pyproject.toml constraints.txt
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@while read -r package; do case "$$package" in '#'*) continue;; esac; \
		$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check "$$package" || echo "Not built: $$package"; \
	done < benchmarks/requirements.txt
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check 'cmake<4' scikit-build ninja 'setuptools<81' wheel
	@PATH="$(CURDIR)/$(BENCH)/bin:$$PATH" CMAKE_POLICY_VERSION_MINIMUM=3.5 $(BENCH)/bin/python -m pip install --quiet \
		--disable-pip-version-check --no-build-isolation numbalsoda==0.3.4 || echo "Not built: numbalsoda (needs gfortran)"
	@touch $@

serve: $(READY)
	@$(BIN)/epsom serve

# What pages link to outside docs is copied to where their links then point.
docs: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	@rm -rf build/docs build/src
	$(BIN)/mkdocs build --quiet --strict
	@mkdir -p build/src/epsom/data && cp -R src/epsom/data/examples src/epsom/data/schemas build/src/epsom/data
	$(BIN)/epsom evaluate --html build/docs/held-against-people.html > build/docs/held-against-people.txt
	@echo "Open build/docs/index.html; studies, one by one: build/docs/held-against-people.html"
