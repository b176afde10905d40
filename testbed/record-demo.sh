#!/usr/bin/env bash
# Records what Trivy says of the images of the demo, with the sample database: makes the images of demo/images.json, scans
# each from a local registry, and writes the results to cli/src/main/resources/demo/results. Needs what testbed.sh needs,
# docker-registry and busybox-static; takes a minute.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
results=$here/../cli/src/main/resources/demo/results
# The images carry names of their own: where the registry of the recording listened says nothing to anybody.
public=registry.example

state=$(mktemp -d /tmp/breakwater-record-XXXXXX)
trap '"$here/testbed.sh" down --state "$state" >/dev/null 2>&1 || true; rm -rf "$state" "$state.work"' EXIT
mkdir -p "$state.work" "$results"
"$here/testbed.sh" up --trivy --state "$state" >/dev/null
trivy=$("$here/testbed.sh" path trivy)
registry=$(sed -E 's/.*"registry":"([^"]*)".*/\1/' "$state/testbed.json")

"$here/testbed.sh" run image --registry "$registry" --file "$here/demo/images.json" >"$state.work/digests"

save() { # from to
  sed "s|$registry|$public|g" "$1" | gzip -9n >"$results/$2"
}

rm -f "$results"/*
entries=()
while read -r name digest; do
  file=$(tr '/:' '--' <<<"$name")
  "$trivy" image --quiet --cache-dir "$state.work/cache" --db-repository "$registry/breakwater/trivy-db:2" --insecure \
    --image-src remote --format json --list-all-pkgs "$registry/$name" >"$state.work/result.json"
  "$trivy" convert --quiet --format cyclonedx "$state.work/result.json" >"$state.work/sbom.json"
  save "$state.work/result.json" "$file.json.gz"
  save "$state.work/sbom.json" "$file.cdx.json.gz"
  entries+=("$(printf '    {"image": "%s/%s", "digest": "%s", "result": "%s", "sbom": "%s"}' \
    "$public" "$name" "$digest" "$file.json.gz" "$file.cdx.json.gz")")
  echo "recorded $name" >&2
done <"$state.work/digests"

{
  printf '{\n  "note": "Recorded with the real Trivy over a sample database: packages, versions and CVEs are real, severities and scores are invented.",\n'
  printf '  "trivyVersion": "%s",\n' "$("$trivy" --version | sed -n 's/^Version: //p')"
  printf '  "databaseUpdatedAt": "%s",\n' "$(sed -E 's/.*"UpdatedAt":"([^"]*)".*/\1/' "$state.work/cache/db/metadata.json")"
  printf '  "recordedAt": "%s",\n  "images": [\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  printf '%s\n' "${entries[@]}" | sed '$!s/$/,/'
  printf '  ]\n}\n'
} >"$results/index.json"
du -sh "$results" >&2
