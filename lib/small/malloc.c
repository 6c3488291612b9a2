/*
 * malloc(3) for the static tools, instead of musl's (9 KB): they have one
 * thread.  musl lets a program bring its own (since 1.1.20).
 *
 * A block has its size in the 8 bytes before it.  Small ones are cut from
 * arenas, four sizes for each power of two, and are reused in their size;
 * large ones are mappings of their own, the size of which is odd.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LARGE	 (128u << 10)
#define ARENA	 (256u << 10)
#define HEAD	 8  /* of a block, before it */
#define MAP_HEAD 16 /* of a mapping: blocks are aligned to 16 bytes */
#define CLASSES	 64

static void *unused[CLASSES]; /* each block begins with the next one */
static char *arena, *arena_end;

static size_t *
head(void *p)
{
	return (size_t *)((char *)p - HEAD);
}

/* Round a size with its head up to one of those used.  Returns its class. */
static unsigned
round_size(size_t *size)
{
	unsigned power = 0;
	size_t step = 16, n = (*size + 15) / 16 * 16;

	while (n > step * 8) {
		step *= 2;
		power += 4;
	}
	n = (n + step - 1) / step * step;
	*size = n;
	return power + (unsigned)(n / step) - 1;
}

static void *
map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* The size of a mapping with n bytes to use; 0: there is none so large. */
static size_t
map_size(size_t n)
{
	if (n > PTRDIFF_MAX - 2 * LARGE) {
		errno = ENOMEM;
		return 0;
	}
	return (n + MAP_HEAD + 4095) / 4096 * 4096;
}

static void *
take_large(size_t n)
{
	size_t size = map_size(n);
	char *p = size ? map(size) : NULL;

	if (!p)
		return NULL;
	p += MAP_HEAD;
	*head(p) = size | 1;
	return p;
}

/* malloc(3), under a name of which compilers know nothing. */
static void *
take(size_t n)
{
	size_t size = n + HEAD;
	unsigned class;
	char *p;

	if (n > LARGE - HEAD)
		return take_large(n);
	class = round_size(&size);
	p = unused[class];
	if (p) {
		memcpy(&unused[class], p, sizeof *unused);
		return p;
	}
	if ((size_t)(arena_end - arena) < size) {
		p = map(ARENA);
		if (!p)
			return NULL;
		arena = p + MAP_HEAD - HEAD;
		arena_end = p + ARENA;
	}
	p = arena + HEAD;
	arena += size;
	*head(p) = size;
	return p;
}

static void
give(void *p)
{
	size_t size;
	unsigned class;
	int e = errno;

	if (!p)
		return;
	size = *head(p);
	if (size & 1) {
		munmap((char *)p - MAP_HEAD, size - 1);
		errno = e;
		return;
	}
	class = round_size(&size);
	memcpy(p, &unused[class], sizeof *unused);
	unused[class] = p;
}

void *
malloc(size_t n)
{
	return take(n);
}

void
free(void *p)
{
	give(p);
}

void *
calloc(size_t count, size_t size)
{
	size_t n;
	void *p;

	if (__builtin_mul_overflow(count, size, &n)) {
		errno = ENOMEM;
		return NULL;
	}
	p = take(n);
	if (p && !(*head(p) & 1)) /* a mapping is zero */
		memset(p, 0, n);
	return p;
}

void *
realloc(void *p, size_t n)
{
	size_t size, room;
	char *new;

	if (!p)
		return take(n);
	size = *head(p);
	room = size & 1 ? size - 1 - MAP_HEAD : size - HEAD;
	if (n <= room && (n > room / 2 || room < 64))
		return p;
	if (size & 1 && n > LARGE) {
		room = map_size(n);
		new = room ? mremap((char *)p - MAP_HEAD, size - 1, room,
				 MREMAP_MAYMOVE) :
			     MAP_FAILED;
		if (new == MAP_FAILED)
			return NULL;
		new += MAP_HEAD;
		*head(new) = room | 1;
		return new;
	}
	new = take(n);
	if (!new)
		return NULL;
	memcpy(new, p, n < room ? n : room);
	give(p);
	return new;
}
