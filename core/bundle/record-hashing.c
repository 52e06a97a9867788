/*
 * The three jobs of core/merkle/record-hashing.ts over many records in one call, by the SHA-256 instructions of x86-64
 * (sha256rnds2, sha256msg1, sha256msg2): a call into the platform's own implementation costs a third of what hashing a
 * record of a kilobyte does (bench/README.md). Loaded by native-hashing.ts; exports nothing where the processor lacks them.
 */
#include <cpuid.h>
#include <immintrin.h>
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define WITH_SHA __attribute__((target("sha,sse4.1")))
#define BLOCK 64
#define HASH 32
/* Where the length of a message stands in its last block. */
#define LENGTH_AT 56
#define LEAF_PREFIX 0x00
#define NODE_PREFIX 0x01

/* FIPS 180-4 §4.2.2. */
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* The eight words of FIPS 180-4 in the order that the instructions have them, the highest lane first: A B E F, C D G H. */
typedef struct {
  __m128i abef;
  __m128i cdgh;
} State;

/* FIPS 180-4 §5.3.3. */
WITH_SHA static inline State initial_state(void) {
  return (State){_mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c),
                 _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19)};
}

/* FIPS 180-4 §6.2.2. */
WITH_SHA static inline State compress(State state, const uint8_t *blocks, size_t count) {
  const __m128i swap_words = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  for (; count > 0; count--, blocks += BLOCK) {
    const State before = state;
    __m128i words[4];
    for (int i = 0; i < 4; i++)
      words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(blocks + 16 * i)), swap_words);
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      const __m128i input = _mm_add_epi32(words[i & 3], _mm_loadu_si128((const __m128i *)(K + 4 * i)));
      state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, input);
      state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, _mm_shuffle_epi32(input, 0x0e));
      if (i < 12) {
        const __m128i seventh = _mm_alignr_epi8(words[(i + 3) & 3], words[(i + 2) & 3], 4);
        const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(words[i & 3], words[(i + 1) & 3]), seventh);
        words[i & 3] = _mm_sha256msg2_epu32(sum, words[(i + 3) & 3]);
      }
    }
    state.abef = _mm_add_epi32(state.abef, before.abef);
    state.cdgh = _mm_add_epi32(state.cdgh, before.cdgh);
  }
  return state;
}

WITH_SHA static inline void write_hash(State state, uint8_t *target) {
  const __m128i swap_all = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
  const __m128i abcd = _mm_unpackhi_epi64(state.cdgh, state.abef);
  const __m128i efgh = _mm_unpacklo_epi64(state.cdgh, state.abef);
  _mm_storeu_si128((__m128i *)target, _mm_shuffle_epi8(abcd, swap_all));
  _mm_storeu_si128((__m128i *)(target + 16), _mm_shuffle_epi8(efgh, swap_all));
}

/* Pads the `length` bytes that `last`, of two blocks, holds of a message of `total` bytes; returns how many blocks it takes. */
static inline size_t pad(uint8_t *last, size_t length, size_t total) {
  const size_t blocks = length < LENGTH_AT ? 1 : 2;
  const uint64_t bits = __builtin_bswap64((uint64_t)total * 8);
  memset(last + length, 0, blocks * BLOCK - length);
  last[length] = 0x80;
  memcpy(last + blocks * BLOCK - sizeof bits, &bits, sizeof bits);
  return blocks;
}

/* SHA-256 of a byte and the `length` bytes of `data`. */
WITH_SHA static inline void hash_prefixed(uint8_t prefix, const uint8_t *data, size_t length, uint8_t *target) {
  uint8_t block[2 * BLOCK];
  State state = initial_state();
  const size_t total = length + 1;
  size_t held = 1;
  block[0] = prefix;
  if (total >= BLOCK) {
    memcpy(block + 1, data, BLOCK - 1);
    state = compress(state, block, 1);
    data += BLOCK - 1;
    length -= BLOCK - 1;
    state = compress(state, data, length / BLOCK);
    data += length / BLOCK * BLOCK;
    length %= BLOCK;
    held = 0;
  }
  if (length > 0) memcpy(block + held, data, length);
  write_hash(compress(state, block, pad(block, held + length, total)), target);
}

/* An argument that is a typed array: its elements and how many there are. */
typedef struct {
  void *data;
  size_t length;
} Array;

static bool read_array(napi_env env, napi_value value, napi_typedarray_type type, Array *array) {
  napi_typedarray_type found;
  bool is_array = false;
  return napi_is_typedarray(env, value, &is_array) == napi_ok && is_array &&
         napi_get_typedarray_info(env, value, &found, &array->length, &array->data, NULL, NULL) == napi_ok &&
         found == type;
}

static napi_value refuse(napi_env env, const char *message) {
  napi_throw_range_error(env, NULL, message);
  return NULL;
}

/* leaves(text, bounds, count, target, at) */
WITH_SHA static napi_value leaves(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  size_t given = 5;
  Array text, bounds, target;
  uint32_t count, at;
  if (napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok || given < 5 ||
      !read_array(env, arguments[0], napi_uint8_array, &text) ||
      !read_array(env, arguments[1], napi_uint32_array, &bounds) ||
      napi_get_value_uint32(env, arguments[2], &count) != napi_ok ||
      !read_array(env, arguments[3], napi_uint8_array, &target) ||
      napi_get_value_uint32(env, arguments[4], &at) != napi_ok)
    return refuse(env, "leaves(text, bounds, count, target, at)");
  if (bounds.length / 2 < count || target.length < at || (target.length - at) / HASH < count)
    return refuse(env, "more leaves than bounds or room");
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t *bound = (const uint32_t *)bounds.data + 2 * (size_t)i;
    if (bound[0] > bound[1] || bound[1] > text.length) return refuse(env, "a record outside of the text");
    hash_prefixed(LEAF_PREFIX, (const uint8_t *)text.data + bound[0], bound[1] - bound[0],
                  (uint8_t *)target.data + at + HASH * (size_t)i);
  }
  return NULL;
}

/* extend(head, leaves): the head becomes that after the leaves. */
WITH_SHA static napi_value extend(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t given = 2;
  Array head, all;
  if (napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok || given < 2 ||
      !read_array(env, arguments[0], napi_uint8_array, &head) || head.length != HASH ||
      !read_array(env, arguments[1], napi_uint8_array, &all) || all.length % HASH != 0)
    return refuse(env, "extend(head, leaves)");
  uint8_t block[2 * BLOCK];
  memcpy(block, head.data, HASH);
  pad(block + BLOCK, 0, BLOCK);
  for (size_t at = 0; at < all.length; at += HASH) {
    memcpy(block + HASH, (const uint8_t *)all.data + at, HASH);
    write_hash(compress(initial_state(), block, 2), block);
  }
  memcpy(head.data, block, HASH);
  return NULL;
}

/* parents(nodes, target) */
WITH_SHA static napi_value parents(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t given = 2;
  Array nodes, target;
  if (napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok || given < 2 ||
      !read_array(env, arguments[0], napi_uint8_array, &nodes) ||
      !read_array(env, arguments[1], napi_uint8_array, &target) || target.length / HASH < nodes.length / (2 * HASH))
    return refuse(env, "parents(nodes, target)");
  for (size_t pair = 0; pair < nodes.length / (2 * HASH); pair++)
    hash_prefixed(NODE_PREFIX, (const uint8_t *)nodes.data + 2 * HASH * pair, 2 * HASH,
                  (uint8_t *)target.data + HASH * pair);
  return NULL;
}

/* Intel SDM, CPUID: SHA is bit 29 of EBX of leaf 7, SSSE3 and SSE4.1 are bits 9 and 19 of ECX of leaf 1. */
static bool has_sha(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & 1u << 29)) return false;
  return __get_cpuid(1, &a, &b, &c, &d) && c & 1u << 9 && c & 1u << 19;
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } jobs[] = {{"leaves", leaves}, {"extend", extend}, {"parents", parents}};
  if (!has_sha()) return exports;
  for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
    napi_value function;
    if (napi_create_function(env, jobs[i].name, NAPI_AUTO_LENGTH, jobs[i].function, NULL, &function) != napi_ok ||
        napi_set_named_property(env, exports, jobs[i].name, function) != napi_ok)
      return NULL;
  }
  return exports;
}
