# Sourced by hack/bench.d/controlplane and hack/sample-objects, after $namespace is set.

# connection NAME SUSPENDED: a VPNConnection to the company of hack/company.
connection() {
  cat <<YAML
apiVersion: cloudlinker.dev/v1alpha1
kind: VPNConnection
metadata: {name: $1, namespace: $namespace}
spec:
  type: IPsec
  suspend: $2
  service: {name: vpn-$1}
  ipsec:
    authentication: {method: EAP-MSCHAPv2, credentialsSecretRef: {name: office-vpn}}
    caSecretRef: {name: office-vpn}
  tunnels:
  - {name: a, server: 10.200.0.101, zone: zone-1}
  - {name: b, server: 10.200.0.102, zone: zone-2}
  remoteNetworks: [192.168.100.0/24]
---
YAML
}
