# make run | test | check | bench | demo-reset. Each of them installs first when it has to.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PORT ?= 8000
WORKERS ?= 2
CASES ?= 1000000

.PHONY: install run test check client bench format lock demo-reset clean

install: $(STAMP)

# Done again only when the resolution changes. A half-done one has no stamp and is begun anew.
$(STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Cần Python 3.11 trở lên. / Python 3.11 or later is needed." if sys.version_info < (3, 11) else 0)'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement requirements.lock
	cp requirements.lock $(STAMP)

run: install
	@exec $(BIN)/python manage.py up --port $(PORT)

test: install
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

# A TypeScript client from the published document, compiled and run: docs/how-to/generate-a-client.md. Needs Node.js.
client: install
	cd tests/clients/typescript && npm install --no-audit --no-fund && npm run generate && npm run check
	$(BIN)/python -m pytest tests/clients/check_typescript.py -s

# What it measures, and how long it takes: docs/how-to/measure.md. Less: make bench CASES=100000 ARGS="--only W4,W5".
bench: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/requirements-bench.txt
	$(BIN)/python -m benchmarks run --cases $(CASES) $(ARGS)

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

demo-reset: install
	$(BIN)/python manage.py demo_reset --yes

# Resolve requirements.txt afresh, in an environment of its own.
lock:
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	{ echo "# Full resolution of requirements.txt. Made by \`make lock\`; do not edit."; \
	  $(VENV)-lock/bin/python -m pip freeze --disable-pip-version-check \
	    --exclude pip --exclude setuptools --exclude async-timeout; \
	  sed -n '/^[^#]*;/s/ *#.*//p' requirements.txt; } > requirements.lock
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
