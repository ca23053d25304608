// Calls of Linux and glibc that Swift cannot make itself: variadic ones and macros. No policy here.
#pragma once
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// Gives freed heap pages back to the kernel (glibc keeps them otherwise); worth calling after a large list.
static inline void system_release_free_memory(void) { malloc_trim(0); }
