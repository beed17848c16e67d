{{- /*
One of Berth's services: its Deployment, Service and ServiceAccount, and a PodDisruptionBudget when there are several pods.

  root        the chart's own context
  name        auth, models, servers, operator or gateway; its variables are the template `berth.<name>.variables`
  main        the file that its process runs
  options     of Node: (list "--option")
  kubernetes  whether it speaks with the Kubernetes API
  single      whether there must never be two of it at once
  ready       what tells that a pod is ready: /health, or another path
  drain       seconds that a pod still serves after its end is decided, until nobody is sent to it any more
  ports       more ports: (list (dict "name" "port" "servicePort"))
*/ -}}
{{- define "berth.service" -}}
{{- $root := .root }}
{{- $values := index $root.Values .name }}
{{- $full := include "berth.name" . }}
{{- $replicas := $values.replicas | default 1 }}
{{- $service := $values.service | default dict }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $full }}
  labels: {{- include "berth.labels" . | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $full }}
  labels: {{- include "berth.labels" . | nindent 4 }}
  {{- with $service.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ $service.type | default "ClusterIP" }}
  selector: {{- include "berth.selector" . | nindent 4 }}
  ports:
    - { name: http, port: {{ include "berth.port" . }}, targetPort: http }
    {{- range .ports }}
    - { name: {{ .name }}, port: {{ .servicePort }}, targetPort: {{ .name }} }
    {{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $full }}
  labels: {{- include "berth.labels" . | nindent 4 }}
spec:
  replicas: {{ $replicas }}
  selector:
    matchLabels: {{- include "berth.selector" . | nindent 6 }}
  strategy:
    {{- if .single }}
    type: Recreate
    {{- else }}
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
    {{- end }}
  template:
    metadata:
      labels: {{- include "berth.labels" . | nindent 8 }}
      annotations:
        # Pods read their variables once: others mean other pods.
        checksum/addresses: {{ include "berth.addresses" $root | sha256sum }}
        {{- with $root.Values.pods.annotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ $full }}
      automountServiceAccountToken: {{ .kubernetes | default false }}
      enableServiceLinks: false
      terminationGracePeriodSeconds: 30
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        seccompProfile: { type: RuntimeDefault }
      {{- with $root.Values.images.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ required "Set images.platform to what infra/images/Dockerfile made." $root.Values.images.platform }}
          imagePullPolicy: {{ $root.Values.images.pullPolicy }}
          args: [{{ range .options }}{{ . }}, {{ end }}{{ .main }}]
          envFrom:
            - configMapRef: { name: {{ $root.Release.Name }}-addresses }
          env:
            - { name: HOST, value: {{ $root.Values.listenOn | quote }} }
            - { name: PORT, value: {{ include "berth.port" . | quote }} }
            # The pods' network is the cluster's own; the ingress ends TLS.
            - { name: PLAINTEXT, value: allow }
            - { name: LOG_LEVEL, value: {{ $root.Values.logLevel }} }
            {{- include (printf "berth.%s.variables" .name) $root | nindent 12 }}
          ports:
            - { name: http, containerPort: {{ include "berth.port" . }} }
            {{- range .ports }}
            - { name: {{ .name }}, containerPort: {{ .port }} }
            {{- end }}
          startupProbe:
            httpGet: { path: /live, port: http }
            periodSeconds: 2
            failureThreshold: 60
            timeoutSeconds: 2
          readinessProbe:
            httpGet: { path: {{ .ready | default "/health" }}, port: http }
            periodSeconds: 5
            timeoutSeconds: 3
          livenessProbe:
            httpGet: { path: /live, port: http }
            periodSeconds: 10
            failureThreshold: 6
            timeoutSeconds: 5
          {{- with .drain }}
          lifecycle:
            preStop:
              exec: { command: [sleep, {{ . | quote }}] }
          {{- end }}
          resources: {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          terminationMessagePolicy: FallbackToLogsOnError
      {{- if gt (int $replicas) 1 }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "berth.selector" . | nindent 14 }}
      {{- end }}
      {{- with $root.Values.pods.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.pods.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.pods.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.pods.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
{{- if gt (int $replicas) 1 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $full }}
  labels: {{- include "berth.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "berth.selector" . | nindent 6 }}
{{- end }}
{{- end }}
