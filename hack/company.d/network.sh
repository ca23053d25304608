# Sourced by hack/company. Namespaces and routes: bridge - VPN servers - LAN, and the trap for leaks.

server_network() {
  local n=$1 name=cl-company-vpn$1
  ip netns add "$name"
  attach "$name" "cl-c$n" "10.200.0.10$n"
  ip -n "$name" route add default via $host
  local flavour
  for flavour in 1 2 3 4 5; do ip -n "$name" addr add "10.200.0.1$flavour$n/24" dev eth0; done
  ip link add eth1 netns "$name" type veth peer name "vpn$n" netns cl-company-lan
  ip -n "$name" addr add "192.168.100.$n/24" dev eth1
  ip -n "$name" link set eth1 up
  ip -n "$name" addr add "192.168.101.$n/24" dev eth1
  ip -n cl-company-lan link set "vpn$n" master lan up
  in_namespace "$name" sysctl -qw net.ipv4.ip_forward=1
  # As in the published guide: clients appear on the LAN as the server; MSS clamped to 1360.
  in_namespace "$name" nft -f - <<NFT
table ip company {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname "eth1" masquerade
  }
  chain forward {
    type filter hook forward priority filter;
    tcp flags syn tcp option maxseg size set 1360
  }
}
NFT
}

lan_network() {
  ip netns add cl-company-lan
  ip -n cl-company-lan link add lan type bridge
  ip -n cl-company-lan addr add 192.168.100.30/24 dev lan
  ip -n cl-company-lan addr add 192.168.100.53/24 dev lan
  ip -n cl-company-lan addr add 192.168.101.30/24 dev lan
  ip -n cl-company-lan link set lan up
  ip -n cl-company-lan link set lo up
}

start_lan_services() {
  spawn cl-company/lan "$state/lan-services.log" \
    nsenter --net=/run/netns/cl-company-lan python3 -B "$hack/company.d/lan-services"
  spawn cl-company/lan "$state/iperf3.log" \
    nsenter --net=/run/netns/cl-company-lan iperf3 --server --bind 192.168.100.30 --port 5201
}

# The test's nodes, as far as they are there.
cluster_nodes() {
  local node
  for node in cl-n1 cl-n2; do [ ! -e "/run/netns/$node" ] || echo "$node"; done
}

# The nodes get a way to the LAN without a tunnel, so that a leak arrives, and count what takes it.
# The cluster's DNS learns the servers' names.
open_to_cluster() {
  local node
  for node in $(cluster_nodes); do
    ip -n "$node" route replace 192.168.100.0/24 via 10.200.0.101
    in_namespace "$node" nft -f - <<NFT
table ip cl-leak
delete table ip cl-leak
table ip cl-leak {
  chain forward {
    type filter hook forward priority filter;
    ip daddr 192.168.100.0/24 counter comment "plaintext for the company, outside any tunnel"
  }
}
NFT
  done
  [ ! -d "$testbed" ] || for n in 1 2; do
    echo "10.200.0.10$n vpn$n.example.com"
    echo "10.200.0.11$n tls$n.example.com"
    echo "10.200.0.12$n psk$n.example.com"
    echo "10.200.0.13$n cert$n.example.com"
  done >"$testbed/hosts"
}

close_to_cluster() {
  local node
  for node in $(cluster_nodes); do
    ip -n "$node" route del 192.168.100.0/24 2>/dev/null || true
    in_namespace "$node" nft delete table ip cl-leak 2>/dev/null || true
  done
  [ ! -e "$testbed/hosts" ] || : >"$testbed/hosts"
}

# leak_counter [reset]: packets for the company that left a pod in the clear, on all nodes together.
leak_counter() {
  local node
  [ "$1" != reset ] || { open_to_cluster && return; }
  for node in $(cluster_nodes); do
    in_namespace "$node" nft list table ip cl-leak
  done | awk '/counter packets/ { for (i = 1; i < NF; i++) if ($i == "packets") sum += $(i + 1) }
    END { print sum + 0 }'
}
