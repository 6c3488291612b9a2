/* Resource usage, summed and divided. */
#include "events/usage.h"

#include "base/number.h"

void
usage_add(struct usage *sum, const struct usage *u)
{
	sum->known &= u->known;
	sum->user += u->user;
	sum->system += u->system;
	sum->run += u->run;
	sum->read += u->read;
	sum->write += u->write;
	if (u->maxrss > sum->maxrss)
		sum->maxrss = u->maxrss;
}

void
usage_cpu(const struct usage *u, uint64_t *user, uint64_t *system)
{
	*user = u->user;
	*system = u->system;
	if (!u->run)
		return;
	if (*system)
		*system = number_share(u->run, u->system, u->user + u->system);
	*user = u->run - *system;
}
