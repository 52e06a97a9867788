/*
 * Lets the system forget the bytes of a file that it keeps in memory; they stay on the disk (POSIX.1-2017, posix_fadvise).
 * Loaded by page-cache.ts: Node has no call for it.
 */
#include <fcntl.h>
#include <node_api.h>

/* forget(descriptor): 0, or the number of the error. */
static napi_value forget(napi_env env, napi_callback_info info) {
  napi_value argument, result;
  size_t given = 1;
  int32_t descriptor;
  if (napi_get_cb_info(env, info, &given, &argument, NULL, NULL) != napi_ok || given < 1 ||
      napi_get_value_int32(env, argument, &descriptor) != napi_ok) {
    napi_throw_type_error(env, NULL, "forget(descriptor)");
    return NULL;
  }
  const int error = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  return napi_create_int32(env, error, &result) == napi_ok ? result : NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "forget", NAPI_AUTO_LENGTH, forget, NULL, &function) != napi_ok ||
      napi_set_named_property(env, exports, "forget", function) != napi_ok)
    return NULL;
  return exports;
}
