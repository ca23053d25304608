/// Why a command line cannot be understood, for the person who typed it.
struct CommandLineError: Error, Equatable {
  var message: String
  init(_ message: String) { self.message = message }
}
