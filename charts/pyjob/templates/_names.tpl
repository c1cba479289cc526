{{/* What names of this release's objects begin with; leaves room for the longest ending in 63 characters. */}}
{{- define "pyjob.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 48 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 48 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "pyjob.operator" -}}{{ include "pyjob.fullname" . }}-operator{{- end -}}
{{- define "pyjob.jobs" -}}{{ include "pyjob.fullname" . }}-jobs{{- end -}}
{{- define "pyjob.report" -}}{{ include "pyjob.fullname" . }}-report{{- end -}}
{{- define "pyjob.metrics" -}}{{ include "pyjob.fullname" . }}-metrics{{- end -}}
{{- define "pyjob.ui" -}}{{ include "pyjob.fullname" . }}-ui{{- end -}}
{{- define "pyjob.history" -}}{{ include "pyjob.fullname" . }}-history{{- end -}}
{{- define "pyjob.test" -}}{{ include "pyjob.fullname" . }}-test{{- end -}}

{{- define "pyjob.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "pyjob.operator" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is needed where serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Of operator pods. The name is not that of jobs' pods, pyjob: a job may be called as the release is. */}}
{{- define "pyjob.selector" -}}
app.kubernetes.io/name: pyjob-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "pyjob.labels" -}}
{{ include "pyjob.selector" . }}
app.kubernetes.io/part-of: pyjob
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | trunc 63 | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end -}}

{{/* The full name of an image: list of the root and "operator", "runtime" or "python". */}}
{{- define "pyjob.image" -}}
{{- $all := (index . 0).Values.image -}}
{{- $one := index $all (index . 1) -}}
{{- $name := $one.repository -}}
{{- if $all.registry -}}{{- $name = printf "%s/%s" $all.registry $one.repository -}}{{- end -}}
{{- if $one.digest -}}
{{- printf "%s@%s" $name $one.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (coalesce $one.tag $all.tag (index . 0).Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* Where `helm test` runs its job. */}}
{{- define "pyjob.testNamespace" -}}
{{- coalesce .Values.test.namespace (first .Values.watchNamespaces) .Release.Namespace -}}
{{- end -}}

{{/* Of the pods that show jobs' pages. Jobs' network policies let in who has the last two. */}}
{{- define "pyjob.uiSelector" -}}
app.kubernetes.io/name: pyjob-ui
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: pyjob
app.kubernetes.io/component: ui
{{- end -}}

{{- define "pyjob.historySelector" -}}
app.kubernetes.io/name: pyjob-history
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What is the same in the labels of objects that are not the operator's own. */}}
{{- define "pyjob.commonLabels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | trunc 63 | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end -}}

{{/* The namespaces with a history server, with commas between: one each where there is a claim in each. */}}
{{- define "pyjob.historyNamespaces" -}}
{{- if .Values.eventLog.claim -}}
{{- join "," (coalesce .Values.history.namespaces .Values.watchNamespaces (list .Release.Namespace)) -}}
{{- else -}}
{{- .Release.Namespace -}}
{{- end -}}
{{- end -}}
