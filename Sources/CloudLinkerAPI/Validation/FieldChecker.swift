internal import Foundations

/// Collects errors with the path of their field, one call for each rule.
struct FieldChecker {
  private(set) var errors: [FieldError] = []

  mutating func refuse(_ path: String, _ value: String? = nil, _ message: String) {
    errors.append(FieldError(path, value, message))
  }

  /// Checks a rule that the API server has too, with the same message.
  mutating func check(_ holds: Bool, _ rule: Schema.Rule, at path: String, _ value: String? = nil) {
    if !holds { refuse(path, value, rule.message) }
  }

  mutating func known<E: OpenEnumeration>(_ value: E?, _ path: String) {
    guard let value, !value.isKnown else { return }
    refuse(path, value.rawValue, "must be one of \(E.allCases.map(\.rawValue).joined(separator: ", "))")
  }
  mutating func oneOf(_ value: String?, _ path: String, _ allowed: [String]) {
    guard let value, !allowed.contains(value) else { return }
    refuse(path, value, "must be one of \(allowed.joined(separator: ", "))")
  }
  mutating func range(_ value: Int?, _ path: String, _ range: ClosedRange<Int>) {
    guard let value, !range.contains(value) else { return }
    refuse(path, "\(value)", "must be \(range.lowerBound) to \(range.upperBound)")
  }
  mutating func count(_ count: Int?, _ path: String, _ range: ClosedRange<Int>) {
    guard let count, !range.contains(count) else { return }
    refuse(path, "\(count) entries", "must have \(range.lowerBound) to \(range.upperBound)")
  }
  mutating func length(_ text: String?, _ path: String, _ range: ClosedRange<Int>) {
    guard let text, !range.contains(text.unicodeScalars.count) else { return }
    refuse(path, text, "must have \(range.lowerBound) to \(range.upperBound) characters")
  }
  mutating func spelled(_ text: String?, _ path: String, _ message: String, _ isRight: (String) -> Bool) {
    guard let text, !isRight(text) else { return }
    refuse(path, text, message)
  }

  mutating func unique(_ values: [String], _ path: String, field: String = "", _ message: String) {
    var first: [String: Int] = [:]
    for (index, value) in values.enumerated() {
      if let earlier = first[value] {
        refuse("\(path)[\(index)]\(field)", value, "\(message) (as \(path)[\(earlier)])")
      } else {
        first[value] = index
      }
    }
  }

  mutating func objectName(_ name: String, _ path: String, atMost length: Int = 253) {
    spelled(name, path, "must be the name of an object: lower-case letters, digits, '-' and '.'") {
      Spelling.isDNSSubdomain($0, atMost: length)
    }
  }
  /// Checks the name of an object whose children bear it in a label.
  mutating func labelledName(_ name: String) {
    check(name.utf8.count <= VPNConnection.maximumNameLength, VPNConnection.nameRule, at: "metadata.name", name)
  }
  mutating func dnsLabel(_ name: String, _ path: String, atMost length: Int = 63) {
    spelled(name, path, "must have 1 to \(length) lower-case letters, digits and '-', no '-' at either end") {
      Spelling.isDNSLabel($0, atMost: length)
    }
  }
  mutating func secretKey(_ key: String?, _ path: String) {
    spelled(key, path, "must be a key of a Secret: letters, digits, '-', '_' and '.'", Spelling.isSecretKey)
  }
  mutating func identity(_ text: String?, _ path: String) {
    spelled(text, path, "must be one line of 1 to 256 characters without quotes and backslashes", Spelling.isOneLine)
  }
  mutating func ikeIdentity(_ text: String?, _ path: String) {
    identity(text, path)
    guard let text, Spelling.isOneLine(text) else { return }
    check(Spelling.isOneIdentity(text), IPsecSpec.identityRule, at: path, text)
  }
  mutating func labelValue(_ text: String?, _ path: String) {
    spelled(
      text,
      path,
      "must be a label's value: at most 63 letters, digits, '-', '_' and '.'",
      Spelling.isLabelValue
    )
  }

  mutating func secret(_ reference: SecretKeyReference?, _ path: String) {
    guard let reference else { return }
    objectName(reference.name, "\(path).name")
    secretKey(reference.key, "\(path).key")
  }
}
