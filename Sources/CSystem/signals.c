#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static int descriptors[65];

static void on_signal(int signal) {
  int before = errno;
  unsigned char number = (unsigned char)signal;
  if (write(descriptors[signal], &number, 1) < 0) { /* a full pipe says it already */
  }
  errno = before;
}

int system_signal_to(int signal, int descriptor) {
  if (signal < 1 || signal > 64) {
    errno = EINVAL;
    return -1;
  }
  descriptors[signal] = descriptor;
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  return sigaction(signal, &action, 0);
}
