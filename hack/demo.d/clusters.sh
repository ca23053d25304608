# Sourced by hack/demo --clouds, after hack/demo.d/clouds.sh and twingate.sh: private clusters in the Backbones, from apply
# to Ready and back to nothing.

simulator() { curl -fsS --max-time 10 "http://$CLOUDS_ADDRESS:$1/_sim/$2" "${@:3}"; }

# Objects in the three clouds, as one line.
objects_in_clouds() {
  local port
  for port in 4566 4567 4568; do simulator $port state; done | jq -sc 'map(map_values(select(. > 0)))'
}

# The role in AWS that people have, which is not the operator's to make.
make_people_role() {
  AWS_ACCESS_KEY_ID=AKIASIMULATOR AWS_SECRET_ACCESS_KEY=simulatorsecret "$("$hack/clouds.d/install")/bin/python" - <<PYTHON
import boto3
iam = boto3.client("iam", region_name="eu-west-1", endpoint_url="http://$CLOUDS_ADDRESS:4566")
iam.create_role(RoleName="platform", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
PYTHON
}

apply_clusters() {
  "$hack/clouds" secrets production | jq -c 'select(.metadata.name == "twingate")' |
    kubectl apply --server-side --force-conflicts -f -
  kubectl apply -f "$hack/demo.d/clusters.yaml"
}

# The machines of the simulated clouds run nothing, so this logs their connectors in to Twingate, as they would themselves.
beat_connectors() {
  local tokens
  kubectl get secrets -A -l cloudlinker.dev/connector -o json |
    jq -c '.items[] | select(.metadata.labels["cloudlinker.dev/connection"] // "" | startswith("people-"))
      | {hostname: .metadata.name, accessToken: (.data.accessToken // "" | @base64d), refreshToken: (.data.refreshToken // "" | @base64d)}' |
    while read -r tokens; do simulator 4569 heartbeat --data-binary @- <<<"$tokens" || true; done
}

# The operator looks at a cloud at work every 30 s, and the simulators get on with each look: this asks for one at once.
look_again() { kubectl -n production annotate --overwrite "$@" "reconcile.fluxcd.io/requestedAt=$(date +%s.%N)" || true; }

is_ready() { [ "$(kubectl -n production get "$1" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]; }

clusters_are_ready() {
  local waiting name
  for _ in $(seq 120); do
    beat_connectors
    waiting=()
    for name in vpnconnection/people-{aws,gcp,azure} privatecluster/{aws,gcp,azure}; do is_ready "$name" || waiting+=("$name"); done
    [ ${#waiting[@]} -gt 0 ] || return 0
    for name in "${waiting[@]}"; do look_again "$name"; done
    kubectl -n production get privateclusters -o wide
    sleep 2
  done
  kubectl -n production get vpnconnections,privateclusters -o yaml
  return 1
}

left_objects() {
  kubectl -n production get privateclusters,backbones -o name
  kubectl -n production get vpnconnections people-{aws,gcp,azure} --ignore-not-found -o name
}

clusters_are_gone() {
  kubectl delete --wait=false -f "$hack/demo.d/clusters.yaml"
  kubectl delete --wait=false -f "$root/manifests/examples/backbones.yaml"
  for _ in $(seq 120); do
    left_objects
    [ -n "$(left_objects)" ] || return 0
    look_again privateclusters,backbones --all
    sleep 2
  done
  kubectl -n production get vpnconnections,privateclusters,backbones -o yaml
  return 1
}

show_clouds() {
  local before condition='.status.conditions[?(@.type=="%s")].status' columns
  printf '\n'
  step "A role that people have in AWS" make_people_role
  before=$(objects_in_clouds)
  step "A Backbone in each cloud" apply_backbones
  step "Networks" backbones_are_ready
  printf '\n$ kubectl -n production get backbones\n'
  kubectl -n production get backbones
  printf '\n'
  step "A private cluster and connectors in each" apply_clusters
  step "Connectors and clusters" clusters_are_ready
  printf '\n$ kubectl -n production get vpnc,pcl\n'
  kubectl -n production get vpnconnections/people-{aws,gcp,azure}
  kubectl -n production get privateclusters
  printf '\n$ kubectl -n production get pcl -o custom-columns=...\n'
  columns=NAME:.metadata.name,PRIVATE:${condition/\%s/Private},REACHABLE:${condition/\%s/Reachable},ENDPOINT:.status.endpoint
  kubectl -n production get privateclusters -o custom-columns="$columns"
  printf '\nobjects in the clouds: %s\n' "$(jq -c 'map(add)' <<<"$(objects_in_clouds)")"
  step "Everything is deleted again" clusters_are_gone
  [ "$(objects_in_clouds)" = "$before" ] || { echo "left in the clouds: $(objects_in_clouds), before $before" && exit 1; }
  echo "objects in the clouds: as before"
}
