# SPDX-License-Identifier: EUPL-1.2
# `make run` and `make test` do all the set-up themselves; everything is installed from the lock files.

SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(if $(shell command -v uv),uv pip install --python $(BIN)/python,$(PYTHON) -m pip --python $(BIN)/python install)
ADR_RULESET ?=
SBOM = $(BIN)/python -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml \
  --output-reproducible --output-format JSON --output-file sbom.cdx.json
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check sbom format lock openapi bench bench-groei fuzz belasting clean

run: .venv/stamp  ## the service with an embedded PostgreSQL and a demo region
	@PORT=$(PORT) exec $(BIN)/noaber serve

test: .venv/stamp  ## every test, on all cores, with the coverage bound on the pure rooms
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term-missing:skip-covered

check: .venv/stamp  ## format, lint, types, import direction, migrations, OpenAPI drift, known weaknesses, ADR rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.checks.migraties
	$(BIN)/python -m tests.checks.openapi
	$(BIN)/python -m tests.checks.audit
	$(SBOM) --no-validate
	tests/checks/adr.sh $(ADR_RULESET)

sbom: .venv/stamp  ## all that the service stands on, as CycloneDX, into sbom.cdx.json
	$(SBOM) --validate

format: .venv/stamp  ## let ruff format and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

openapi: .venv/stamp  ## write openapi.yaml anew from the code
	$(BIN)/noaber openapi > openapi.yaml.new && mv openapi.yaml.new openapi.yaml

bench: .venv/stamp  ## how fast it is beside the machine's limit, into docs/prestaties.md (8 minutes)
	$(BIN)/python -m bench

bench-groei: .venv/stamp  ## the same with ever more boekingen present (longer)
	$(BIN)/python -m bench groei

fuzz: .venv/stamp  ## bad input of every kind for FUZZ_MINUTES (60), into docs/betrouwbaarheid.md
	$(BIN)/python -m tests.fuzz $(FUZZ)

belasting: .venv/stamp  ## 500 clients at once for five minutes, then the books, into docs/betrouwbaarheid.md
	$(BIN)/python -m tests.belasting

lock:  ## resolve the lock files anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate \
	  --no-emit-index-url pyproject.toml --group dev --upgrade -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate \
	  --no-emit-index-url pyproject.toml --group build -c requirements-dev.lock -o requirements.lock

clean:  ## remove the virtual environment and caches; the data folder stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .coverage

# A bare Debian has no ensurepip: the environment is made without pip, and the system's pip fills it.
.venv/stamp: requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	@echo "Installing from requirements-dev.lock ..."
	@$(INSTALL) --quiet --require-hashes -r requirements-dev.lock
	@$(INSTALL) --quiet --no-deps --no-build-isolation -e .
	@touch $@
