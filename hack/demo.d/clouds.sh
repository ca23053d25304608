# Sourced by hack/demo --clouds, after $hack and $root are set: a Backbone in each cloud's simulator.

# Where pods reach this machine on the testbed's bridge (hack/testbed.d/bridge.sh).
clouds_address=10.200.0.1
aws=http://$clouds_address:4566 gcp=http://$clouds_address:4567 azure=http://$clouds_address:4568

start_clouds() { CLOUDS_ADDRESS=$clouds_address "$hack/clouds" up; }

apply_backbones() {
  local endpoints
  endpoints=$(jq -n '$ARGS.positional | map({op: "add", path: "/spec/template/spec/containers/0/args/-", value: "--cloud-endpoint=\(.)"})' \
    --args "ec2=$aws" "sts=$aws" "google-compute=$gcp" "google-token=$gcp/token" "azure-resource-manager=$azure" "azure-login=$azure")
  kubectl -n cloudlinker-system patch deployment cloudlinker-operator --type json -p "$endpoints"
  kubectl -n cloudlinker-system rollout status --timeout=120s deployment/cloudlinker-operator
  CLOUDS_ADDRESS=$clouds_address "$hack/clouds" secrets production | kubectl apply --server-side --force-conflicts -f -
  kubectl apply -f "$root/manifests/examples/backbones.yaml"
}

backbones_are_ready() { kubectl -n production wait --for=condition=Ready --timeout=120s backbones --all; }
