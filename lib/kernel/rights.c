/*
 * What is kept is enough for a tool that was taken over to get the rest again:
 * it can trace any process, and write any file.  But a mistake does no more
 * than what is kept allows.
 */
#include "kernel/rights.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/count.h"

#define VERSION	      0x20080522 /* _LINUX_CAPABILITY_VERSION_3, since 2.6.26 */

/* include/uapi/linux/prctl.h; older headers lack some. */
#define NO_NEW_PRIVS  38 /* PR_SET_NO_NEW_PRIVS, since Linux 3.5 */
#define AMBIENT	      47 /* PR_CAP_AMBIENT, since Linux 4.3 */
#define AMBIENT_CLEAR 4	 /* PR_CAP_AMBIENT_CLEAR_ALL */

struct sets {
	uint32_t effective, permitted, inheritable;
};

static const struct {
	uint64_t right;
	const char *name, *use;
} rights[] = {
	{ RIGHT_DAC_OVERRIDE, "DAC_OVERRIDE", "tracefs, files" },
	{ RIGHT_DAC_READ_SEARCH, "DAC_READ_SEARCH", "programs" },
	{ RIGHT_KILL, "KILL", "command" },
	{ RIGHT_NET_ADMIN, "NET_ADMIN", "taskstats" },
	{ RIGHT_SYS_PTRACE, "SYS_PTRACE", "/proc" },
	{ RIGHT_SYS_ADMIN, "SYS_ADMIN", "cgroups" },
	{ RIGHT_PERFMON, "PERFMON", "alarm" },
};

/* Each set is in two words, low bits first. */
static int
sets_call(long number, struct sets *s)
{
	struct {
		uint32_t version;
		int pid;
	} head = { VERSION, 0 };

	return (int)syscall(number, &head, s);
}

uint64_t
rights_held(void)
{
	struct sets s[2];

	if (sets_call(SYS_capget, s) != 0)
		return 0;
	return s[0].effective | (uint64_t)s[1].effective << 32;
}

/* Returns how many there are. */
static int
drop_bounding(uint64_t kept, bool *dropped)
{
	int i = 0, r;

	*dropped = true;
	for (; i < 64 && (r = prctl(PR_CAPBSET_READ, i, 0, 0, 0)) >= 0; i++)
		if (r && !(kept >> i & 1) &&
		    prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0)
			*dropped = false;
	return i;
}

int
rights_keep(uint64_t set, struct rights *r)
{
	struct sets s[2] = { { 0 } };

	r->kept = rights_held() & set;
	/* First: that needs CAP_SETPCAP. */
	r->known = drop_bounding(r->kept, &r->bounding);
	r->ambient = prctl(AMBIENT, AMBIENT_CLEAR, 0, 0, 0) == 0;
	r->no_new_privs = prctl(NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	for (int i = 0; i < 2; i++)
		s[i].effective = s[i].permitted = (uint32_t)(r->kept >> 32 * i);
	return sets_call(SYS_capset, s);
}

uint64_t
rights_of_helper(void)
{
	return RIGHT_SYS_PTRACE |
	    (rights_held() & RIGHT_DAC_READ_SEARCH ? RIGHT_DAC_READ_SEARCH :
						     RIGHT_DAC_OVERRIDE);
}

void
rights_print(char *text, size_t size, uint64_t set, bool uses)
{
	const char *comma = "";
	size_t n = 0;

	snprintf(text, size, "none");
	for (size_t i = 0; i < COUNT(rights) && n < size; i++) {
		if (!(set & rights[i].right))
			continue;
		n += (size_t)snprintf(
		    text + n, size - n, "%sCAP_%s", comma, rights[i].name);
		if (uses && n < size)
			n += (size_t)snprintf(
			    text + n, size - n, " (%s)", rights[i].use);
		comma = ", ";
	}
}
