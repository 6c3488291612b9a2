/* The lock file of perf-tools, which also remembers what has to be put back. */
#include "kernel/ftrace_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "kernel/proc.h"
#include "kernel/start_time.h"
#include "base/file.h"
#include "base/count.h"
#include "base/units.h"
#include "base/number.h"

#define BOOT_ID	   "/proc/sys/kernel/random/boot_id"
#define EMPTY_TIME 5	/* seconds: it is being written */
#define STEP_TIME  3600 /* seconds, by which the wall clock may be set */

/* perf-tools' place; the others where a machine has no /var/tmp. */
static const char *const names[] = { "/var/tmp/.ftrace-lock",
	"/tmp/.ftrace-lock", "/dev/.ftrace-lock" };

/*
 * Is there a process of that number that began before the file was written?
 * In a pid namespace of ours it may be of another one: what was written since
 * boot then has an owner.
 */
static bool
is_owner(int pid, time_t written)
{
	uint64_t offset = (uint64_t)clock_wall_offset();
	struct proc_stat p;

	if (pid <= 0)
		return (clock_boot() + offset) / NS_PER_S <
		    (uint64_t)written + EMPTY_TIME;
	if (!proc_is_first())
		return offset / NS_PER_S <= (uint64_t)written + STEP_TIME;
	if (proc_stat_read(&p, pid) != 0)
		return kill(pid, 0) == 0 || errno != ESRCH;
	return (proc_start_ns(p.start) + offset) / NS_PER_S <=
	    (uint64_t)written + STEP_TIME;
}

/* The boot that this is: what was changed before it is gone. */
static void
boot_id(char *id, size_t size)
{
	if (file_read_line(AT_FDCWD, BOOT_ID, id, size) < 0)
		*id = '\0';
}

/* "PID\nNAME BOOT\n", then a change a line. */
static void
lock_parse(struct lock *l, const struct stat *st)
{
	char boot[64], *line = strchr(l->text, '\n'), *end;
	size_t n;

	l->pid = (int)number_parse(l->text, NULL);
	l->dead = !is_owner(l->pid, st->st_mtime);
	/* Only what we have written ourselves is put back. */
	if (!line || st->st_uid != geteuid() || st->st_nlink > 1 ||
	    st->st_mode & 022)
		return;
	end = strchr(++line, '\n');
	n = strcspn(line, " \n");
	if (!end || line[n] != ' ' || n >= sizeof l->name)
		return;
	memcpy(l->name, line, n);
	if (!owner_is_ours(l->name))
		return;
	boot_id(boot, sizeof boot);
	*end = '\0';
	l->ours = strcmp(line + n + 1, boot) == 0;
	l->dead = !l->ours || owner_is_dead(l->name, '-');
	l->changes = end + 1;
}

static void
lock_load(struct lock *l, int fd)
{
	struct stat st = { 0 };
	ssize_t n = 0;

	l->fd = fd;
	l->changes = "";
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = pread(fd, l->text, sizeof l->text - 1, 0);
	l->text[n > 0 ? n : 0] = '\0';
	l->device = st.st_dev;
	l->inode = st.st_ino;
	lock_parse(l, &st);
}

bool
lock_find(struct lock *l)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		int fd = open(
		    names[i], O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

		if (fd < 0 && errno == ELOOP) /* no lock */
			unlink(names[i]);
		if (fd < 0)
			continue;
		*l = (struct lock){ .path = names[i] };
		lock_load(l, fd);
		return true;
	}
	return false;
}

void
lock_own(struct lock *l, int fd)
{
	struct stat st;

	*l = (struct lock){ .path = names[0] };
	lock_load(l, fd);
	for (size_t i = 0; i < COUNT(names); i++)
		if (stat(names[i], &st) == 0 && st.st_ino == l->inode &&
		    st.st_dev == l->device)
			l->path = names[i];
}

void
lock_close(struct lock *l)
{
	file_close(l->fd);
	l->fd = -1;
}

int
lock_make(const char *name)
{
	char boot[64], text[OWNER_NAME + 128];
	size_t i = 0;
	ssize_t len;
	int fd = -1;

	for (; i < COUNT(names); i++) {
		fd = open(names[i],
		    O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW |
			O_CLOEXEC,
		    0600);
		if (fd >= 0 || (errno != ENOENT && errno != EROFS))
			break;
	}
	if (fd < 0)
		return -1;
	boot_id(boot, sizeof boot);
	len = snprintf(
	    text, sizeof text, "%d\n%s %s\n", (int)getpid(), name, boot);
	if (write(fd, text, (size_t)len) == len)
		return fd;
	close(fd);
	unlink(names[i]);
	return -1;
}

int
lock_claim(const struct lock *l)
{
	struct stat st;

	/* Of two processes that remove it, the second would remove the first
	 * one's.  The open file keeps its number from being given to another
	 * one. */
	if (flock(l->fd, LOCK_EX | LOCK_NB) != 0 || stat(l->path, &st) != 0)
		return -1;
	if (st.st_ino == l->inode && st.st_dev == l->device)
		return 0;
	errno = EAGAIN;
	return -1;
}

int
lock_remove(const struct lock *l)
{
	if (lock_claim(l) != 0)
		return errno == ENOENT ? 0 : -1;
	return unlink(l->path);
}
