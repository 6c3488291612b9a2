/* The sort of the static tools, under a name of its own. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define qsort small_qsort
void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
#include "../../lib/small/qsort.c"
#undef qsort

#include "tap.h"

#define MOST 300

struct item { /* of a size that is no multiple of 8 */
	char key, pad[9];
	uint16_t number;
};

static int
by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* Every length, of few keys in runs: as the C library sorts it. */
static int
differences(int keys, int run)
{
	struct item ours[MOST], theirs[MOST];
	uint32_t seed = 1;
	int bad = 0;

	memset(ours, 0, sizeof ours);
	for (size_t n = 0; n <= MOST; n++) {
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525u + 1013904223u;
			ours[i].key = (char)((seed >> 16) % (unsigned)keys);
			if (i % (unsigned)run)
				ours[i].key = ours[i - 1].key;
			ours[i].number = (uint16_t)i;
		}
		memcpy(theirs, ours, sizeof ours);
		small_qsort(ours, n, sizeof *ours, by_key);
		qsort(theirs, n, sizeof *theirs, by_key);
		bad += memcmp(ours, theirs, n * sizeof *ours) != 0;
	}
	return bad;
}

int
main(void)
{
	tap_is_int(differences(100, 1), 0, "any order");
	tap_is_int(differences(3, 1), 0, "many of the same key");
	tap_is_int(differences(50, 20), 0, "runs");
	tap_is_int(differences(1, 1), 0, "in order already");
	return tap_done();
}
