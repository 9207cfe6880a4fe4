#!/usr/bin/env bash
# A private InfluxDB 1.6 (Debian's package influxdb) for tests: loopback only, in a folder of its own, with names and
# passwords asked for; gone when it is stopped.
#   url=$(scripts/test-influx.sh start DIR)     prints influxdb://user:password@127.0.0.1:PORT without a database's name
#   scripts/test-influx.sh stop DIR             stops it by its process id and removes the folder
# Prints nothing and succeeds where the program is not installed.
set -euo pipefail

. "$(dirname "$0")/private-server.sh"
program=${INFLUXD:-influxd}
action=${1:?start or stop}
folder=$(realpath -m "${2:?a folder}")

ask() { # port user:password or nothing, statement
    python3 - "$@" <<'PY'
import base64, sys, urllib.parse, urllib.request
port, who, statement = sys.argv[1:]
request = urllib.request.Request(f"http://127.0.0.1:{port}/query", urllib.parse.urlencode({"q": statement}).encode())
if who:
    request.add_header("authorization", "Basic " + base64.b64encode(who.encode()).decode())
urllib.request.urlopen(request, timeout=10).read()
PY
}

case $action in
start)
    command -v "$program" >/dev/null || exit 0
    mkdir -p "$folder"
    umask 077
    read -r port backup < <(free_ports 2)
    password=$(new_password)
    cat >"$folder/influxdb.conf" <<CONF
reporting-disabled = true
bind-address = "127.0.0.1:$backup"
[meta]
dir = "$folder/meta"
[data]
dir = "$folder/data"
wal-dir = "$folder/wal"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:$port"
auth-enabled = true
log-enabled = false
flux-enabled = false
[monitor]
store-enabled = false
[subscriber]
enabled = false
[continuous_queries]
enabled = false
CONF
    setsid "$program" run -config "$folder/influxdb.conf" >"$folder/log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
    for _ in $(seq 100); do
        python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1).close()" 2>/dev/null && break
        kill -0 "$(cat "$folder/pid")" 2>/dev/null || { tail -5 "$folder/log" >&2; exit 1; }
        sleep 0.1
    done
    # The first user of a server without users may be made without a password.
    ask "$port" "" "CREATE USER atlas WITH PASSWORD '$password' WITH ALL PRIVILEGES"
    echo "influxdb://atlas:$password@127.0.0.1:$port"
    ;;
stop)
    [ -f "$folder/pid" ] || exit 0
    end_process "$folder/pid"
    rm -rf "$folder"
    ;;
*)
    echo "start or stop, not $action" >&2
    exit 2
    ;;
esac
