// What the compiler calls where a product of 64 bits is checked: web/wasm/runtime.c does without, as it checks none.
#include <stdint.h>

__int128 __multi3(__int128 left, __int128 right) {
    const uint64_t low = 0xffffffff;
    uint64_t a = (uint64_t)left, b = (uint64_t)right;
    uint64_t a0 = a & low, a1 = a >> 32, b0 = b & low, b1 = b >> 32;
    uint64_t p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
    uint64_t middle = (p00 >> 32) + (p01 & low) + (p10 & low);
    uint64_t bottom = (p00 & low) | middle << 32;
    uint64_t top = p11 + (p01 >> 32) + (p10 >> 32) + (middle >> 32);
    top += a * (uint64_t)(right >> 64) + (uint64_t)(left >> 64) * b;
    return (__int128)((unsigned __int128)top << 64 | bottom);
}
