{{/*
What was set of the Trivy Operator's values: fills `given` with value by name. Called with root and given.
*/}}
{{- define "breakwater.given" -}}
{{- $root := .root -}}
{{- $given := .given -}}
{{- range $name, $row := ($root.Files.Get "files/original-values.yaml" | fromYaml) -}}
  {{- $at := $root.Values -}}
  {{- $found := true -}}
  {{- range $part := splitList "." $name -}}
    {{- if and $found (kindIs "map" $at) -}}
      {{- if hasKey $at $part -}}{{- $at = index $at $part -}}{{- else -}}{{- $found = false -}}{{- end -}}
    {{- else -}}
      {{- $found = false -}}
    {{- end -}}
  {{- end -}}
  {{- if and $found (not (kindIs "invalid" $at)) -}}
    {{- $_ := set $given $name $at -}}
  {{- end -}}
{{- end -}}
{{- end }}

{{/* Puts a value to a key such as control.scanner.image. Called with settings, key and value. */}}
{{- define "breakwater.put" -}}
{{- $at := .settings -}}
{{- $path := splitList "." .key -}}
{{- range $part := initial $path -}}
  {{- if not (hasKey $at $part) -}}{{- $_ := set $at $part dict -}}{{- end -}}
  {{- $at = index $at $part -}}
{{- end -}}
{{- $_ := set $at (last $path) .value -}}
{{- end }}

{{/* A list, or a text with commas, as a list in a dict: {list: [...]}. */}}
{{- define "breakwater.list" -}}
{{- $list := list -}}
{{- if kindIs "slice" . -}}
  {{- $list = . -}}
{{- else -}}
  {{- range splitList "," (toString .) -}}{{- with trim . -}}{{- $list = append $list . -}}{{- end -}}{{- end -}}
{{- end -}}
{{- dict "list" $list | toYaml -}}
{{- end }}

{{/* k=v,k=v as a dict. */}}
{{- define "breakwater.pairs" -}}
{{- $pairs := dict -}}
{{- range (include "breakwater.list" . | fromYaml).list -}}
  {{- $pair := splitn "=" 2 . -}}
  {{- $_ := set $pairs ($pair._0 | trim) ($pair._1 | default "" | trim) -}}
{{- end -}}
{{- toYaml $pairs -}}
{{- end }}

{{/* The seconds of a duration such as 1h30m0s. */}}
{{- define "breakwater.seconds" -}}
{{- $seconds := 0 -}}
{{- range $unit, $length := dict "h" 3600 "m" 60 "s" 1 -}}
  {{- $part := regexFind (printf "[0-9]+%s([0-9]|$)" $unit) $ | regexFind "^[0-9]+" -}}
  {{- $seconds = add $seconds (mul (int ($part | default "0")) $length) -}}
{{- end -}}
{{- $seconds -}}
{{- end }}

{{/* What a row's `as` makes of a value, in a dict: {value: ...}. Called with row and value. */}}
{{- define "breakwater.converted" -}}
{{- $as := .row.as | default "text" -}}
{{- $result := .value -}}
{{- if eq $as "list" -}}
  {{- $result = (include "breakwater.list" .value | fromYaml).list -}}
{{- else if eq $as "fields" -}}
  {{- $result = list -}}
  {{- range (include "breakwater.list" .value | fromYaml).list -}}{{- $result = append $result (snakecase . | upper) -}}{{- end -}}
{{- else if eq $as "pairs" -}}
  {{- $result = include "breakwater.pairs" .value | fromYaml -}}
{{- else if eq $as "values" -}}
  {{- $result = values .value | sortAlpha -}}
{{- else if eq $as "lists" -}}
  {{- $result = dict -}}
  {{- range $key, $text := .value -}}
    {{- $_ := set $result $key (include "breakwater.list" $text | fromYaml).list -}}
  {{- end -}}
{{- else if eq $as "name" -}}
  {{- $result = list (toString .value) -}}
{{- else if eq $as "number" -}}
  {{- $result = int64 .value -}}
{{- else if eq $as "switch" -}}
  {{- $result = eq (toString .value) "true" -}}
{{- else if eq $as "duration" -}}
  {{- $result = toString .value -}}
{{- end -}}
{{- dict "value" $result | toYaml -}}
{{- end }}

{{/* The settings file of both programs: what manifests/base says, what values say, and breakwater.settings over all. */}}
{{- define "breakwater.settings" -}}
{{- include "breakwater.refusals" . -}}
{{- $base := first (include "breakwater.documents" (dict "root" . "file" "files/base/config.yaml") | fromYaml).documents -}}
{{- $settings := index $base.data "breakwater.yaml" | fromYaml -}}
{{- $given := dict -}}
{{- include "breakwater.given" (dict "root" . "given" $given) -}}
{{- $arguments := list -}}
{{- range $name, $row := (.Files.Get "files/original-values.yaml" | fromYaml) -}}
  {{- $value := index $given $name -}}
  {{- if and (hasKey $given $name) (or $value (kindIs "bool" $value) (eq (toString $value) "0")) -}}
    {{- if $row.key -}}
      {{- $converted := (include "breakwater.converted" (dict "row" $row "value" $value) | fromYaml).value -}}
      {{- include "breakwater.put" (dict "settings" $settings "key" $row.key "value" $converted) -}}
      {{- with $row.also -}}
        {{- include "breakwater.put" (dict "settings" $settings "key" . "value" $converted) -}}
      {{- end -}}
    {{- else if $row.flag -}}
      {{- if kindIs "bool" $value -}}
        {{- if $value -}}{{- $arguments = append $arguments $row.flag -}}{{- end -}}
      {{- else -}}
        {{- range (include "breakwater.list" $value | fromYaml).list -}}
          {{- $arguments = append $arguments (printf "%s=%s" $row.flag .) -}}
        {{- end -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- with $arguments -}}
  {{- include "breakwater.put" (dict "settings" $settings "key" "control.scanner.extraArguments" "value" .) -}}
{{- end -}}
{{- include "breakwater.composed" (dict "root" . "given" $given "settings" $settings) -}}
{{- $own := .Values.breakwater.settings | default dict -}}
{{- range $switch := list "audit" "nodes" -}}
  {{- if and (kindIs "bool" (dig "control" $switch nil $settings)) (kindIs "map" (dig "control" $switch nil $own)) -}}
    {{- fail (printf "breakwater.settings.control.%s is a section, and another value switches it on or off: write %sKinds: ... in place of %s: {kinds: ...}, and so on" $switch $switch $switch) -}}
  {{- end -}}
{{- end -}}
{{- mustMergeOverwrite $settings (deepCopy $own) | toYaml -}}
{{- end }}

{{/* Settings that several values make together. Called with root, given and settings. */}}
{{- define "breakwater.composed" -}}
{{- $values := .root.Values -}}
{{- $given := .given -}}
{{- $settings := .settings -}}
{{- $everywhere := index $given "global.image.registry" | default "" -}}
{{- /* The Trivy Operator's names stand for its own defaults: whoever names a registry means its repository there. */ -}}
{{- $registry := $everywhere | default (index $given "trivy.image.registry") -}}
{{- $repository := index $given "trivy.image.repository" -}}
{{- $tag := index $given "trivy.image.tag" -}}
{{- if or $registry $repository -}}
  {{- $image := printf "%s/%s:%s" ($registry | default "mirror.gcr.io") ($repository | default "aquasec/trivy") (toString ($tag | default "0.72.0")) -}}
  {{- include "breakwater.put" (dict "settings" $settings "key" "control.scanner.image" "value" $image) -}}
{{- else if $tag -}}
  {{- include "breakwater.put" (dict "settings" $settings "key" "control.scanner.image" "value" (printf "ghcr.io/aquasecurity/trivy:%s" (toString $tag))) -}}
{{- end -}}
{{- range $kind, $key := dict "db" "databaseRepository" "javaDb" "javaDatabaseRepository" -}}
  {{- $registry := index $given (printf "trivy.%sRegistry" $kind) -}}
  {{- $repository := index $given (printf "trivy.%sRepository" $kind) -}}
  {{- if or $registry $repository -}}
    {{- $default := ternary "aquasec/trivy-db" "aquasec/trivy-java-db" (eq $kind "db") -}}
    {{- include "breakwater.put" (dict "settings" $settings "key" (printf "control.scanner.%s" $key) "value" (printf "%s/%s" ($registry | default "mirror.gcr.io") ($repository | default $default))) -}}
  {{- end -}}
{{- end -}}
{{- range $part, $defaults := dict "requests" (dict "cpu" "100m" "memory" "100M") "limits" (dict "cpu" "500m" "memory" "500M") -}}
  {{- $resources := dict -}}
  {{- range $value, $resource := dict "cpu" "cpu" "memory" "memory" "ephemeralStorage" "ephemeral-storage" -}}
    {{- with index $given (printf "trivy.resources.%s.%s" $part $value) -}}
      {{- $_ := set $resources $resource (toString .) -}}
    {{- end -}}
  {{- end -}}
  {{- if $resources -}}
    {{- include "breakwater.put" (dict "settings" $settings "key" (printf "control.jobs.%s" $part) "value" (mustMerge $resources $defaults)) -}}
  {{- end -}}
{{- end -}}
{{- /* The program refuses a deadline that leaves no time for pulling; the Trivy Operator's own defaults are such. */ -}}
{{- $deadline := index $given "operator.scanJobTimeout" | default "10m" -}}
{{- $timeout := index $given "trivy.timeout" | default "5m" -}}
{{- if le (include "breakwater.seconds" $deadline | int) (include "breakwater.seconds" $timeout | int) -}}
  {{- if ne (include "breakwater.seconds" $deadline | int) 300 -}}
    {{- fail (printf "operator.scanJobTimeout is %s and trivy.timeout %s: the first must be longer, pulling the scanner counts too" $deadline $timeout) -}}
  {{- end -}}
  {{- $_ := unset $settings.control.jobs "deadline" -}}
{{- end -}}
{{- if eq (index $given "trivy.mode" | default "") "ClientServer" -}}
  {{- include "breakwater.put" (dict "settings" $settings "key" "control.scanner.serverUrl" "value" (index $given "trivy.serverURL")) -}}
  {{- if index $given "trivy.serverToken" -}}
    {{- include "breakwater.put" (dict "settings" $settings "key" "control.scanner.serverTokenSecret" "value" "breakwater-trivy-server") -}}
  {{- end -}}
{{- end -}}
{{- if eq (index $given "operator.logDevMode" | default "" | toString) "true" -}}
  {{- $_ := set $settings "logFormat" "text" -}}
  {{- $_ := set $settings "logLevel" "debug" -}}
{{- end -}}
{{- with index $given "nodeCollector.excludeNodes" -}}
  {{- $pairs := include "breakwater.pairs" . | fromYaml -}}
  {{- if gt (len $pairs) 1 -}}
    {{- fail (printf "nodeCollector.excludeNodes is %q: with more than one label it means nodes that have all of them, which no selector can say; set breakwater.settings.control.nodesSelector" .) -}}
  {{- end -}}
  {{- range $label, $value := $pairs -}}
    {{- include "breakwater.put" (dict "settings" $settings "key" "control.nodesSelector" "value" (printf "kubernetes.io/os=linux,%s!=%s" $label $value)) -}}
  {{- end -}}
{{- end -}}
{{- with (index $given "serviceAccount.name") -}}
  {{- include "breakwater.put" (dict "settings" $settings "key" "serve.controllerUser" "value" (printf "system:serviceaccount:%s:%s" $.root.Release.Namespace .)) -}}
{{- end -}}
{{- with $values.breakwater.retention -}}
  {{- include "breakwater.put" (dict "settings" $settings "key" "serve.retention" "value" (toString .)) -}}
{{- end -}}
{{- end }}

{{/* What was set and does nothing, a line for each. */}}
{{- define "breakwater.warnings" -}}
{{- $given := dict -}}
{{- include "breakwater.given" (dict "root" . "given" $given) -}}
{{- range $name, $row := (.Files.Get "files/original-values.yaml" | fromYaml) -}}
  {{- if and (hasKey $given $name) (or (hasKey $row "none") (hasKey $row "later")) -}}
    {{- $value := index $given $name -}}
    {{- if not (and (hasKey $row "always") (eq (toJson $value | trimAll "\"") (toJson $row.always | trimAll "\""))) }}
- {{ $name }}: {{ if hasKey $row "later" }}not built yet: {{ $row.later }}{{ else }}{{ $row.none }}{{ end }}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- range $name, $value := (.Values.trivy | default dict) -}}
  {{- if hasPrefix "ignorePolicy" $name }}
- trivy.{{ $name }}: not built yet: findings are not taken out by policies
  {{- end -}}
{{- end -}}
{{- range .Values.extraEnv -}}
  {{- if or (hasPrefix "OPERATOR_" .name) (hasPrefix "TRIVY_" .name) (hasPrefix "CONTROLLER_" .name) }}
- extraEnv: {{ .name }} is a variable of the Trivy Operator, which Breakwater does not read; its own begin with BREAKWATER_
  {{- end -}}
{{- end -}}
{{- end }}
