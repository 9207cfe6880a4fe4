#!/usr/bin/env bash
# Builds once (debug) and runs every test on it. Called by `make test`, which installs what this needs.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
server=
cleanup() {
    [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
    scripts/test-postgres.sh stop "$work/postgres" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
step() { printf '\n==> %s\n' "$*"; }

step "Lint"
make --no-print-directory lint

step "Build (debug; the first time takes several minutes)"
swift build --build-tests

step "Generated code and catalogue"
scripts/build-web.sh --check
.build/debug/atlas check catalogue

step "Unit, service, engine and gateway tests, on SQLite and PostgreSQL"
ATLAS_TEST_POSTGRES=$(scripts/test-postgres.sh start "$work/postgres")
export ATLAS_TEST_POSTGRES
# The diagram library's tests compute without pause; beside them, clients and servers would wait for each other too long.
swift test --skip-build --parallel --skip DiagramsTests
swift test --skip-build --parallel --filter DiagramsTests

step "Diagrams: what Atlas reads against what mermaid.js reads"
Tests/Differential/compare.py --atlas .build/debug/atlas

step "GraphQL engine against graphql-js, on generated cases"
Tests/Differential/GraphQL/differential.mjs --tool .build/debug/graphql-tool

step "Crash test: kill -9 during a burst of writes"
scripts/crash-test.py --atlas .build/debug/atlas

step "The diagram engine in the browser gives the server's bytes"
node web/tests/engine.mjs .build/debug/atlas

step "Browser tests"
scripts/setup-browser-tests.sh
.build/debug/atlas serve --port 0 --data "$work/data" --config "$work/none.json" >"$work/server.out" 2>"$work/server.log" &
server=$!
url=$(timeout 60 grep -m1 -oE 'http://[0-9.:]+' <(tail -f "$work/server.out" --pid="$server"))
ATLAS_DATA="$work/data" build/venv/bin/python web/tests/walk.py "$url"
build/venv/bin/python web/tests/engine.py "$url" .build/debug/atlas
kill "$server"
wait "$server" || true

step "The GraphQL page, which only a server in development has"
node web/tests/ide.mjs
: >"$work/development.out"
.build/debug/atlas serve --development --port 0 --data "$work/development" --config "$work/none.json" >>"$work/development.out" 2>"$work/development.log" &
server=$!
url=$(timeout 60 grep -m1 -oE 'http://[0-9.:]+' <(tail -f "$work/development.out" --pid="$server"))
build/venv/bin/python web/tests/walk.py "$url" --only graphql_
