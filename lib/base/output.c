/* Root writes to a path that a user can guess: what is there may be a trap. */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define SHARED "in a directory that other users can write to"

/* Can another user put a file into the directory of path?  Root can anyway, and
 * a group that is the user's own is no other user. */
static bool
is_shared(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX] = ".";
	struct stat st;

	if (slash)
		snprintf(
		    dir, sizeof dir, "%.*s", (int)(slash - path) + 1, path);
	if (stat(dir, &st) != 0)
		return false;
	return st.st_mode & S_IWOTH ||
	    (st.st_mode & S_IWGRP && st.st_gid != getegid()) ||
	    (st.st_uid != geteuid() && st.st_uid != 0);
}

static int
output_failed(const char *path, bool shared, struct error *error)
{
	if (errno == ELOOP && shared)
		return error_set(error, "%s: a symbolic link " SHARED, path);
	if (errno == ENXIO)
		return error_set(error, "%s: no process reads it", path);
	return error_set(error, "%s: %m", path);
}

int
output_open(const char *path, struct error *error)
{
	bool shared = is_shared(path);
	int flags = O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = open(path, shared ? flags | O_NOFOLLOW : flags, 0600);
	struct stat st;

	if (fd < 0)
		return output_failed(path, shared, error);
	if (fstat(fd, &st) != 0 ||
	    (S_ISREG(st.st_mode) && !shared && ftruncate(fd, 0) != 0) ||
	    fcntl(fd, F_SETFL, O_WRONLY) != 0) {
		file_close(fd);
		return output_failed(path, shared, error);
	}
	if (!shared)
		return fd;
	if (S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_nlink == 1 &&
	    ftruncate(fd, 0) == 0)
		return fd;
	close(fd);
	return error_set(
	    error, "%s: not a regular file of this user, " SHARED, path);
}
