{{/* What the operator does where jobs are. Why each: docs/operating.md, "Rights". */}}
{{- define "pyjob.jobRules" -}}
- apiGroups: [pyjob.io]
  resources: [pyjobs]
  verbs: [get, list, watch, create, delete]
- apiGroups: [pyjob.io]
  resources: [pyjobschedules]
  verbs: [get, list, watch]
- apiGroups: [pyjob.io]
  resources: [pyjobs/status, pyjobschedules/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, create, delete]
- apiGroups: [""]
  resources: [secrets, configmaps, services]
  verbs: [get, list, watch, create]
- apiGroups: [""]
  resources: [events]
  verbs: [get, create, patch]
{{- if .Values.networkPolicy.enabled }}
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, create]
{{- end }}
{{- if .Values.volcano.enabled }}
- apiGroups: [scheduling.volcano.sh]
  resources: [podgroups]
  verbs: [get, create]
{{- end }}
{{- end -}}

{{/* What it does in its own namespace. A name cannot be asked for at creation. */}}
{{- define "pyjob.ownRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "pyjob.operator" . }}]
  verbs: [get, patch]
- apiGroups: [""]
  resources: [services]
  resourceNames: [{{ include "pyjob.report" . }}]
  verbs: [get]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [create]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  resourceNames: [{{ include "pyjob.report" . }}]
  verbs: [get, patch]
{{- end -}}

{{/* Binds a role to the operator: list of the root, the kind and the name of the role. */}}
{{- define "pyjob.bindTo" -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ index . 1 }}
  name: {{ index . 2 }}
subjects:
  - kind: ServiceAccount
    name: {{ include "pyjob.serviceAccount" (index . 0) }}
    namespace: {{ (index . 0).Release.Namespace }}
{{- end -}}

{{/* What the pods that show jobs' pages read of jobs: where a job's driver is. */}}
{{- define "pyjob.uiRules" -}}
- apiGroups: [pyjob.io]
  resources: [pyjobs]
  verbs: [get]
- apiGroups: [""]
  resources: [pods]
  verbs: [get]
{{- end -}}

{{/* Binds a role to these pods: list of the root and the kind of the role, which has their name. */}}
{{- define "pyjob.bindUiTo" -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ index . 1 }}
  name: {{ include "pyjob.ui" (index . 0) }}
subjects:
  - kind: ServiceAccount
    name: {{ include "pyjob.ui" (index . 0) }}
    namespace: {{ (index . 0).Release.Namespace }}
{{- end -}}
