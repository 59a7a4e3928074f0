// The demo in C, without a C library: a bump allocator whose state lives in linear memory, and so is shared by all instances.
extern unsigned char __heap_base; // where LLD says the heap begins

static unsigned char *next;

static void *alloc(unsigned size) {
  if (!next) next = &__heap_base;
  unsigned char *block = next;
  next += (size + 15) & ~15u;
  return block;
}

__attribute__((export_name("alloc_11"))) int *alloc_11(void) {
  int *value = alloc(sizeof *value);
  *value = 11;
  return value;
}

__attribute__((export_name("add_23"))) void add_23(int *value) { *value += 23; }
