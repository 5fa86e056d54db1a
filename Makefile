# make run [CORPUS=folder]   the chat over a folder of articles (the sample corpus by default)
# make test                  everything the tests need, then the tests
# make check                 what CI runs: lint, types, tests with warnings as errors

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: setup browser run test check lint faults bench bench-llm cluster milvus

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

# A file's tests share what is dear to make, so a file stays with one process.
test: setup browser
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --ignore tests/test_index_cluster.py

check: lint test

# The larger faults: 1,000 kills, every write and fsync failed once, 1,000 flipped bytes.
faults: setup
	FAULTS=10 $(BIN)/python -m pytest -rP tests/test_index_storage_faults.py

# Encoding on a Ray cluster of two workers. Apart, because Ray gives up what has not started in 30 s.
cluster: setup
	$(BIN)/pip install --disable-pip-version-check -q -c constraints.txt -e '.[cluster]'
	$(BIN)/python -m pytest tests/test_index_cluster.py

# The dense part against the genuine Milvus 2.3.5, in a network namespace of its own (needs root).
milvus: setup
	$(PYTHON) -m venv $(VENV)/milvus
	$(VENV)/milvus/bin/pip install --disable-pip-version-check -q milvus==2.3.5
	command -v ip >/dev/null || { apt-get update -qq && apt-get install -y -qq iproute2; }
	$(BIN)/python -m benchmarks.milvus_standalone $(VENV)/milvus/bin/milvus-server

# hoidap beside LangChain on the same weights: make bench ARTICLES=tuoitre2024.jsonl.gz
bench: setup
	$(BIN)/pip install --disable-pip-version-check -q -c constraints.txt -e '.[bench]'
	$(BIN)/python -m benchmarks.against_langchain '$(ARTICLES)'

# What a language model says and what verification lets through: make bench-llm BASE_URL=… MODEL=…
bench-llm: setup
	$(BIN)/python -m benchmarks.answers_by_model '$(BASE_URL)' '$(MODEL)' \
	  $(if $(CORPUS),--corpus '$(CORPUS)') $(if $(QUESTIONS),--questions '$(QUESTIONS)')
