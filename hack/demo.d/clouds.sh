# Sourced by hack/demo and hack/e2e, after $hack and $root are set: the simulators of the clouds and of Twingate, where
# the pods of the testbed reach them.

# This machine on the testbed's bridge (hack/testbed.d/bridge.sh).
export CLOUDS_ADDRESS=10.200.0.1
connector=localhost/cloudlinker-connector

# start_clouds [CLOUD...]: all when none is named.
start_clouds() { "$hack/clouds" up "$@"; }

# Their addresses, that connectors may be the stand-in, and whose Prometheus may scrape gateways.
tell_operator_of_clouds() {
  local arguments
  arguments=$({ "$hack/clouds" endpoints | sed s/^/--cloud-endpoint=/ && echo "--allowed-connector-image=$connector" &&
    echo --monitoring-namespace=monitoring; } |
    jq -nR '[inputs | {op: "add", path: "/spec/template/spec/containers/0/args/-", value: .}]')
  kubectl -n cloudlinker-system patch deployment cloudlinker-operator --type json -p "$arguments"
  kubectl -n cloudlinker-system rollout status --timeout=120s deployment/cloudlinker-operator
}

apply_backbones() {
  "$hack/clouds" secrets production | kubectl apply --server-side --force-conflicts -f -
  kubectl apply -f "$root/manifests/examples/backbones.yaml"
}

backbones_are_ready() { kubectl -n production wait --for=condition=Ready --timeout=120s backbones --all; }

# The stand-in of Twingate's connector.
load_connector() { "$hack/testbed" load "$("$hack/connector-image")"; }
