# Sourced by hack/demo --clouds and hack/e2e, after $hack and $root are set: the clouds' simulators, where the pods of
# the testbed reach them.

# This machine on the testbed's bridge (hack/testbed.d/bridge.sh).
export CLOUDS_ADDRESS=10.200.0.1

start_clouds() { "$hack/clouds" up; }

tell_operator_of_clouds() {
  local endpoints
  endpoints=$("$hack/clouds" endpoints | jq -nR '[inputs
    | {op: "add", path: "/spec/template/spec/containers/0/args/-", value: "--cloud-endpoint=\(.)"}]')
  kubectl -n cloudlinker-system patch deployment cloudlinker-operator --type json -p "$endpoints"
  kubectl -n cloudlinker-system rollout status --timeout=120s deployment/cloudlinker-operator
}

apply_backbones() {
  "$hack/clouds" secrets production | kubectl apply --server-side --force-conflicts -f -
  kubectl apply -f "$root/manifests/examples/backbones.yaml"
}

backbones_are_ready() { kubectl -n production wait --for=condition=Ready --timeout=120s backbones --all; }
