/* What inotify shows of tracefs. */
#include "trace/notify.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file.h"

void
notify_open(struct notify *n)
{
	*n = (struct notify){ .fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC) };
}

/* The directory stays open: from Linux 6.6 on, one that is looked up again is
 * another inode, which is not watched (fs/tracefs/event_inode.c). */
void
notify_dir(struct notify *n, int dir, const char *name)
{
	char self[40];
	int wd = -1, fd;

	if (n->fd < 0)
		return;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	if (fd >= 0)
		wd = inotify_add_watch(n->fd, self, IN_MODIFY | IN_CLOSE_WRITE);
	if (wd > n->last_wd) {
		n->last_wd = wd;
		buf_add(&n->dirs, &fd, sizeof fd);
	} else if (fd >= 0)
		close(fd);
	if (wd < 0)
		notify_close(n);
}

/* Before 5.9, nothing is recorded while trace is open (__tracing_open(),
 * kernel/trace/trace.c). */
void
notify_trace(struct notify *n, int dir)
{
	char path[48];

	snprintf(path, sizeof path, "/proc/self/fd/%d/trace", dir);
	n->trace_wd = -1;
	if (n->fd >= 0 && !file_exists(dir, "options/pause-on-trace"))
		n->trace_wd = inotify_add_watch(
		    n->fd, path, IN_OPEN | IN_CLOSE_NOWRITE);
}

static unsigned
meaning(const struct notify *n, const struct inotify_event *e, const char *name)
{
	if (e->wd == n->trace_wd)
		return e->mask & IN_OPEN ? SEEN_OPENED : SEEN_CLOSED;
	if (strcmp(name, "trace") == 0 || strcmp(name, "snapshot") == 0)
		return SEEN_EMPTIED;
	return strcmp(name, "set_event_pid") == 0 ? SEEN_PIDS : 0;
}

unsigned
notify_read(const struct notify *n)
{
	struct inotify_event e;
	unsigned seen = 0;
	char bytes[4096];
	ssize_t len;

	while ((len = read(n->fd, bytes, sizeof bytes)) > 0)
		for (char *p = bytes; p < bytes + len; p += sizeof e + e.len) {
			const char *name = p + sizeof e;

			memcpy(&e, p, sizeof e);
			if (!e.len)
				name = "";
			if (strncmp(name, "trace_marker", 12) == 0)
				continue; /* ours: trace_clock.c */
			seen |= SEEN_WRITE | meaning(n, &e, name);
		}
	return seen;
}

void
notify_stop(struct notify *n)
{
	const int *fd = (const int *)(const void *)n->dirs.data;

	for (size_t i = 0; i < n->dirs.len / sizeof *fd; i++)
		close(fd[i]);
	buf_free(&n->dirs);
	for (int wd = 1; wd <= n->last_wd; wd++)
		inotify_rm_watch(n->fd, wd);
	n->last_wd = 0;
}

void
notify_close(struct notify *n)
{
	if (n->fd < 0)
		return;
	notify_stop(n);
	close(n->fd);
	n->fd = -1;
}
