// The door to libcurl: its variadic calls, one function for each type of argument. No policy here.
#pragma once
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef size_t (*ccurl_data_callback)(
    char *_Nullable data, size_t size, size_t count, void *_Nullable context);
typedef int (*ccurl_seek_callback)(void *_Nullable context, curl_off_t offset, int origin);
typedef int (*ccurl_socket_opened_callback)(
    void *_Nullable context, curl_socket_t socket, curlsocktype purpose);
typedef int (*ccurl_socket_close_callback)(void *_Nullable context, curl_socket_t socket);

static inline CURLcode ccurl_set_long(CURL *_Nonnull handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_offset(CURL *_Nonnull handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_string(
    CURL *_Nonnull handle, CURLoption option, const char *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_pointer(
    CURL *_Nonnull handle, CURLoption option, void *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_list(
    CURL *_Nonnull handle, CURLoption option, struct curl_slist *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_data_callback(
    CURL *_Nonnull handle, CURLoption option, ccurl_data_callback _Nonnull value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_seek_callback(
    CURL *_Nonnull handle, ccurl_seek_callback _Nonnull value) {
  return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value);
}
static inline CURLcode ccurl_set_socket_opened_callback(
    CURL *_Nonnull handle, ccurl_socket_opened_callback _Nonnull value) {
  return curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, value);
}
static inline CURLcode ccurl_set_socket_close_callback(
    CURL *_Nonnull handle, ccurl_socket_close_callback _Nonnull value) {
  return curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, value);
}
// Copies the bytes.
static inline CURLcode ccurl_set_blob(
    CURL *_Nonnull handle, CURLoption option, const void *_Nonnull bytes, size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return curl_easy_setopt(handle, option, &blob);
}
static inline CURLcode ccurl_get_long(CURL *_Nonnull handle, CURLINFO info, long *_Nonnull value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode ccurl_get_offset(
    CURL *_Nonnull handle, CURLINFO info, curl_off_t *_Nonnull value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode ccurl_get_pointer(
    CURL *_Nonnull handle, CURLINFO info, void *_Nullable *_Nonnull value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline int ccurl_is_address(
    const struct sockaddr_storage *_Nonnull address, const char *_Nullable text, long port) {
  char own[INET6_ADDRSTRLEN] = "";
  long own_port = 0;
  if (address->ss_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    inet_ntop(AF_INET, &v4->sin_addr, own, sizeof own);
    own_port = ntohs(v4->sin_port);
  } else if (address->ss_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    inet_ntop(AF_INET6, &v6->sin6_addr, own, sizeof own);
    own_port = ntohs(v6->sin6_port);
  }
  return port > 0 && own_port == port && text && strcmp(own, text) == 0;
}
// Whether `socket` is the one of the transfer's connection: the addresses of both ends are the same. (libcurl tells the
// socket itself only of a connection that nobody uses any more, and its connections have numbers since 8.2.)
static inline int ccurl_uses_socket(CURL *_Nonnull handle, curl_socket_t socket) {
  char *local = NULL, *remote = NULL;
  long local_port = 0, remote_port = 0;
  curl_easy_getinfo(handle, CURLINFO_LOCAL_IP, &local);
  curl_easy_getinfo(handle, CURLINFO_LOCAL_PORT, &local_port);
  curl_easy_getinfo(handle, CURLINFO_PRIMARY_IP, &remote);
  curl_easy_getinfo(handle, CURLINFO_PRIMARY_PORT, &remote_port);
  struct sockaddr_storage here = {0}, there = {0};
  socklen_t here_size = sizeof here, there_size = sizeof there;
  return getsockname(socket, (struct sockaddr *)&here, &here_size) == 0
      && getpeername(socket, (struct sockaddr *)&there, &there_size) == 0
      && ccurl_is_address(&here, local, local_port) && ccurl_is_address(&there, remote, remote_port);
}
static inline CURLMcode ccurl_multi_set_long(CURLM *_Nonnull multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}
