/*
 * Which file a path named a moment ago: each part of it, and the file, has a
 * change time (st_ctime), which rename(2), chmod(2), chown(2) and write(2) set,
 * and which no program can choose.  If all of them are older than that moment,
 * it is the same file, unless a file system was mounted over it, or taken away.
 *
 * That is so in file systems of this machine only: a server, also that of a
 * FUSE, answers what it likes.  Those in memory do not notice what is written
 * into a mapping that was read first (shmem has no page_mkwrite, mm/shmem.c):
 * there a file counts if only root can write it.  In others it does notice the
 * first write, and there is no such mapping before: the exec of a file that is
 * open for writing fails.
 */
#include "kernel/plain.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include "base/count.h"
#include "base/file.h"
#include "base/units.h"
#include "kernel/proc.h"
#include "kernel/remote.h"

#define LINKS_MAX 40  /* MAXSYMLINKS, linux/namei.h */
#define SCRIPTS	  5   /* exec_binprm(), fs/exec.c */
#define HEAD	  256 /* BINPRM_BUF_SIZE, linux/binfmts.h */
#define HEAD_OLD  128 /* before Linux 5.1 */

/* The change time is that of the last tick (current_time(), fs/inode.c), which
 * is up to 10 ms long. */
#define TICK_NS	  20000000

/* linux/magic.h, and that of ZFS */
static const uint32_t on_disk[] = { 0xef53 /* ext2 to 4 */,
	0x58465342 /* XFS */, 0x9123683e /* Btrfs */, 0xf2f52010 /* F2FS */ };
static const uint32_t in_memory[] = { 0x01021994 /* tmpfs */,
	0x858458f6 /* ramfs */, 0x794c7630 /* overlayfs, of any of these */,
	0x73717368 /* SquashFS */, 0xe0f5e1e2 /* EROFS */,
	0x9660 /* ISO 9660 */, 0x2fc12fc1 /* ZFS */ };

struct walk {
	char done[PATH_MAX]; /* without symbolic links */
	char rest[PATH_MAX];
	int64_t since;
	int links;
	struct stat st; /* of done */
	dev_t dev;	/* whose file system it was last */
	bool memory;	/* that is one of in_memory */
};

/* ---- file systems ---- */

static bool
is_one_of(uint32_t type, const uint32_t *types, size_t n)
{
	while (n > 0)
		if (types[--n] == type)
			return true;
	return false;
}

/* Is the change time of what is at this path certain?  It is no link. */
static bool
is_local(struct walk *w, const char *path, dev_t dev)
{
	struct statfs fs;
	uint32_t type;

	if (w->dev == dev)
		return true;
	if (statfs(path, &fs) != 0)
		return false;
	type = (uint32_t)fs.f_type;
	w->memory = is_one_of(type, in_memory, COUNT(in_memory));
	if (!w->memory && !is_one_of(type, on_disk, COUNT(on_disk)))
		return false;
	w->dev = dev;
	return true;
}

/* Only root can write it. */
static bool
is_of_root(const struct stat *st)
{
	return st->st_uid == 0 && !(st->st_mode & S_IWOTH) &&
	    (st->st_gid == 0 || !(st->st_mode & S_IWGRP));
}

/* ---- the path ---- */

/* Replace a symbolic link by what it contains.  Those of /proc, which is not
 * local, contain nothing that counts. */
static bool
walk_link(struct walk *w, char *slash)
{
	char link[PATH_MAX], rest[PATH_MAX];
	ssize_t n = readlink(w->done, link, sizeof link - 1);
	int len;

	if (n <= 0 || ++w->links > LINKS_MAX)
		return false;
	link[n] = '\0';
	*slash = '\0';
	if (!is_local(w, *w->done ? w->done : "/", w->st.st_dev))
		return false;
	len = snprintf(rest, sizeof rest, "%s/%s", link, w->rest);
	if (len < 0 || (size_t)len >= sizeof rest)
		return false;
	memcpy(w->rest, rest, (size_t)len + 1);
	if (*link == '/')
		*w->done = '\0';
	return true;
}

/* The next part of the path. */
static bool
walk_step(struct walk *w, const char *name, size_t len)
{
	size_t old = strlen(w->done);
	char *slash;

	if (len == 1 && *name == '.')
		return true;
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		slash = strrchr(w->done, '/');
		if (slash)
			*slash = '\0';
		return true;
	}
	if (old + len + 2 > sizeof w->done)
		return false;
	slash = w->done + old;
	*slash = '/';
	memcpy(slash + 1, name, len);
	slash[1 + len] = '\0';
	if (lstat(w->done, &w->st) != 0 ||
	    (int64_t)w->st.st_ctim.tv_sec * NS_PER_S + w->st.st_ctim.tv_nsec +
		    TICK_NS >=
		w->since)
		return false;
	if (S_ISLNK(w->st.st_mode))
		return walk_link(w, slash);
	return is_local(w, w->done, w->st.st_dev);
}

static bool
walk_path(struct walk *w, const char *path)
{
	if (*path != '/' || strlen(path) >= sizeof w->rest)
		return false;
	memcpy(w->rest, path, strlen(path) + 1);
	*w->done = '\0';
	w->links = 0;
	w->dev = 0; /* no file system has that */
	while (*w->rest) {
		char name[NAME_MAX + 1];
		char *p = w->rest + strspn(w->rest, "/");
		size_t len = strcspn(p, "/");

		if (len >= sizeof name)
			return false;
		memcpy(name, p, len);
		memmove(w->rest, p + len, strlen(p + len) + 1);
		if (len && !walk_step(w, name, len))
			return false;
	}
	return *w->done && S_ISREG(w->st.st_mode) &&
	    (!w->memory || is_of_root(&w->st)) &&
	    !(w->st.st_mode & (S_ISUID | S_ISGID));
}

/* A program of this machine, or of the one of 32 bits that it can be; others
 * need an interpreter that is not named in the file (binfmt_misc). */
static bool
is_program(const char *head, size_t len)
{
	static const uint16_t machines[] = {
#if defined(__x86_64__) || defined(__i386__)
		EM_X86_64,
		EM_386
#elif defined(__aarch64__) || defined(__arm__)
		EM_AARCH64,
		EM_ARM
#else
		EM_NONE
#endif
	};
	Elf32_Ehdr h; /* as far as the machine, those of 64 bits are alike */

	if (len < sizeof h || memcmp(head, ELFMAG, SELFMAG) != 0)
		return false;
	memcpy(&h, head, sizeof h);
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
		if (h.e_machine && h.e_machine == machines[i])
			return true;
	return false;
}

/* The interpreter that the first line of a script names: load_script(),
 * fs/binfmt_script.c. */
static bool
get_interpreter(const char *head, size_t len, char *path)
{
	const char *p = head + 2;
	size_t most = len < HEAD_OLD ? len : HEAD_OLD, n;

	if (len < 3 || memcmp(head, "#!", 2) != 0)
		return false;
	p += strspn(p, " \t");
	n = strcspn(p, " \t\n");
	if (n == 0 || (size_t)(p - head) + n >= most)
		return false;
	memcpy(path, p, n);
	path[n] = '\0';
	return true;
}

static ssize_t
read_head(const char *path, char *head)
{
	int fd = file_open_regular(path);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, head, HEAD);
	file_close(fd);
	head[n > 0 ? n : 0] = '\0';
	return n;
}

/* The question: a time, and a path. */
static long
look(struct helper_job *j)
{
	static struct walk w;
	char head[HEAD + 1], path[PATH_MAX];
	ssize_t n;

	memcpy(&w.since, j->bytes, sizeof w.since);
	snprintf(path, sizeof path, "%s", j->bytes + sizeof w.since);
	for (int i = 0; i <= SCRIPTS; i++) {
		if (!walk_path(&w, path))
			return 0;
		n = read_head(w.done, head);
		if (n > 0 && is_program(head, (size_t)n)) {
			snprintf(j->bytes, PATH_MAX, "%s", w.done);
			return 1;
		}
		if (n <= 0 || !get_interpreter(head, (size_t)n, path))
			return 0;
	}
	return 0;
}

/* ---- mounts ---- */

static struct {
	int fd;
	int64_t until; /* they may have changed up to then, ns since 1970 */
} mounts = { .fd = -1 };

static void
mounts_changed(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	mounts.until = (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

void
plain_open(void)
{
	if (mounts.fd < 0)
		mounts.fd = proc_open(PROC_SELF, "mountinfo", O_RDONLY);
	mounts_changed();
}

/* mounts_poll(), fs/proc_namespace.c */
static bool
mounts_are_same(int64_t since)
{
	struct pollfd p = { .fd = mounts.fd, .events = POLLPRI };

	if (p.fd < 0 || poll(&p, 1, 0) < 0)
		return false;
	if (p.revents)
		mounts_changed();
	return mounts.until < since;
}

const char *
plain_exec(int pid, const char *path, int64_t since)
{
	size_t len = strlen(path) + 1;
	struct helper_job *j;

	if (*path != '/' || len > PATH_MAX || !(j = remote_job(pid)))
		return NULL;
	memcpy(j->bytes, &since, sizeof since);
	memcpy(j->bytes + sizeof since, path, len);
	return remote_do(j, look) == 1 && mounts_are_same(since) ? j->bytes :
								   NULL;
}
