# Sourced by hack/demo and hack/e2e, after $hack, $root and $existing are set: builds the product, starts a cluster
# and a company, and installs the one into the other.

images=("${XDG_CACHE_HOME:-$HOME/.cache}"/cloudlinker/images/cloudlinker-{operator,gateway,client}.tar)

use_testbed() {
  KUBECONFIG=${CLOUDLINKER_TESTBED:-${XDG_RUNTIME_DIR:-/tmp}/cloudlinker-testbed}/kubeconfig
  export KUBECONFIG
}

# At the same time: a cluster mostly waits, a compiler never does.
build_and_start() {
  { "$hack/images" && build_plugin; } &
  [ -n "$existing" ] || "$hack/testbed" up
  "$hack/company" up
  wait $!
}

# The kubectl plugin, which is in no image.
build_plugin() { swift build -c release --static-swift-stdlib --package-path "$root" --product kubectl-cloudlinker >&2; }

load_images() {
  local image
  if [ -z "$existing" ]; then "$hack/testbed" load "${images[@]}" && return; fi
  for image in "${images[@]}"; do
    if [ -n "${LOAD_IMAGE:-}" ]; then $LOAD_IMAGE "$image"; else echo "not loaded: $image"; fi
  done
}

# The kustomization for the cluster's version.
manifests() {
  local minor
  minor=$(kubectl version -o json | jq -r '.serverVersion.minor | gsub("[^0-9]"; "")')
  if [ "$minor" -lt 25 ]; then echo "$root/manifests/overlays/kubernetes-1.20"; else echo "$root/manifests"; fi
}

install_product() {
  local manifests
  manifests=$(manifests)
  kubectl apply -k "$manifests"
  kubectl wait --for=condition=Established --timeout=30s $(kubectl get crd --output=name | grep "\.cloudlinker\.dev$")
  # The tag stays "dev": a new image of that name is only taken by a new pod.
  kubectl -n cloudlinker-system rollout restart deployment/cloudlinker-operator
  kubectl -n cloudlinker-system rollout status --timeout=120s deployment/cloudlinker-operator
}
