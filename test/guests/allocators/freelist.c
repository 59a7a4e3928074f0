// A first-fit allocator without a C library: its state is in linear memory, where a later instance's data segments put it back.
extern unsigned char __heap_base; // where LLD says the heap begins

typedef struct Block {
  unsigned size;
  struct Block *next; // of a free block
} Block;

static unsigned char *end = &__heap_base; // .data
static Block *free_blocks;                // .bss

__attribute__((export_name("alloc"))) void *alloc(unsigned size) {
  size = (size + 15) & ~7u;
  for (Block **at = &free_blocks; *at; at = &(*at)->next) {
    if ((*at)->size < size) continue;
    Block *found = *at;
    *at = found->next;
    return found + 1;
  }
  Block *block = (Block *)end;
  end += sizeof(Block) + size;
  unsigned pages = ((unsigned)end + 65535) >> 16, has = __builtin_wasm_memory_size(0);
  if (pages > has) __builtin_wasm_memory_grow(0, pages - has);
  block->size = size;
  return block + 1;
}

__attribute__((export_name("free"))) void free_block(void *address) {
  Block *block = (Block *)address - 1;
  block->next = free_blocks;
  free_blocks = block;
}

/** Adds up a frame of its own on the shadow stack, while `callback` runs in between. */
__attribute__((import_module("env"), import_name("callback"))) void callback(void);
__attribute__((export_name("sum"))) unsigned sum(unsigned char value, int calls_back) {
  volatile unsigned char frame[256];
  for (int i = 0; i < 256; i++) frame[i] = value;
  if (calls_back) callback();
  unsigned result = 0;
  for (int i = 0; i < 256; i++) result += frame[i];
  return result;
}
