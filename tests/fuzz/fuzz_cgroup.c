/*
 * /proc/PID/cgroup and the lines of users in /proc/PID/status, with any name;
 * a container and -g by any path: no crash, nothing outside of the text, and
 * what is found keeps its promises.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cgroup_filter.h"
#include "cli/container.h"
#include "kernel/cgroup.h"
#include "kernel/proc_user.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const words[] = { "0::", "1:name=systemd:", "4:cpu,cpuacct:",
	"/", "\n", "machine.slice", "machine-", "systemd-nspawn@", ".service",
	".scope", "lxc.payload.", "lxc.payload", "lxc", "docker-", "conmon-",
	"libpod-", "\\x2d", "\\x", "-qemu", ":", "!", "a.slice", "4294967295",
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	"\nUid:", "\nGid:", "\t0", "\t1000", "\t4294967296", "Name:\t" };

/* A copy in a block of its own, so that reading beyond it is seen. */
static char *
copy(const char *text)
{
	char *s = strdup(text);

	if (!s)
		abort();
	return s;
}

/* The path of a line of the text, without the newline. */
static void
paths(const char *text)
{
	for (int id = -1; id < 5; id++) {
		char *own = copy(text);
		int lines;
		const char *path = cgroup_path(own, id, &lines);

		if (lines < 0 || (path && (*path != '/' || !lines)))
			abort();
		if (path && (strchr(path, '\n') || !strstr(text, path)))
			abort();
		free(own);
	}
}

static void
container(const char *path)
{
	struct buf b = { 0 };

	container_put(&b, path);
	if (b.failed || !b.len || b.len > strlen(path) + 1 ||
	    memchr(b.data, '\0', b.len))
		abort();
	buf_free(&b);
}

/* The whole text is a pattern, then its path; the root is above every path. */
static void
filter(const char *pattern, const char *path)
{
	struct cgroup_filter f = { 0 }, root = { 0 };
	struct event e = { .task.cgroup = path };
	const char *why = NULL;

	if (cgroup_filter_parse(&f, pattern, &why) != 0 && !why)
		abort();
	if (cgroup_filter_match(&f, &e) < 0)
		abort();
	if (cgroup_filter_parse(&root, "/", &why) != 0 ||
	    cgroup_filter_match(&root, &e) != 1)
		abort();
	e.task.cgroup = NULL;
	if (cgroup_filter_match(&root, &e) != -1)
		abort();
}

static void
users(const char *text)
{
	struct event_user u = { 0 };

	if (proc_user_parse(&u, text) == 0 && u.known != (1u << USER_IDS) - 1)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len;
	char *text = (char *)words_expand(
	    data, size, words, sizeof words / sizeof *words, &len);
	char *path = malloc(len + 2);

	if (!path)
		abort();
	*path = '/';
	memcpy(path + 1, text, len + 1);
	path[1 + strcspn(path + 1, "\n")] = '\0';
	paths(text);
	users(text);
	container(path);
	filter(text, path);
	free(path);
	free(text);
	return 0;
}
