#!/usr/bin/env bash
# A private PostgreSQL 15 for tests: loopback only, in a folder of its own, gone when it is stopped.
#   url=$(scripts/test-postgres.sh start DIR)     prints postgres://… without a database's name
#   scripts/test-postgres.sh stop DIR             stops it by its process id and removes the folder
set -euo pipefail

. "$(dirname "$0")/private-server.sh"
binaries=${POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
action=${1:?start or stop}
folder=$(realpath -m "${2:?a folder}")

# PostgreSQL refuses to run as root.
as_postgres=()
if [ "$(id -u)" = 0 ]; then
    as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups --reset-env)
fi

case $action in
start)
    mkdir -p "$folder"
    # The user postgres must reach the folder; nothing is taken from anybody's rights.
    chmod a+x "$(dirname "$folder")"
    umask 077
    password=$(new_password)
    printf '%s' "$password" >"$folder/password"
    if [ "$(id -u)" = 0 ]; then chown -R postgres:postgres "$folder"; fi
    "${as_postgres[@]}" "$binaries/initdb" -D "$folder/data" -U atlas --auth-local=trust --auth-host=scram-sha-256 \
        --pwfile="$folder/password" -E UTF8 --no-locale --no-sync >"$folder.initdb.log" 2>&1 ||
        { cat "$folder.initdb.log" >&2; exit 1; }
    rm -f "$folder.initdb.log"
    port=$(free_ports 1)
    cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$folder'
fsync = off
full_page_writes = off
max_connections = 300
CONF
    "${as_postgres[@]}" "$binaries/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start >/dev/null
    echo "postgres://atlas:$password@127.0.0.1:$port"
    ;;
stop)
    [ -f "$folder/data/PG_VERSION" ] || exit 0
    if [ -f "$folder/data/postmaster.pid" ]; then
        "${as_postgres[@]}" "$binaries/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null
    fi
    rm -rf "$folder"
    ;;
*)
    echo "start or stop, not $action" >&2
    exit 2
    ;;
esac
