# Two commands do everything: `make demo` and `make test`. Both install first what they need, into .venv.
PYTHON ?= python3.11
VENV ?= .venv
SCALE ?= default
BIN := $(VENV)/bin
UV := $(BIN)/uv
INSTALLED := $(VENV)/.installed
INSTALLED_SPARK := $(VENV)/.installed-spark

export DAGSTER_DISABLE_TELEMETRY = 1
export DO_NOT_TRACK = 1
export RUNTIME__DLTHUB_TELEMETRY = false

.PHONY: demo test test-sequences test-spark lint unit bench install spark lock clean

demo: install ## run the whole pipeline on the sandbox company and say where the reports are
	@$(BIN)/salesops demo

test: install lint unit ## everything that CI checks

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	cd dbt_project && $(abspath $(BIN))/sqlfluff lint models tests --processes 2

unit: install
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not spark and not sequences"
	@echo "left out: the tests marked spark, which need a Java and 450 MB of packages; make test-spark runs them"
	@echo "left out: 192 of the 200 random load sequences, which take 23 minutes on two cores; make test-sequences runs them"

test-sequences: install ## built step by step is the same as built at once, over all random sequences of loads
	$(BIN)/python -m pytest -n 2 -m sequences

test-spark: spark ## the same tables from Spark on a local cluster as from DuckDB; needs Java 17
	$(BIN)/python -m pytest -m spark

bench: install ## measure the pipeline and write docs/performance.md; SCALE=large or full for the largest scales
	$(BIN)/python -m tests.benchmarks --scale $(SCALE)

install: $(INSTALLED)

$(INSTALLED): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed; try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# The installer itself comes from the lock file too, with its hashes.
	@awk '/^[a-zA-Z0-9]/ { keep = /^uv==/ } keep' requirements.lock > $(VENV)/uv.lock
	@test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

spark: $(INSTALLED_SPARK) ## add what the Spark target needs to the environment

$(INSTALLED_SPARK): $(INSTALLED) requirements-spark.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --require-hashes --compile-bytecode -r requirements-spark.lock
	@touch $@

COMPILE = $(UV) pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header

lock: install ## refresh the lock files to the newest versions that pyproject.toml allows
	$(COMPILE) --upgrade --extra dev --output-file requirements.lock
	@# Only what Spark adds: the packages that are not in the other lock file.
	$(COMPILE) --quiet --extra dev --extra spark --constraint requirements.lock | awk \
		'NR == FNR { if (/^[a-zA-Z0-9]/) known[$$1]; next } /^[a-zA-Z0-9]/ { keep = !($$1 in known) } keep' \
		requirements.lock - > requirements-spark.lock

clean: ## remove what the pipeline wrote; the environment stays
	rm -rf data dbt_project/target dbt_project/logs
