import FoundationEssentials
import Glibc

// libFuzzer brings the main function and calls these two.
//
// usage: fuzz-inputs targets | fuzz-inputs seeds TARGET FOLDER | TARGET=NAME fuzz-inputs [LIBFUZZER-ARGUMENTS...]

private let target: FuzzTarget? = ProcessInfo.processInfo.environment["TARGET"].flatMap(FuzzTarget.named)

extension FuzzTarget {
  fileprivate static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Called once, before anything else.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(_ count: UnsafeMutableRawPointer?, _ words: UnsafeMutableRawPointer?) -> Int32 {
  let arguments = CommandLine.arguments
  switch arguments.dropFirst().first {
  case "targets":
    print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
    fflush(nil)
    _exit(0)
  case "seeds" where arguments.count == 4:
    for (index, seed) in (FuzzTarget.named(arguments[2])?.seeds ?? []).enumerated() {
      try? Data(seed).write(to: URL(fileURLWithPath: "\(arguments[3])/seed-\(index)"))
    }
    _exit(0)
  default:
    guard target == nil else { return 0 }
    print("TARGET names none of the targets")
    fflush(nil)
    _exit(2)
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
