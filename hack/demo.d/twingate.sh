# Sourced by hack/demo --twingate, after hack/demo.d/clouds.sh: people reach a Service of the cluster through connectors.

apply_people() {
  "$hack/clouds" secrets production | jq -c 'select(.metadata.name == "twingate")' |
    kubectl apply --server-side --force-conflicts -f -
  kubectl apply -f "$hack/demo.d/people.yaml"
}

people_are_let_in() {
  kubectl -n monitoring rollout status --timeout=60s deployment/grafana
  kubectl -n production wait --for=condition=ResourcesReady --timeout=120s vpnconnection/people
  kubectl -n production wait --for=condition=ConnectorsReady --timeout=120s vpnconnection/people
}

# visit PERSON ADDRESS: what the person's browser shows.
visit() {
  local door=http://$CLOUDS_ADDRESS:${CLOUDS_TWINGATE_PORT:-4569}/_sim call page=
  echo "$1 opens http://$2"
  call=$(curl -fsS "$door/call" -d "$(jq -n --arg user "$1" --arg address "$2" '{user: $user, address: $address, port: 80}')")
  if [ "$(jq -r '.refused // empty' <<<"$call")" ]; then jq -r '"  refused: \(.refused)"' <<<"$call" && return; fi
  for _ in $(seq 60); do
    page=$(curl -fsS "$door/call?number=$(jq -r .call <<<"$call")")
    [ "$page" = "{}" ] || break
    sleep 0.5
  done
  jq -r '"  \(.answer // .error // "no answer" | rtrimstr("\n"))   (connector \(.connector))"' <<<"$page"
}

show_people() {
  printf '\n'
  step "A connection for people" apply_people
  step "Connectors and resources" people_are_let_in
  printf '\n$ kubectl -n production get vpnc people\n'
  kubectl -n production get vpnconnection people
  printf '\n'
  visit ann@acme.com grafana.prod.acme.internal
  visit bob@acme.com grafana.prod.acme.internal
}
