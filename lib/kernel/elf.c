/* Where to put a uprobe, read from the program file itself. */
#include "kernel/elf.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#define SEGMENTS_MAX 64
#define SYMBOLS_MAX  100000
#define NAME_MAX_LEN 64

struct elf {
	int fd;
	ElfW(Ehdr) head;
	ElfW(Phdr) seg[SEGMENTS_MAX];
};

static int
read_at(int fd, void *buf, size_t size, uint64_t offset)
{
	ssize_t n = pread(fd, buf, size, (off_t)offset);

	if (n == (ssize_t)size)
		return 0;
	if (n >= 0)
		errno = ENOEXEC;
	return -1;
}

static int
elf_open(struct elf *e, int fd)
{
	static const unsigned char class = sizeof(void *) == 8 ? ELFCLASS64 :
								 ELFCLASS32;

	e->fd = fd;
	if (read_at(fd, &e->head, sizeof e->head, 0) != 0)
		return -1;
	if (memcmp(e->head.e_ident, ELFMAG, SELFMAG) != 0 ||
	    e->head.e_ident[EI_CLASS] != class ||
	    e->head.e_phentsize != sizeof *e->seg || e->head.e_phnum == 0 ||
	    e->head.e_phnum > SEGMENTS_MAX) {
		errno = ENOEXEC;
		return -1;
	}
	return read_at(
	    fd, e->seg, e->head.e_phnum * sizeof *e->seg, e->head.e_phoff);
}

static const ElfW(Phdr) * segment(const struct elf *e, unsigned type)
{
	for (int i = 0; i < e->head.e_phnum; i++)
		if (e->seg[i].p_type == type)
			return &e->seg[i];
	errno = ENOENT;
	return NULL;
}

/* Where an address of the loaded file lies in the file. */
static int
file_offset(const struct elf *e, uint64_t address, uint64_t *offset)
{
	for (int i = 0; i < e->head.e_phnum; i++) {
		const ElfW(Phdr) *s = &e->seg[i];

		if (s->p_type == PT_LOAD && address >= s->p_vaddr &&
		    address - s->p_vaddr < s->p_filesz) {
			*offset = address - s->p_vaddr + s->p_offset;
			return 0;
		}
	}
	errno = ENOEXEC;
	return -1;
}

int
elf_entry(int fd, uint64_t *offset)
{
	struct elf e;

	if (elf_open(&e, fd) != 0)
		return -1;
	if (e.head.e_entry == 0) { /* a library */
		errno = ENOEXEC;
		return -1;
	}
	return file_offset(&e, e.head.e_entry, offset);
}

int
elf_interpreter(int fd, char *path, size_t size)
{
	const ElfW(Phdr) * s;
	struct elf e;

	if (elf_open(&e, fd) != 0 || !(s = segment(&e, PT_INTERP)))
		return -1;
	if (s->p_filesz == 0 || s->p_filesz > size) {
		errno = ENOEXEC;
		return -1;
	}
	if (read_at(fd, path, s->p_filesz, s->p_offset) != 0)
		return -1;
	path[s->p_filesz - 1] = '\0';
	return 0;
}

/* File offsets of the dynamic symbol and string tables. */
static int
dynamic_tables(const struct elf *e, uint64_t *symbols, uint64_t *strings)
{
	const ElfW(Phdr) *s = segment(e, PT_DYNAMIC);
	ElfW(Dyn) d;

	*symbols = *strings = 0;
	for (size_t i = 0; s && (i + 1) * sizeof d <= s->p_filesz; i++) {
		if (read_at(e->fd, &d, sizeof d, s->p_offset + i * sizeof d))
			return -1;
		if (d.d_tag == DT_SYMTAB &&
		    file_offset(e, d.d_un.d_ptr, symbols) != 0)
			return -1;
		if (d.d_tag == DT_STRTAB &&
		    file_offset(e, d.d_un.d_ptr, strings) != 0)
			return -1;
		if (d.d_tag == DT_NULL)
			break;
	}
	errno = ENOENT;
	return *symbols && *strings ? 0 : -1;
}

int
elf_function(int fd, const char *name, uint64_t *offset)
{
	uint64_t symbols, strings;
	size_t len = strlen(name) + 1;
	char text[NAME_MAX_LEN];
	ElfW(Sym) sym;
	struct elf e;

	if (elf_open(&e, fd) != 0 ||
	    dynamic_tables(&e, &symbols, &strings) != 0 || len > sizeof text)
		return -1;
	/* The table has no length of its own; the string table follows it. */
	for (size_t i = 1; i < SYMBOLS_MAX; i++) {
		uint64_t at = symbols + i * sizeof sym;

		if (symbols < strings && at >= strings)
			break;
		if (read_at(fd, &sym, sizeof sym, at) != 0)
			return -1;
		if (ELF32_ST_TYPE(sym.st_info) == STT_FUNC && sym.st_value &&
		    pread(fd, text, len, (off_t)(strings + sym.st_name)) ==
			(ssize_t)len &&
		    memcmp(text, name, len) == 0)
			return file_offset(&e, sym.st_value, offset);
	}
	errno = ENOENT;
	return -1;
}
