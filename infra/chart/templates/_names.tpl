{{- /* Ports are those of `npm start`, so that a log reads the same in both. */ -}}
{{- define "berth.ports" -}}
gateway: 4000
auth: 4001
models: 4002
servers: 4003
operator: 4004
{{- end }}

{{- define "berth.port" -}}
{{ index (include "berth.ports" .root | fromYaml) .name }}
{{- end }}

{{- define "berth.name" -}}
{{ .root.Release.Name }}-{{ .name }}
{{- end }}

{{- /* Where a service is found by other pods, those of tenants' namespaces too. */ -}}
{{- define "berth.url" -}}
http://{{ include "berth.name" . }}.{{ .root.Release.Namespace }}.svc:{{ include "berth.port" . }}
{{- end }}

{{- define "berth.selector" -}}
app.kubernetes.io/name: berth-{{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "berth.labels" -}}
{{ include "berth.selector" . }}
app.kubernetes.io/part-of: berth
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "berth.secrets" -}}
{{ .Values.secrets.existingSecret | default (printf "%s-secrets" .Release.Name) }}
{{- end }}

{{- /* A variable whose value lies in a Secret: (list "NAME" "secret" "key"). */ -}}
{{- define "berth.secretVariable" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 2 }}
{{- end }}
