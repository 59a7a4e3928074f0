// wasi-libc's allocator, by all that C has for it. Exports have short names, as where a tool has made them short.
#include <stdlib.h>

__attribute__((export_name("a"))) void *allocate(unsigned size) { return malloc(size); }
__attribute__((export_name("b"))) void *allocate_zeros(unsigned count, unsigned size) { return calloc(count, size); }
__attribute__((export_name("c"))) void *resize(void *block, unsigned size) { return realloc(block, size); }
__attribute__((export_name("d"))) void *allocate_aligned(unsigned alignment, unsigned size) { return aligned_alloc(alignment, size); }
__attribute__((export_name("e"))) void give_back(void *block) { free(block); }
