import FoundationEssentials
import Foundations
import Kubernetes
import Testing

@testable import ControllerRuntime

@Suite struct SubsetComparisonTests {
  private func differences(_ desired: String, _ live: String, _ keys: MergeKeys = .builtIn) throws -> [String] {
    func tree(_ text: String) throws -> JSONValue {
      try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }
    return try SubsetComparison(mergeKeys: keys).differences(desired: tree(desired), live: tree(live))
  }

  @Test func whatTheServerFilledInIsNoDifference() throws {
    #expect(try differences(#"{"spec":{"a":1}}"#, #"{"spec":{"a":1,"b":2},"status":{"c":3}}"#) == [])
  }

  @Test func everyFieldThatDiffersIsNamed() throws {
    #expect(
      try differences(#"{"spec":{"a":1,"b":"x","c":true}}"#, #"{"spec":{"a":2,"b":"x"}}"#) == ["spec.a", "spec.c"]
    )
  }

  @Test func aNameWithDotsIsInBrackets() throws {
    #expect(
      try differences(
        #"{"metadata":{"labels":{"app.kubernetes.io/name":"x"}}}"#,
        #"{"metadata":{"labels":{"app.kubernetes.io/name":"y"}}}"#
      ) == ["metadata.labels[app.kubernetes.io/name]"]
    )
  }

  @Test(arguments: ["null", "{}", "[]"]) func whatIsEmptyMayBeAbsent(_ empty: String) throws {
    #expect(try differences(#"{"spec":{"a":\#(empty)}}"#, #"{"spec":{}}"#) == [])
  }

  @Test(arguments: [#""""#, "0", "false"]) func zeroesMayNotBeAbsent(_ zero: String) throws {
    #expect(try differences(#"{"spec":{"a":\#(zero)}}"#, #"{"spec":{}}"#) == ["spec.a"])
  }

  @Test func numbersAreComparedByValue() throws {
    #expect(try differences(#"{"a":1,"b":2.0}"#, #"{"a":1.0,"b":2}"#) == [])
    #expect(try differences(#"{"a":1}"#, #"{"a":"1"}"#) == ["a"])
  }

  @Test func quantitiesAreComparedByValueWhereQuantitiesAre() throws {
    let desired = #"{"resources":{"limits":{"cpu":"0.5","memory":"1024Mi","x":2}}}"#
    #expect(
      try differences(desired, #"{"resources":{"limits":{"cpu":"500m","memory":"1Gi","x":"2"}}}"#) == []
    )
    #expect(
      try differences(desired, #"{"resources":{"limits":{"cpu":"600m","memory":"1Gi","x":"2"}}}"#)
        == ["resources.limits.cpu"]
    )
    #expect(try differences(#"{"spec":{"cpu":"0.5"}}"#, #"{"spec":{"cpu":"500m"}}"#) == ["spec.cpu"])
  }

  @Test func othersContainersAreNoDifferenceButOursAre() throws {
    let desired = #"{"spec":{"containers":[{"name":"app","image":"app:2"}]}}"#
    #expect(
      try differences(
        desired,
        #"{"spec":{"containers":[{"name":"sidecar","image":"x"},{"name":"app","image":"app:2","tty":true}]}}"#
      ) == []
    )
    #expect(
      try differences(
        desired,
        #"{"spec":{"containers":[{"name":"sidecar","image":"x"},{"name":"app","image":"app:1"}]}}"#
      ) == ["spec.containers[name=app].image"]
    )
    #expect(
      try differences(desired, #"{"spec":{"containers":[{"name":"sidecar","image":"x"}]}}"#)
        == ["spec.containers[name=app]"]
    )
  }

  @Test func aKeysDefaultStandsForItsAbsence() throws {
    #expect(
      try differences(
        #"{"spec":{"ports":[{"port":53},{"port":53,"protocol":"UDP"}]}}"#,
        #"{"spec":{"ports":[{"port":53,"protocol":"UDP"},{"port":53,"protocol":"TCP","nodePort":30053}]}}"#
      ) == []
    )
  }

  @Test func aListThatIsNoMapIsComparedElementByElement() throws {
    let desired = #"{"spec":{"args":["a","b"]}}"#
    #expect(try differences(desired, #"{"spec":{"args":["a","b"]}}"#) == [])
    #expect(try differences(desired, #"{"spec":{"args":["b","a"]}}"#) == ["spec.args[0]", "spec.args[1]"])
    #expect(try differences(desired, #"{"spec":{"args":["a","b","c"]}}"#) == ["spec.args"])
    #expect(try differences(desired, #"{"spec":{"args":"a"}}"#) == ["spec.args"])
  }

  @Test func aMapWithTheSameKeyTwiceIsComparedAsAList() throws {
    let twice = #"{"spec":{"containers":[{"name":"a"},{"name":"a"}]}}"#
    #expect(try differences(twice, twice) == [])
    #expect(try differences(twice, #"{"spec":{"containers":[{"name":"a"}]}}"#) == ["spec.containers"])
  }

  @Test func finalizersAreASet() throws {
    let desired = #"{"metadata":{"finalizers":["ours"]}}"#
    #expect(try differences(desired, #"{"metadata":{"finalizers":["theirs","ours"]}}"#) == [])
    #expect(try differences(desired, #"{"metadata":{"finalizers":["theirs"]}}"#) == ["metadata.finalizers"])
  }

  @Test func aControllerMayNameItsOwnMaps() throws {
    var keys = MergeKeys.builtIn
    keys.add("spec.routes", by: ["cidr"])
    let desired = #"{"spec":{"routes":[{"cidr":"10.0.0.0/8","via":"a"}]}}"#
    let live = #"{"spec":{"routes":[{"cidr":"0.0.0.0/0","via":"z"},{"cidr":"10.0.0.0/8","via":"b"}]}}"#
    #expect(try differences(desired, live, keys) == ["spec.routes[cidr=10.0.0.0/8].via"])
    #expect(try differences(desired, live) == ["spec.routes"])
  }
}
