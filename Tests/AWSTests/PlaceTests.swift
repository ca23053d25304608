import AWS
import Testing

@Suite struct PlaceTests {
  @Test func isThere() { #expect("\(AWS.self)" == "AWS") }
}
