/* Cgroups as /proc/PID/cgroup has them; which hierarchy counts. */
#include "kernel/cgroup.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/count.h"
#include "base/file.h"
#include "base/number.h"
#include "kernel/proc.h"
#include "kernel/start_time.h"

#define FIRST_CGROUPS 0xEFFFFFFBu /* PROC_CGROUP_INIT_INO, proc_ns.h */

/* After cgroup v2, which has no controllers in its line; others come last. */
static const char *const ranks[] = { "", "name=systemd", "pids", "memory",
	"cpu", "devices", "freezer", "blkio" };
#define RANK_V2	     0
#define RANK_SYSTEMD 1
#define RANK_OTHER   COUNT(ranks)
#define RANK_NONE    (RANK_OTHER + 1)

/* "4:cpu,cpuacct:/path" */
struct line {
	int id;
	char *controllers, *path;
};

/* Cut the first line out of the text.  Returns false if it is no such line. */
static bool
line_cut(char **text, struct line *l)
{
	char *end = strchr(*text, '\n');

	if (!end || !isdigit((unsigned char)**text))
		return false;
	*end = '\0';
	l->id = (int)number_parse(*text, &l->controllers);
	if (*l->controllers++ != ':')
		return false;
	l->path = strchr(l->controllers, ':');
	if (!l->path)
		return false;
	*l->path++ = '\0';
	*text = end + 1;
	return *l->path == '/';
}

long
cgroup_text(int pid, char *text, size_t size)
{
	return proc_read(pid, "cgroup", text, size);
}

const char *
cgroup_path(char *text, int id, int *lines)
{
	const char *path = NULL;
	struct line l;

	for (*lines = 0; *text; ++*lines) {
		if (!line_cut(&text, &l) || (l.id == id && path))
			return NULL;
		if (l.id == id)
			path = l.path;
	}
	return path;
}

/* How many hierarchies there are, by our own lines. */
static int
count_lines(void)
{
	static char text[CGROUP_TEXT];
	int n;

	if (cgroup_text(PROC_SELF, text, sizeof text) <= 0)
		return 0;
	cgroup_path(text, CGROUP_NONE, &n);
	return n;
}

/* ---- the choice ---- */

struct choice {
	size_t used, present; /* ranks; RANK_NONE: none yet */
	int used_id, present_id;
	char used_name[64], present_name[64];
};

static bool
has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (; *list; list += strcspn(list, ","), list += *list == ',')
		if (strcspn(list, ",") == n && memcmp(list, word, n) == 0)
			return true;
	return false;
}

static size_t
rank_of(const char *controllers)
{
	if (!*controllers)
		return RANK_V2;
	for (size_t i = 1; i < COUNT(ranks); i++)
		if (has_word(controllers, ranks[i]))
			return i;
	return RANK_OTHER;
}

static void
choose_line(struct choice *c, const struct line *l)
{
	size_t rank = rank_of(l->controllers);
	const char *name = rank == RANK_V2 ? "v2" : l->controllers;

	if (rank < c->present) {
		c->present = rank;
		c->present_id = l->id;
		snprintf(c->present_name, sizeof c->present_name, "%s", name);
	}
	if (rank < c->used && l->path[1]) {
		c->used = rank;
		c->used_id = l->id;
		snprintf(c->used_name, sizeof c->used_name, "%s", name);
	}
}

/* Is a newline no part of a name (before Linux 5.13)? */
static bool
has_lines(const char *text, int lines)
{
	for (; (text = strchr(text, '\n')); text++)
		lines--;
	return lines == 0;
}

/* Returns true if no other process can change the choice. */
static bool
choose_process(struct choice *c, int pid, char *text, int lines)
{
	struct line l;

	if (cgroup_text(pid, text, CGROUP_TEXT) <= 0 || !has_lines(text, lines))
		return false;
	while (line_cut(&text, &l)) {
		choose_line(c, &l);
		if (pid == 1 && l.path[1] &&
		    rank_of(l.controllers) == RANK_SYSTEMD) {
			c->used = RANK_V2; /* no other is better */
			c->used_id = l.id;
			snprintf(c->used_name, sizeof c->used_name, "%s",
			    l.controllers);
			return true;
		}
	}
	return c->used == RANK_V2;
}

/* Open the cgroup namespace of a process, if it is the first one; -1. */
static int
open_first(int pid)
{
	struct stat st;
	int fd = proc_open(pid, "ns/cgroup", O_RDONLY);

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_ino == FIRST_CGROUPS)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* That of the first process, or of any that can be looked at. */
static int
find_first(void)
{
	DIR *dir = opendir(proc_root());
	int fd = open_first(1);
	struct dirent *d;

	while (dir && fd < 0 && (d = readdir(dir)))
		if (isdigit((unsigned char)d->d_name[0]))
			fd = open_first((int)number_parse(d->d_name, NULL));
	if (dir)
		closedir(dir);
	return fd;
}

/* Where our cgroup namespace is not the first, which shows only a part of a
 * hierarchy, paths are read in that. */
static bool
find_namespace(struct cgroup_hierarchy *h)
{
	unsigned ns = proc_namespace("cgroup");

	if (!ns || ns == FIRST_CGROUPS)
		return true;
	h->first = find_first();
	h->own = proc_open(PROC_SELF, "ns/cgroup", O_RDONLY);
	return h->first >= 0 && h->own >= 0 &&
	    setns(h->first, CLONE_NEWCGROUP) == 0 &&
	    setns(h->own, CLONE_NEWCGROUP) == 0;
}

void
cgroup_choose(struct cgroup_hierarchy *h)
{
	struct choice c = { .used = RANK_NONE, .present = RANK_NONE };
	static char text[CGROUP_TEXT];
	DIR *dir = opendir(proc_root());
	int lines = count_lines();
	bool done = choose_process(&c, 1, text, lines);
	struct dirent *d;

	while (dir && !done && (d = readdir(dir)))
		if (isdigit((unsigned char)d->d_name[0]))
			done = choose_process(&c,
			    (int)number_parse(d->d_name, NULL), text, lines);
	if (dir)
		closedir(dir);
	*h = CGROUPS_NOT_ASKED;
	if (c.used != RANK_NONE)
		h->id = c.used_id;
	else if (c.present != RANK_NONE)
		h->id = c.present_id;
	memcpy(h->name, c.used != RANK_NONE ? c.used_name : c.present_name,
	    sizeof h->name);
	h->readable = find_namespace(h);
}

void
cgroup_close(struct cgroup_hierarchy *h)
{
	if (h->first >= 0)
		close(h->first);
	if (h->own >= 0)
		close(h->own);
	h->first = h->own = -1;
}

/* ---- one task ---- */

/* By its directory, which shows no successor of it. */
static const char *
read_from(int dir, struct cgroup_hierarchy *h, uint64_t start, char *text)
{
	ssize_t n = file_read(dir, "cgroup", text, CGROUP_TEXT);
	const char *path;
	int lines;
	char stat[1024];
	struct proc_stat s;

	if (n <= 0)
		return NULL;
	n = file_read(dir, "stat", stat, sizeof stat);
	if (n <= 0 || proc_stat_parse(&s, stat, (size_t)n) != 0 || s.zombie ||
	    !proc_same_start(proc_start_ns(s.start), start))
		return NULL;
	path = cgroup_path(text, h->id, &lines);
	if (lines != h->lines) /* one may have been mounted */
		h->lines = count_lines();
	return lines == h->lines ? path : NULL;
}

const char *
cgroup_read(struct cgroup_hierarchy *h, int tid, uint64_t start, char *text)
{
	const char *path = NULL;
	int dir;

	if (!h->readable)
		return NULL;
	dir = proc_open(tid, ".", O_PATH | O_DIRECTORY);
	if (dir < 0)
		return NULL;
	if (h->first < 0)
		path = read_from(dir, h, start, text);
	else if (setns(h->first, CLONE_NEWCGROUP) == 0) {
		path = read_from(dir, h, start, text);
		if (setns(h->own, CLONE_NEWCGROUP) != 0)
			path = NULL;
	}
	close(dir);
	return path;
}
