# Sourced by hack/bench.d/clouds and hack/bench.d/scale. Backbones, and what becomes of them.

declare -A regions=([aws]=eu-west-1 [gcp]=europe-west1 [azure]=westeurope)
declare -A ranges=([aws]=10.10.0.0/16 [gcp]=10.20.0.0/16 [azure]=10.30.0.0/16)
declare -A providers=([aws]=AWS [gcp]=GCP [azure]=Azure)
declare -A accounts=([aws]="" [gcp]="gcp: {project: cloudlinker-bench}"
  [azure]="azure: {subscriptionID: 33333333-3333-3333-3333-333333333333}")

namespace() { echo "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"$1\"}}"; }

# secret CLOUD NAMESPACE, from $work/CLOUD.secret.
secret() { jq -c --arg namespace "$2" '.metadata.namespace = $namespace' "$work/$1.secret"; }

# backbone CLOUD NAMESPACE
backbone() {
  cat <<YAML
apiVersion: cloudlinker.dev/v1alpha1
kind: Backbone
metadata: {name: $1, namespace: $2}
spec:
  provider: ${providers[$1]}
  region: ${regions[$1]}
  credentialsSecretRef: {name: $1}
  ${accounts[$1]}
  network: {cidr: ${ranges[$1]}, zones: 3}
  egress: {addresses: PerZone, allow: [{cidr: 0.0.0.0/0, protocol: TCP, ports: [443]}]}
---
YAML
}

# What a Backbone's conditions say when it is Ready.
ready='any(.status.conditions[]?; .type == "Ready" and .status == "True")'

# until_all CONDITION NAMESPACE...: until CONDITION, a jq expression, holds for every Backbone there.
until_all() {
  local condition=$1 deadline=$((SECONDS + patience))
  shift
  until kubectl get --raw /apis/cloudlinker.dev/v1alpha1/backbones | jq -e --args \
    "[.items[] | select(.metadata.namespace | IN(\$ARGS.positional[])) | $condition] | all" "$@" >/dev/null; do
    [ "$SECONDS" -lt $deadline ] || { say "not within $patience s: $condition" && tell_why >&2 && exit 1; }
    sleep 0.3
  done
}

# tell_why: what the Backbones that are not Ready say, and the operator.
tell_why() {
  kubectl get backbones -A -o json | jq -r '.items[] | . as $it | .status.conditions[]? |
    select(.type == "Ready" and .status != "True") | "\($it.metadata.namespace)/\($it.metadata.name): \(.message)"' | head
  tail -n 10 "$work/operator.log"
}

# ask_for_a_look NAMESPACE...: has every Backbone there looked at now; returns when all were.
ask_for_a_look() {
  local value
  value=$(date +%s.%N)
  kubectl get --raw /apis/cloudlinker.dev/v1alpha1/backbones |
    jq '.items |= map(select(.metadata.namespace | IN($ARGS.positional[])))' --args "$@" |
    kubectl annotate --overwrite -f - "reconcile.fluxcd.io/requestedAt=$value" >/dev/null
  until_all ".status.lastHandledReconcileAt == \"$value\"" "$@"
}
