# banshi: `make run` starts the sample office, `make test` runs every test, `make check` asks the house's questions.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
LOCKS  := requirements/runtime.txt requirements/dev.txt
STAMP  := $(VENV)/.locked
PIP    := $(PY) -m pip --disable-pip-version-check --quiet
LOCKENV := build/lock
COMPILE := $(LOCKENV)/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

.PHONY: help env run test bench check format lock clean

help:  ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1 - /'

env: $(STAMP)  ## Make .venv (again only when the lock changes)

$(STAMP): $(LOCKS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "banshi needs Python 3.11 or newer; say which with: make $(firstword $(MAKECMDGOALS) env) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing; install it with: apt-get install python3-venv"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes $(addprefix --requirement ,$(LOCKS))
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

run: env  ## Start the sample office and print its address
	@exec $(PY) -m bot run

test: env  ## Run every test
	@$(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

bench: env  ## Measure against peers and limits (ARGS="1 50" for some of the loads)
	@test build/bench/.locked -nt requirements/bench.txt || { $(PYTHON) -m venv build/bench && \
		build/bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes \
		--requirement requirements/bench.txt && touch build/bench/.locked; }
	@$(PY) -m tests.bench build/bench/bin/python $(ARGS)

check: env  ## Lint, format check and strict types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

format: env  ## Lay the code out
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

lock: env  ## Find the newest versions and write the locks
	@test -x $(LOCKENV)/bin/pip-compile || { $(PYTHON) -m venv $(LOCKENV) && \
		$(LOCKENV)/bin/python -m pip --quiet --disable-pip-version-check install pip-tools; }
	@cd requirements && ../$(COMPILE) --output-file=runtime.txt runtime.in && ../$(COMPILE) --output-file=dev.txt dev.in && \
		../$(COMPILE) --output-file=bench.txt bench.in

.PHONY: soak
soak: env  ## Kill it, break it and feed it rubbish for MINUTES (30), and say whether it held
	@$(PY) -m tests.soak $(or $(MINUTES),30)

clean:  ## Remove what was made (never var/, where the office's facts are)
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
