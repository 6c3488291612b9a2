/*
 * Directories for the static tools, in half of the size of musl's.  A struct
 * dirent is what getdents64(2) writes: musl knows no other.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct __dirstream {
	int fd;
	long at, len;
	_Alignas(struct dirent) char bytes[4096];
};

DIR *
fdopendir(int fd)
{
	DIR *d = malloc(sizeof *d);

	if (d) {
		d->fd = fd;
		d->at = d->len = 0;
	}
	return d;
}

DIR *
opendir(const char *name)
{
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !d)
		close(fd);
	return d;
}

/* A directory that was removed has no more entries: ENOENT is no error. */
struct dirent *
readdir(DIR *d)
{
	struct dirent *entry;
	int e = errno;

	if (d->at >= d->len) {
		d->len = syscall(
		    SYS_getdents64, d->fd, d->bytes, sizeof d->bytes);
		d->at = 0;
		if (d->len < 0 && errno == ENOENT)
			errno = e;
		if (d->len <= 0)
			return NULL;
	}
	entry = (struct dirent *)(d->bytes + d->at);
	d->at += entry->d_reclen;
	return entry;
}

int
dirfd(DIR *d)
{
	return d->fd;
}

int
closedir(DIR *d)
{
	int fd = d->fd;

	free(d);
	return close(fd);
}
