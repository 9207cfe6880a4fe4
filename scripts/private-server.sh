# Sourced by what starts a server for tests: on loopback alone, in a folder of its own, with a password of its own.

free_ports() { # count
    python3 - "$1" <<'PY'
import random, socket, sys
ports = list(range(20000, 32000))
random.shuffle(ports)
found = []
for port in ports:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        found.append(str(port))
        if len(found) == int(sys.argv[1]):
            break
print(*found)
PY
}

new_password() { head -c 18 /dev/urandom | base64 | tr -d '+/='; }

end_process() { # file with its id: asks it to end, and makes it after ten seconds
    local pid
    [ -f "$1" ] || return 0
    pid=$(cat "$1")
    kill "$pid" 2>/dev/null || return 0
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
}
