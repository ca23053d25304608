internal import Glibc

/// Ends the process with what is written so far, and without the handlers that `exit` runs. One of them frees the state of
/// OpenSSL while a thread of libcurl may still be closing connections with it: the program then aborts with "double free".
/// - Parameter code: the exit status, 0 to 255.
public func endProcess(_ code: Int32) -> Never {
  fflush(nil)
  _exit(code)
}
