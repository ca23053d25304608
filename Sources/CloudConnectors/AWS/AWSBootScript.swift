internal import FoundationEssentials

/// The program that a machine runs at its first start. It reads its connector's tokens from Secrets Manager with the machine's
/// role, writes the connector's configuration and starts it. Many may read user data, so nothing secret is in it.
///
/// It is written in Python, because cloud-init is, too: an image that runs it has Python, but need not have the AWS CLI.
struct AWSBootScript: Sendable, Hashable {
  var region: String
  /// Name of the secret, which contains JSON with `accessToken` and `refreshToken`.
  var secretName: String
  /// The connector's settings by the names of their environment variables.
  var environment: [String: String]
  /// Tests set another.
  var metadataURL = "http://169.254.169.254"
  var secretsURL: String
  var file = "/etc/twingate/connector.conf"
  var command = ["systemctl", "enable", "--now", "twingate-connector"]
  /// Seconds between two attempts: a new role takes some seconds to work.
  var pause = "10"

  var text: String {
    let settings: [String: String] = [
      "region": region, "secret": secretName, "metadata": metadataURL, "secrets": secretsURL, "file": file,
      "command": command.joined(separator: " "), "pause": pause,
    ]
    return Self.template
      .replacing("SETTINGS_HERE", with: Self.literal(settings))
      .replacing("ENVIRONMENT_HERE", with: Self.literal(environment))
  }

  /// A map of strings is written the same way in JSON and in Python.
  private static func literal(_ map: [String: String]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(map)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  private static let template = #"""
    #!/usr/bin/env python3
    # Made by cloudlinker. Reads this connector's tokens from Secrets Manager and starts it.
    import datetime, hashlib, hmac, json, os, subprocess, time, urllib.request

    SETTINGS = SETTINGS_HERE
    ENVIRONMENT = ENVIRONMENT_HERE
    ROLES = SETTINGS["metadata"] + "/latest/meta-data/iam/security-credentials/"


    def fetch(url, method="GET", headers={}, body=None):
        with urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method), timeout=10) as answer:
            return answer.read().decode()


    def keys():
        ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "300"}
        session = {"X-aws-ec2-metadata-token": fetch(SETTINGS["metadata"] + "/latest/api/token", "PUT", ttl)}
        return json.loads(fetch(ROLES + fetch(ROLES, headers=session).split()[0], headers=session))


    def sign(key, text):
        return hmac.new(key, text.encode(), hashlib.sha256).digest()


    def read(keys):
        url, region = SETTINGS["secrets"], SETTINGS["region"]
        body = json.dumps({"SecretId": SETTINGS["secret"]}).encode()
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "content-type": "application/x-amz-json-1.1", "host": url.split("/")[2], "x-amz-date": now,
            "x-amz-security-token": keys["Token"], "x-amz-target": "secretsmanager.GetSecretValue"}
        names = ";".join(headers)
        lines = "".join("%s:%s\n" % item for item in headers.items())
        request = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
        scope = [now[:8], region, "secretsmanager", "aws4_request"]
        text = ["AWS4-HMAC-SHA256", now, "/".join(scope), hashlib.sha256(request.encode()).hexdigest()]
        key = ("AWS4" + keys["SecretAccessKey"]).encode()
        for part in scope:
            key = sign(key, part)
        headers["authorization"] = "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
            text[0], keys["AccessKeyId"], text[2], names, sign(key, "\n".join(text)).hex())
        return json.loads(json.loads(fetch(url + "/", "POST", headers, body))["SecretString"])


    def start(tokens):
        lines = dict(ENVIRONMENT, TWINGATE_ACCESS_TOKEN=tokens["accessToken"], TWINGATE_REFRESH_TOKEN=tokens["refreshToken"])
        handle = os.open(SETTINGS["file"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            os.fchmod(handle, 0o600)
            file.writelines("%s=%s\n" % item for item in sorted(lines.items()))
        subprocess.run(SETTINGS["command"].split(), check=True)


    for attempt in range(90):
        try:
            start(read(keys()))
            break
        except Exception as error:
            # Neither keys nor tokens are in the message of an error.
            print("cloudlinker: attempt %d: %s: %s" % (attempt + 1, type(error).__name__, error), flush=True)
            time.sleep(float(SETTINGS["pause"]))
    else:
        raise SystemExit("cloudlinker: the connector could not be started")

    """#
}
