// The door to libmicrohttpd: its variadic start, and what Swift cannot import. No policy here.
#pragma once
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct cmicrohttpd_options {
  int listen_socket;            // owned by the daemon from a successful start on
  unsigned idle_timeout;        // seconds without a byte in either direction
  unsigned max_connections;
  size_t connection_memory;     // bytes; the request's head must fit
  const char *_Nullable tls_key;          // PEM; copied
  const char *_Nullable tls_certificate;  // PEM; copied
};

static inline struct MHD_Daemon *_Nullable cmicrohttpd_start(
    struct cmicrohttpd_options options, MHD_AccessHandlerCallback _Nonnull handle,
    MHD_RequestCompletedCallback _Nonnull completed, MHD_NotifyConnectionCallback _Nonnull notify,
    void *_Nullable context) {
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
  struct MHD_OptionItem items[9];
  int count = 0;
  items[count++] = (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, options.listen_socket, NULL};
  items[count++] = (struct MHD_OptionItem){MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)completed, context};
  items[count++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_TIMEOUT, options.idle_timeout, NULL};
  items[count++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_LIMIT, options.max_connections, NULL};
  items[count++] = (struct MHD_OptionItem){MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)notify, context};
  items[count++] = (struct MHD_OptionItem){
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)options.connection_memory, NULL};
  if (options.tls_key && options.tls_certificate) {
    flags |= MHD_USE_TLS;
    items[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)options.tls_key};
    items[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)options.tls_certificate};
  }
  items[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
  return MHD_start_daemon(
      flags, 0, NULL, NULL, handle, context, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}

// Copies the body.
static inline struct MHD_Response *_Nullable cmicrohttpd_response(const void *_Nullable bytes, size_t count) {
  static char nothing;
  return MHD_create_response_from_buffer(
      count, count ? (void *)bytes : &nothing, MHD_RESPMEM_MUST_COPY);
}

// The socket of a connection; -1 when it has none.
static inline int cmicrohttpd_socket(struct MHD_Connection *_Nonnull connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

// The client's address, without its port, into `bytes` (at least 16). Returns how many there are: 4, 16 or 0.
static inline size_t cmicrohttpd_address(struct MHD_Connection *_Nonnull connection, uint8_t *_Nonnull bytes) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (!info || !info->client_addr) return 0;
  if (info->client_addr->sa_family == AF_INET) {
    memcpy(bytes, &((const struct sockaddr_in *)info->client_addr)->sin_addr, 4);
    return 4;
  }
  if (info->client_addr->sa_family != AF_INET6) return 0;
  memcpy(bytes, &((const struct sockaddr_in6 *)info->client_addr)->sin6_addr, 16);
  return 16;
}
