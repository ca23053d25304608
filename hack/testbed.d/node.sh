# Sourced by hack/testbed. A node: a network and a mount namespace, with containerd, kubelet and
# kube-proxy of its own. The mount namespace makes every mount and lock file end with the node.

# Folders of the machine that containerd, kubelet and the network plugins write to at fixed places.
node_folders=(/run/containerd /run/netns /var/lib/cni /var/lib/kubelet /var/log)

hold_namespaces() {
  local name=cl-n$1 folder=$state/cl-n$1 path
  local command="echo \$\$ >$folder/holder.pid.new"
  for path in "${node_folders[@]}"; do
    mkdir -p "$path" "$folder$path"
    command+=" && mount --bind $folder$path $path"
  done
  command+=" && mv $folder/holder.pid.new $folder/holder.pid && exec sleep infinity"
  spawn "cl-testbed/$name-holder" "$state/$name-holder.log" \
    nsenter --net="/run/netns/$name" unshare --mount --propagation private sh -c "$command"
  wait_for 10 "the namespaces of $name" test -s "$folder/holder.pid"
}

# The MTU of pods, in bytes: what overlay networks leave of 1500. On nodes, fragments of packets from and to pods are
# dropped before the kernel puts them together (priority -400), as firewalls and clouds do.
pod_mtu=${CLOUDLINKER_POD_MTU:-1450}

# node_network N: pods keep their address inside the cluster and take the node's outside it.
node_network() {
  local i=$1 name=cl-n$1 other
  ip netns add "$name"
  attach "$name" "cl-v$i" "10.200.0.1$i"
  # No default route: the kubelet's search for a cloud fails at once, not after 6 s of silence.
  ip -n "$name" route add 10.96.0.0/16 via $host # so that the node itself may ask for a Service
  for other in $(seq "$nodes"); do
    [ "$other" = "$i" ] || ip -n "$name" route add "10.244.$other.0/24" via "10.200.0.1$other"
  done
  ip route replace "10.244.$i.0/24" via "10.200.0.1$i"
  in_namespace "$name" sysctl -qw net.ipv4.ip_forward=1
  in_namespace "$name" nft -f - <<NFT
table ip cl-testbed {
  counter fragments {}
  chain prerouting {
    type filter hook prerouting priority -450;
    ip frag-off & 0x3fff != 0 counter name fragments drop
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr 10.244.0.0/16 ip daddr != { 10.244.0.0/16, 10.96.0.0/16, 10.200.0.0/26 } masquerade
  }
}
NFT
}

write_node_configuration() {
  local i=$1 name=cl-n$1 folder=$state/cl-n$1 template
  mkdir -p "$folder"/{cni,volume-plugins}
  echo "nameserver 10.96.0.10" >"$folder/resolv.conf"
  for template in containerd.toml kubelet.yaml network.conflist; do
    sed -e "s#@FOLDER@#$folder#g" -e "s#@NODE@#$name#g" -e "s#@NUMBER@#$i#g" -e "s#@MTU@#$pod_mtu#g" \
      "$parts/$template" >"$folder/$template"
  done
  mv "$folder/network.conflist" "$folder/cni/10-testbed.conflist"
}

make_node_groups() {
  local hierarchy
  for hierarchy in "${hierarchies[@]}"; do
    [ -d "$hierarchy" ] && mkdir -p "$hierarchy/cl-n$1"
  done
  local cpuset=/sys/fs/cgroup/cpuset # the older layout: empty until filled in
  [ -d $cpuset ] || return 0
  cat $cpuset/cpuset.cpus >"$cpuset/cl-n$1/cpuset.cpus"
  cat $cpuset/cpuset.mems >"$cpuset/cl-n$1/cpuset.mems"
}

start_node() {
  local i=$1 name=cl-n$1 folder=$state/cl-n$1 enter
  mkdir -p "$folder"
  node_network "$i"
  hold_namespaces "$i"
  enter=(nsenter --target "$(<"$folder/holder.pid")" --mount --net)
  write_node_configuration "$i"
  make_node_groups "$i"
  spawn "cl-testbed/$name-containerd" "$state/$name-containerd.log" \
    "${enter[@]}" containerd --config "$folder/containerd.toml"
  wait_for 30 "containerd of $name" ctr -a "$folder/containerd.sock" version
  load "$i" "$state/pause.tar"
  spawn "cl-testbed/$name-kubelet" "$state/$name-kubelet.log" \
    "${enter[@]}" "$binaries/kubelet" --config "$folder/kubelet.yaml" --kubeconfig "$KUBECONFIG" \
    --hostname-override "$name" --node-ip "10.200.0.1$i" --root-dir "$folder/kubelet" \
    --cert-dir "$folder/pki" --container-runtime remote \
    --container-runtime-endpoint "unix://$folder/containerd.sock" \
    --node-labels "topology.kubernetes.io/zone=zone-$i"
  # An EndpointSlice of 1.20 holds 100 ports at most (20,000 since 1.21), Endpoints any number.
  spawn "cl-testbed/$name-proxy" "$state/$name-proxy.log" \
    "${enter[@]}" "$binaries/kube-proxy" --kubeconfig "$KUBECONFIG" --hostname-override "$name" \
    --cluster-cidr 10.244.0.0/16 --proxy-mode iptables --conntrack-max-per-core 0 \
    --feature-gates EndpointSliceProxying=false
}

# load N IMAGE.tar: imports into the containerd of node N.
load() { ctr -a "$state/cl-n$1/containerd.sock" -n k8s.io images import "$2" >/dev/null; }

build_pause_image() {
  local folder
  folder=$(mktemp -d "$state/pause.XXXX")
  gcc -static -Os -o "$folder/pause" "$parts/pause.c"
  tar -C "$folder" -cf "$folder/layer.tar" pause
  "$hack/pack-image" localhost/pause:1 "$state/pause.tar" --entrypoint /pause "$folder/layer.tar"
}

stop_node() {
  local name=cl-n$1
  stop "$name" KILL # the pods
  remove_namespace "$name" "cl-v$1"
}
