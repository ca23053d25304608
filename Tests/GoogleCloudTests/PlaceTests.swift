import GoogleCloud
import Testing

@Suite struct PlaceTests {
  @Test func isThere() { #expect("\(GoogleCloud.self)" == "GoogleCloud") }
}
