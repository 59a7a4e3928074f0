// The demo as a WASI reactor on wasi-libc's malloc. It defines and exports its memory, as WASI wants.
#include <stdlib.h>

__attribute__((export_name("alloc_11"))) int *alloc_11(void) {
  int *value = malloc(sizeof *value);
  *value = 11;
  return value;
}

__attribute__((export_name("add_23"))) void add_23(int *value) { *value += 23; }
