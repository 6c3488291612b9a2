/*
 * elf: the few facts about a program file that uprobes need.
 * Source: elf(5).  Only files of this machine's own class are understood:
 * the walk over the stack needs slots as wide as the kernel's.
 */
#ifndef ELF_H
#define ELF_H

#include <stddef.h>
#include <stdint.h>

/* The file offset of the entry point.  Returns 0, or -1 with errno (ENOEXEC
 * when it is not an ELF file of our class). */
int elf_entry(int fd, uint64_t *offset);

/* The file offset of a function in the dynamic symbol table.  Returns 0, or
 * -1 with errno (ENOENT when there is none of that name). */
int elf_function(int fd, const char *name, uint64_t *offset);

/* The path of the dynamic loader the file asks for (PT_INTERP).  Returns 0,
 * or -1 with errno (ENOENT when it is static). */
int elf_interpreter(int fd, char *path, size_t size);

#endif
