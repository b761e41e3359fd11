# Two commands do everything on a bare machine: `make demo` and `make test`. The rest serves those who change the code.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
SYSTEM_LIBRARIES := libpango-1.0.so.0=libpango-1.0-0 libpangoft2-1.0.so.0=libpangoft2-1.0-0 \
	libharfbuzz-subset.so.0=libharfbuzz-subset0

.PHONY: demo serve test test-services test-clients test-browser sweep month lint types bench gallery engines judge licences audit clean system wheel

demo: $(VENV)/.installed
	$(BIN)/python -m samples.demo out

# The desk: forms filled in in the browser.
serve: $(VENV)/.installed
	$(BIN)/biaodan serve --open

# The tests start many processes: with the bytecode kept, none of them compiles the package anew.
test: $(VENV)/.tested
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(JOBS)
	@echo "Left out: the tests against real servers (PostgreSQL, Dask, S3). 'make test-services' installs and runs them."
	@echo "Left out: forms filled in by LibreOffice, Chromium and pdf.js. 'make test-clients' installs and runs them."
	@echo "Left out: the desk's page in a browser. 'make test-browser' installs and runs it."

# Real servers: installed here, started by the tests on free ports of this machine, stopped when they end.
test-services: $(VENV)/.tested
	sh .ci/install-services.sh
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev,services]"
	$(BIN)/python -m pytest -m services $$(grep -rl "mark\.services" tests --include="*.py")

# Programs that people fill in forms with: LibreOffice, Chromium's viewer of PDFs and pdf.js, each started by the tests.
test-clients: $(VENV)/.tested
	sh .ci/install-clients.sh $(VENV)/clients
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev,clients]"
	$(BIN)/python -m pytest -m clients tests/clients

# The desk's page in a real browser: every form filled in, keys alone, faults of the network, axe.
test-browser: $(VENV)/.tested
	sh .ci/install-browser.sh build/axe
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev,browser]"
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(JOBS) -m browser tests/browser

# A whole month, as a script would make it: sample issues and surveys, the summaries, the report on satisfaction.
MONTH ?= 2024-05
month: $(VENV)/.installed
	@mkdir -p out/month
	$(BIN)/python -m samples.month --rows 2000 --seed 1 --months 2 --month $(MONTH) --out out/month/issues.jsonl
	$(BIN)/python -m samples.survey --rows 300 --seed 1 --month $(MONTH) --out out/month/surveys.jsonl
	$(BIN)/biaodan summary $(MONTH) out/month/issues.jsonl -o out/month/summary --force
	$(BIN)/biaodan summary $(MONTH) out/month/issues.jsonl -o out/month/departments --by department --pdf-engine typst --resume
	$(BIN)/biaodan satisfaction $(MONTH) out/month/surveys.jsonl -o out/month/satisfaction --sent 450 --force

# What everyday tests try a part of: a million numbers and addresses, records at random filled in and read back, and every
# form with its personal values, which SWEPT="-k canaries" tries alone. All of it takes most of an hour.
SWEPT ?=
sweep: $(VENV)/.tested
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(JOBS) -m sweep $$(grep -rl "mark\.sweep" tests --include="*.py") $(SWEPT)

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/biaodan lint schemas/*/*.json

types: $(VENV)/.tested
	$(BIN)/mypy

bench: $(VENV)/.tested
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev,bench]"
	$(BIN)/python -m benchmarks --write docs/benchmarks.md

gallery: $(VENV)/.tested
	$(BIN)/python -m samples.gallery docs/pictures
	$(BIN)/python -m samples.catalogue docs

engines: $(VENV)/.tested
	$(BIN)/python -m samples.engines out/engines

# Measures on the pages of the whole catalogue what readers see: a quarter of an hour on two cores. Needs LibreOffice.
judge: $(VENV)/.tested
	sh .ci/install-checkers.sh
	$(BIN)/python -m samples.judge --out out/judge --jobs $(JOBS)

# Writes the page, and fails where a licence isn't allowed or isn't what the library itself says.
licences: $(VENV)/.tested
	$(BIN)/python -m samples.dependencies docs

audit: $(VENV)/.tested
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev,audit]"
	$(BIN)/python -m samples.audit

wheel: $(VENV)/.tested
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) out dist build

# The interpreter's own part and the system's libraries: installed as root, otherwise the line to run is printed.
system:
	@PYTHON="$(PYTHON)" sh ./install-system.sh $(SYSTEM_LIBRARIES)

# A fresh Python brings an old pip, and before 3.12 an old setuptools that nothing of ours needs.
$(VENV)/.installed: pyproject.toml constraints.txt install-system.sh
	@PYTHON="$(PYTHON)" sh ./install-system.sh $(SYSTEM_LIBRARIES)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --upgrade pip
	$(BIN)/python -m pip uninstall -qq --yes setuptools
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	$(BIN)/python -c "from generator.writers.fonts import prepare; prepare()"
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	@touch $@
