{{/* The operator's flags. One without a value is left out, and the operator's default applies. */}}
{{- define "cloudlinker.arguments" -}}
{{- $values := .Values -}}
{{- $scrapesGateways := or $values.metrics.scrapeGateways $values.metrics.podMonitor.enabled -}}
{{- $namespace := $values.gateway.namespace.name -}}
{{- $flags := list
  (list "gateway-image" (include "cloudlinker.image" (list . $values.gateway.image)))
  (list "gateway-image-pull-policy" $values.gateway.image.pullPolicy)
  (list "gateway-namespace" (ternary nil $namespace (eq $namespace "cloudlinker-gateways")))
  (list "gateway-silence" $values.gateway.silenceSeconds)
  (list "namespace" (include "cloudlinker.scope" .))
  (list "cluster-domain" $values.cluster.domain)
  (list "dns-namespace" $values.cluster.dnsNamespace)
  (list "monitoring-namespace" (ternary $values.metrics.scrapeFrom nil $scrapesGateways))
  (list "own-cloud-identity" $values.clouds.ownIdentity)
  (list "node-cloud-identity" $values.clouds.nodeIdentity)
  (list "cluster-id" $values.clouds.clusterID)
  (list "cloud-requests-per-second" $values.clouds.requestsPerSecond)
  (list "max-connections-per-namespace" $values.limits.connections)
  (list "max-gateways-per-namespace" $values.limits.gateways)
  (list "max-forwards-per-namespace" $values.limits.forwards)
  (list "concurrency" $values.concurrency)
  (list "leader-election" $values.leaderElection.enabled)
  (list "lease-duration" $values.leaderElection.leaseDuration)
  (list "lease-renew-deadline" $values.leaderElection.renewDeadline)
  (list "lease-retry-period" $values.leaderElection.retryPeriod)
  (list "log-level" $values.log.level)
  (list "log-format" $values.log.format)
-}}
{{- range $values.gateway.allowedImages }}{{ $flags = append $flags (list "allowed-gateway-image" .) }}{{ end -}}
{{- range $values.gateway.allowedConnectorImages }}{{ $flags = append $flags (list "allowed-connector-image" .) }}{{ end -}}
{{- range $values.cluster.ranges }}{{ $flags = append $flags (list "cluster-range" .) }}{{ end -}}
{{- range $service, $url := $values.clouds.endpoints }}
{{- $flags = append $flags (list "cloud-endpoint" (printf "%s=%s" $service $url)) }}
{{- end -}}
{{- range $flags }}
{{- $value := index . 1 }}
{{- if and (not (kindIs "invalid" $value)) (ne (toString $value) "") }}
{{- /* A number of a values file is a float: 10000 would print as 1e+06 from a million on. */}}
- {{ printf "--%s=%s" (index . 0) (kindIs "float64" $value | ternary (int64 $value | toString) (toString $value)) | quote }}
{{- end }}
{{- end }}
{{- range $values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end }}
