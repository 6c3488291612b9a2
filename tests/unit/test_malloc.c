/* The allocator of the static tools, under names of its own. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define malloc	small_malloc
#define free	small_free
#define calloc	small_calloc
#define realloc small_realloc
void *malloc(size_t);
void free(void *);
void *calloc(size_t, size_t);
void *realloc(void *, size_t);
#include "../../lib/small/malloc.c"
#undef malloc
#undef free
#undef calloc
#undef realloc

#include "tap.h"

#define BLOCKS	   500
#define LARGE_ONES 50 /* of them may be large: those take the most time */

static struct block {
	unsigned char *p, byte;
	size_t size;
} blocks[BLOCKS];

static uint32_t seed = 1;

static unsigned
pick(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (unsigned)((uint64_t)seed * n >> 32);
}

static size_t
pick_size(const struct block *b)
{
	return pick(1u << pick(b < blocks + LARGE_ONES ? 20 : 16));
}

static bool
whole(const unsigned char *p, unsigned char byte, size_t n)
{
	return n == 0 || (*p == byte && memcmp(p, p + 1, n - 1) == 0);
}

/* Replace a block by another.  Returns whether all was as it should be. */
static bool
step(struct block *b)
{
	size_t size = pick_size(b), kept = size < b->size ? size : b->size;
	unsigned how = pick(3);
	bool good = whole(b->p, b->byte, b->size);

	if (how == 0 && b->p) {
		b->p = small_realloc(b->p, size);
		good &= b->p && whole(b->p, b->byte, kept);
	} else {
		small_free(b->p);
		b->p = how == 1 ? small_malloc(size) : small_calloc(1, size);
		good &= b->p && (how == 1 || whole(b->p, 0, size));
	}
	good &= (uintptr_t)b->p % 16 == 0;
	b->size = size;
	b->byte = (unsigned char)(1 + pick(255));
	if (b->p)
		memset(b->p, b->byte, size);
	return good;
}

int
main(void)
{
	unsigned bad = 0;
	volatile size_t most = SIZE_MAX;
	void *p, *q;

	for (int i = tap_rounds(200000); i > 0; i--)
		bad += !step(&blocks[pick(BLOCKS)]);
	for (int i = 0; i < BLOCKS; i++) {
		bad += !whole(blocks[i].p, blocks[i].byte, blocks[i].size);
		small_free(blocks[i].p);
	}
	tap_is_int(bad, 0, "blocks keep what is in them");
	p = small_malloc(100);
	small_free(p);
	q = small_malloc(100);
	tap_ok(p == q, "memory is reused");
	small_free(q);
	p = small_malloc(64);
	tap_ok(small_realloc(p, 64) == p, "realloc to the same size");
	small_free(NULL);
	tap_ok((p = small_malloc(0)) != NULL, "malloc(0) is a block");
	small_free(p);
	errno = 0;
	tap_ok(!small_malloc(most) && errno == ENOMEM, "too large");
	tap_ok(!small_malloc(most / 2), "too large by a little");
	tap_ok(!small_calloc(most / 2, 3), "too many");
	p = small_malloc(1000000);
	tap_ok(!small_realloc(p, most - 20), "cannot grow so much");
	memset(p, 1, 1000000);
	small_free(p);
	return tap_done();
}
