#define _GNU_SOURCE
#include "system.h"
#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

// Only segments that the file says are never written: what the loader relocates is in the others, which RELRO may have
// protected since.
static int unmap_clean_segments(struct dl_phdr_info *object, size_t size, void *page) {
  uintptr_t mask = ~(*(uintptr_t *)page - 1);
  (void)size;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
    uintptr_t begin = (object->dlpi_addr + segment->p_vaddr) & mask;
    uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz + ~mask) & mask;
    madvise((void *)begin, end - begin, MADV_DONTNEED);
  }
  return 0;
}

void system_unmap_program(void) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  dl_iterate_phdr(unmap_clean_segments, &page);
}
