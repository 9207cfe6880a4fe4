#!/usr/bin/env bash
# Builds once (debug) and runs every test on it. Called by `make test`, which installs what this needs.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
pgvector=$PWD/build/pgvector/pgserver/pginstall/bin
server=
cleanup() {
    [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
    scripts/test-postgres.sh stop "$work/postgres" 2>/dev/null || true
    scripts/test-influx.sh stop "$work/influx" 2>/dev/null || true
    POSTGRES_BIN=$pgvector scripts/test-postgres.sh stop "$work/pgvector" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
# The weights of the sentence model may be in this checkout or not; the servers of these tests do without, and start faster.
export ATLAS_TUTOR_EMBEDDER=lexical
step() { printf '\n==> %s (after %d min)\n' "$*" $((SECONDS / 60)); }
# For scripts that watch several processes in real time, which a busy machine may stop for seconds: what fails is run once more,
# and the log says so. A fault of ours fails twice; one that does not deserves a look all the same.
twice() { "$@" || { printf '\nAGAIN %s\n' "$*"; "$@"; }; }

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
# Empty where InfluxDB is not installed; its tests are skipped then.
ATLAS_TEST_INFLUX=$(scripts/test-influx.sh start "$work/influx")
export ATLAS_TEST_INFLUX
scripts/setup-pgvector.sh
ATLAS_TEST_PGVECTOR=$(POSTGRES_BIN=$pgvector scripts/test-postgres.sh start "$work/pgvector")
export ATLAS_TEST_PGVECTOR
# Swift Testing begins all tests at once, and a thousand on two cores wait for each other until their time is over. Those that are
# clients and servers of their own go apart, and so do the diagram library's and the tutor's, which compute without pause.
at_once=(--parallel --experimental-maximum-parallelization-width 12)
servers="AtlasHTTPTests|CloudEnginesTests|KubernetesEngineTests"
swift test --skip-build "${at_once[@]}" --skip "DiagramsTests|AtlasTutorTests|$servers"
swift test --skip-build "${at_once[@]}" --filter "$servers"
swift test --skip-build "${at_once[@]}" --filter "DiagramsTests|AtlasTutorTests"

step "Diagrams: what Atlas reads against what mermaid.js reads"
Tests/Differential/compare.py --atlas .build/debug/atlas

step "GraphQL engine against graphql-js, on generated cases"
Tests/Differential/GraphQL/differential.mjs --tool .build/debug/graphql-tool

step "Whiteboards: the browser's client against the server's algorithm, on a bad network"
Tests/Realtime/board.mjs --tool .build/debug/whiteboard-tool --seeds 200 --patience 10000

step "Crash test: kill -9 during a burst of writes"
twice scripts/crash-test.py --atlas .build/debug/atlas

step "Chat test: two servers on one PostgreSQL, killed while twenty people write"
twice scripts/chat-test.py --atlas .build/debug/atlas --postgres "$ATLAS_TEST_POSTGRES"

step "Labs: solutions pass and broken variants fail, in the sandbox"
.build/debug/atlas check --labs --seeds "$([ "${ATLAS_ALL_SEEDS:-}" = 1 ] && echo 20 || echo 1)" catalogue

step "Labs: kill -9 while ten run"
twice scripts/lab-crash-test.py --atlas .build/debug/atlas

step "The diagram engine in the browser gives the server's bytes"
node web/tests/engine.mjs .build/debug/atlas

step "The learning library in WebAssembly gives py-fsrs's numbers"
scripts/build-learning-wasm.sh
node web/tests/fsrs.mjs

step "Reviews in the browser: sessions, and the log of what waits, on a bad network"
node web/tests/review.mjs

step "Socket.IO: the protocols packet by packet, real clients, study groups on two servers and behind nginx, hostile input"
scripts/setup-realtime-tests.sh
# Two event loops: requests of one session then meet from different ones.
realtime=".build/debug/atlas-socketio-echo --loops 2"
twice Tests/Realtime/conformance.py --server "$realtime"
twice build/realtime/venv/bin/python Tests/Realtime/clients.py --server "$realtime"
twice Tests/Realtime/clients.mjs --server "$realtime"
twice build/realtime/venv/bin/python Tests/Realtime/groups.py --atlas .build/debug/atlas
twice build/realtime/venv/bin/python Tests/Realtime/balanced.py --atlas .build/debug/atlas
twice build/realtime/venv/bin/python Tests/Labs/terminal.py --atlas .build/debug/atlas
twice build/realtime/venv/bin/python Tests/Realtime/tutor.py --atlas .build/debug/atlas
twice Tests/Realtime/hostile.py --server "$realtime" --seconds 3

step "A group's page and its log, on a connection that loses and reorders"
node web/tests/groups.mjs

step "The lab page's parts that keep what people see and write"
node web/tests/labs.mjs

step "The tutor's answers on their way to the page, on a bad network"
node web/tests/tutor.mjs

step "Browser tests"
scripts/setup-browser-tests.sh
# A generated week, and four walks through it, are more requests than an account may make in a minute; and visitors say where
# they come from, for they are more than may sign in from one address.
ATLAS_HTTP_REQUESTS_PER_MINUTE=2000 ATLAS_HTTP_TRUSTED_PROXIES=127.0.0.1 .build/debug/atlas serve --port 0 --data "$work/data" --config "$work/none.json" \
    >"$work/server.out" 2>"$work/server.log" &
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
