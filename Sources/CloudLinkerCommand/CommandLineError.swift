/// Why a command line is not understood, in words for the person who typed it.
struct CommandLineError: Error, Equatable {
  var message: String
  init(_ message: String) { self.message = message }
}
