// Starting processes from a program of many threads: fork and what must happen between it and exec. No policy here.
#pragma once
#include <spawn.h>

// Starts `path` with these descriptors as 0, 1 and 2 and no others; signals as at birth. `death_signal`, unless 0, is
// sent to it when the *thread* that started it ends. Returns the process id, or −errno.
int system_spawn(const char *path, char *const argv[], char *const envp[], int in, int out, int err, int death_signal);

// posix_spawn_file_actions_addclosefrom_np(3), which Swift does not see: the child gets 0, 1 and 2 only.
int system_close_others(posix_spawn_file_actions_t *actions);

// pipe2(2) with O_CLOEXEC.
int system_pipe(int ends[2]);

// Starts a detached thread of that name (15 bytes) and stack size in bytes. Returns 0 or errno.
int system_start_thread(const char *name, unsigned long stack, void *(*body)(void *), void *argument);

// eventfd(2), not blocking, closed on exec.
int system_eventfd(void);

// Keeps all of malloc in one arena, and returns freed memory of 64 KiB and more to the system: for a program of many
// threads that allocate little. To be called before there are threads.
void system_use_one_arena(void);
