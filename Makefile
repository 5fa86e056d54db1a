# make run [CORPUS=folder]   the chat over a folder of articles (the sample corpus by default)
# make test                  everything the tests need, then the tests
# make check                 what CI runs: lint, types, tests with warnings as errors

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: setup browser run test check lint faults bench

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --disable-pip-version-check -q -c constraints.txt -e '.[dev]'
	touch $@

browser:
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; } \
	  || { echo "The page's tests need Chromium: install your system's 'chromium' package." >&2; exit 1; }

run: setup
	$(BIN)/hoidap chat $(if $(CORPUS),--corpus '$(CORPUS)')

lint: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

test: setup browser
	$(BIN)/python -m pytest

check: lint test

# The larger faults: 1,000 kills, every write and fsync failed once, 1,000 flipped bytes.
faults: setup
	FAULTS=10 $(BIN)/python -m pytest tests/test_index_storage_faults.py

# hoidap beside LangChain on the same weights: make bench ARTICLES=tuoitre2024.jsonl.gz
bench: setup
	$(BIN)/pip install --disable-pip-version-check -q -c constraints.txt -e '.[bench]'
	$(BIN)/python -m benchmarks.against_langchain '$(ARTICLES)'
