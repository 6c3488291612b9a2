/*
 * hash: FNV-1a, and an index of numbered entries by their hash.  Pure.
 */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

/* Continue a hash, which begins as HASH_EMPTY, with some bytes. */
#define HASH_EMPTY 2166136261u
uint32_t hash_bytes(uint32_t hash, const void *, size_t len);

/* A secret number of this process, instead of HASH_EMPTY: a process, or a
 * recording, could choose what has equal hashes. */
uint32_t hash_seed(void);

/* Where a number belongs in a table of size slots, a power of two of at least
 * 8: with factor, an odd random number, no numbers chosen beforehand meet there
 * often (Dietzfelbinger et al., J. Algorithms 25, 1997: multiply, then shift).
 * Eight in a row stay so, in a cache line. */
static inline size_t
hash_number(uint32_t number, uint32_t factor, size_t size)
{
	uint32_t row = (number >> 3) * factor;

	return (size_t)((uint64_t)row * (size >> 3) >> 32) << 3 | (number & 7);
}

/* The entries are the caller's, in an array by number; 0 is no number. */
struct hash_index {
	struct hash_slot {
		uint32_t hash, number;
	} * slot;	      /* open addressing */
	uint32_t size, count; /* slots; entries */
};

/* The next number with that hash, or 0: call it with *at being the hash at
 * first. */
uint32_t
hash_index_next(const struct hash_index *, uint32_t hash, uint32_t *at);

/* Add an entry: its number is then count.  Returns the array of entries, of
 * size bytes each, moved if it had to grow; or NULL without memory, and nothing
 * is changed. */
void *
hash_index_add(struct hash_index *, uint32_t hash, void *entries, size_t size);

/* Free the slots; the index is empty again. */
void hash_index_free(struct hash_index *);

#endif
