{{/* Labels of every object, as in manifests/base, and the two that Helm users expect. */}}
{{- define "breakwater.labels" -}}
app.kubernetes.io/part-of: breakwater
app.kubernetes.io/managed-by: {{ .Values.managedBy | default .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Our own image. */}}
{{- define "breakwater.image" -}}
{{- $image := .Values.image | default dict -}}
{{- $registry := (dig "image" "registry" "" (.Values.global | default dict)) | default $image.registry -}}
{{- $repository := $image.repository | default "breakwater" -}}
{{- if hasSuffix "trivy-operator" $repository -}}
{{- fail (printf "image.repository is %q, the Trivy Operator's image, which cannot run as Breakwater: leave it out, or name a copy of Breakwater's image" $repository) -}}
{{- end -}}
{{- with $registry }}{{ . | trimSuffix "/" }}/{{ end }}{{ $repository }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Whose pods the controller's are; the API server gives it a share of its own. */}}
{{- define "breakwater.controllerAccount" -}}
{{- (.Values.serviceAccount | default dict).name | default "breakwater-controller" -}}
{{- end }}

{{/* Whether there is a PostgreSQL; else SQLite on a volume. */}}
{{- define "breakwater.postgres" -}}
{{- if dig "database" "secret" "" .Values.breakwater }}true{{ end -}}
{{- end }}

{{- define "breakwater.apiserverReplicas" -}}
{{- $replicas := dig "apiserver" "replicas" nil .Values.breakwater -}}
{{- if kindIs "invalid" $replicas -}}
{{- $replicas = ternary 2 1 (eq (include "breakwater.postgres" .) "true") -}}
{{- end -}}
{{- if and (gt (int $replicas) 1) (ne (include "breakwater.postgres" .) "true") -}}
{{- fail (printf "breakwater.apiserver.replicas is %d, and SQLite has one writer: 1, or a PostgreSQL in breakwater.database.secret" (int $replicas)) -}}
{{- end -}}
{{- int $replicas -}}
{{- end }}

{{/* What is wrong however the rest is set; every template that all installations have asks it. */}}
{{- define "breakwater.refusals" -}}
{{- $operator := .Values.operator | default dict -}}
{{- if and $operator.namespace (ne $operator.namespace .Release.Namespace) -}}
{{- fail (printf "operator.namespace is %q and the release goes to %q: install with --namespace %s" $operator.namespace .Release.Namespace $operator.namespace) -}}
{{- end -}}
{{- $trivy := .Values.trivy | default dict -}}
{{- if and (eq ($trivy.mode | default "Standalone") "ClientServer") (not $trivy.serverURL) -}}
{{- fail "trivy.mode is ClientServer, and trivy.serverURL names no server" -}}
{{- end -}}
{{- end }}
