/*
 * leftover: who may remove an instance, or use it again, in a folder that
 * stands for tracefs and refuses to remove any while a pipe is open.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/buffer.h"
#include "kernel/leftover.h"
#include "kernel/proc.h"
#include "base/file.h"
#include "tap.h"

#define NAME_MAX_ 128

static int folder = -1;
static int busy;       /* errno of rmdir, 0: it removes */
static int busy_times; /* so often, 0: always */
static struct error error;
static int looks; /* so often tracing_on was opened */

/* ---- a kernel of our own ---- */

/* A write replaces what a setting is. */
int
openat(int dir, const char *name, int flags, ...)
{
	if (flags & O_APPEND)
		flags = (flags & ~O_APPEND) | O_TRUNC;
	looks += strstr(name, "/tracing_on") != NULL;
	return (int)syscall(SYS_openat, dir, name, flags, 0600);
}

int
unlinkat(int dir, const char *name, int flags)
{
	char to[64];
	static int removed;

	if (!(flags & AT_REMOVEDIR))
		return (int)syscall(SYS_unlinkat, dir, name, flags);
	if (busy && (!busy_times || busy_times-- > 1)) {
		errno = busy;
		return -1;
	}
	busy = 0;
	snprintf(to, sizeof to, "removed.%d", removed++);
	return renameat(dir, name, dir, to);
}

static void
put(const char *instance, const char *name, const char *text)
{
	char path[300];
	int fd;

	snprintf(path, sizeof path, "instances/%s/%s", instance, name);
	fd = (int)syscall(
	    SYS_openat, folder, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		tap_ok(0, "%s: %s", path, strerror(errno));
	close(fd);
}

static const char *
says(const char *instance, const char *name)
{
	static char text[64];
	char path[300];

	snprintf(path, sizeof path, "instances/%s/%s", instance, name);
	if (file_read(folder, path, text, sizeof text) < 0)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static bool
there(const char *instance)
{
	return says(instance, "tracing_on") != NULL;
}

/* Its directory, with what a tool changes. */
static void
make(const char *instance)
{
	static const char *const folders[] = { "", "/events", "/options" };
	char path[300];

	for (int i = 0; i < 3; i++) {
		snprintf(
		    path, sizeof path, "instances/%s%s", instance, folders[i]);
		if (mkdirat(folder, path, 0700) != 0)
			tap_ok(0, "%s: %s", path, strerror(errno));
	}
	put(instance, "tracing_on", "1\n");
	put(instance, "events/enable", "X\n");
	put(instance, "buffer_size_kb", "1408\n");
	put(instance, "set_event_pid", "1 2 3\n");
	put(instance, "options/event-fork", "1\n");
	put(instance, "trace", "old\n");
	put(instance, "trace_pipe", "");
}

static int
open_dir(const char *instance)
{
	char path[300];

	snprintf(path, sizeof path, "instances/%s", instance);
	return openat(folder, path, O_RDONLY | O_DIRECTORY);
}

/* An instance of a tool that has ended. */
static const char *
dead_one(void)
{
	static char name[NAME_MAX_];
	struct instance in;
	int pid = fork();

	if (pid == 0) {
		instance_name(&in, folder, "exitsnoop", &error);
		make(in.name);
		_exit(0);
	}
	snprintf(name, sizeof name, "%s", "");
	waitpid(pid, NULL, 0);
	/* Which is the only one there. */
	DIR *dir = dir_open(folder, "instances");
	for (struct dirent *d; (d = readdir(dir));)
		if (strncmp(d->d_name, "exitsnoop-", 10) == 0)
			snprintf(name, sizeof name, "%s", d->d_name);
	closedir(dir);
	return name;
}

/* ---- */

/* The instance of this test as a tool makes it, but for mkdir. */
static int
own(struct instance *in)
{
	if (instance_name(in, folder, "execsnoop", &error) != 0)
		return -1;
	make(in->name);
	in->dir = open_dir(in->name);
	leftover_lock(in->dir);
	return in->dir;
}

static void
test_give(void)
{
	struct instance in;

	own(&in);
	looks = 0;
	tap_is_int(leftover_sweep(folder), 0, "in use: not swept");
	tap_is_int(looks, 0, "none of its files is opened");
	put(in.name, "tracing_on", "0\n");
	tap_is_int(leftover_sweep(folder), 0, "stopped, but locked: not swept");
	tap_is_int(leftover_give(folder, in.dir, in.name), 0, "given");
	tap_ok(!there(in.name), "and removed");
	own(&in);
	busy = EBUSY;
	busy_times = 3;
	tap_is_int(leftover_give(folder, in.dir, in.name), 0,
	    "while somebody looks at it: tried again");
	tap_ok(!there(in.name), "and removed after a moment");
	own(&in);
	busy = ENODEV;
	tap_is_int(leftover_give(folder, in.dir, in.name), 0,
	    "somebody else is removing it");
	busy = 0;
	tap_is_int(leftover_sweep(folder), 1, "(now it is)");
}

static void
test_busy(void)
{
	struct instance in;

	own(&in);
	busy = EBUSY;
	errno = 0;
	tap_is_int(leftover_give(folder, in.dir, in.name), -1, "busy");
	tap_is_int(errno, EBUSY, "EBUSY");
	tap_is_str(says(in.name, "tracing_on"), "0", "it is stopped,");
	tap_is_str(says(in.name, "events/enable"), "0", "silent");
	tap_is_str(says(in.name, "buffer_size_kb"), "1", "and small");
	tap_is_int(leftover_sweep(folder), 0, "busy: not swept");
	busy = 0;
	tap_is_int(leftover_sweep(folder), 1,
	    "given up: swept, though its owner lives");
	tap_ok(!there(in.name), "it is gone");
	own(&in);
	put(in.name, "buffer_size_kb", "1410 (expanded: 1408)\n");
	busy = EBUSY;
	leftover_give(folder, in.dir, in.name);
	tap_is_str(says(in.name, "buffer_size_kb"), "1410 (expanded: 1408)",
	    "a size that was never set is left to be");
	busy = 0;
	leftover_sweep(folder);
	own(&in);
	busy = EBUSY;
	tap_is_int(buffer_close(&in), 1, "destroy: left to others");
	busy = 0;
	leftover_sweep(folder);
}

static void
test_foreign(void)
{
	make("foreign");
	put("foreign", "tracing_on", "0\n");
	tap_is_int(leftover_sweep(folder), 0, "another program's: not swept");
	tap_ok(there("foreign"), "it is there");
}

static void
test_adopt(void)
{
	const char *dead = dead_one();
	char name[INSTANCE_NAME];
	struct instance in;
	int dir, pipe;

	busy = EBUSY;
	tap_is_int(leftover_sweep(folder), 0, "dead, busy: not swept");
	tap_is_str(says(dead, "events/enable"), "0", "but silent");
	dir = open_dir(dead);
	pipe = openat(dir, "trace_pipe", O_RDONLY);
	tap_is_int(leftover_adopt(folder, name), -1,
	    "one whose pipe is read is not used again");
	close(pipe);
	close(dir);
	instance_name(&in, folder, "execsnoop", &error);
	tap_is_int(instance_create(&in, &error), 0, "create");
	tap_ok(in.adopted, "adopted");
	tap_is_str(in.name, dead, "its name");
	tap_ok(strncmp(in.group, "execsnoop_", 10) == 0, "probes of our own");
	tap_is_str(says(dead, "tracing_on"), "1", "it records");
	tap_is_str(says(dead, "events/enable"), "0", "nothing yet");
	tap_is_str(says(dead, "set_event_pid"), "", "of all pids");
	tap_is_str(says(dead, "options/event-fork"), "0", "no option is set");
	tap_is_str(says(dead, "trace"), "", "and it is empty");
	dir = leftover_adopt(folder, name);
	tap_is_int(dir, -1, "nobody else adopts it");
	busy = 0;
	tap_is_int(leftover_sweep(folder), 0, "nor sweeps it");
	tap_is_int(buffer_close(&in), 0, "destroy");
	tap_ok(!there(dead), "it is gone");
}

int
main(void)
{
	char tmp[] = "/tmp/test_leftover.XXXXXX";
	struct proc_stat self;

	if (proc_stat_read(&self, (int)getpid()) != 0 || !mkdtemp(tmp) ||
	    (folder = open(tmp, O_RDONLY | O_DIRECTORY)) < 0)
		return 1;
	mkdirat(folder, "instances", 0700);
	test_give();
	test_busy();
	test_foreign();
	test_adopt();
	if (fork() == 0) {
		execlp("rm", "rm", "-rf", tmp, (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	return tap_done();
}
