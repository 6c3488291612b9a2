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
