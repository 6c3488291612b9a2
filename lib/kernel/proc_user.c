/* Who the user of a task is, and whether its numbers and paths mean what they
 * mean here. */
#include "kernel/proc_user.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scan.h"
#include "kernel/proc.h"

/* "Uid:" real, effective, saved, and for files: proc(5).  The name of the task
 * has no newline there (task_name(), fs/proc/array.c). */
static bool
get_ids(const char *text, const char *key, uint32_t *id)
{
	const char *line = strstr(text, key);
	struct span s = { line ? line + strlen(key) : text,
		text + strlen(text) };
	uint64_t n;
	int i;

	for (i = 0; line && i < 3 && scan_set(&s, "\t") > 0 &&
	     scan_number(&s, 10, UINT32_MAX, &n);
	     i++)
		id[i] = (uint32_t)n;
	return i == 3;
}

int
proc_user_parse(struct event_user *u, const char *text)
{
	if (get_ids(text, "\nUid:", &u->id[USER_RUID]) &&
	    get_ids(text, "\nGid:", &u->id[USER_RGID])) {
		u->known = (1u << USER_IDS) - 1;
		return 0;
	}
	errno = EINVAL;
	return -1;
}

int
proc_user(int tid, struct event_user *u)
{
	char text[4096];

	if (proc_read(tid, "status", text, sizeof text) < 0)
		return -1;
	return proc_user_parse(u, text);
}

static bool
same_link(int tid, const char *name)
{
	char its[64], ours[64];

	return proc_link(tid, name, its, sizeof its) > 0 &&
	    proc_link(PROC_SELF, name, ours, sizeof ours) > 0 &&
	    strcmp(its, ours) == 0;
}

/* Where this tool has another root than the first process, "/" may be either.
 */
static bool
has_first_root(void)
{
	static int known; /* 1 it has, -1 not */
	char path[PROC_PATH];
	struct stat first, ours;

	proc_path(path, sizeof path, 1, "root/.");
	if (!known && same_link(1, "ns/mnt"))
		known = stat(path, &first) == 0 && stat("/", &ours) == 0 &&
			first.st_dev == ours.st_dev &&
			first.st_ino == ours.st_ino ?
		    1 :
		    -1;
	return known >= 0;
}

/* readlink(2) of these asks no file system. */
bool
proc_is_home(int tid)
{
	char root[4];

	return proc_link(tid, "root", root, sizeof root) == 1 && *root == '/' &&
	    same_link(tid, "ns/mnt") && same_link(tid, "ns/user") &&
	    has_first_root();
}
