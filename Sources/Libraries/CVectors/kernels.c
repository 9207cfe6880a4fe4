#define _GNU_SOURCE
#include "CVectors.h"

#include <sys/mman.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_X86 1
#endif

// Portable: the compiler may add in any order, and so use what vectors the target has.

static float dot_portable(const float *a, const float *b, size_t dims) {
#pragma clang fp reassociate(on)
    float sum = 0;
    for (size_t i = 0; i < dims; i++) sum += a[i] * b[i];
    return sum;
}

static void rows_portable(const float *query, const float *rows, size_t count, size_t dims, float *products) {
    for (size_t row = 0; row < count; row++) products[row] = dot_portable(query, rows + row * dims, dims);
}

static void some_portable(const float *query, const float *rows, const int32_t *numbers, size_t count, size_t dims,
                          float *products) {
    for (size_t i = 0; i < count; i++) products[i] = dot_portable(query, rows + (size_t)numbers[i] * dims, dims);
}

static void bytes_portable(const int8_t *query, const uint8_t *rows, size_t count, size_t dims, int32_t *products) {
    for (size_t row = 0; row < count; row++) {
        int32_t sum = 0;
        const uint8_t *values = rows + row * dims;
        for (size_t i = 0; i < dims; i++) sum += (int32_t)query[i] * ((int32_t)values[i] - 128);
        products[row] = sum;
    }
}

#if HAS_X86

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

AVX2 static inline float sum8(__m256 v) {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_shuffle_ps(half, half, 1)));
}

AVX2 static float dot_avx2(const float *a, const float *b, size_t dims) {
    __m256 s0 = _mm256_setzero_ps(), s1 = _mm256_setzero_ps();
    for (size_t i = 0; i < dims; i += 16) {
        s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
        s1 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), s1);
    }
    return sum8(_mm256_add_ps(s0, s1));
}

// Two rows at a time: on Intel's processors one stream of memory alone does not fill the bus.
AVX2 static void rows_avx2(const float *query, const float *rows, size_t count, size_t dims, float *products) {
    size_t row = 0;
    for (; row + 2 <= count; row += 2) {
        const float *a = rows + row * dims, *b = a + dims;
        __m256 a0 = _mm256_setzero_ps(), a1 = a0, b0 = a0, b1 = a0;
        for (size_t i = 0; i < dims; i += 16) {
            __m256 q0 = _mm256_loadu_ps(query + i), q1 = _mm256_loadu_ps(query + i + 8);
            a0 = _mm256_fmadd_ps(q0, _mm256_loadu_ps(a + i), a0);
            a1 = _mm256_fmadd_ps(q1, _mm256_loadu_ps(a + i + 8), a1);
            b0 = _mm256_fmadd_ps(q0, _mm256_loadu_ps(b + i), b0);
            b1 = _mm256_fmadd_ps(q1, _mm256_loadu_ps(b + i + 8), b1);
        }
        products[row] = sum8(_mm256_add_ps(a0, a1));
        products[row + 1] = sum8(_mm256_add_ps(b0, b1));
    }
    if (row < count) products[row] = dot_avx2(query, rows + row * dims, dims);
}

AVX2 static void stream_avx2(const float *query, const float *rows, size_t count, size_t dims, float *products) {
    for (size_t row = 0; row < count; row++) products[row] = dot_avx2(query, rows + row * dims, dims);
}

AVX2 static void some_avx2(const float *query, const float *rows, const int32_t *numbers, size_t count, size_t dims,
                           float *products) {
    for (size_t i = 0; i < count; i++) products[i] = dot_avx2(query, rows + (size_t)numbers[i] * dims, dims);
}

AVX2 static void bytes_avx2(const int8_t *query, const uint8_t *rows, size_t count, size_t dims, int32_t *products) {
    const __m256i offset = _mm256_set1_epi16(128);
    for (size_t row = 0; row < count; row++) {
        const uint8_t *values = rows + row * dims;
        __m256i s0 = _mm256_setzero_si256(), s1 = s0;
        for (size_t i = 0; i < dims; i += 32) {
            __m256i q0 = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(query + i)));
            __m256i q1 = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(query + i + 16)));
            __m256i r0 = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(values + i)));
            __m256i r1 = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(values + i + 16)));
            s0 = _mm256_add_epi32(s0, _mm256_madd_epi16(q0, _mm256_sub_epi16(r0, offset)));
            s1 = _mm256_add_epi32(s1, _mm256_madd_epi16(q1, _mm256_sub_epi16(r1, offset)));
        }
        __m256i sum = _mm256_add_epi32(s0, s1);
        __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
        half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
        half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
        products[row] = _mm_cvtsi128_si32(half);
    }
}

AVX512 static float dot_avx512(const float *a, const float *b, size_t dims) {
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 64 <= dims; i += 64) {
        s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), s0);
        s1 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16), s1);
        s2 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 32), _mm512_loadu_ps(b + i + 32), s2);
        s3 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 48), _mm512_loadu_ps(b + i + 48), s3);
    }
    for (; i < dims; i += 16) s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), s0);
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
}

AVX512 static void rows_avx512(const float *query, const float *rows, size_t count, size_t dims, float *products) {
    size_t row = 0;
    for (; row + 2 <= count; row += 2) {
        const float *a = rows + row * dims, *b = a + dims;
        __m512 a0 = _mm512_setzero_ps(), a1 = a0, b0 = a0, b1 = a0;
        size_t i = 0;
        for (; i + 32 <= dims; i += 32) {
            __m512 q0 = _mm512_loadu_ps(query + i), q1 = _mm512_loadu_ps(query + i + 16);
            a0 = _mm512_fmadd_ps(q0, _mm512_loadu_ps(a + i), a0);
            a1 = _mm512_fmadd_ps(q1, _mm512_loadu_ps(a + i + 16), a1);
            b0 = _mm512_fmadd_ps(q0, _mm512_loadu_ps(b + i), b0);
            b1 = _mm512_fmadd_ps(q1, _mm512_loadu_ps(b + i + 16), b1);
        }
        if (i < dims) {
            __m512 q0 = _mm512_loadu_ps(query + i);
            a0 = _mm512_fmadd_ps(q0, _mm512_loadu_ps(a + i), a0);
            b0 = _mm512_fmadd_ps(q0, _mm512_loadu_ps(b + i), b0);
        }
        products[row] = _mm512_reduce_add_ps(_mm512_add_ps(a0, a1));
        products[row + 1] = _mm512_reduce_add_ps(_mm512_add_ps(b0, b1));
    }
    if (row < count) products[row] = dot_avx512(query, rows + row * dims, dims);
}

// One row after the other: AMD's prefetcher follows one stream, and reads half as fast where two rows lie side by side.
AVX512 static void stream_avx512(const float *query, const float *rows, size_t count, size_t dims, float *products) {
    for (size_t row = 0; row < count; row++) products[row] = dot_avx512(query, rows + row * dims, dims);
}

AVX512 static void some_avx512(const float *query, const float *rows, const int32_t *numbers, size_t count, size_t dims,
                               float *products) {
    for (size_t i = 0; i < count; i++) {
        if (i + 2 < count) {
            const char *next = (const char *)(rows + (size_t)numbers[i + 2] * dims);
            for (size_t byte = 0; byte < dims * sizeof(float) && byte < 1024; byte += 64) _mm_prefetch(next + byte, _MM_HINT_T0);
        }
        products[i] = dot_avx512(query, rows + (size_t)numbers[i] * dims, dims);
    }
}

VNNI static void bytes_vnni(const int8_t *query, const uint8_t *rows, size_t count, size_t dims, int32_t *products) {
    int32_t bias = 0;
    for (size_t i = 0; i < dims; i++) bias += query[i];
    bias *= 128;
    for (size_t row = 0; row < count; row++) {
        const uint8_t *values = rows + row * dims;
        __m512i s0 = _mm512_setzero_si512(), s1 = s0, s2 = s0, s3 = s0;
        size_t i = 0;
        for (; i + 256 <= dims; i += 256) {
            s0 = _mm512_dpbusd_epi32(s0, _mm512_loadu_si512(values + i), _mm512_loadu_si512(query + i));
            s1 = _mm512_dpbusd_epi32(s1, _mm512_loadu_si512(values + i + 64), _mm512_loadu_si512(query + i + 64));
            s2 = _mm512_dpbusd_epi32(s2, _mm512_loadu_si512(values + i + 128), _mm512_loadu_si512(query + i + 128));
            s3 = _mm512_dpbusd_epi32(s3, _mm512_loadu_si512(values + i + 192), _mm512_loadu_si512(query + i + 192));
        }
        for (; i < dims; i += 64) s0 = _mm512_dpbusd_epi32(s0, _mm512_loadu_si512(values + i), _mm512_loadu_si512(query + i));
        s0 = _mm512_add_epi32(_mm512_add_epi32(s0, s1), _mm512_add_epi32(s2, s3));
        products[row] = _mm512_reduce_add_epi32(s0) - bias;
    }
}

#endif

static int level(void) {
#if HAS_X86
    static int known = -1;
    int found = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (found >= 0) return found;
    __builtin_cpu_init();
    found = 0;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) found = 1;
    if (found == 1 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl")) found = 2;
    if (found == 2 && __builtin_cpu_supports("avx512vnni")) found = 3;
    __atomic_store_n(&known, found, __ATOMIC_RELAXED);
    return found;
#else
    return 0;
#endif
}

#if HAS_X86
static int reads_one_stream(void) {
    static int known = -1;
    int found = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (found >= 0) return found;
    __builtin_cpu_init();
    found = __builtin_cpu_is("amd") != 0;
    __atomic_store_n(&known, found, __ATOMIC_RELAXED);
    return found;
}
#endif

void vectors_dot_rows(const float *query, const float *rows, size_t count, size_t dims, float *products) {
#if HAS_X86
    int streams = reads_one_stream();
    if (level() >= 2) return (streams ? stream_avx512 : rows_avx512)(query, rows, count, dims, products);
    if (level() == 1) return (streams ? stream_avx2 : rows_avx2)(query, rows, count, dims, products);
#endif
    rows_portable(query, rows, count, dims, products);
}

void vectors_dot_some(const float *query, const float *rows, const int32_t *numbers, size_t count, size_t dims,
                      float *products) {
#if HAS_X86
    if (level() >= 2) return some_avx512(query, rows, numbers, count, dims, products);
    if (level() == 1) return some_avx2(query, rows, numbers, count, dims, products);
#endif
    some_portable(query, rows, numbers, count, dims, products);
}

void vectors_dot_bytes(const int8_t *query, const uint8_t *rows, size_t count, size_t dims, int32_t *products) {
#if HAS_X86
    if (level() == 3) return bytes_vnni(query, rows, count, dims, products);
    if (level() >= 1) return bytes_avx2(query, rows, count, dims, products);
#endif
    bytes_portable(query, rows, count, dims, products);
}

void vectors_want_large_pages(void *memory, size_t bytes) {
#if defined(MADV_HUGEPAGE)
    madvise(memory, bytes, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)bytes;
#endif
}

const char *vectors_instructions(void) {
    static const char *const names[] = {"portable", "avx2", "avx512", "avx512vnni"};
    return names[level()];
}
