# Atlas. `make` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
SWIFT_SOURCES := Package.swift Sources Tests web/wasm

.PHONY: help run test test-kubernetes lint format docs web check bench bench-diagrams bench-realtime clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "  make %-16s %s\n", $$1, $$2 }'

run: ## install what is missing, build (release), start on http://127.0.0.1:8080
	@scripts/setup.sh run
	@scripts/build-web.sh
	@echo "==> Building the server (the first time takes several minutes)"
	@swift build -c release --product atlas
	@exec .build/release/atlas serve $(ARGS)

test: ## everything CI runs: lint, unit, service, end-to-end and browser tests, on SQLite and PostgreSQL
	@scripts/setup.sh test
	@scripts/build-web.sh
	@scripts/test.sh

test-kubernetes: ## the Kubernetes engine against a real API server, compiled the first time (not part of test)
	@scripts/setup-kubernetes.sh
	@scripts/test-kubernetes.sh

lint: ## formatting, function length, imports per layer
	@swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	@scripts/lint.py

format: ## lay out all Swift code
	@swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

docs: ## build the documentation of every module, links checked
	@scripts/docs.sh

web: ## build the web client into build/web
	@scripts/setup.sh run
	@scripts/build-web.sh

check: lint ## lint, generated code is current, the catalogue has no errors
	@scripts/build-web.sh --check
	@swift run --quiet atlas check catalogue

bench: ## measure; writes build/benchmarks.json
	@scripts/setup.sh test
	@scripts/build-web.sh
	@swift build -c release --product atlas
	@swift build -c release --product bare-server
	@swift build -c release --product graphql-server
	@benchmarks/run.py
	@benchmarks/graphql.py
	@benchmarks/attacks.py

bench-diagrams: ## measure diagrams against mermaid.js and Graphviz; writes build/diagrams.json
	@scripts/setup.sh test
	@scripts/setup-browser-tests.sh
	@scripts/setup-mermaid.sh
	@swift build -c release --product diagram-bench
	@build/venv/bin/python benchmarks/diagrams

bench-realtime: ## measure Socket.IO beside python-socketio; writes build/realtime.json
	@scripts/setup.sh test
	@scripts/setup-realtime-tests.sh
	@swift build -c release --product atlas-socketio-echo
	@benchmarks/realtime.py

clean: ## remove what was built
	@rm -rf .build build
