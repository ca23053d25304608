// The door to libmicrohttpd: its variadic start, and what Swift cannot import. No policy here.
#pragma once
#include <microhttpd.h>
#include <stdint.h>

struct cmicrohttpd_options {
  int listen_socket;            // owned by the daemon from a successful start on
  unsigned idle_timeout;        // seconds without a byte in either direction
  unsigned max_connections;
  unsigned max_connections_per_address;  // 0: no limit
  size_t connection_memory;     // bytes; the request's head must fit
  const char *_Nullable tls_key;          // PEM; copied
  const char *_Nullable tls_certificate;  // PEM; copied
};

static inline struct MHD_Daemon *_Nullable cmicrohttpd_start(
    struct cmicrohttpd_options options, MHD_AccessHandlerCallback _Nonnull handle,
    MHD_RequestCompletedCallback _Nonnull completed, void *_Nullable context) {
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
  struct MHD_OptionItem items[9];
  int count = 0;
  items[count++] = (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, options.listen_socket, NULL};
  items[count++] = (struct MHD_OptionItem){MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)completed, context};
  items[count++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_TIMEOUT, options.idle_timeout, NULL};
  items[count++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_LIMIT, options.max_connections, NULL};
  items[count++] = (struct MHD_OptionItem){
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, options.max_connections_per_address, NULL};
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

