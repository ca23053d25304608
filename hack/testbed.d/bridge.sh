# Sourced. The machine network of the test: one bridge, for the cluster's nodes (10.200.0.11, .12)
# and for the company's servers. Whoever comes first makes it, whoever leaves last removes it.

bridge=cl-br0
host=10.200.0.1

make_bridge() {
  [ -e /sys/class/net/$bridge ] && return
  ip link add $bridge type bridge
  ip addr add $host/24 dev $bridge
  ip link set $bridge up
}

remove_unused_bridge() {
  [ -e /sys/class/net/$bridge ] || return 0
  [ -n "$(ls /sys/class/net/$bridge/brif)" ] || ip link del $bridge
}

# attach NAMESPACE PORT ADDRESS: an eth0 in the namespace, plugged into the bridge as PORT.
attach() {
  # A MAC of its address: neighbours that remember it are right when the machine comes back.
  local mac
  mac=$(printf '02:00:%02x:%02x:%02x:%02x' $(tr . ' ' <<<"$3"))
  ip link add "$2" type veth peer name eth0 address "$mac" netns "$1"
  ip link set "$2" master $bridge up
  ip -n "$1" addr add "$3/24" dev eth0
  ip -n "$1" link set eth0 up
  ip -n "$1" link set lo up
}
