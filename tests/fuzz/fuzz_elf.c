/*
 * A program that another user made: its entry, its loader and its symbols are
 * in the file, or it is refused; no crash, no endless search.
 */
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/elf.h"

#define PATH_ROOM 64

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int fd = -1;

static void
look(void)
{
	char *path = malloc(PATH_ROOM);
	uint64_t offset;

	if (!path)
		abort();
	if (elf_interpreter(fd, path, PATH_ROOM) == 0 &&
	    strnlen(path, PATH_ROOM) == PATH_ROOM)
		abort();
	elf_entry(fd, &offset);
	elf_function(fd, "execve", &offset);
	free(path);
}

static void
put(const void *bytes, size_t size)
{
	if (ftruncate(fd, 0) != 0 || pwrite(fd, bytes, size, 0) < 0)
		abort();
	look();
}

/* A whole file, then some of its bytes changed: the fuzzer need not come upon
 * it. */
static void
put_near(const uint8_t *data, size_t size)
{
	struct {
		ElfW(Ehdr) head;
		ElfW(Phdr) seg[3];
		char loader[16];
		ElfW(Dyn) dynamic[3];
		ElfW(Sym) symbol[3];
		char names[16];
	} f;
	uint8_t *p = (uint8_t *)&f;

	memset(&f, 0, sizeof f);
	memcpy(f.head.e_ident, ELFMAG, SELFMAG);
	f.head.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 :
							 ELFCLASS32;
	f.head.e_phentsize = sizeof *f.seg;
	f.head.e_phnum = 3;
	f.head.e_phoff = sizeof f.head;
	f.head.e_entry = 8;
	f.seg[0].p_type = PT_LOAD;
	f.seg[0].p_filesz = sizeof f;
	f.seg[1].p_type = PT_INTERP;
	f.seg[1].p_offset = (size_t)((uint8_t *)f.loader - p);
	f.seg[1].p_filesz = sizeof f.loader;
	f.seg[2].p_type = PT_DYNAMIC;
	f.seg[2].p_offset = (size_t)((uint8_t *)f.dynamic - p);
	f.seg[2].p_filesz = sizeof f.dynamic;
	memcpy(f.loader, "/lib/ld.so", 10);
	f.dynamic[0].d_tag = DT_SYMTAB;
	f.dynamic[0].d_un.d_ptr = (size_t)((uint8_t *)f.symbol - p);
	f.dynamic[1].d_tag = DT_STRTAB;
	f.dynamic[1].d_un.d_ptr = (size_t)((uint8_t *)f.names - p);
	f.symbol[1].st_name = 1;
	f.symbol[1].st_info = ELF32_ST_INFO(STB_GLOBAL, STT_FUNC);
	f.symbol[1].st_value = 24;
	memcpy(f.names + 1, "execve", 6);
	for (size_t i = 0; i + 2 < size && i < 3 * 24; i += 3)
		p[(data[i] | data[i + 1] << 8) % sizeof f] = data[i + 2];
	put(&f, sizeof f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (fd < 0)
		fd = memfd_create("elf", 0);
	put_near(data, size);
	put(data, size);
	return 0;
}
