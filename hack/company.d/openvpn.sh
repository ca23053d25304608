# Sourced by hack/company. The OpenVPN servers of one VPN host:
#   1194/udp client certificates, AES-256-GCM, tls-crypt
#   1195/tcp user and password, tls-auth
#   1196/udp user and password, AES-256-CBC, lz4-v2, no routes: the published configuration
#   1197/udp client certificates, tls-crypt-v2
#   1198/udp client certificates, AES-256-CBC with SHA512: the most bytes around a packet

# openvpn_common N PORT PROTOCOL NETWORK
openvpn_common() {
  cat <<CONF
port $2
proto $3
dev tun$2
dev-type tun
server $4 255.255.255.0
ca $certificates/ca.crt
cert $state/vpn$1/server.crt
key $state/vpn$1/private/server.key
dh none
persist-key
persist-tun
disable-dco
tmp-dir $state/vpn$1
status $state/vpn$1/openvpn-$2.status 1
verb 3
CONF
}

# In place of PAM: OpenVPN writes name and password to a file, which is compared with the right one.
password_check() {
  cat <<CONF
verify-client-cert none
script-security 2
auth-user-pass-verify "/usr/bin/cmp -s $state/login" via-file
CONF
}

write_openvpn_configuration() {
  local n=$1 folder=$state/vpn$1
  { openvpn_common "$n" 1194 udp 10.8.1.0 && cat <<CONF; } >"$folder/openvpn-1194.conf"
topology subnet
keepalive 10 60
tls-crypt $certificates/tls-crypt.key
data-ciphers AES-256-GCM
explicit-exit-notify 1
CONF
  { openvpn_common "$n" 1195 tcp-server 10.8.2.0 && password_check && cat <<CONF; } >"$folder/openvpn-1195.conf"
topology subnet
keepalive 10 60
tls-auth $certificates/tls-auth.key 0
CONF
  # The guide's server was of a time before ciphers were negotiated and compressed what it sent;
  # data-ciphers and allow-compression make today's OpenVPN behave like it.
  { openvpn_common "$n" 1196 udp 10.10.20.0 && password_check && cat <<CONF; } >"$folder/openvpn-1196.conf"
keepalive 10 120
cipher AES-256-CBC
data-ciphers AES-256-CBC
auth SHA256
allow-compression yes
compress lz4-v2
push "compress lz4-v2"
explicit-exit-notify 1
CONF
  { openvpn_common "$n" 1197 udp 10.8.3.0 && cat <<CONF; } >"$folder/openvpn-1197.conf"
topology subnet
keepalive 10 60
tls-crypt-v2 $certificates/tls-crypt-v2-server.key
explicit-exit-notify 1
CONF
  { openvpn_common "$n" 1198 udp 10.8.4.0 && cat <<CONF; } >"$folder/openvpn-1198.conf"
topology subnet
keepalive 10 60
data-ciphers AES-256-CBC
auth SHA512
explicit-exit-notify 1
CONF
}

start_openvpn() {
  local n=$1 folder=$state/vpn$1 port
  write_openvpn_configuration "$n"
  for port in 1194 1195 1196 1197 1198; do
    spawn "cl-company/vpn$n" "$folder/openvpn-$port.log" \
      nsenter --net="/run/netns/cl-company-vpn$n" openvpn --config "$folder/openvpn-$port.conf"
  done
  for port in 1194 1195 1196 1197 1198; do
    wait_for 10 "OpenVPN $port of server $n" \
      grep -aq "Initialization Sequence Completed" "$folder/openvpn-$port.log"
  done
}
