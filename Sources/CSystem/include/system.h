// Calls of Linux and glibc that Swift cannot make itself: variadic ones and macros. No policy here.
#pragma once
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>

// Gives freed heap pages back to the kernel (glibc keeps them otherwise); worth calling after a large list.
static inline void system_release_free_memory(void) { malloc_trim(0); }

// Unmaps the pages of the program's and its libraries' files that cannot be written: code and constants. What is used
// again is mapped again, from the page cache. Breakpoints that a debugger has set are lost.
void system_unmap_program(void);

// Names the calling thread in ps, top and debuggers; longer names are cut to 15 bytes.
static inline void system_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// Milliseconds since data last arrived on a TCP socket (tcp(7), TCP_INFO); -1 where the kernel does not tell.
static inline long system_silence_milliseconds(int socket) {
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return -1;
  return info.tcpi_last_data_recv;
}
