/* A uprobe at the entry of the dynamic loader sees the stack of each program.
 * */
#include "kernel/loader.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/elf.h"
#include "kernel/proc.h"
#include "kernel/remote.h"
#include "base/file.h"
#include "base/count.h"
#include "base/number.h"

#define NAMESPACES_MAX 64

/* glibc's and musl's names on the architectures with a stack walk. */
static const char *const known[] = {
	"/lib64/ld-linux-x86-64.so.2",
	"/lib/ld-musl-x86_64.so.1",
	"/lib/ld-linux.so.2",
	"/lib/ld-musl-i386.so.1",
	"/lib/ld-linux-aarch64.so.1",
	"/lib/ld-musl-aarch64.so.1",
	"/lib/ld-linux-armhf.so.3",
	"/lib/ld-linux.so.3",
	"/lib64/ld64.so.2",
	"/lib/ld64.so.1",
	"/lib/ld-linux-riscv64-lp64d.so.1",
};

/* By the helper, into the bytes and descriptors of a job. */
struct search {
	struct helper_job *job;
	struct loader *found;
	bool library;
	bool own; /* root is our own */
};

static struct search
search_begin(struct helper_job *j)
{
	return (struct search){ .job = j,
		.found = (struct loader *)(void *)j->bytes };
}

/* As realpath(3), by the kernel's hand. */
static int
real_path(const char *path, char *real, size_t size)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	char self[40];
	ssize_t n;

	if (fd < 0)
		return -1;
	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	n = readlink(self, real, size);
	close(fd);
	if (n < 0 || (size_t)n == size)
		return -1;
	real[n] = '\0';
	return 0;
}

/* The C library beside a loader: libc.so.6 in its real directory (glibc), or
 * the loader itself (musl). */
static int
open_library(const char *loader)
{
	char real[PATH_MAX], path[PATH_MAX + 16], *slash;
	int fd;

	if (real_path(loader, real, sizeof real) != 0 ||
	    !(slash = strrchr(real, '/')))
		return -1;
	snprintf(
	    path, sizeof path, "%.*s/libc.so.6", (int)(slash - real), real);
	fd = file_open_regular(path);
	return fd >= 0 ? fd : file_open_regular(real);
}

static bool
is_new(const struct search *s, const struct stat *st)
{
	for (int i = 0; i < s->job->fds; i++)
		if (s->found[i].dev == st->st_dev &&
		    s->found[i].ino == st->st_ino)
			return false;
	return s->job->fds < HELPER_FDS;
}

/* Keep the file open at fd (taken over) if it is new and can be probed. */
static void
try_file(struct search *s, int fd, const char *path)
{
	struct loader *l = &s->found[s->job->fds];
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) != 0 || !is_new(s, &st) ||
	    (s->library ? elf_function(fd, "execve", &l->offset) :
			  elf_entry(fd, &l->offset)) != 0) {
		close(fd);
		return;
	}
	snprintf(l->path, sizeof l->path, "%.*s", LOADER_PATH - 1, path);
	s->job->fd[s->job->fds++] = fd;
	l->own = s->own;
	l->dev = st.st_dev;
	l->ino = st.st_ino;
}

static void
try_path(struct search *s, const char *root, const char *name)
{
	char path[2 * PATH_MAX];

	snprintf(path, sizeof path, "%s%s", root, name);
	try_file(s,
	    s->library ? open_library(path) : file_open_below(root, name),
	    path);
}

/* Is it a name that no user chooses? */
static bool
is_known_name(const char *name)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(name, known[i]) == 0)
			return true;
	return false;
}

/* The root of a process, or our own (PROC_SELF). */
static void
root_path(char *path, int pid)
{
	*path = '\0';
	if (pid != PROC_SELF)
		proc_path(path, PROC_PATH, pid, "root");
}

/* helper_job's work: the loaders that a process sees. */
static long
search_root(struct helper_job *j)
{
	char path[PROC_PATH], root[PROC_PATH], interp[PATH_MAX];
	struct search s = search_begin(j);
	int fd;

	s.own = j->parent == PROC_SELF;
	s.library = j->flag;
	root_path(root, j->parent);
	for (size_t i = 0; i < COUNT(known); i++)
		try_path(&s, root, known[i]);
	if (remote_trust(j->pid) != REMOTE_ROOT)
		return 0;
	proc_path(path, sizeof path, j->pid, "exe");
	fd = file_open_regular(path);
	if (fd < 0)
		return 0;
	if (elf_interpreter(fd, interp, sizeof interp) == 0)
		try_path(&s, root, interp);
	close(fd);
	return 0;
}

struct list {
	struct loader *found;
	int count, max;
};

static bool
list_has(const struct list *l, const struct loader *f)
{
	for (int i = 0; i < l->count; i++)
		if (l->found[i].dev == f->dev && l->found[i].ino == f->ino)
			return true;
	return false;
}

/* Search the root that a process has, or ours. */
static void
list_root(struct list *l, int pid, bool own, bool library)
{
	struct helper_job *j = remote_job(pid);

	if (!j)
		return;
	j->parent = own ? PROC_SELF : pid;
	j->flag = library;
	j->patient = own; /* for a disk */
	if (remote_do(j, search_root) != 0)
		return;
	for (int i = 0; i < j->fds; i++) {
		struct loader *f = &((struct loader *)(void *)j->bytes)[i];

		if (l->count == l->max || list_has(l, f)) {
			close(j->fd[i]);
			continue;
		}
		l->found[l->count] = *f;
		l->found[l->count++].fd = j->fd[i];
	}
}

/* A mount namespace not seen before, which root made?  In a user namespace of
 * their own others can mount what they like. */
static bool
enter(ino_t *seen, int *count, int pid)
{
	char path[PROC_PATH];
	struct stat st;

	proc_path(path, sizeof path, pid, "ns/mnt");
	if (*count == NAMESPACES_MAX || stat(path, &st) != 0)
		return false;
	for (int i = 0; i < *count; i++)
		if (seen[i] == st.st_ino)
			return false;
	if (remote_trust(pid) < REMOTE_USER)
		return false;
	seen[(*count)++] = st.st_ino;
	return true;
}

int
loader_find(struct loader *found, int max, bool library)
{
	struct list l = { .found = found, .max = max };
	ino_t seen[NAMESPACES_MAX];
	int namespaces = 0;
	struct dirent *d;
	DIR *dir;

	enter(seen, &namespaces, PROC_SELF);
	list_root(&l, PROC_SELF, true, library);
	list_root(&l, 1, true, library);
	dir = library ? NULL : opendir(proc_root());
	while (dir && l.count < max && (d = readdir(dir))) {
		int pid = (int)number_parse(d->d_name, NULL);

		if (pid > 0 && enter(seen, &namespaces, pid))
			list_root(&l, pid, false, false);
	}
	if (dir)
		closedir(dir);
	return l.count;
}

/* ---- one program ---- */

/* The file that a process ran, or, when it has ended, what its parent would
 * find by that path.  Where that is is in root. */
static int
open_program(struct helper_job *j, char *root)
{
	const char *path = j->bytes;
	char name[PATH_MAX];
	int fd;

	proc_path(name, sizeof name, j->pid, "exe");
	root_path(root, j->pid);
	fd = file_open_regular(name);
	if (fd >= 0)
		return fd;
	root_path(root, j->parent);
	proc_path(
	    name, sizeof name, j->parent, path[0] == '/' ? "root" : "cwd");
	if (strlen(name) + 1 + strlen(path) >= sizeof name)
		return -1;
	snprintf(name + strlen(name), sizeof name - strlen(name), "/%s", path);
	return file_open_regular(name);
}

/* Of the process, or of its parent when it has ended. */
static enum remote_trust
trust_of(const struct helper_job *j)
{
	enum remote_trust t = remote_trust(j->pid);

	return t == REMOTE_GONE ? remote_trust(j->parent) : t;
}

/*
 * helper_job's work.  The process may have become another one before its file
 * is open: it must be trusted before that and after it.
 */
static long
search_program(struct helper_job *j)
{
	enum remote_trust before = trust_of(j), after;
	char path[PATH_MAX], root[PROC_PATH], interp[PATH_MAX];
	int fd = before < REMOTE_USER ? -1 : open_program(j, root);
	struct search s = search_begin(j);

	after = trust_of(j);
	if (fd < 0)
		return 0;
	snprintf(path, sizeof path, "%s", j->bytes);
	j->flag = elf_interpreter(fd, interp, sizeof interp) != 0;
	if (before == REMOTE_ROOT && after == REMOTE_ROOT && j->flag) {
		try_file(&s, fd, path);
		return 0;
	}
	close(fd);
	if (!j->flag && after >= REMOTE_USER &&
	    ((before == REMOTE_ROOT && after == REMOTE_ROOT) ||
		is_known_name(interp)))
		try_path(&s, root, interp);
	return 0;
}

int
loader_of(
    struct loader *l, int pid, int ppid, const char *path, bool *is_static)
{
	struct helper_job *j = remote_job(pid);

	if (!j)
		return -1;
	j->parent = ppid;
	snprintf(j->bytes, sizeof j->bytes, "%s", path);
	if (remote_do(j, search_program) != 0 || !j->fds)
		return -1;
	memcpy(l, j->bytes, sizeof *l);
	l->fd = j->fd[0];
	*is_static = j->flag;
	return 0;
}
