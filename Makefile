# Everything one does with this project. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8080
DATA_DIR ?= data
T ?= tests

.PHONY: help run test check format bench lock clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run  ## a server on the embedded help desk with sample data; honours HOST PORT DATA_DIR
	HOST=$(HOST) PORT=$(PORT) DATA_DIR=$(DATA_DIR) $(BIN)/osticket-api demo

test: $(VENV)/.dev  ## the whole suite, or T=path; on MariaDB too where mariadbd is found
	$(BIN)/pytest $(T)

check: $(VENV)/.dev  ## format, lint, types, imports, house rules
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tests/house_rules.py

format: $(VENV)/.dev  ## let ruff format and fix
	$(BIN)/ruff format src tests bench
	$(BIN)/ruff check --fix src tests bench

bench: $(VENV)/.dev  ## measure against a bare floor on MariaDB with 500,000 tickets
	$(BIN)/python -m bench

lock:  ## write requirements/*.txt again from pyproject.toml (needs uv)
	uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate -q -o requirements/run.txt
	uv pip compile pyproject.toml requirements/build.in --extra dev -c requirements/run.txt --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements/dev.txt

clean:  ## remove the virtual environment and the sample help desk
	rm -rf $(VENV) $(DATA_DIR)

$(VENV)/bin/python:
	PYTHON=$(PYTHON) sh tools/make-venv.sh $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --require-hashes -r requirements/run.txt
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --require-hashes -r requirements/dev.txt
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run
