# Sourced by hack/company. The IPsec server of one VPN host: charon with userland ESP, so that it
# runs on any kernel that has tun devices. Each way of authentication has an address of its own:
#   10.200.0.10N EAP-MSCHAPv2 (the published configuration), .11N EAP-TLS, .12N pre-shared key, .13N certificates without
#   EAP, .14N as firewalls do it between sites: no virtual IP, and a CHILD_SA for each network, .15N EAP-MSCHAPv2 for the
#   user and a pre-shared key for the server.

plugins="random nonce openssl pem pkcs1 pkcs8 x509 pubkey constraints hmac kdf revocation"
plugins+=" kernel-libipsec kernel-netlink socket-default vici eap-identity eap-mschapv2 eap-tls"

# child NAME NETWORK [CLIENTS]: CLIENTS is what the clients' packets come from, by default the virtual IP.
child() {
  cat <<CONF
      $1 {
        local_ts = $2
        remote_ts = ${3:-dynamic}
        dpd_action = clear
        rekey_time = 0s
      }
CONF
}

# connection NAME ADDRESS ID LOCAL-AUTH REMOTE [MORE [CHILDREN]]: the published strongSwan settings, in swanctl form, with
# leftsubnet = 0.0.0.0/0 and virtual IPs unless said otherwise.
connection() {
  cat <<CONF
  $1 {
    version = 2                 # keyexchange=ikev2
    local_addrs = $2
    encap = yes                 # forceencaps=yes
    fragmentation = yes
    dpd_delay = 300s
    rekey_time = 0s             # rekey=no
    send_cert = always
    unique = never
    ${6-pools = clients}
    local {
      auth = $4
      id = $3
    }
    remote {
      $5
    }
    children {
${7-$(child office 0.0.0.0/0)}
    }
  }
CONF
}

# Twice each: under the server's address, as published (leftid), and under its name.
connections() {
  local n=$1 certificate
  certificate="pubkey
      certs = $folder/server.crt"
  local mschapv2=$'auth = eap-mschapv2\n      eap_id = %any'
  local tls=$'auth = eap-tls\n      eap_id = %any'
  connection mschapv2 "10.200.0.10$n" "10.200.0.10$n" "$certificate" "$mschapv2"
  connection mschapv2-name "10.200.0.10$n" "vpn$n.example.com" "$certificate" "$mschapv2"
  connection tls "10.200.0.11$n" "10.200.0.11$n" "$certificate" "$tls"
  connection tls-name "10.200.0.11$n" "tls$n.example.com" "$certificate" "$tls"
  connection psk "10.200.0.12$n" "10.200.0.12$n" psk "auth = psk"
  connection psk-name "10.200.0.12$n" "psk$n.example.com" psk "auth = psk"
  connection cert "10.200.0.13$n" "10.200.0.13$n" "$certificate" "auth = pubkey"
  connection cert-name "10.200.0.13$n" "cert$n.example.com" "$certificate" "auth = pubkey"
  connection site "10.200.0.14$n" "10.200.0.14$n" psk "auth = psk" "" \
    "$(child first 192.168.100.0/24 10.77.0.0/16 && child second 192.168.101.0/24 10.77.0.0/16)"
  connection dial-up "10.200.0.15$n" "10.200.0.15$n" psk "$mschapv2"
}

write_ipsec_configuration() {
  local n=$1 folder=$state/vpn$1
  cat >"$folder/strongswan.conf" <<CONF
charon-systemd {
  load = $plugins
  plugins {
    vici { socket = unix://$folder/charon.vici }
  }
  filelog {
    file { path = $folder/charon.log
      time_format = %T
      flush_line = yes
      ike_name = yes }
  }
}
swanctl { load = pem pkcs1 pkcs8 x509 openssl random nonce }
CONF
  cat >"$folder/swanctl.conf" <<CONF
connections {
$(connections "$n")
}
pools {
  clients {                     # rightsourceip, rightdns
    addrs = 10.10.10.0/24
    dns = 8.8.8.8, 8.8.4.4
  }
}
secrets {
  eap-user {
    id = $(sed -n 1p "$state/login")
    secret = "$(sed -n 2p "$state/login")"
  }
  eap-umlaut {                  # jürgen, in UTF-8
    id = "fqdn:#6ac3bc7267656e"
    secret = "$(sed -n 2p "$state/login")"
  }
  ike-psk { secret = "$(<"$certificates/psk")" }
}
authorities { company { cacert = $certificates/ca.crt } }
CONF
}

# control_ipsec N COMMAND...: swanctl against that server.
control_ipsec() {
  local folder=$state/vpn$1 command=$2
  shift 2
  STRONGSWAN_CONF=$folder/strongswan.conf SWANCTL_DIR=$folder \
    swanctl "$command" --uri "unix://$folder/charon.vici" "$@" 2>/dev/null
}

start_ipsec() {
  local n=$1 folder=$state/vpn$1
  write_ipsec_configuration "$n"
  rm -f "$folder/charon.vici"
  spawn "cl-company/vpn$n" "$folder/charon.out" env STRONGSWAN_CONF="$folder/strongswan.conf" \
    nsenter --net="/run/netns/cl-company-vpn$n" charon-systemd
  wait_for 10 "charon of server $n" test -S "$folder/charon.vici"
  control_ipsec "$n" --load-all --file "$folder/swanctl.conf" >"$folder/swanctl.log"
}
