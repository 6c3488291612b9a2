/* An offset that fits all samples. */
#include "events/sum_search.h"

#include <string.h>

void
sum_take(struct sum_search *s, int tid, const void *bytes, size_t len)
{
	if (!s->tid || s->tid != tid)
		return;
	s->len = len < sizeof s->bytes ? len : sizeof s->bytes;
	memcpy(s->bytes, bytes, s->len);
	s->seen = true;
}

void
sum_compare(struct sum_search *s, size_t step, uint64_t ns)
{
	uint64_t value;

	if (!s->seen)
		return;
	s->samples++;
	for (size_t i = 0; i < sizeof s->bytes; i += step) {
		value = 0;
		if (i + sizeof value <= s->len)
			memcpy(&value, s->bytes + i, sizeof value);
		s->other[i] |= value != ns;
	}
}

int
sum_places(const struct sum_search *s, size_t step, size_t *offset)
{
	int places = 0;

	for (size_t i = 0; s->samples && i < sizeof s->bytes; i += step) {
		if (s->other[i])
			continue;
		if (places++ == 0)
			*offset = i;
	}
	return places;
}
