{{/* Objects have the names of manifests/, whatever the release is called: docs and commands can name them, and Helm refuses a
     second release that would share them. */}}
{{- define "cloudlinker.name" -}}cloudlinker-operator{{- end }}

{{- define "cloudlinker.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "cloudlinker.name" .) -}}
{{- else -}}
{{- required "serviceAccount.name: name the ServiceAccount that serviceAccount.create=false expects to be there" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{/* The one namespace of a scoped operator, or nothing. */}}
{{- define "cloudlinker.scope" -}}{{- with .Values.scope.namespaces }}{{ first . }}{{ end -}}{{- end }}

{{- define "cloudlinker.lease" -}}
{{ include "cloudlinker.name" . }}{{ with include "cloudlinker.scope" . }}-{{ . }}{{ end }}
{{- end }}

{{/* Labels of every object. Arguments: the root, and labels of this object's own, or nothing. */}}
{{- define "cloudlinker.labels" -}}
{{- $root := index . 0 -}}
{{- $own := dict -}}
{{- if gt (len .) 1 }}{{ $own = index . 1 }}{{ end -}}
{{- $chart := dict
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_"))
  "app.kubernetes.io/name" (include "cloudlinker.name" $root)
  "app.kubernetes.io/instance" $root.Release.Name
  "app.kubernetes.io/version" ($root.Chart.AppVersion | replace "+" "_" | trunc 63)
  "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- toYaml (merge (dict) $own $chart $root.Values.global.commonLabels) -}}
{{- end }}

{{/* An image by digest, else by tag. Arguments: the root, and the image's values. */}}
{{- define "cloudlinker.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- with $root.Values.global.imageRegistry }}{{ trimSuffix "/" . }}/{{ end -}}
{{- $image.repository -}}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default $root.Chart.AppVersion }}{{ end -}}
{{- end }}

{{/* Removes x-kubernetes-validations at every depth of the argument: servers before 1.25 do not know CEL rules. */}}
{{- define "cloudlinker.withoutRules" -}}
{{- if kindIs "map" . -}}
{{- $_ := unset . "x-kubernetes-validations" -}}
{{- range $value := . }}{{ include "cloudlinker.withoutRules" $value }}{{ end -}}
{{- else if kindIs "slice" . -}}
{{- range $value := . }}{{ include "cloudlinker.withoutRules" $value }}{{ end -}}
{{- end -}}
{{- end }}
