{{/*
The chart holds no copy of an object: files/base and files/components are links to the kustomize manifests. This turns one of their documents into
an object of this release: its namespace, labels, accounts. Called with root and object, which it changes.
*/}}
{{- define "breakwater.adopt" -}}
{{- $object := .object -}}
{{- $namespace := .root.Release.Namespace -}}
{{- $metadata := $object.metadata -}}
{{- if $metadata.namespace -}}{{- $_ := set $metadata "namespace" $namespace -}}{{- end -}}
{{- $labels := include "breakwater.labels" .root | fromYaml -}}
{{- $_ := set $metadata "labels" (mustMerge $labels ($metadata.labels | default dict)) -}}
{{- $account := include "breakwater.controllerAccount" .root -}}
{{- range $subject := $object.subjects -}}
  {{- $_ := set $subject "namespace" $namespace -}}
  {{- if eq $subject.name "breakwater-controller" -}}{{- $_ := set $subject "name" $account -}}{{- end -}}
{{- end -}}
{{- if eq $object.kind "APIService" -}}
  {{- $_ := set $object.spec.service "namespace" $namespace -}}
{{- end -}}
{{- if and (eq $object.kind "ServiceAccount") (ne $metadata.name "breakwater-apiserver") -}}
  {{- $given := .root.Values.serviceAccount | default dict -}}
  {{- if eq $metadata.name "breakwater-controller" -}}{{- $_ := set $metadata "name" $account -}}{{- end -}}
  {{- /* Registries that know workloads want to know the scans, and the controller, which asks for digests. */ -}}
  {{- with $given.annotations -}}
    {{- $_ := set $metadata "annotations" (mustMerge (deepCopy .) ($metadata.annotations | default dict)) -}}
  {{- end -}}
{{- end -}}
{{- end }}

{{/* The documents of a file, in a dict: {documents: [...]}. Called with root and file. */}}
{{- define "breakwater.documents" -}}
{{- $documents := list -}}
{{- range splitList "\n---\n" (.root.Files.Get .file) -}}
  {{- $documents = append $documents (fromYaml .) -}}
{{- end -}}
{{- dict "documents" $documents | toYaml -}}
{{- end }}

{{/* What both programs' Deployments take over from values. Called with root, object and own (a section of breakwater). */}}
{{- define "breakwater.deployment" -}}
{{- $values := .root.Values -}}
{{- $object := .object -}}
{{- $pod := $object.spec.template -}}
{{- $container := first $pod.spec.containers -}}
{{- $image := $values.image | default dict -}}
{{- $_ := set $container "image" (include "breakwater.image" .root) -}}
{{- with $image.pullPolicy -}}{{- $_ := set $container "imagePullPolicy" . -}}{{- end -}}
{{- with $image.pullSecrets -}}{{- $_ := set $pod.spec "imagePullSecrets" . -}}{{- end -}}
{{- $limit := (($values.operator | default dict).revisionHistoryLimit) -}}
{{- if not (kindIs "invalid" $limit) -}}{{- $_ := set $object.spec "revisionHistoryLimit" $limit -}}{{- end -}}
{{- with $values.hostAliases -}}{{- $_ := set $pod.spec "hostAliases" . -}}{{- end -}}
{{- range $key := list "nodeSelector" "tolerations" -}}
  {{- with (index $.own $key | default (index $values $key)) -}}{{- $_ := set $pod.spec $key . -}}{{- end -}}
{{- end -}}
{{- with .own.topologySpreadConstraints -}}{{- $_ := set $pod.spec "topologySpreadConstraints" . -}}{{- end -}}
{{- with .own.heap -}}
  {{- range $variable := $container.env -}}
    {{- if eq $variable.name "BREAKWATER_HEAP" -}}{{- $_ := set $variable "value" (toString $.own.heap) -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- /* Programs read their settings when they start. */ -}}
{{- $annotations := $pod.metadata.annotations | default dict -}}
{{- $_ := set $annotations "checksum/settings" (include "breakwater.settings" .root | sha256sum) -}}
{{- $_ := set $pod.metadata "annotations" $annotations -}}
{{- end }}
