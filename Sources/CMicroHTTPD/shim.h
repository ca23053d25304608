// libmicrohttpd's variadic start as a plain call, and what Swift cannot reach otherwise. No policy here.
#pragma once
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

// Listens on `address`; one thread of its own, epoll. Limits: seconds of silence, connections, bytes of a head.
static inline struct MHD_Daemon *_Nullable mhd_start(
    const struct sockaddr *_Nonnull address, MHD_AccessHandlerCallback _Nonnull handle, void *_Nullable context,
    MHD_RequestCompletedCallback _Nonnull completed, unsigned timeout, unsigned connections, size_t memory) {
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
  if (address->sa_family == AF_INET6) flags |= MHD_USE_DUAL_STACK;
  return MHD_start_daemon(flags, 0, NULL, NULL, handle, context,
      MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_NOTIFY_COMPLETED, completed, context,
      MHD_OPTION_CONNECTION_TIMEOUT, timeout, MHD_OPTION_CONNECTION_LIMIT, connections,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_END);
}

static inline uint16_t mhd_port(struct MHD_Daemon *_Nonnull daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info ? info->port : 0;
}

static inline unsigned mhd_connections(struct MHD_Daemon *_Nonnull daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
  return info ? info->num_connections : 0;
}
