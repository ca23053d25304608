// Calls of Linux and glibc that Swift cannot make itself: variadic ones and macros. No policy here.
#pragma once
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// Gives freed heap pages back to the kernel (glibc keeps them otherwise); worth calling after a large list.
static inline void system_release_free_memory(void) { malloc_trim(0); }

// Names the calling thread in ps, top and debuggers; longer names are cut to 15 bytes.
static inline void system_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
