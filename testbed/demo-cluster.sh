#!/usr/bin/env bash
# `./breakwater demo --cluster`: the demo for real. Starts a control plane and a node on this machine, installs the manifests with
# the image of this source tree, runs the sample cluster, and shows what real Trivy Jobs find. Called by the launcher.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
once="" check=""
for argument in "$@"; do
  case $argument in
    --cluster) ;;
    --once) once=yes ;;
    # Only look whether it could run here; the launcher asks before it builds.
    --check) check=yes ;;
    -h | --help)
      echo "Usage: ./breakwater demo --cluster [--once]"
      echo
      echo "Needs Linux, root, Go 1.26 (for the control plane, built once) and the packages in testbed/packages.txt."
      echo "  --once   end after showing the table instead of waiting for Ctrl-C"
      exit 0
      ;;
    *) echo "breakwater: demo --cluster does not know '$argument'" >&2; exit 2 ;;
  esac
done

say() { printf 'breakwater: %s\n' "$*" >&2; }
described() { sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p" "$state/testbed.json"; }
kubectl() { KUBECONFIG=$state/admin.kubeconfig "$here/testbed.sh" kubectl "$@"; }

[ "$(uname -s)" = Linux ] || { say "a node needs Linux, this is $(uname -s): see ./breakwater demo without --cluster"; exit 1; }
[ "$(id -u)" = 0 ] || { say "a node needs root: run it as root, or see ./breakwater demo without --cluster"; exit 1; }
[ -z "$check" ] || exit 0
state=$(mktemp -d /tmp/breakwater-demo-XXXXXX)
volume=$(mktemp -d /tmp/breakwater-volume-XXXXXX)
overlay=$(mktemp -d "$root/cli/target/demo-overlay-XXXXXX")
clean() {
  say "ending the cluster..."
  "$here/testbed.sh" down --state "$state" >/dev/null 2>&1 || true
  rm -rf "$volume" "$overlay" "$state"
}
trap clean EXIT
trap 'exit 130' INT TERM

say "starting a control plane, a node, a registry and a Trivy server..."
"$here/testbed.sh" up --node --trivy --state "$state" >/dev/null
registry=$(described registry)
scanner=$(sed -nE 's/.*"trivy":\{[^}]*"image":"([^"]*)".*/\1/p' "$state/testbed.json")
server=$(sed -nE 's/.*"trivy":\{[^}]*"server":"([^"]*)".*/\1/p' "$state/testbed.json")
ctr -a "$(described containerdSocket)" -n k8s.io images import "$root/cli/target/jib-image.tar" >/dev/null

# The volume: a hostPath belongs to root, the program runs as nobody in particular.
chmod 777 "$volume"
cat >"$overlay/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../../manifests/base, volume.yaml]
images: [{name: breakwater, newName: docker.io/library/breakwater}]
patches: [{path: config.yaml}]
YAML
cat >"$overlay/volume.yaml" <<YAML
apiVersion: v1
kind: PersistentVolume
metadata: {name: breakwater-apiserver}
spec:
  capacity: {storage: 5Gi}
  accessModes: [ReadWriteOnce]
  claimRef: {namespace: breakwater, name: breakwater-apiserver}
  hostPath: {path: $volume}
YAML
cat >"$overlay/config.yaml" <<YAML
apiVersion: v1
kind: ConfigMap
metadata: {name: breakwater, namespace: breakwater}
data:
  breakwater.yaml: |
    logFormat: json
    serve: {data: /var/lib/breakwater}
    control:
      scanner: {image: "$scanner", serverUrl: "$server", plainRegistries: ["$registry"]}
YAML

say "installing the manifests..."
kubectl apply -k "$overlay" >/dev/null
kubectl wait --for=condition=Available --timeout=180s apiservice/v1alpha1.aquasecurity.github.io >/dev/null
say "running the sample cluster..."
"$here/testbed.sh" sample --state "$state" >/dev/null

# Every image of the sample that runs; Jobs of CronJobs come at their hour.
limit=$((SECONDS + 300)) reports=0 before=-1 still=0 told=""
while [ "$SECONDS" -lt "$limit" ] && [ "$still" -lt 5 ]; do
  reports=$(kubectl get vulnerabilityreports -A -o name 2>/dev/null | wc -l)
  jobs=$(kubectl get jobs -n breakwater -o name 2>/dev/null | wc -l)
  # A line that is written over needs a terminal; elsewhere a line says something only when it is new.
  if [ -t 2 ]; then
    printf '\r\033[Kbreakwater: %d reports, %d scans under way' "$reports" "$jobs" >&2
  elif [ "$reports $jobs" != "$told" ]; then
    say "$reports reports, $jobs scans under way"
    told="$reports $jobs"
  fi
  if [ "$reports" -gt 0 ] && [ "$jobs" = 0 ] && [ "$reports" = "$before" ]; then still=$((still + 1)); else still=0; fi
  before=$reports
  sleep 2
done
[ ! -t 2 ] || printf '\n' >&2
[ "$reports" -gt 0 ] || { kubectl get imagescans; say "no report within five minutes"; exit 1; }

"$root/breakwater" exposure --kubeconfig "$state/admin.kubeconfig"
kubectl get imagescans
echo
echo "Try:"
echo "  export KUBECONFIG=$state/admin.kubeconfig"
echo "  kubectl get vulnerabilityreports,configauditreports,sbomreports -A -o wide"
[ -n "$once" ] && exit 0
echo "The cluster runs until Ctrl-C."
while :; do sleep 3600 & wait $!; done
