# On a fresh machine: `make quickstart` or `make test`. Everything else is made on the way.
#
#   make quickstart   train on real digits, in about ten seconds once installed
#   make test         the tests that a change must pass
#   make test-full    also those marked slow
#   make lint         ruff and pyright        make format   rewrite the code as ruff likes it
#   make bench        all benchmarks          make bench-gpu  those on a GPU
#   make clean        remove .venv and the caches
#
# PYTHON=/path/to/python chooses the interpreter; ARGS="..." goes on to the command.

VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Two workers pay on two cores: XLA compiles on one thread most of the time.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile
ARGS   ?=

.PHONY: quickstart install test test-full lint format bench bench-gpu clean

quickstart: $(VENV)/.installed-quickstart
	$(BIN)/addax quickstart $(ARGS)

install: $(VENV)/.installed-dev

test: $(VENV)/.installed-dev
	$(PYTEST) -m "not slow" $(ARGS)

test-full: $(VENV)/.installed-dev
	$(PYTEST) $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks $(ARGS)

bench-gpu: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks --device gpu $(ARGS)

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis

# A stamp holds what was installed, so that a second `make` starts at once.
$(VENV)/.installed-%: pyproject.toml hatch_build.py $(wildcard addax/native/src/*) | $(BIN)/pip
	@echo "Installing addax[$*] into $(VENV)"
	@$(PIP) --editable ".[$*]"
	@touch $@

# pip comes last into a new environment: without it, the making was interrupted.
$(BIN)/pip:
	@python=$$(PYTHON="$(PYTHON)" sh tools/find-python.sh) && \
	    echo "Creating $(VENV) with $$("$$python" --version)" && \
	    "$$python" -m venv --clear $(VENV)
