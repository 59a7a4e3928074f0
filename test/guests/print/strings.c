// The demo in the reference's own ABI as a newer Rust compiler would build it: its `String` is three words, capacity first.
// No such compiler was at hand with a WebAssembly target, so this C code mimics what it passes to `env.print`:
//   by default the words themselves, as the reference's host reads them: (capacity, address, length);
//   with -DBY_ADDRESS the address of the three words, as the C ABI for WebAssembly passes a struct.
typedef struct {
  unsigned capacity;
  const char *bytes;
  unsigned length;
} String;

#define IMPORT(name) __attribute__((import_module("env"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

#ifdef BY_ADDRESS
IMPORT("print") void print(String line); // a struct parameter: clang passes its address
#else
IMPORT("print") void print_words(unsigned capacity, const char *bytes, unsigned length);
static void print(String line) { print_words(line.capacity, line.bytes, line.length); }
#endif

static int value;

static char *append(char *end, const char *text) {
  while (*text) *end++ = *text++;
  return end;
}

static char *append_number(char *end, unsigned number) {
  if (number >= 10) end = append_number(end, number / 10);
  *end++ = (char)('0' + number % 10);
  return end;
}

static void print_line(const char *function, int instance, int number) {
  char line[64];
  char *end = append(line, function);
  end = append(end, "[#");
  end = append_number(end, (unsigned)instance);
  end = append(end, "]: ");
  end = append_number(end, (unsigned)number);
  print((String){sizeof line, line, (unsigned)(end - line)});
}

EXPORT("alloc_11") int *alloc_11(int instance) {
  value = 11;
  print_line("alloc_11", instance, value);
  return &value;
}

EXPORT("add_23") void add_23(int instance, int *address) {
  *address += 23;
  print_line("add_23", instance, *address);
}
