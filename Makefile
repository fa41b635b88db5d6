# Everything one does with this project. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8080
DATA_DIR ?= data
T ?= tests
COVERED ?= 100
N ?= 20000
SEED ?=

.PHONY: help run test cover check format openapi settings docs describe postman newman clients package hosts bench fuzz load soak lock lock-clients clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run  ## a server on the embedded help desk with sample data; honours HOST PORT DATA_DIR
	HOST=$(HOST) PORT=$(PORT) DATA_DIR=$(DATA_DIR) $(BIN)/osticket-api demo

test: $(VENV)/.dev $(VENV)/.clients  ## the whole suite, or T=path; on MariaDB too where mariadbd is found
	$(BIN)/pytest $(T)

cover: $(VENV)/.dev  ## coverage by branch of the whole suite, or T=path; fails below 100 % in access and legacy, 90 % in all
	$(BIN)/pytest $(T) --cov --cov-report=
	$(BIN)/coverage report --fail-under=90
	$(BIN)/coverage report --include='src/osticket_api/access/*,src/osticket_api/legacy/*' --fail-under=$(COVERED)

check: $(VENV)/.dev  ## format, lint, types, imports, house rules
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tests/house_rules.py

format: $(VENV)/.dev  ## let ruff format and fix
	$(BIN)/ruff format src tests bench
	$(BIN)/ruff check --fix src tests bench

openapi: $(VENV)/.run  ## write docs/openapi.json and docs/asyncapi.json again, after routes or events have changed
	$(BIN)/osticket-api openapi --output docs/openapi.json
	$(BIN)/osticket-api asyncapi --output docs/asyncapi.json

settings: $(VENV)/.run  ## write .env.example again, after settings have changed
	$(BIN)/osticket-api settings --output .env.example

docs: $(VENV)/.run $(VENV)/.docs  ## build the docs site into site/, with its reference pages from the code
	$(BIN)/python tools/write_reference.py docs/reference
	NO_MKDOCS_2_WARNING=true $(VENV)/docs/bin/mkdocs build --strict --quiet
	@echo "open site/index.html"

describe: $(VENV)/.describe  ## lint docs/openapi.json with redocly and spectral (needs npm)
	cd $(VENV)/describe && REDOCLY_TELEMETRY=off npx --no redocly lint --config redocly.yaml $(CURDIR)/docs/openapi.json
	cd $(VENV)/describe && npx --no spectral lint --fail-severity hint --ruleset spectral.yaml $(CURDIR)/docs/openapi.json

postman:  ## write a Postman collection of every operation, and its environment, into postman/
	$(PYTHON) tools/write_postman.py docs/openapi.json postman

newman: $(VENV)/.run $(VENV)/.newman postman  ## run what the collection reads, by newman on a help desk of sample data (needs npm)
	sh tools/run-postman.sh postman $(VENV)/newman/node_modules/.bin/newman $(BIN)/osticket-api

clients: $(VENV)/.clients  ## build clients/python and clients/typescript from docs/openapi.json (needs npm)
	sh tools/build-clients.sh $(VENV)/clients

package:  ## build dist/*.whl and dist/*.tar.gz, and try each alone in an empty environment
	PYTHON=$(PYTHON) sh tools/check-package.sh

hosts: $(VENV)/.dev  ## two hosts and one database: what each knows of the other, and what is noticed when one dies (needs root)
	$(BIN)/python -m bench.hosts

bench: $(VENV)/.dev  ## measure against a bare floor on MariaDB with 500,000 tickets; then starts, and 10,000 open streams
	$(BIN)/python -m bench
	$(BIN)/python -m bench.start
	$(BIN)/python -m bench.streams

fuzz: $(VENV)/.dev  ## N=20000 requests by schemathesis, as every kind of caller, from a new SEED; fuzz-found/ has what it finds
	$(BIN)/python -m tests.fuzz --cases $(N) $(if $(SEED),--seed $(SEED))

load: $(VENV)/.dev  ## a thousand clients, reads and writes mixed, on MariaDB with 500,000 tickets
	$(BIN)/python -m bench.mixed

soak: $(VENV)/.dev  ## the same mix for ten minutes: fails where memory, files or connections grow
	$(BIN)/python -m bench.soak

lock:  ## write requirements/*.txt again from pyproject.toml (needs uv)
	uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate -q -o requirements/run.txt
	uv pip compile pyproject.toml requirements/build.in --extra dev -c requirements/run.txt --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements/dev.txt
	uv pip compile pyproject.toml requirements/build.in --extra otel --extra sentry -c requirements/dev.txt --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements/reporting.txt
	uv pip compile pyproject.toml requirements/build.in --extra s3 -c requirements/dev.txt --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements/s3.txt
	uv pip compile pyproject.toml requirements/build.in --extra nats --extra amqp --extra kafka -c requirements/dev.txt --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements/relay.txt
	uv pip compile pyproject.toml requirements/build.in --extra binlog -c requirements/dev.txt --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements/binlog.txt
	uv pip compile requirements/package.in --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate -q -o requirements/package.txt
	uv pip compile requirements/docs.in --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate -q -o requirements/docs.txt

lock-clients:  ## write the locks in requirements/clients, describe and postman again (needs uv and npm)
	uv pip compile requirements/clients/python.in --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate -q -o requirements/clients/python.txt
	for each in clients describe postman; do npm install --prefix requirements/$$each --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund; done

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

$(VENV)/.docs: requirements/docs.txt | $(VENV)/bin/python
	PYTHON=$(PYTHON) sh tools/make-venv.sh $(VENV)/docs
	$(VENV)/docs/bin/pip install -q --require-hashes -r requirements/docs.txt
	@touch $@

$(VENV)/.describe: requirements/describe/package-lock.json requirements/describe/redocly.yaml requirements/describe/spectral.yaml
	mkdir -p $(VENV)/describe
	cp requirements/describe/* $(VENV)/describe
	npm ci --silent --no-audit --no-fund --prefix $(VENV)/describe
	@touch $@

$(VENV)/.newman: requirements/postman/package-lock.json
	mkdir -p $(VENV)/newman
	cp requirements/postman/* $(VENV)/newman
	npm ci --silent --no-audit --no-fund --prefix $(VENV)/newman
	@touch $@

$(VENV)/.clients: requirements/clients/python.txt requirements/clients/package-lock.json | $(VENV)/bin/python
	PYTHON=$(PYTHON) sh tools/make-clients.sh $(VENV)/clients
	@touch $@
