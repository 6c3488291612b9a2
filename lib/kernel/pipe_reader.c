/* Which process has a trace pipe open: all descriptors of all processes are
 * looked at. */
#include "kernel/pipe_reader.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/scan.h"
#include "base/number.h"
#include "kernel/proc.h"

/* Is this the path of such a file? */
static bool
is_pipe(const char *path, const char *instance)
{
	const char *p = strstr(path, "/instances/");
	size_t n;

	if (!instance)
		return !p && strstr(path, "/trace_pipe");
	n = strlen(instance);
	p += p ? strlen("/instances/") : 0;
	return p && strncmp(p, instance, n) == 0 && p[n] == '/';
}

/* The mount of an open file: Linux 3.15 and later (fs/proc/fd.c); -1 if it is
 * not known. */
static long
mount_of(int dir, const char *fd)
{
	char name[PROC_PATH], text[512], *p;

	snprintf(name, sizeof name, "../fdinfo/%s", fd);
	if (file_read(dir, name, text, sizeof text) < 0 ||
	    !(p = strstr(text, "\nmnt_id:")))
		return -1;
	return number_parse(p + strlen("\nmnt_id:"), NULL);
}

/* Is it a tracefs, or not known to be another file system?  A file of any name
 * can be made by any user, so the name alone proves nothing. */
static bool
is_tracefs_mount(int dir, long mount)
{
	struct buf text = { 0 };
	bool r = true;

	if (mount < 0 || file_read_all(dir, "../mountinfo", &text) != 0)
		return true;
	for (char *line = text.data; *line; line = find_line(line)) {
		char *type = strstr(line, " - ");

		if (number_parse(line, NULL) != mount)
			continue;
		r = type &&
		    (strncmp(type, " - tracefs ", 11) == 0 ||
			strncmp(type, " - debugfs ", 11) == 0);
		break;
	}
	buf_free(&text);
	return r;
}

static bool
reads(int pid, const char *tracefs, const char *instance)
{
	char path[PROC_PATH], link[PATH_MAX];
	struct dirent *d;
	bool found = false;
	ssize_t n;
	DIR *dir;

	proc_path(path, sizeof path, pid, "fd");
	dir = opendir(path);
	while (dir && !found && (d = readdir(dir))) {
		n = readlinkat(dirfd(dir), d->d_name, link, sizeof link - 1);
		link[n > 0 ? n : 0] = '\0';
		found = is_pipe(link, instance) &&
		    (strncmp(link, tracefs, strlen(tracefs)) == 0 ||
			is_tracefs_mount(
			    dirfd(dir), mount_of(dirfd(dir), d->d_name)));
	}
	if (dir)
		closedir(dir);
	return found;
}

int
pipe_reader(int tracefs, const char *instance)
{
	char path[PROC_PATH], where[PATH_MAX] = ""; /* with a slash */
	DIR *dir = opendir(proc_root());
	struct dirent *d;
	int pid, found = 0;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/self/fd/%d", tracefs);
	n = readlink(path, where, sizeof where - 2);
	where[n > 0 ? n : 0] = '/';
	while (dir && !found && (d = readdir(dir))) {
		pid = (int)number_parse(d->d_name, NULL);
		if (pid > 0 && reads(pid, where, instance))
			found = pid;
	}
	if (dir)
		closedir(dir);
	return found;
}
