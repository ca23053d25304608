{{/* The subject of every binding. */}}
{{- define "cloudlinker.subjects" -}}
subjects:
  - {kind: ServiceAccount, name: {{ include "cloudlinker.serviceAccount" . }}, namespace: {{ .Release.Namespace }}}
{{- end }}

{{/* A Role and its binding. Arguments: the root, the name, the namespace, the rules as YAML. */}}
{{- define "cloudlinker.role" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $namespace := index . 2 -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ $name }}
  namespace: {{ $namespace }}
  labels:
    {{- include "cloudlinker.labels" (list $root) | nindent 4 }}
rules:
  {{- index . 3 | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $name }}
  namespace: {{ $namespace }}
  labels:
    {{- include "cloudlinker.labels" (list $root) | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ $name }}}
{{ include "cloudlinker.subjects" $root }}
{{- end }}

{{/* What the operator needs in every environment's namespace, and a Role can give. */}}
{{- define "cloudlinker.environmentRules" -}}
- apiGroups: [cloudlinker.dev]
  resources: [backbones, privateclusters, vpnconnections, portforwards]
  verbs: [get, list, watch, patch]   # patch: its own finalizer
- apiGroups: [cloudlinker.dev]
  resources: [backbones/status, privateclusters/status, vpnconnections/status, portforwards/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, patch, delete]   # list, watch: metadata only; get: those that specs name; the rest: kubeconfigs, keys of service accounts
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch, delete]   # the Service "vpn" of an environment; annotated ones
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [list, watch]               # those that are annotated to be reached through Twingate
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]                       # does it carry the label that NetworkPolicies select by
- apiGroups: [events.k8s.io, ""]
  resources: [events]
  verbs: [create, patch]
{{- end }}

{{/* What only a ClusterRole can give; a scoped operator works without and says what it cannot check. */}}
{{- define "cloudlinker.clusterRules" -}}
- apiGroups: [""]
  resources: [nodes]
  verbs: [list]                      # the pods' address ranges: a Backbone's must not overlap
- apiGroups: [networking.k8s.io]
  resources: [servicecidrs]
  verbs: [list]                      # the Services' ranges (Kubernetes 1.33 and later)
{{- end }}

{{/* What the operator makes and removes, in the gateways' namespace only. */}}
{{- define "cloudlinker.gatewayRules" -}}
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [secrets, services]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, patch]   # patch: the annotation that makes the kubelet refresh a mounted Secret
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}

{{- define "cloudlinker.leaderRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "cloudlinker.lease" . }}]
  verbs: [get, update, patch]
{{- end }}

{{- define "cloudlinker.gatewayClassRules" -}}
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [cloudlinker-gateway-classes]   # whoever may write it decides how gateways run
  verbs: [get, list, watch]
{{- end }}

{{- define "cloudlinker.cloudIdentityRules" -}}
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [cloudlinker-cloud-identities]   # whoever may write it decides who uses the operator's own identity
  verbs: [get]
{{- end }}

{{/* Copies of the credentials of Backbones whose networks exist: the tenant's Secret may be deleted before the network. */}}
{{- define "cloudlinker.credentialRules" -}}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, create, patch, delete]
{{- end }}
