# Sourced by hack/bench.d/scale. Backbones and clusters in simulated clouds, spread over the namespaces s0, s1 and so on.

# Beside those that a person may have started.
export CLOUDLINKER_CLOUDS=$work/cloudlinker-scale-clouds
export CLOUDS_AWS_PORT=${CLOUDS_AWS_PORT:-4586} CLOUDS_GCP_PORT=${CLOUDS_GCP_PORT:-4587}
export CLOUDS_AZURE_PORT=${CLOUDS_AZURE_PORT:-4588}
clouds=(aws gcp azure)
declare -A urls=([aws]=http://127.0.0.1:$CLOUDS_AWS_PORT [gcp]=http://127.0.0.1:$CLOUDS_GCP_PORT
  [azure]=http://127.0.0.1:$CLOUDS_AZURE_PORT)
declare -A machines=([aws]=m6i.large [gcp]=e2-standard-4 [azure]=Standard_D4s_v5)
declare -A members=([aws]="" [gcp]="gcp: {nodeServiceAccount: nodes@cloudlinker-bench.iam.gserviceaccount.com}" [azure]="")
# Reads in ten minutes at rest, of docs/costs.md.
declare -A backbone_reads=([aws]=8.3 [gcp]=6 [azure]=7) cluster_reads=([aws]=9.6 [gcp]=3.5 [azure]=4)
. "$hack/bench.d/clouds.d/backbones.sh"

start_clouds() {
  local cloud
  "$hack/clouds" up aws gcp azure >"$work/clouds.log"
  for cloud in "${clouds[@]}"; do
    "$hack/clouds" secrets default | jq -c "select(.metadata.name == \"$cloud\")" >"$work/$cloud.secret"
    # Operations end although nobody looks: GKE takes five at once in a region, and the operator looks every half minute.
    curl -fsS --max-time 10 -d '{"operationReads": 0}' "${urls[$cloud]}/_sim/settings" >/dev/null
  done
}

# places KIND: a line "CLOUD NAMESPACE" for each Backbone, or for each cluster, which are in the first Backbones of a cloud.
places() {
  local -n counts=$1
  local cloud index first=0
  for cloud in "${clouds[@]}"; do
    for ((index = 0; index < ${counts[$cloud]}; index++)); do echo "$cloud s$(((first + index) % namespaces))"; done
    first=$((first + ${backbones[$cloud]}))
  done
}

total() { local -n numbers=$1; echo $((numbers[aws] + numbers[gcp] + numbers[azure])); }

create() { timeout "$patience" kubectl create --validate=false -f - >/dev/null; }

make_backbones() {
  local cloud namespace
  places backbones | while read -r cloud namespace; do secret "$cloud" "$namespace"; done | create
  sleep 5 # the operator knows the Secrets by then: no look is in vain
  places backbones | while read -r cloud namespace; do backbone "$cloud" "$namespace"; done | create
}

# A cluster is not begun before a VPNConnection is Ready. None can be here, without nodes, so the status of a suspended one
# says so. The operator corrects that at its next check, 8 to 12 minutes later, and then looks at the Backbone and the cluster.
make_clusters() {
  local cloud namespace
  places clusters | while read -r cloud namespace; do
    cat <<YAML
apiVersion: cloudlinker.dev/v1alpha1
kind: VPNConnection
metadata: {name: people, namespace: $namespace}
spec:
  type: IPsec
  suspend: true
  ipsec: {authentication: {method: EAP-MSCHAPv2, credentialsSecretRef: {name: office-vpn}}, caSecretRef: {name: office-vpn}}
  tunnels: [{name: a, server: 10.200.0.101}]
  remoteNetworks: [192.168.100.0/24]
  service: {name: vpn-people}
---
apiVersion: cloudlinker.dev/v1alpha1
kind: PrivateCluster
metadata: {name: $cloud, namespace: $namespace}
spec:
  backboneRef: {name: $cloud}
  version: "1.33"
  nodePools: [{name: general, machineType: ${machines[$cloud]}, minSize: 2, maxSize: 10}]
  ${members[$cloud]}
---
YAML
  done | create
  sleep 10 # the operator has written the statuses by then
  local ready='{"type": "Ready", "status": "True", "reason": "Connected", "message": "said by hack/bench", "lastTransitionTime": "2026-01-01T00:00:00Z"}'
  places clusters | while read -r cloud namespace; do
    kubectl -n "$namespace" patch vpnconnection people --subresource=status --type=merge -p "{\"status\": {\"conditions\": [$ready]}}"
  done >/dev/null
}

metric() { curl -fsS --max-time 20 "http://127.0.0.1:$port/metrics" | awk -v name="$1" '$1 == name {print $2}'; }

# until_ready KIND COUNT: returns when so many are Ready, or says after $patience seconds how many are not.
until_ready() {
  local deadline=$((SECONDS + patience)) shown=$SECONDS ready
  while :; do
    ready=$(metric "cloudlinker_objects{kind=\"$1\",ready=\"True\"}") || true
    [ "${ready:-0}" -lt "$2" ] || return 0
    [ $((SECONDS - shown)) -lt 30 ] || { shown=$SECONDS && say "$ready of $2 are Ready"; }
    [ "$SECONDS" -lt $deadline ] || break
    sleep 1
  done
  say "only $ready of $2 are Ready after $patience s"
  kubectl get "$1" -A -o json | jq -r '.items[] | . as $it | .status.conditions[]? | select(.type == "Ready" and .status != "True")
    | "\($it.metadata.namespace)/\($it.metadata.name): \(.message)"' | head -n 5 >&2
  failed+=("$(($2 - ready)) of $2 ${1}s not Ready")
}

asked() { curl -fsS --max-time 60 "${urls[$1]}/_sim/requests" | wc -l; }
since() { curl -fsS --max-time 60 "${urls[$1]}/_sim/requests?after=$2" | "$hack/bench.d/clouds.d/count"; }

# note_requests: remembers how much each cloud was asked until now.
note_requests() { for cloud in "${clouds[@]}"; do begin[$cloud]=$(asked "$cloud"); done; }

# requests_since SECONDS: reads and writes since `note_requests`, in ten minutes, and the reads of docs/costs.md.
requests_since() {
  for cloud in "${clouds[@]}"; do
    since "$cloud" "${begin[$cloud]}" | jq -c --argjson backbones "${backbones[$cloud]}" --argjson clusters "${clusters[$cloud]}" \
      "{reads: (.reads * 600 / $1), writes: (.writes * 600 / $1), refused,
        expected: (\$backbones * ${backbone_reads[$cloud]} + \$clusters * ${cluster_reads[$cloud]})} | {$cloud: .}"
  done | jq -s add
}

# ask_for_looks: asks for a pass over every Backbone and cluster. looks_left: how many had none yet.
ask_for_looks() {
  look=$(date +%s.%N)
  for kind in backbones privateclusters; do
    timeout "$patience" kubectl annotate "$kind" -A --all --overwrite "reconcile.fluxcd.io/requestedAt=$look" >/dev/null
  done
}

looks_left() {
  for kind in backbones privateclusters; do kubectl get --raw "/apis/cloudlinker.dev/v1alpha1/$kind"; done |
    jq -s "[.[].items[] | select(.status.lastHandledReconcileAt != \"$look\")] | length"
}

until_looked_at() {
  local deadline=$((SECONDS + patience)) left
  while :; do
    left=$(looks_left)
    [ "$left" -gt 0 ] || return 0
    [ "$SECONDS" -lt $deadline ] || break
    sleep 1
  done
  failed+=("$left objects not looked at in $patience s")
}
