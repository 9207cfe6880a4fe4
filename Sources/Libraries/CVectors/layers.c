#include "CVectors.h"

#include <math.h>
#include <string.h>

// What a small transformer is made of. Each function exists once for each set of instructions; the loader picks one.

#if defined(__x86_64__) && defined(__linux__)
#define EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define EACH_PROCESSOR
#endif

// Outputs that are computed together, and rows.
enum { PANEL = 32, BAND = 6 };

typedef float lanes __attribute__((vector_size(64), aligned(4)));

void vectors_pack(const float *weights, size_t outputs, size_t inputs, float *packed) {
    for (size_t panel = 0; panel < outputs; panel += PANEL)
        for (size_t input = 0; input < inputs; input++)
            for (size_t lane = 0; lane < PANEL; lane++) *packed++ = weights[(panel + lane) * inputs + input];
}

static inline __attribute__((always_inline)) void band(const float *x, size_t inputs, const float *panel, const float *bias,
                                                       size_t outputs, float *result, const int rows) {
    lanes sums[BAND][2];
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        sums[row][0] = *(const lanes *)bias;
        sums[row][1] = *(const lanes *)(bias + 16);
    }
    for (size_t input = 0; input < inputs; input++) {
        const lanes low = *(const lanes *)(panel + input * PANEL), high = *(const lanes *)(panel + input * PANEL + 16);
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
            const float value = x[row * inputs + input];
            sums[row][0] += low * value;
            sums[row][1] += high * value;
        }
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        *(lanes *)(result + row * outputs) = sums[row][0];
        *(lanes *)(result + row * outputs + 16) = sums[row][1];
    }
}

EACH_PROCESSOR
void vectors_linear(const float *x, size_t rows, size_t inputs, const float *packed, const float *bias, size_t outputs,
                    float *result) {
    for (size_t first = 0; first < outputs; first += PANEL) {
        const float *panel = packed + first * inputs;
        size_t row = 0;
        for (; row + BAND <= rows; row += BAND)
            band(x + row * inputs, inputs, panel, bias + first, outputs, result + row * outputs + first, BAND);
        for (; row < rows; row++)
            band(x + row * inputs, inputs, panel, bias + first, outputs, result + row * outputs + first, 1);
    }
}

// 2^x by its exponent and a polynomial for the rest; relative error below 3e-7. No call, so loops become vectors.
static inline __attribute__((always_inline)) float exponential(float x) {
    float scaled = x * 1.44269504f;
    scaled = scaled < -126.0f ? -126.0f : scaled > 126.0f ? 126.0f : scaled;
    const float whole = __builtin_floorf(scaled), part = scaled - whole;
    const float value = 1.0f + part * (0.693147182f + part * (0.240226462f + part * (0.0555041087f + part * (0.00961812911f
                        + part * (0.00133335581f + part * 0.000154035304f)))));
    const int32_t bits = ((int32_t)whole + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return value * power;
}

// Source: Abramowitz and Stegun, 7.1.26.
EACH_PROCESSOR
void vectors_gelu(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const float value = x[i], z = __builtin_fabsf(value) * 0.707106781f, t = 1.0f / (1.0f + 0.3275911f * z);
        const float tail = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
        const float erf = 1.0f - tail * exponential(-z * z);
        x[i] = 0.5f * value * (1.0f + (value < 0 ? -erf : erf));
    }
}

EACH_PROCESSOR
void vectors_normalise(float *x, const float *added, const float *scale, const float *shift, size_t rows, size_t width) {
#pragma clang fp reassociate(on)
    for (size_t row = 0; row < rows; row++, x += width) {
        if (added)
            for (size_t i = 0; i < width; i++) x[i] += added[row * width + i];
        float sum = 0, squares = 0;
        for (size_t i = 0; i < width; i++) sum += x[i];
        const float mean = sum / (float)width;
        for (size_t i = 0; i < width; i++) squares += (x[i] - mean) * (x[i] - mean);
        const float factor = 1.0f / sqrtf(squares / (float)width + 1e-12f);
        for (size_t i = 0; i < width; i++) x[i] = (x[i] - mean) * factor * scale[i] + shift[i];
    }
}

EACH_PROCESSOR
void vectors_attend(const float *queries, const float *keys, const float *values, size_t rows, size_t width, size_t heads,
                    float *scratch, float *result) {
#pragma clang fp reassociate(on)
    const size_t size = width / heads;
    const float factor = 1.0f / sqrtf((float)size);
    float *turned = scratch, *weights = scratch + rows * size;
    for (size_t head = 0; head < heads; head++) {
        for (size_t row = 0; row < rows; row++)
            for (size_t i = 0; i < size; i++) turned[i * rows + row] = keys[row * width + head * size + i];
        for (size_t row = 0; row < rows; row++) {
            const float *query = queries + row * width + head * size;
            for (size_t other = 0; other < rows; other++) weights[other] = 0;
            for (size_t i = 0; i < size; i++) {
                const float value = query[i] * factor;
                for (size_t other = 0; other < rows; other++) weights[other] += value * turned[i * rows + other];
            }
            float largest = weights[0], sum = 0;
            for (size_t other = 1; other < rows; other++) largest = weights[other] > largest ? weights[other] : largest;
            for (size_t other = 0; other < rows; other++) weights[other] = exponential(weights[other] - largest);
            for (size_t other = 0; other < rows; other++) sum += weights[other];
            float *out = result + row * width + head * size;
            for (size_t i = 0; i < size; i++) out[i] = 0;
            for (size_t other = 0; other < rows; other++) {
                const float *value = values + other * width + head * size;
                const float weight = weights[other] / sum;
                for (size_t i = 0; i < size; i++) out[i] += weight * value[i];
            }
        }
    }
}
