# Sourced by hack/company. The company's PKI, made with openssl: strongSwan's `pki` leaves out
# keyUsage, which OpenVPN's `remote-cert-tls server` asks for. RSA 4096, as the published guide has.

certificates=$state/certificates
user=liferay

# issue NAME SUBJECT DAYS EXTENSION...: NAME.key (once) and NAME.crt, signed by the company's CA. The key is RSA unless
# the name ends in -ec or -ed25519.
issue() {
  local name=$1 subject=$2 days=$3
  shift 3
  [ -s "$certificates/${name%-expired}.key" ] || make_key "$name" >"$certificates/$name.key" 2>/dev/null
  openssl req -new -key "$certificates/${name%-expired}.key" -subj "$subject" |
    openssl x509 -req -CA "$certificates/ca.crt" -CAkey "$certificates/ca.key" -days "$days" -sha256 \
      -set_serial "0x$(openssl rand -hex 8)" -extfile <(printf '%s\n' "$@") \
      -out "$certificates/$name.crt" 2>/dev/null
}

make_key() {
  case $1 in
    *-ec) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 ;;
    *-ed25519) openssl genpkey -algorithm ed25519 ;;
    *) openssl genrsa 4096 ;;
  esac
}

# server_certificates N: CN = SAN = its address, and its names; a second one of yesterday.
server_certificates() {
  local n=$1 names
  names="IP:10.200.0.10$n, IP:10.200.0.11$n, IP:10.200.0.12$n, IP:10.200.0.13$n, IP:10.200.0.14$n, IP:10.200.0.15$n"
  names+=", DNS:vpn$n.example.com, DNS:tls$n.example.com, DNS:psk$n.example.com, DNS:cert$n.example.com"
  local extensions=("basicConstraints = CA:FALSE" "subjectAltName = $names"
    "keyUsage = digitalSignature, keyEncipherment"
    "extendedKeyUsage = serverAuth, 1.3.6.1.5.5.8.2.2" # ikeIntermediate
    "authorityKeyIdentifier = keyid")
  issue "server$n" "/C=DE/O=Company/CN=10.200.0.10$n" 825 "${extensions[@]}"
  issue "server$n-expired" "/C=DE/O=Company/CN=10.200.0.10$n" -1 "${extensions[@]}"
}

make_certificates() {
  local name
  mkdir -p "$certificates"
  openssl req -x509 -newkey rsa:4096 -nodes -sha256 -days 3650 -subj "/C=DE/O=Company/CN=Company CA" \
    -addext "basicConstraints = critical, CA:TRUE" -addext "keyUsage = critical, keyCertSign, cRLSign" \
    -keyout "$certificates/ca.key" -out "$certificates/ca.crt" 2>/dev/null
  server_certificates 1 &
  server_certificates 2 &
  for name in client client-ec client-ed25519; do
    issue $name "/C=DE/O=Company/CN=$user" 825 "basicConstraints = CA:FALSE" \
      "subjectAltName = DNS:$user" "keyUsage = digitalSignature" "extendedKeyUsage = clientAuth" \
      "authorityKeyIdentifier = keyid" &
  done
  wait
  openssl rand -hex 24 >"$certificates/psk"
  openvpn --genkey tls-auth "$certificates/tls-auth.key"
  openvpn --genkey tls-crypt "$certificates/tls-crypt.key"
  openvpn --genkey tls-crypt-v2-server "$certificates/tls-crypt-v2-server.key"
  openvpn --tls-crypt-v2 "$certificates/tls-crypt-v2-server.key" \
    --genkey tls-crypt-v2-client "$certificates/tls-crypt-v2-client.key"
}

# set_password NEW: the login as OpenVPN hands it to a check: the name, the password, a line each.
set_password() { printf '%s\n%s\n' "$user" "$1" >"$state/login"; }

# print_secrets NAMESPACE: what a customer of the company is given, as Secrets.
print_secrets() {
  local folder=$state/customer secret
  rm -rf "$folder" && mkdir -p "$folder"
  sed -n 1p "$state/login" | tr -d '\n' >"$folder/username"
  sed -n 2p "$state/login" | tr -d '\n' >"$folder/password"
  tr -d '\n' <"$certificates/psk" >"$folder/psk"
  cp "$certificates/ca.crt" "$certificates"/tls-{auth,crypt}.key "$folder/"
  cp "$certificates/client.crt" "$folder/tls.crt"
  cp "$certificates/client.key" "$folder/tls.key"
  cp "$certificates/tls-crypt-v2-client.key" "$folder/tls-crypt-v2.key"
  for secret in office-vpn office-openvpn; do
    kubectl create secret generic $secret --namespace "$1" --from-file "$folder" --dry-run=client -o yaml
    echo ---
  done
  rm -rf "$folder"
}
