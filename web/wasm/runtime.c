// What Embedded Swift expects of a C library, as far as the diagram engine needs it.
#include <stddef.h>
#include <stdint.h>

// Memory. Blocks come in four sizes per power of two; a freed block waits for the next one of its size.
// Where memory ends, the module traps: the page then starts a new instance.

enum { headerBytes = 8, smallestBlock = 32, pageBytes = 65536, classes = 128 };

typedef struct Block {
    uint32_t class;
    uint32_t offset; // from the start of the block to the memory handed out
    struct Block *next; // only while it is free
} Block;

extern unsigned char __heap_base;
static Block *freeBlocks[classes];
static uintptr_t heapEnd;

static unsigned classOf(size_t bytes) {
    unsigned top = 31 - __builtin_clz((unsigned)(bytes - 1));
    return (top - 4) * 4 + (((bytes - 1) >> (top - 2)) & 3);
}

static size_t sizeOf(unsigned class) {
    unsigned top = class / 4 + 4;
    return ((size_t)(class % 4) + 5) << (top - 2);
}

static void *take(size_t bytes, unsigned class) {
    if (heapEnd == 0) heapEnd = ((uintptr_t)&__heap_base + 15) / 16 * 16;
    uintptr_t start = heapEnd;
    size_t available = __builtin_wasm_memory_size(0) * (size_t)pageBytes;
    if (bytes > available - start) {
        size_t pages = (bytes - (available - start) + pageBytes - 1) / pageBytes;
        if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
    }
    heapEnd = start + bytes;
    Block *block = (Block *)start;
    block->class = class;
    return block;
}

void *malloc(size_t bytes) {
    if (bytes > 0x20000000) __builtin_trap();
    size_t whole = bytes + 2 * headerBytes;
    if (whole < smallestBlock) whole = smallestBlock;
    unsigned class = classOf(whole);
    Block *block = freeBlocks[class];
    if (block) {
        freeBlocks[class] = block->next;
    } else {
        block = take((sizeOf(class) + 15) / 16 * 16, class);
    }
    uint32_t *memory = (uint32_t *)((uintptr_t)block + 2 * headerBytes);
    memory[-1] = 2 * headerBytes;
    return memory;
}

void free(void *memory) {
    if (!memory) return;
    Block *block = (Block *)((uintptr_t)memory - ((uint32_t *)memory)[-1]);
    block->next = freeBlocks[block->class];
    freeBlocks[block->class] = block;
}

int posix_memalign(void **memory, size_t alignment, size_t bytes) {
    if (alignment <= 16) {
        *memory = malloc(bytes);
        return 0;
    }
    uintptr_t start = (uintptr_t)malloc(bytes + alignment);
    uintptr_t aligned = (start + alignment - 1) / alignment * alignment;
    ((uint32_t *)aligned)[-1] = (uint32_t)(aligned - start) + 2 * headerBytes;
    *memory = (void *)aligned;
    return 0;
}

void *memcpy(void *to, const void *from, size_t bytes) {
    __builtin_memcpy(to, from, bytes);
    return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
    __builtin_memmove(to, from, bytes);
    return to;
}

void *memset(void *to, int byte, size_t bytes) {
    __builtin_memset(to, byte, bytes);
    return to;
}

int memcmp(const void *left, const void *right, size_t bytes) {
    const unsigned char *a = left, *b = right;
    for (size_t index = 0; index < bytes; index++) {
        if (a[index] != b[index]) return a[index] - b[index];
    }
    return 0;
}

// Numbers.

double round(double number) {
    double whole = __builtin_trunc(number);
    if (__builtin_fabs(number - whole) < 0.5) return whole;
    return whole + __builtin_copysign(1, number);
}

// Hashing. Nothing that is answered depends on the order in a hash table, so the seed may be fixed.
void arc4random_buf(void *to, size_t bytes) { memset(to, 7, bytes); }
