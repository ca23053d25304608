internal import GoogleCloud

/// A private zone through which machines reach Google's services without a way out: all names of a domain lead to the
/// addresses of private.googleapis.com
/// (https://cloud.google.com/vpc/docs/configure-private-google-access#config-domain).
struct GoogleCloudPrivateZone {
  /// In `Ledger.settled`: a private zone may exist, so zones are read even if the spec has none any more.
  static let ledgerKey = "private-zones"
  static let range = "199.36.153.8/30"
  static let addresses = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"]
  /// In seconds, as in Google's own examples.
  static let ttl = 300

  /// The domain, such as `gcr.io`.
  let domain: String
  var dnsName: String { "\(domain)." }
  var role: String { "zone/\(domain)" }

  /// googleapis.com itself has no address, but private.googleapis.com has.
  var records: [RecordSet] {
    let target = domain == "googleapis.com" ? "private.\(dnsName)" : dnsName
    return [
      RecordSet(name: target, type: "A", ttl: Self.ttl, rrdatas: Self.addresses),
      RecordSet(name: "*.\(dnsName)", type: "CNAME", ttl: Self.ttl, rrdatas: [target]),
    ]
  }

  /// The records to add to and to remove from those that the zone has. Records of other names stay.
  func change(of found: [RecordSet]) -> (adding: [RecordSet], removing: [RecordSet]) {
    var change = (adding: [RecordSet](), removing: [RecordSet]())
    for wanted in records {
      // A name with a CNAME can have no other record.
      let rivals = found.filter { record in
        record.name == wanted.name && (record.type == wanted.type || [record.type, wanted.type].contains("CNAME"))
      }
      guard rivals.map(\.normalised) != [wanted.normalised] else { continue }
      change.removing += rivals
      change.adding.append(wanted)
    }
    return change
  }
}

extension RecordSet {
  /// The order of the values has no meaning.
  var normalised: RecordSet {
    var copy = self
    copy.rrdatas = rrdatas?.sorted()
    return copy
  }
}
