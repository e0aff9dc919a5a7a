# chipwire: every target bootstraps what it needs on a machine with Python >= 3.11, make and a package registry.
.DEFAULT_GOAL := help
.PHONY: help setup demo run test check fmt train bench soak schemas interop check-tags lock clean
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PEERS := .venv-bench/.ready
FEEDS ?= deploy/feeds.yaml
DATA ?= ../shared/data
# Two processes, each with a broker of its own: half of what a suite does on Kafka is wait.
TWICE := -n 2 --dist worksteal

help: ## List every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.venv/bin/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip --quiet install --disable-pip-version-check uv

$(READY): .venv/bin/uv requirements-dev.txt pyproject.toml
	$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY) ## Install everything into .venv, and nothing else

demo: $(READY) ## Run the whole pipeline on real Kafka over the demo newsroom
	$(BIN)/python -m services.local.demo

run: $(READY) ## Run the pipeline over FEEDS=deploy/feeds.yaml until Ctrl-C
	$(BIN)/chipwire up --feeds "$(FEEDS)"

test: check ## Everything: check, then the suites on a real broker
	$(BIN)/python -m pytest tests --ignore=tests/unit --ignore=tests/interop -m "not soak" $(TWICE) --durations=15

check: $(READY) ## Format, lint, types, import rules, unit tests (under a minute)
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/unit $(TWICE)

fmt: $(READY) ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

train: $(READY) ## Fit the classifier's weights to the labelled items: same items, same bytes
	$(BIN)/python -m services.classifier.train tests/eval/classify.jsonl $(DATA)/classify/dev.jsonl > .model.json
	mv .model.json services/classifier/data/model.json

$(PEERS): .venv/bin/uv requirements-bench.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-bench
	$(BIN)/uv pip sync --quiet --require-hashes --python .venv-bench/bin/python requirements-bench.txt
	@touch $@

bench: $(PEERS) ## Measure beside the peers, in a venv of their own; every ratio within one run; PARTS="extraction feeds" for some
	.venv-bench/bin/python -m tests.bench $(PARTS)

soak: $(READY) ## The fault suite, long form (20 kills and more)
	$(BIN)/python -m pytest tests/integration -m soak

schemas: $(READY) ## Write shared/schemas and docs/asyncapi.yaml from the models; RELEASE=0.2.0 keeps a copy for ever
	$(BIN)/python -m shared.schemas $(RELEASE)

interop: $(READY) ## Consumers in other languages against a real broker; those without a toolchain here are named
	$(BIN)/python -m pytest -rs tests/interop

check-tags: $(READY) ## What this checkout changes in the tags of the examples against BASE=main, within MAX_CHANGED=2%
	$(BIN)/python -m tests.contract.tags $(or $(BASE),main) --max-changed $(or $(MAX_CHANGED),2%) -o table

lock: .venv/bin/uv ## Pin every dependency, with hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --upgrade pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --upgrade pyproject.toml --group dev -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --upgrade pyproject.toml --group bench -c requirements.txt -o requirements-bench.txt

clean: ## Remove everything that was installed or made here
	-$(BIN)/chipwire kafka down
	rm -rf .venv .venv-bench .chipwire .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
