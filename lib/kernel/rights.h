/*
 * rights: the capabilities of this process, and giving up those that it no
 * longer needs.
 */
#ifndef RIGHTS_H
#define RIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sets of capabilities: include/uapi/linux/capability.h. */
#define RIGHT_DAC_OVERRIDE    (1ull << 1)
#define RIGHT_DAC_READ_SEARCH (1ull << 2)
#define RIGHT_KILL	      (1ull << 5)
#define RIGHT_NET_ADMIN	      (1ull << 12)
#define RIGHT_SYS_PTRACE      (1ull << 19)
#define RIGHT_SYS_ADMIN	      (1ull << 21)
#define RIGHT_PERFMON	      (1ull << 38) /* since Linux 5.8 */

/* What has become of those that this process had. */
struct rights {
	uint64_t kept;
	int known;	   /* how many capabilities this kernel has */
	bool bounding;	   /* also from the bounding set; needs CAP_SETPCAP */
	bool ambient;	   /* this kernel has an ambient set (4.3+) */
	bool no_new_privs; /* is set (3.5+) */
};

/* Those that are effective; none if that cannot be known. */
uint64_t rights_held(void);

/*
 * Keep only those of a set, as far as they are effective: all others are
 * dropped from each set of this process, for good, and no_new_privs is set.
 * Returns 0, or -1 with errno: all are kept.
 */
int rights_keep(uint64_t set, struct rights *);

/* What a helper needs (kernel/helper.h): to search and read what other users
 * chose. */
uint64_t rights_of_helper(void);

/* Write the names of a set into text, "CAP_KILL, ..."; with what each is for,
 * after it in parentheses.  An empty set is "none". */
void rights_print(char *text, size_t size, uint64_t set, bool uses);

#endif
