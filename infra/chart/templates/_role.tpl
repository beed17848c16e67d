{{- /* Binds a service's account to a ClusterRole of its own, and begins that role: its rules follow the call. */ -}}
{{- define "berth.clusterRole" -}}
{{- $name := printf "%s-%s" .root.Release.Namespace (include "berth.name" .) -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $name }}
  labels: {{- include "berth.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "berth.name" . }}
    namespace: {{ .root.Release.Namespace }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ $name }}
  labels: {{- include "berth.labels" . | nindent 4 }}
{{- end }}
