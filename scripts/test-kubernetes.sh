#!/usr/bin/env bash
# The Kubernetes engine against a real API server: etcd, kube-apiserver and kube-controller-manager as plain processes on loopback,
# in a folder of their own, with certificates, tokens and deploy/kubernetes/lab-runner-rbac.yaml made for this run.
#   scripts/test-kubernetes.sh [OPTION…]      runs the tests (`swift test OPTION…`) against a server that is stopped afterwards;
#                                             fails also if the manifest grants a right that nothing has used
#   scripts/test-kubernetes.sh start DIR      prints what to export: kubeconfigs of Atlas's service account and of an administrator
#   scripts/test-kubernetes.sh stop DIR       stops it by its process ids and removes the folder
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
repository=$PWD
programs=$repository/build/kubernetes

. scripts/private-server.sh

certificates() {
    local name
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority -out authority.pem \
        -keyout authority.key 2>openssl.log
    printf 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc\nextendedKeyUsage=serverAuth,clientAuth\n' >names
    for name in server apiserver; do
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" -out $name.csr -keyout $name.key \
            2>>openssl.log
        openssl x509 -req -days 2 -in $name.csr -CA authority.pem -CAkey authority.key -CAcreateserial -extfile names -out $name.pem \
            2>>openssl.log
    done
    openssl genrsa -out accounts.key 2048 2>>openssl.log
    openssl rsa -in accounts.key -pubout -out accounts.pub 2>>openssl.log
}

kubeconfig() { # file, port, token, namespace
    cat >"$1" <<YAML
apiVersion: v1
kind: Config
current-context: test
contexts: [{name: test, context: {cluster: test, user: test, namespace: $4}}]
clusters: [{name: test, cluster: {server: "https://127.0.0.1:$2", certificate-authority: $folder/authority.pem}}]
users: [{name: test, user: {token: $3}}]
YAML
}

background() { # name, command…
    local name=$1
    shift
    setsid "$@" >"$name.log" 2>&1 </dev/null &
    echo $! >"$name.pid"
}

ready() { # name, command…: waits until the command succeeds, a minute at most
    local name=$1
    shift
    for _ in $(seq 300); do
        "$@" >/dev/null 2>&1 && return
        kill -0 "$(cat "$name.pid")" 2>/dev/null || break
        sleep 0.2
    done
    echo "$name did not start:" >&2
    tail -5 "$name.log" >&2
    return 1
}

# A program of its own, so that tests can start a second server on the same data.
apiserver_program() { # port of etcd
    cat >audit.yaml <<YAML
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    users: ["system:serviceaccount:atlas:atlas"]
  - level: None
YAML
    cat >apiserver <<SH
#!/bin/sh
# Words: a port.
cd "$folder"
exec "$programs/kube-apiserver" --bind-address=127.0.0.1 --advertise-address=10.0.0.1 --endpoint-reconciler-type=none \\
  --secure-port="\$1" --tls-cert-file=server.pem --tls-private-key-file=server.key --client-ca-file=authority.pem \\
  --etcd-servers=https://127.0.0.1:$1 --etcd-cafile=authority.pem --etcd-certfile=apiserver.pem --etcd-keyfile=apiserver.key \\
  --kubelet-client-certificate=apiserver.pem --kubelet-client-key=apiserver.key --kubelet-preferred-address-types=InternalIP \\
  --token-auth-file=tokens.csv --authorization-mode=RBAC --allow-privileged=false --service-cluster-ip-range=10.96.0.0/24 \\
  --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=accounts.pub \\
  --service-account-signing-key-file=accounts.key --api-audiences=https://kubernetes.default.svc --profiling=false \\
  --enable-admission-plugins=NamespaceLifecycle,LimitRanger,ServiceAccount,ResourceQuota,Priority,RuntimeClass \\
  --audit-policy-file=audit.yaml --audit-log-path="audit.\$1.log"
SH
    chmod +x apiserver
}

kubectl() { "$programs/kubectl" --kubeconfig="$folder/administrator.yaml" --cache-dir="$folder/cache" "$@"; }

apply_manifest() {
    # What this server is too old to know is left out, and nothing else.
    local known
    kubectl apply -f "$repository/deploy/kubernetes/lab-runner-rbac.yaml" >apply.log 2>&1 || true
    known=$(grep -cE '^[a-z./]+ (created|configured|unchanged)$|/[a-z-]+ created$' apply.log || true)
    if [ "$(grep -c 'no matches for kind "ValidatingAdmissionPolicy' apply.log)" != 2 ] || [ "$known" != 6 ] ||
        grep -v 'ValidatingAdmissionPolicy' apply.log | grep -qiE 'error|unable|invalid|forbidden'; then
        echo "the manifest is not applied as it should be:" >&2
        cat apply.log >&2
        return 1
    fi
}

start() {
    local etcd peer port administrator token
    mkdir -p "$folder"
    umask 077
    cd "$folder"
    read -r etcd peer port < <(free_ports 3)
    certificates
    administrator=$(new_password)
    echo "$administrator,administrator,administrator,system:masters" >tokens.csv
    kubeconfig administrator.yaml "$port" "$administrator" default
    background etcd "$programs/etcd" --name test --data-dir "$folder/etcd" --log-level error \
        --listen-client-urls "https://127.0.0.1:$etcd" --advertise-client-urls "https://127.0.0.1:$etcd" \
        --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" \
        --initial-cluster "test=http://127.0.0.1:$peer" --client-cert-auth --trusted-ca-file authority.pem \
        --cert-file server.pem --key-file server.key
    apiserver_program "$etcd"
    background kube-apiserver ./apiserver "$port"
    ready kube-apiserver kubectl get --raw /readyz
    background kube-controller-manager "$programs/kube-controller-manager" --kubeconfig=administrator.yaml --leader-elect=false \
        --controllers=namespace,resourcequota,serviceaccount,serviceaccount-token,root-ca-cert-publisher,garbagecollector \
        --service-account-private-key-file=accounts.key --root-ca-file=authority.pem --port=0 --secure-port=0
    ready kube-controller-manager kubectl get serviceaccount default -n default
    apply_manifest
    ready kube-controller-manager kubectl get serviceaccount atlas -n atlas
    # What `kubectl create token` asks for.
    token=$(kubectl create --raw /api/v1/namespaces/atlas/serviceaccounts/atlas/token -f - \
        <<<'{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 7200}}' |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["status"]["token"])')
    kubeconfig atlas.yaml "$port" "$token" atlas
    echo "ATLAS_TEST_KUBECONFIG=$folder/atlas.yaml ATLAS_TEST_KUBECONFIG_ADMINISTRATOR=$folder/administrator.yaml" \
        "ATLAS_TEST_KUBE_APISERVER=$folder/apiserver"
}

stop() {
    local name
    for name in kube-controller-manager kube-apiserver etcd; do end_process "$folder/$name.pid"; done
    rm -rf "$folder"
}

unused_rights() {
    kubectl get clusterrole atlas-lab-runner -o json >role.json
    kubectl get role atlas-lab-leases -n atlas -o json >leases.json
    python3 - role.json leases.json audit.*.log <<'PY'
import json, sys
role, leases, *logs = sys.argv[1:]
granted = set()
for file in (role, leases):
    for rule in json.load(open(file))["rules"]:
        granted |= {(group, resource, verb) for group in rule["apiGroups"] for resource in rule["resources"] for verb in rule["verbs"]}
used, refused = set(), set()
for log in logs:
    for line in open(log):
        event = json.loads(line)
        what = event.get("objectRef")
        if not what:
            continue
        resource = what.get("resource", "") + ("/" + what["subresource"] if "subresource" in what else "")
        right = (what.get("apiGroup", ""), resource, event["verb"])
        used.add(right)
# Who may change an object by server-side apply must also be allowed to make it, and the log has no line for that.
used |= {(group, resource, "create") for group, resource, verb in used if verb == "patch"}
# This server does not ask for it; newer ones do.
used.add(("", "pods/exec", "create"))
unused = sorted(granted - used)
print(f"kubernetes: {len(granted)} rights granted, {len(granted) - len(unused)} of them used")
for group, resource, verb in unused:
    print(f"kubernetes: nothing has used {verb} {resource} ({group or 'core'})")
sys.exit(1 if unused else 0)
PY
}

case ${1:-} in
start)
    folder=$(realpath -m "${2:?a folder}")
    start
    ;;
stop)
    folder=$(realpath -m "${2:?a folder}")
    stop
    ;;
*)
    folder=$(mktemp -d)
    trap 'status=$?; [ $status = 0 ] || tail -n 20 "$folder/kube-apiserver.log" >&2 || true; stop; exit $status' EXIT
    echo "kubernetes: starting the server"
    variables=$(start)
    echo "kubernetes: running the tests"
    env $variables swift test --filter RealClusterTests "$@"
    cd "$folder"
    unused_rights
    ;;
esac
