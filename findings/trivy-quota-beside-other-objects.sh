#!/usr/bin/env bash
# What surprises: `trivy config` judges one object by what else lies in the folder. A NetworkPolicy alone has no finding; beside a ResourceQuota, itself
# complete, it gets KSV-0040, "a resource quota ... should be configured per namespace", and so does everything else that has a `spec`: Deployments,
# Services, custom resources. The check is switched on by the first quota that is met, and then sees every file of the run.
#
# Who compares reports of single objects (an operator's) with a scan of a folder finds thousands of findings more in the folder; who gates a pull
# request by changed files gets other verdicts than for the whole repository. Seen with Trivy 0.72.0 and the checks within it. Needs Go.
set -euo pipefail

folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
# Trivy reads JSON by the packages that Go 1.26 has behind this switch.
export GOEXPERIMENT=jsonv2
mkdir "$folder/build" "$folder/objects"
cd "$folder/build"
go mod init finding > log 2>&1
go get github.com/aquasecurity/trivy/cmd/trivy@v0.72.0 >> log 2>&1 || { cat log; exit 1; }
go build -o ../trivy github.com/aquasecurity/trivy/cmd/trivy >> log 2>&1 || { cat log; exit 1; }
cd ..

cat > objects/policy.yaml <<'YAML'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: b}
spec: {podSelector: {}}
YAML
cat > objects/service.yaml <<'YAML'
apiVersion: v1
kind: Service
metadata: {name: a, namespace: b}
spec: {ports: [{port: 80}], selector: {app: a}}
YAML

findings() {
  ./trivy config --quiet --skip-check-update --skip-version-check --cache-dir "$folder/cache" --format json objects 2> trivy.log |
    python3 -c '
import json, sys
for result in json.load(sys.stdin).get("Results", []):
    for finding in result.get("Misconfigurations") or []:
        print(result["Target"], finding["ID"])' | sort
}

alone=$(findings)
cat > objects/quota.yaml <<'YAML'
apiVersion: v1
kind: ResourceQuota
metadata: {name: a, namespace: b}
spec: {hard: {requests.cpu: 1, requests.memory: 1Gi, limits.cpu: 1, limits.memory: 1Gi}}
YAML
beside=$(findings)
echo "without a quota beside them: ${alone:-nothing}"
echo "with one:"
echo "$beside"
grep -q 'KSV-0040' <<< "$alone" && { echo "not as it was seen: KSV-0040 without a quota"; exit 1; }
for file in policy service; do
  grep -q "^$file.yaml KSV-0040" <<< "$beside" || { echo "not as it was seen: no KSV-0040 for $file.yaml"; exit 1; }
done
grep -q '^quota.yaml KSV-0040' <<< "$beside" && { echo "not as it was seen: KSV-0040 for the quota"; exit 1; }
echo "as it was seen with $(grep -o 'aquasecurity/trivy v[0-9.]*' build/go.mod)"
