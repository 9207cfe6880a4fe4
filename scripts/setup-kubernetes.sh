#!/usr/bin/env bash
# Puts a real Kubernetes control plane into build/kubernetes, for tests: kube-apiserver and kube-controller-manager, compiled
# from Debian 12's source package kubernetes (1.20.2; about eight minutes of processor time), with etcd and kubectl from
# Debian's packages, unpacked and never installed. Nothing is changed in apt's configuration. Does nothing twice.
#   scripts/test-kubernetes.sh     uses it
set -euo pipefail
cd "$(dirname "$0")/.."

version=1.20.2 recipe=1
folder=$PWD/build/kubernetes
stamp="$folder/.kubernetes-$version-$recipe"
if [ -f "$stamp" ]; then
    echo "kubernetes: build/kubernetes is current"
    exit 0
fi
scripts/setup.sh kubernetes
work=$folder/work
rm -rf "$folder"
mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/tools" "$work/tmp"

# A list of sources of its own, with the archive that the machine has anyway: many have no deb-src line.
apt=(-o "Dir::Etc::sourcelist=$work/apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/apt/lists"
    -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Release: bookworm' | head -1)
if [ -z "$archive" ]; then
    echo "kubernetes: apt knows no archive of Debian 12 (bookworm), whose source package is what compiles" >&2
    exit 1
fi
printf '%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s bookworm main\n' deb "$archive" deb-src "$archive" \
    >"$work/apt/sources.list"
echo "kubernetes: fetching the source and the packages etcd-server, kubernetes-client and golang-github-modern-go-reflect2-dev"
apt-get "${apt[@]}" -q=2 update
cd "$work"
apt-get "${apt[@]}" -q=2 --download-only source kubernetes
apt-get "${apt[@]}" -q=2 download etcd-server kubernetes-client golang-github-modern-go-reflect2-dev
for package in *.deb; do dpkg-deb --extract "$package" tools; done
go_path=$work/go
source=$go_path/src/k8s.io/kubernetes
mkdir -p "$(dirname "$source")"
# apt has checked the source by the archive's signature.
dpkg-source --no-check --extract kubernetes_*"really$version-"*.dsc "$source" >"$work/unpack.log"

# Go since 1.18 does not run the reflect2 that Kubernetes brings.
rm -rf "$source/vendor/github.com/modern-go/reflect2"
cp -r tools/usr/share/gocode/src/github.com/modern-go/reflect2 "$source/vendor/github.com/modern-go/"

export GOPATH=$go_path GOCACHE=$work/cache GOTMPDIR=$work/tmp GO111MODULE=off GOFLAGS= GOPROXY=off CGO_ENABLED=0
go=/usr/lib/go-1.19/bin/go
cd "$source"
# The tarball lacks what describes the API's types; server-side apply needs it.
echo "kubernetes: generating the description of the API"
described=$(grep --dereference-recursive --files-with-matches --include='*.go' '+k8s:openapi-gen=true' pkg cmd vendor/k8s.io |
    xargs -n 1 dirname | sort -u | sed 's|^|k8s.io/kubernetes/|' | paste -sd,)
$go build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
"$work/openapi-gen" --input-dirs "$described" --output-base "$go_path/src" --output-package k8s.io/kubernetes/pkg/generated/openapi \
    --output-file-base zz_generated.openapi --go-header-file hack/boilerplate/boilerplate.generatego.txt \
    --report-filename "$work/violations.txt" >"$work/openapi-gen.log" 2>&1 || { tail -5 "$work/openapi-gen.log" >&2; exit 1; }

flags="-s -w"
for module in component-base/version client-go/pkg/version; do
    module=k8s.io/kubernetes/vendor/k8s.io/$module
    flags+=" -X $module.gitVersion=v$version -X $module.gitMajor=1 -X $module.gitMinor=20"
done
for program in kube-apiserver kube-controller-manager; do
    echo "kubernetes: compiling $program"
    $go build -ldflags "$flags" -o "$folder/$program" "./cmd/$program"
done
cp "$work/tools/usr/bin/etcd" "$work/tools/usr/bin/kubectl" "$folder/"
cd "$folder"
chmod -R u+w "$work"
rm -rf "$work"
touch "$stamp"
echo "kubernetes: build/kubernetes is ready"
