/* One layout of struct taskstats, for answers and for records of exits. */
#include "kernel/stats.h"

#include <string.h>

#include "kernel/genl.h"

#define AGGR_PID   4   /* TASKSTATS_TYPE_AGGR_PID */
#define ATTR_PID   1   /* TASKSTATS_TYPE_PID */
#define ATTR_STATS 3   /* TASKSTATS_TYPE_STATS */
#define SIZE_14	   432 /* of struct taskstats, version 14 */

_Static_assert(offsetof(struct stats, pid) == 128, "as in the kernel");

bool
stats_find(const void *message, size_t len, struct stats_answer *a)
{
	size_t head = sizeof(struct genl_message), n, size;
	const char *aggr, *tid;

	if (len < head)
		return false;
	aggr = genl_attribute(
	    (const char *)message + head, len - head, AGGR_PID, &n);
	tid = aggr ? genl_attribute(aggr, n, ATTR_PID, &size) : NULL;
	if (!tid || size < sizeof a->tid)
		return false;
	memcpy(&a->tid, tid, sizeof a->tid);
	a->bytes = genl_attribute(aggr, n, ATTR_STATS, &a->size);
	return a->bytes && a->size >= sizeof(struct stats);
}

/* Kernels 6.14 and 6.15 have three or six fields more in the middle, and call
 * that version 14 or 15; 16 has them at the end.  The size shows which. */
size_t
stats_moved(const struct stats_answer *a)
{
	uint16_t version;

	memcpy(&version, a->bytes, sizeof version);
	if (version == 14 || version == 15) {
		if (a->size == SIZE_14 + 8 * 8)
			return 3 * 8;
		if (a->size == SIZE_14 + 16 * 8)
			return 6 * 8;
	}
	return 0;
}

bool
stats_load(const struct stats_answer *a, size_t moved, struct stats *s)
{
	size_t head = offsetof(struct stats, run_real_total);

	if (a->size < sizeof *s + moved)
		return false;
	memcpy(s, a->bytes, head);
	memcpy((char *)s + head, a->bytes + head + moved, sizeof *s - head);
	return s->pid == a->tid;
}
