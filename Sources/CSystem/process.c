#define _GNU_SOURCE
#include "process.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <linux/close_range.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

int system_spawn(const char *path, char *const argv[], char *const envp[], int in, int out, int err,
                 int death_signal) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) < 0) return -errno;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t child = fork();
  if (child == 0) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < 32; number++) sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    if (death_signal) prctl(PR_SET_PDEATHSIG, death_signal);
    // Out of the way of 0, 1 and 2 first, so that none overwrites another.
    int moved_in = fcntl(in, F_DUPFD_CLOEXEC, 3), moved_out = fcntl(out, F_DUPFD_CLOEXEC, 3);
    int moved_err = fcntl(err, F_DUPFD_CLOEXEC, 3);
    if (moved_in >= 0 && moved_out >= 0 && moved_err >= 0 && dup2(moved_in, 0) >= 0 && dup2(moved_out, 1) >= 0 &&
        dup2(moved_err, 2) >= 0) {
      syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
      execve(path, argv, envp);
    }
    int reason = errno;
    if (write(report[1], &reason, sizeof reason) < 0) _exit(126);
    _exit(127);
  }
  int failure = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(report[1]);
  if (child < 0) {
    close(report[0]);
    return -failure;
  }
  int reason = 0;
  ssize_t count;
  do count = read(report[0], &reason, sizeof reason);
  while (count < 0 && errno == EINTR);
  close(report[0]);
  return count == sizeof reason ? -reason : child; // the reaper collects a child that could not start
}

int system_close_others(posix_spawn_file_actions_t *actions) {
  return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

int system_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int system_start_thread(const char *name, unsigned long stack, void *(*body)(void *), void *argument) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack);
  pthread_t thread;
  int result = pthread_create(&thread, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  if (result == 0) pthread_setname_np(thread, name);
  return result;
}

int system_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void system_use_one_arena(void) {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TRIM_THRESHOLD, 64 * 1024);
  mallopt(M_MMAP_THRESHOLD, 64 * 1024);
}
