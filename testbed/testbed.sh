#!/usr/bin/env bash
# A real Kubernetes on this machine for tests. See --help and README.md.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/breakwater/testbed
kubernetes=1.34.2
trivy=0.72.0
helm3=3.20.0
helm4=4.2.0

usage() {
  cat <<'TEXT'
usage: testbed.sh COMMAND [ARGUMENT...]

  up [--node] [--trivy] [--state DIR]  start a control plane in the background (with --node also a node that runs pods
                                       and a registry; with --trivy also a Trivy server and an image with Trivy),
                                       print its description, and how to reach it with kubectl
  down [--state DIR]                   end it
  sample [--state DIR]                 run the sample cluster of the demo on the node of a run: push its images, apply its
                                       manifests
  kubectl ARGUMENT...                  the real kubectl, on the run that is up (KUBECONFIG names another cluster)
  helm3 ARGUMENT..., helm4 ARGUMENT... the real Helm, on the run that is up (KUBECONFIG names another cluster)
  build [PROGRAM...]                   build kube, trivy, testbed, helm3 and helm4, or those that are named; nothing where
                                       they are built
  path PROGRAM                         print where a built program lies; fails where it is not built
  run ARGUMENT...                      run breakwater-testbed itself in the foreground (run --help)

A first build takes minutes (kube 4, trivy 7, each Helm 2 on two cores) and needs Go 1.26 and its module proxy. The programs are kept
in ${XDG_CACHE_HOME:-~/.cache}/breakwater/testbed, by the hash of their sources. A run's folder is
/tmp/breakwater-testbed-UID unless --state names another.
TEXT
}

fail() {
  echo "testbed: $*" >&2
  exit 1
}

module() {
  case $1 in
    kube) echo "$here/kube" ;;
    trivy | helm3 | helm4) echo "$here/$1" ;;
    testbed) echo "$here" ;;
    *) fail "there is no program '$1': kube, trivy, testbed, helm3 or helm4" ;;
  esac
}

# The function that builds a program. Helm has its own: what changes there must not build Kubernetes and Trivy anew.
builder() {
  case $1 in
    helm3 | helm4) echo compile_helm ;;
    *) echo compile ;;
  esac
}

# The program of these sources. This script is part of the key: it says how they are built.
binary() {
  local folder key versions="$kubernetes $trivy"
  folder=$(module "$1")
  case $1 in helm3) versions=$helm3 ;; helm4) versions=$helm4 ;; esac
  key=$(cd "$folder" && {
    find . \( -path ./kube -o -path ./trivy -o -path ./helm3 -o -path ./helm4 \) -prune -o -type f \( -name 'go.*' -o -name '*.go' -o -path './internal/*' \) -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum
    sed -n "/^$(builder "$1")()/,/^}/p" "$here/testbed.sh"
    echo "$versions"
  } | sha256sum | cut -c1-16)
  echo "$cache/$1-$key/breakwater-$1"
}

compile() {
  local name=$1 target=$2 version=k8s.io/component-base/version
  cd "$(module "$name")"
  export CGO_ENABLED=0 GOFLAGS=-buildvcs=false
  case $name in
    kube) go build -trimpath -o "$target" -ldflags "-s -w -X $version.gitVersion=v$kubernetes -X $version.gitMajor=1 \
      -X $version.gitMinor=34 -X $version.gitTreeState=clean" . ;;
    trivy) GOEXPERIMENT=jsonv2 go build -trimpath -o "$target" \
      -ldflags "-s -w -X github.com/aquasecurity/trivy/pkg/version/app.ver=$trivy" \
      github.com/aquasecurity/trivy/cmd/trivy ;;
    testbed) go build -trimpath -o "$target" -ldflags "-s -w" . ;;
  esac
}

compile_helm() {
  local name=$1 target=$2 helm=helm.sh/helm/v${1#helm} version minor place
  case $name in helm3) version=$helm3 ;; helm4) version=$helm4 ;; esac
  cd "$(module "$name")"
  export CGO_ENABLED=0 GOFLAGS=-buildvcs=false
  # Helm 3 takes the cluster for a 1.20 where it asks none, unless its builder says which Kubernetes it knows.
  minor=$(go list -m -f '{{.Version}}' k8s.io/client-go | cut -d. -f2)
  place=$helm/pkg/chartutil
  go build -trimpath -o "$target" -ldflags "-s -w -X $helm/internal/version.version=v$version \
    -X $place.k8sVersionMajor=1 -X $place.k8sVersionMinor=$minor" "$helm/cmd/helm"
}

build() {
  local name target
  [ $# -gt 0 ] || set -- kube trivy testbed helm3 helm4
  for name in "$@"; do
    target=$(binary "$name")
    [ -x "$target" ] && continue
    command -v go >/dev/null || fail "$name is not built and there is no Go: install Go 1.26 or later"
    mkdir -p "$cache"
    (
      # Two builds of the same program would pay the minutes twice.
      flock 9
      [ -x "$target" ] && exit 0
      echo "testbed: building $name (kept in $cache; the first time takes minutes)" >&2
      began=$SECONDS
      mkdir -p "$(dirname "$target")"
      # Renamed into place: a build that is broken off leaves no half of a program.
      ("$(builder "$name")" "$name" "$target.new") || fail "building $name failed"
      mv "$target.new" "$target"
      echo "testbed: built $name in $((SECONDS - began)) s" >&2
    ) 9>"$cache/lock"
  done
}

path() {
  local target
  target=$(binary "$1")
  [ -x "$target" ] || fail "$1 is not built"
  echo "$target"
}

# Trivy takes the longest to build and is built only where it is asked for.
environment() {
  build kube testbed
  BREAKWATER_KUBE=$(binary kube)
  export BREAKWATER_KUBE
  case " $* " in
    *" --trivy "* | *" trivy-server "*)
      build trivy
      BREAKWATER_TRIVY=$(binary trivy)
      export BREAKWATER_TRIVY
      ;;
  esac
}

run() {
  environment "$@"
  exec "$(binary testbed)" "$@"
}

# Takes --state DIR out of the arguments: sets state and rest.
state_and_rest() {
  state=/tmp/breakwater-testbed-$(id -u)
  rest=()
  while [ $# -gt 0 ]; do
    case $1 in
      --state) state=${2:?"--state needs a folder"} && shift 2 ;;
      --state=*) state=${1#--state=} && shift ;;
      *) rest+=("$1") && shift ;;
    esac
  done
}

up() {
  local supervisor
  state_and_rest "$@"
  [ ! -e "$state/testbed.json" ] || fail "a run is up in $state; end it with: down --state $state"
  environment "${rest[@]}"
  mkdir -p "$state"
  setsid "$(binary testbed)" up --state "$state" "${rest[@]}" >/dev/null 2>"$state/supervisor.log" </dev/null &
  supervisor=$!
  until [ -e "$state/testbed.json" ]; do
    if ! kill -0 "$supervisor" 2>/dev/null; then
      cat "$state/supervisor.log" >&2
      fail "it did not start; its logs are in $state/logs"
    fi
    sleep 0.1
  done
  cat "$state/supervisor.log" >&2
  cat "$state/testbed.json"
  echo "testbed: export KUBECONFIG=$state/admin.kubeconfig" >&2
}

down() {
  state_and_rest "$@"
  build testbed
  "$(binary testbed)" down --state "$state" "${rest[@]}"
}

# The images of the sample carry names of a registry that nobody has; on a node they are the local registry's.
sample() {
  local registry manifests=$here/../cli/src/main/resources/demo/manifests
  state_and_rest "$@"
  [ -e "$state/testbed.json" ] || fail "no run is up in $state; start one with: up --node"
  registry=$(sed -nE 's/.*"registry":"([^"]*)".*/\1/p' "$state/testbed.json")
  [ -n "$registry" ] || fail "the run in $state has no node; start one with: up --node"
  build kube testbed
  "$(binary testbed)" image --registry "$registry" --file "$here/demo/images.json"
  sed "s|registry.example/|$registry/|" "$manifests"/*.yaml | KUBECONFIG=$state/admin.kubeconfig "$(binary kube)" kubectl apply -f -
}

# Helm VERSION ARGUMENT...
helm() {
  local program=$1
  shift
  state_and_rest
  build "$program"
  export KUBECONFIG=${KUBECONFIG:-$state/admin.kubeconfig}
  exec "$(binary "$program")" "$@"
}

helm3() { helm helm3 "$@"; }
helm4() { helm helm4 "$@"; }

kubectl() {
  state_and_rest
  build kube
  export KUBECONFIG=${KUBECONFIG:-$state/admin.kubeconfig}
  exec "$(binary kube)" kubectl "$@"
}

case ${1:-} in
  build | path | run | up | down | sample | kubectl | helm3 | helm4)
    case "${2:-}" in
      -h | --help) [ "$1" = run ] || [ "$1" = kubectl ] || [ "${1#helm}" != "$1" ] || { usage && exit 0; } ;;
    esac
    "$@"
    ;;
  -h | --help | help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
