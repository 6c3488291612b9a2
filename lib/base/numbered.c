/* Files of this user that follow each other, in a directory that may be
 * shared. */
#include "base/numbered.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"

#define NUMBER_MAX   999999999
#define NUMBER_TRIES 1000 /* numbers that others have taken */
#define NAME_LEN     (NAME_MAX + 16)
#define OPEN_NEW \
	(O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)

struct place {
	DIR *dir;
	const char *name;     /* FILE, without the directory */
	char begun[NAME_LEN]; /* FILE.new */
};

static int
place_open(struct place *p, const char *path, struct error *error)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX] = ".";

	if (slash)
		snprintf(
		    dir, sizeof dir, "%.*s", (int)(slash - path) + 1, path);
	p->name = slash ? slash + 1 : path;
	snprintf(p->begun, sizeof p->begun, "%s.new", p->name);
	errno = EISDIR;
	p->dir = *p->name ? opendir(dir) : NULL;
	if (p->dir && access(dir, W_OK) == 0)
		return 0;
	error_set(error, "%s: %m", path);
	if (p->dir)
		closedir(p->dir);
	return -1;
}

static bool
is_ours(const struct place *p, const char *name)
{
	struct stat st;

	return fstatat(dirfd(p->dir), name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && st.st_uid == geteuid();
}

/* The number of a file of ours, or 0. */
static int
number_of(const struct place *p, const char *name)
{
	size_t n = strlen(p->name), digits;

	if (strncmp(name, p->name, n) != 0 || name[n] != '.')
		return 0;
	digits = strspn(name + n + 1, "0123456789");
	if (digits == 0 || digits > 9 || name[n + 1] == '0' ||
	    name[n + 1 + digits] || !is_ours(p, name))
		return 0;
	return (int)number_parse(name + n + 1, NULL);
}

static int
last_number(const struct place *p)
{
	const struct dirent *d;
	int last = 0, n;

	while ((d = readdir(p->dir)))
		if ((n = number_of(p, d->d_name)) > last)
			last = n;
	return last;
}

static void
remove_old(const struct place *p, int last)
{
	const struct dirent *d;
	int n;

	rewinddir(p->dir);
	while ((d = readdir(p->dir)))
		if ((n = number_of(p, d->d_name)) && n <= last)
			unlinkat(dirfd(p->dir), d->d_name, 0);
}

/* A new file of that name, or FILE.new under that name.  Returns a descriptor,
 * or 0 for FILE.new; -1 with errno. */
static int
take_name(const struct place *p, bool finish, const char *name)
{
	const char *from = p->begun;
	int dir = dirfd(p->dir);
	struct stat st;

	if (!finish)
		return openat(dir, name, OPEN_NEW, 0600);
	if (linkat(dir, from, dir, name, 0) == 0)
		return unlinkat(dir, from, 0);
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return -1;
	/* A file system without links. */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		errno = EEXIST;
	else if (errno == ENOENT)
		return renameat(dir, from, dir, name);
	return -1;
}

static int
take_next(const struct place *p, bool finish, int keep, int *number)
{
	int n = last_number(p), r = -1;
	char name[NAME_LEN];

	errno = EEXIST;
	for (int i = 0;
	     i < NUMBER_TRIES && r < 0 && errno == EEXIST && n < NUMBER_MAX;
	     i++) {
		snprintf(name, sizeof name, "%s.%d", p->name, ++n);
		r = take_name(p, finish, name);
	}
	*number = n;
	if (r >= 0 && keep)
		remove_old(p, n - keep);
	return r;
}

int
numbered_check(const char *path, struct error *error)
{
	struct place p;

	if (place_open(&p, path, error) != 0)
		return -1;
	closedir(p.dir);
	return 0;
}

int
numbered_next(
    const char *path, bool finish, int keep, int *n, struct error *error)
{
	struct place p;
	int r;

	if (place_open(&p, path, error) != 0)
		return -1;
	r = take_next(&p, finish, keep, n);
	if (r < 0)
		error_set(error, "%s.%d: %m", path, *n);
	closedir(p.dir);
	return r;
}

int
numbered_begin(const char *path, bool create, struct error *error)
{
	struct place p;
	int fd = -1;

	if (place_open(&p, path, error) != 0)
		return -1;
	if (is_ours(&p, p.begun))
		unlinkat(dirfd(p.dir), p.begun, 0);
	if (create) {
		fd = openat(dirfd(p.dir), p.begun, OPEN_NEW, 0600);
		if (fd < 0)
			error_set(error, "%s.new: %m", path);
	}
	closedir(p.dir);
	return fd;
}
