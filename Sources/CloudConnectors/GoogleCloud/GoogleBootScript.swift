internal import FoundationEssentials

/// The configuration of a machine with Google's container system. At each start the machine reads its connector's tokens from
/// Secret Manager with its service account, and runs the connector. Many may read metadata, so no token is in it.
struct GoogleBootScript: Sendable, Hashable {
  var project: String
  var secret: String
  var image: String
  /// The connector's settings by the names of their environment variables.
  var environment: [String: String]
  /// Tests set others.
  var metadataURL = "http://metadata.google.internal"
  var secretsURL = "https://secretmanager.googleapis.com"
  var folder = "/etc/cloudlinker"

  /// For cloud-init.
  var text: String {
    func file(_ path: String, _ mode: String, _ content: String) -> String {
      "- path: \(path)\n  permissions: '\(mode)'\n  encoding: b64\n  content: \(Data(content.utf8).base64EncodedString())\n"
    }
    return "#cloud-config\nwrite_files:\n"
      + file("\(folder)/environment", "0600", variables)
      + file("\(folder)/start", "0600", start)
      + file("/etc/systemd/system/twingate-connector.service", "0644", unit)
      + "runcmd:\n- systemctl daemon-reload\n- systemctl start --no-block twingate-connector.service\n"
  }

  /// In the form for `docker run --env-file`: a line for each, without quotes.
  var variables: String {
    environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
  }

  /// No argument contains a token, because others on the machine could read it. The container may only resolve names at the
  /// metadata server: people who use the connector must not get the machine's rights.
  var start: String {
    #"""
    #!/bin/bash
    # Made by cloudlinker. Reads this connector's tokens from Secret Manager and runs it.
    set -euo pipefail
    umask 077
    field() { tr -d '\n' | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"; }
    account=METADATA/computeMetadata/v1/instance/service-accounts/default/token
    token=$(curl -fsS --max-time 10 -H 'Metadata-Flavor: Google' "$account" | field access_token)
    data=$(printf 'header = "Authorization: Bearer %s"\n' "$token" | curl -fsS --max-time 10 --config - \
      'SECRETS/v1/projects/PROJECT/secrets/SECRET/versions/latest:access' | field data)
    { cat FOLDER/environment; printf '%s' "$data" | base64 -d; } >FOLDER/connector
    rule='DOCKER-USER -d 169.254.169.254 -p tcp ! --dport 53 -j REJECT'
    iptables -C $rule 2>/dev/null || iptables -I $rule
    docker rm -f twingate-connector >/dev/null 2>&1 || true
    exec docker run --rm --name twingate-connector --env-file FOLDER/connector --user 65532:65532 --read-only \
      --cap-drop ALL --security-opt no-new-privileges --tmpfs /var/run/twingate:uid=65532,gid=65532,size=16m \
      --sysctl 'net.ipv4.ping_group_range=0 2147483647' 'IMAGE'

    """#
    .replacing("METADATA", with: metadataURL).replacing("SECRETS", with: secretsURL)
    .replacing("PROJECT", with: project).replacing("SECRET", with: secret).replacing("FOLDER", with: folder)
    .replacing("IMAGE", with: image)
  }

  private var unit: String {
    """
    [Unit]
    Description=Twingate connector, run by cloudlinker
    Wants=network-online.target
    Requires=docker.service
    After=network-online.target docker.service

    [Service]
    ExecStart=/bin/bash \(folder)/start
    ExecStop=/usr/bin/docker stop twingate-connector
    Restart=always
    RestartSec=10

    """
  }
}
