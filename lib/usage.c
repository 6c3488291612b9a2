#include "usage.h"

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
	double ticks = (double)u->user + (double)u->system;

	*user = u->user;
	*system = u->system;
	if (!u->run)
		return;
	*system = !u->system ? 0 :
	    !u->user	     ? u->run :
		       (uint64_t)((double)u->run * ((double)u->system / ticks));
	if (*system > u->run)
		*system = u->run;
	*user = u->run - *system;
}
