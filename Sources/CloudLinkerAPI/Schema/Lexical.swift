internal import Gateway

/// The spelling of names and addresses, as RE2 patterns for the API server; `Validation/Spelling.swift` has the same
/// rules for the controller. The patterns use brackets instead of backslashes, so that they are the same inside a CEL
/// string.
enum Lexical {
  private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
  private static let label = "[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
  /// The last label of a name. One that is all digits would be a mistyped address (RFC 1123 §2.1).
  private static let lastLabel = "[0-9]*[a-zA-Z]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
  private static let ipv4Body = "(\(octet)[.]){3}\(octet)"
  private static let portBody = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"

  static let ipv4 = "^\(ipv4Body)$"
  static let ipv4OrDNSName = "^(\(ipv4Body)|(\(label)[.])*\(lastLabel))$"
  static let ipv4WithPrefix = "^\(ipv4Body)(/([89]|[12][0-9]|3[0-2]))?$"
  static let ipv4AndPort = "^\(ipv4Body):\(portBody)$"
  static let remoteNetwork = "^\(ipv4Body)/([89]|[12][0-9]|3[0-2])$"
  /// A network in 10/8, 172.16/12, 192.168/16 (RFC 1918) or 100.64/10 (RFC 6598) with a prefix of 16 to 24.
  static let privateNetwork =
    "^(10[.]\(octet)|172[.](1[6-9]|2[0-9]|3[01])|192[.]168|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))"
    + "([.]\(octet)){2}/(1[6-9]|2[0-4])$"
  static let portRange = "^\(portBody)-\(portBody)$"
  /// As `privateNetwork`, but with a prefix of 10 to 24.
  static let podRange =
    "^(10[.]\(octet)|172[.](1[6-9]|2[0-9]|3[01])|192[.]168|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))"
    + "([.]\(octet)){2}/(1[0-9]|2[0-4])$"
  static let anyNetwork = "^\(ipv4Body)/([0-9]|[12][0-9]|3[0-2])$"
  static let unroutable = "^(0|127|22[4-9]|2[3-5][0-9]|169[.]254)[.]"

  /// RFC 1123 label.
  static let dnsLabel = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
  /// RFC 1035 label: a name that a Service may have on every version.
  static let serviceName = "^[a-z]([-a-z0-9]*[a-z0-9])?$"
  static let dnsSubdomain = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
  static let secretKey = "^[-._a-zA-Z0-9]+$"
  static let labelValue = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$"
  /// One line without quotes and backslashes, for a daemon's configuration file.
  static let oneLine = "^[^\"\\\\\\x00-\\x1f\\x7f]+$"
  /// Empty too. What becomes a line of a file, where a line break would begin another.
  static let oneLineOrNothing = "^[^\\x00-\\x1f\\x7f]*$"
  private static let identityType = "(?i)^(@|[a-z0-9]+:)?"
  /// IKE identities that strongSwan matches with more than one peer: `%any`, `{2}:…`, null addresses, networks and ranges
  /// of addresses, types of them, typed hexadecimal (but for key ids), and DNs whose every part is a wildcard.
  static let manyIdentities =
    "(?i)^((@|[a-z0-9]+:)?([%{]|[0.:]+($|[/-])|[0-9.]+[/-][0-9.]+$|[0-9a-f.]*:[0-9a-f:.]*[/-][0-9a-f:.]+$)"
    + "|(ipv4net|ipv6net|ipv4range|ipv6range|asn1gn):|(fqdn|dns|rfc822|email|userfqdn|ipv4|ipv6|xmppaddr|asn1dn):#"
    + "|(asn1dn:)? *([/,]? *[a-z0-9.]+ *= *[*] *)+$)"
  static let wildcardIdentity = identityType + "[*]"
  static let wildcardOfOneDomain = identityType + "[*][.@][-a-z0-9]+([.][-a-z0-9]+)+$"
  static let proposal = "^[a-z0-9_]+(-[a-z0-9_]+)*$"
  static let algorithm = "^[A-Za-z0-9][-A-Za-z0-9]*$"
  /// Names of ciphers and digests that the gateways' OpenVPN has, in any case.
  static let cipher = "(?i)^(\(OpenVPNAlgorithm.ciphers.keys.sorted().joined(separator: "|")))$"
  static let digest = "(?i)^(\(OpenVPNAlgorithm.digests.keys.sorted().joined(separator: "|")))$"
  static let roleARN = "^arn:aws[-a-z]*:iam::[0-9]{12}:role/[-A-Za-z0-9+=,.@_/]+$"
  static let bucketARN = "^arn:aws[-a-z]*:s3:::[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](/[-A-Za-z0-9!_.*()]+)*/?$"
  /// The characters that EC2 allows in a rule's description. The other clouds allow more.
  static let ruleDescription = "^[-a-zA-Z0-9 ._:/()#,@+=&;{}!$*\\[\\]]+$"
  static let awsNATGateway = "^nat-[0-9a-f]+$"
  static let awsNextHop = "^(eni|vpce|tgw)-[0-9a-f]+$"
  static let awsService = "^[a-z][-a-z0-9]*([.][a-z0-9][-a-z0-9]*)*$"
  static let googleDomains = ["googleapis.com", "gcr.io", "pkg.dev"]
  static let azureNATGateway = azureID("Microsoft.Network/natGateways")
  static let azureIdentity = azureID("Microsoft.ManagedIdentity/userAssignedIdentities")
  static let azureWorkspace = azureID("Microsoft.OperationalInsights/workspaces")
  private static func azureID(_ type: String) -> String {
    "(?i)^/subscriptions/[-0-9a-f]{36}/resourceGroups/[-A-Za-z0-9._()]{1,90}/providers/\(type)/[-A-Za-z0-9._]{1,253}$"
  }
  static let uuid = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
  static let resourceGroup = "^[-A-Za-z0-9._()]*[-A-Za-z0-9_()]$"
  private static let pattern = "[a-zA-Z0-9*?]([-a-zA-Z0-9*?]{0,61}[a-zA-Z0-9*?])?"
  private static let lastPattern = "[0-9]*[a-zA-Z*?]([-a-zA-Z0-9*?]{0,61}[a-zA-Z0-9*?])?"
  /// An address or a network, or a DNS name with wildcards.
  static let twingateAddress = "^(\(ipv4Body)(/([89]|[12][0-9]|3[0-2]))?|(\(pattern)[.])*\(lastPattern))$"
  /// An address in 100.96.0.0/12.
  static let twingateRange = "^100[.](9[6-9]|10[0-9]|11[01])[.]"
  static let twingateAlias = "^(\(label)[.])+\(lastLabel)$"
  static let portRangeOrAll = "^([*]|\(portBody)(-\(portBody))?)$"
  static let twoPorts = "^[0-9]{1,5}-[0-9]{1,5}$"
  private static let hoursBody = "([1-9][0-9]{0,2}|[1-7][0-9]{3}|8[0-6][0-9]{2}|87[0-5][0-9]|8760)h"
  static let hours = "^\(hoursBody)$"
  static let hoursOrNever = "^(0[sh]|\(hoursBody))$"
  static let image = "^[a-zA-Z0-9][-a-zA-Z0-9._/:@]*$"
  static let instanceType = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?[.][a-z0-9]([-a-z0-9]*[a-z0-9])?$"
  static let machineType = dnsLabel
  static let awsImage = "^ami-[0-9a-f]+$"
  static let instanceProfile = "^[-A-Za-z0-9+=,.@_]+$"
  /// A minor version of Kubernetes.
  static let minor = "^1[.][1-9][0-9]{1,2}$"
  static let clusterMachineType = "^[A-Za-z0-9][-A-Za-z0-9_.]*$"
  static let addOnName = "^[a-z0-9][-a-z0-9_]*$"
  static let rolePath = "^/([-A-Za-z0-9+=,.@_]+/)*$"
  static let policyARN = "^arn:aws[-a-z]*:iam::([0-9]{12}|aws):policy/[-A-Za-z0-9+=,.@_/]+$"
  /// The key of a label: an optional DNS subdomain and '/', then at most 63 characters.
  static let qualifiedName =
    "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
  static let email = "^[^@ ]+@[^@ ]+[.][^@ ]+$"
  static let quantity = "^[0-9]+([.][0-9]+)?([KMGTPE]i|[mkMGTPE])?$"
}

/// Pieces of CEL, limited to what Kubernetes 1.25 knows: no `cidr()`, no two-variable comprehensions.
enum CEL {
  /// The integer of an IPv4 address, whose text an expression gives.
  static func ipv4Number(_ text: String) -> String {
    "(int(\(text).split('.')[0]) * 16777216 + int(\(text).split('.')[1]) * 65536"
      + " + int(\(text).split('.')[2]) * 256 + int(\(text).split('.')[3]))"
  }
  /// The number of addresses in a network with a prefix of 8 to 32, whose text an expression gives.
  static func networkSize(_ text: String) -> String {
    let sizes = (0...24).map { "\(1 << $0)" }.joined(separator: ",")
    return "[\(sizes)][32 - int(\(text).split('/')[1])]"
  }
}
