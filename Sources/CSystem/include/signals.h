// Signals as bytes in a pipe: all that a handler may safely do. No policy here.
#pragma once

// Makes `signal` write its number, one byte, into `descriptor` instead of what it did before. 0, or -1 and errno.
int system_signal_to(int signal, int descriptor);
