/* Equal names, paths and command lines are kept once: what finds them again. */
#include "base/hash.h"

#include <stdlib.h>
#include <sys/auxv.h>

#define SIZE_FIRST 1024 /* slots; a power of two */

uint32_t
hash_bytes(uint32_t hash, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	while (len--)
		hash = (hash ^ *p++) * 16777619u;
	return hash;
}

uint32_t
hash_seed(void)
{
	static uint32_t seed;
	const void *random;

	if (!seed) {
		random = (const void *)getauxval(AT_RANDOM);
		seed = hash_bytes(HASH_EMPTY, random, random ? 16 : 0);
	}
	return seed;
}

uint32_t
hash_index_next(const struct hash_index *x, uint32_t hash, uint32_t *at)
{
	const struct hash_slot *s;

	if (!x->size)
		return 0;
	do
		s = &x->slot[(*at)++ & (x->size - 1)];
	while (s->number && s->hash != hash);
	return s->number;
}

static void
slot_set(struct hash_index *x, struct hash_slot s)
{
	uint32_t at = s.hash;

	while (x->slot[at & (x->size - 1)].number)
		at++;
	x->slot[at & (x->size - 1)] = s;
}

void *
hash_index_add(struct hash_index *x, uint32_t hash, void *entries, size_t size)
{
	struct hash_index old = *x;

	/* Half as many entries as slots, number 0 among them. */
	if (x->count + 1 >= x->size / 2) {
		x->size = old.size ? 2 * old.size : SIZE_FIRST;
		x->slot = calloc(x->size, sizeof *x->slot);
		if (x->slot && x->size)
			entries = realloc(entries, x->size / 2 * size);
		else
			entries = NULL;
		if (!entries) {
			free(x->slot);
			*x = old;
			return NULL;
		}
		for (uint32_t i = 0; i < old.size; i++)
			if (old.slot[i].number)
				slot_set(x, old.slot[i]);
		free(old.slot);
	}
	slot_set(x, (struct hash_slot){ hash, ++x->count });
	return entries;
}

void
hash_index_free(struct hash_index *x)
{
	free(x->slot);
	*x = (struct hash_index){ 0 };
}
