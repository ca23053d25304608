/// A `.ovpn` profile that a gateway would refuse.
struct RefusedProfile: Error {
  var message: String
}
