#ifndef ATLAS_CVECTORS_H
#define ATLAS_CVECTORS_H

#include <stddef.h>
#include <stdint.h>

// Inner products, with the widest instructions that the processor has. Swift cannot choose instructions when the program
// runs, and a build for one processor would not start on an older one; that is all that stands here.

/// The inner products of `query` with `count` rows that follow one another. `dims` is a multiple of 16.
void vectors_dot_rows(const float *query, const float *rows, size_t count, size_t dims, float *products);

/// The inner products of `query` with the rows of the given numbers. `dims` is a multiple of 16.
void vectors_dot_some(const float *query, const float *rows, const int32_t *numbers, size_t count, size_t dims,
                      float *products);

/// The inner products of whole numbers. Rows hold their values plus 128; `dims` is a multiple of 64.
void vectors_dot_bytes(const int8_t *query, const uint8_t *rows, size_t count, size_t dims, int32_t *products);

/// Lays the weights of a linear layer, `outputs` rows of `inputs`, out for `vectors_linear`. `outputs` is a multiple of 32.
void vectors_pack(const float *weights, size_t outputs, size_t inputs, float *packed);

/// A linear layer: `rows` rows of `inputs` numbers become rows of `outputs`, bias added.
void vectors_linear(const float *x, size_t rows, size_t inputs, const float *packed, const float *bias, size_t outputs,
                    float *result);

/// x·Φ(x) for every number, with an error below 1e-6.
void vectors_gelu(float *x, size_t count);

/// Adds `added` (may be null) to each row of `x` and normalises it: mean 0, variance 1, then scale and shift.
void vectors_normalise(float *x, const float *added, const float *scale, const float *shift, size_t rows, size_t width);

/// Attention of every row to every row, for `heads` heads side by side in rows of `width`.
///
/// `scratch` has room for `rows` · (`width` / `heads` + 1) numbers.
void vectors_attend(const float *queries, const float *keys, const float *values, size_t rows, size_t width, size_t heads,
                    float *scratch, float *result);

/// Asks the system for large pages; it may decline.
void vectors_want_large_pages(void *memory, size_t bytes);

/// The instructions in use: "avx512vnni", "avx512", "avx2" or "portable".
const char *vectors_instructions(void);

#endif
