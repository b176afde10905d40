{{/* The pod that asks whether reports are served. */}}
{{- define "breakwater.readyPod" }}
serviceAccountName: breakwater-ready
restartPolicy: Never
enableServiceLinks: false
{{- with (.Values.image | default dict).pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
containers:
  - name: ready
    image: {{ include "breakwater.image" . }}
    {{- with (.Values.image | default dict).pullPolicy }}
    imagePullPolicy: {{ . }}
    {{- end }}
    args: [ready, --timeout, {{ dig "ready" "timeout" "4m" .Values.breakwater | quote }}]
    resources:
      requests: {cpu: 50m, memory: 96Mi}
      limits: {cpu: "1", memory: 192Mi}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: {drop: [ALL]}
    volumeMounts:
      - {name: tmp, mountPath: /tmp}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 64Mi}
{{- end }}
