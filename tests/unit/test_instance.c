/*
 * instance: whose owner is dead, and what a sweep takes away, in a temporary
 * directory that stands for tracefs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/buffer.h"
#include "kernel/dynevent.h"
#include "kernel/proc.h"
#include "base/file.h"
#include "tap.h"

static struct proc_stat self, gone, zombie;
static unsigned long ns;	/* our pid namespace */
static bool first;		/* it is the first one */
static char name[128];

/* A process that has ended, and been reaped. */
static void
find_gone(void)
{
	int pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	proc_stat_read(&gone, pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* One that has ended, and is not waited for. */
static void
find_zombie(void)
{
	int pid = fork();

	if (pid == 0)
		_exit(0);
	while (proc_stat_read(&zombie, pid) == 0 && !zombie.zombie)
		usleep(1000);
}

static void
find_namespace(void)
{
	char link[64] = "";

	if (readlink("/proc/self/ns/pid", link, sizeof link - 1) > 0)
		ns = strtoul(link + strcspn(link, "0123456789"), NULL, 10);
	first = ns == 0xEFFFFFFC || ns == 0;
}

/* The name of an owner, as the tools give it: tool-pid-start[-namespaces] */
static const char *
owner(const char *tool, char sep, const struct proc_stat *s,
    unsigned long long start)
{
	int n = snprintf(name, sizeof name, "%s%c%d%c%llu", tool, sep, s->pid,
	    sep, start);

	if (!first)
		snprintf(name + n, sizeof name - (size_t)n, "%c%lu", sep, ns);
	return name;
}

static void
is_dead(const char *s, char sep, bool want, const char *why)
{
	tap_is_int(owner_is_dead(s, sep), want, "%s: %s", s, why);
}

static void
test_owners(void)
{
	char other[160];

	is_dead(
	    owner("execsnoop", '-', &self, self.start), '-', false, "alive");
	is_dead(
	    owner("execsnoop", '_', &self, self.start), '_', false, "alive");
	is_dead(owner("execsnoop", '-', &self, self.start + 1), '-', true,
	    "the pid was reused");
	is_dead(owner("execsnoop", '-', &gone, gone.start), '-', true, "ended");
	is_dead(owner("proctree", '_', &gone, gone.start), '_', true, "ended");
	is_dead(owner("proctree", '_', &zombie, zombie.start), '_', true,
	    "ended, though nobody has waited for it");
	is_dead(owner("forksnoop", '-', &gone, gone.start), '-', true, "ended");
	is_dead(owner("exitsnoop", '-', &gone, gone.start), '-', true, "ended");
	is_dead(owner("execsnoop", '-', &gone, gone.start), '_', false,
	    "another separator");
	owner("execsnoop", '-', &gone, gone.start);
	snprintf(other, sizeof other, "execsnoop-%d-%llu-%lu", gone.pid,
	    (unsigned long long)gone.start, ns + 1);
	is_dead(other, '-', false, "another pid namespace");
	if (!first) {
		snprintf(other, sizeof other, "execsnoop-%d-%llu", gone.pid,
		    (unsigned long long)gone.start);
		is_dead(other, '-', false, "the first pid namespace");
	}
}

/* Names that no tool of ours gives, though they look nearly so; S stands for
 * the namespace, if it has to be there. */
static void
test_foreign(void)
{
	static const char *const foreign[] = { "", "-", "execsnoop",
		"execsnoop-", "execsnoop-1", "mysnoop-%d-1S",
		"execsnoop2-%d-1S", "xexecsnoop-%d-1S", "execsnoop_%d-1S",
		"execsnoop-%d_1S", "execsnoop-%d-1Sx", "execsnoop-%d-1S-",
		"execsnoop-%d-1S-1", "execsnoop-%dx-1S", "execsnoop-x%d-1S",
		"execsnoop--%d-1S", "execsnoop- %d-1S", "execsnoop-+%d-1S",
		"execsnoop-0%d-1S", "execsnoop-%d-S", "execsnoop-%d- 1S",
		"execsnoop-%d--1S", "execsnoop-%d-+1S", "execsnoop-%d-01S",
		"execsnoop-%d-0x1S", "execsnoop-0-1S",
		"execsnoop-4294967295-1S", "execsnoop-4294967296-1S",
		"execsnoop-9999999999-1S", "execsnoop-%d-99999999999999999999S",
		"execsnoop-%d-1S\n" };

	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		const char *f = foreign[i], *d = strstr(f, "%d");
		int n = 0;

		name[0] = '\0';
		for (; *f; f++)
			if (f == d) {
				n += snprintf(name + n, sizeof name - (size_t)n,
				    "%d", gone.pid);
				f++;
			} else if (*f != 'S') {
				n += snprintf(name + n, sizeof name - (size_t)n,
				    "%c", *f);
			} else if (!first) {
				n += snprintf(name + n, sizeof name - (size_t)n,
				    "-%lu", ns);
			}
		tap_ok(!owner_is_dead(name, '-'), "foreign: %s", name);
	}
}

/* ---- in a directory ---- */

static void
put(int dir, const char *file, const char *text)
{
	int fd = openat(dir, file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		tap_ok(0, "%s: %s", file, strerror(errno));
	close(fd);
}

static void
make(int dir, const char *instance)
{
	char path[200];

	snprintf(path, sizeof path, "instances/%s", instance);
	if (mkdirat(dir, path, 0700) != 0)
		tap_ok(0, "%s: %s", path, strerror(errno));
}

static bool
there(int dir, const char *instance)
{
	char path[200];

	snprintf(path, sizeof path, "instances/%s", instance);
	return file_exists(dir, path);
}

static int
create(struct instance *in, int dir, struct error *error)
{
	if (instance_name(in, dir, "execsnoop", error) != 0)
		return -1;
	return instance_create(in, error);
}

static void
test_create(int dir)
{
	struct instance in, again;
	struct error error = { 0 };

	put(dir, "kprobe_events", "");
	tap_is_int(create(&in, dir, &error), 0, "create");
	tap_ok(there(dir, in.name) && in.dir >= 0, "it is there");
	tap_is_str(in.name, owner("execsnoop", '-', &self, self.start), "name");
	tap_is_str(in.group, owner("execsnoop", '_', &self, self.start),
	    "group");
	tap_ok(!owner_is_dead(in.name, '-') &&
	    !owner_is_dead(in.group, '_'), "its owner lives");
	tap_ok(create(&again, dir, &error) == -1 && error.text[0], "create again");
	tap_ok(buffer_close(&in) == 0 && !there(dir, in.name), "destroy");
	tap_is_int(buffer_close(&in), 0, "destroy again");
}

/* The file is no kernel file: what is written to it is appended. */
static void
test_sweep(int dir)
{
	char dead[128], alive[128], events[600], text[1024];

	snprintf(dead, sizeof dead, "%s", owner("execsnoop", '-', &gone,
	    gone.start));
	snprintf(alive, sizeof alive, "%s", owner("execsnoop", '-', &self,
	    self.start));
	make(dir, dead);
	make(dir, alive);
	make(dir, "foreign");
	put(dir, "kprobe_events", "");
	tap_is_int(buffer_sweep(dir), 1, "sweep: one instance");
	tap_ok(!there(dir, dead) && there(dir, alive) && there(dir, "foreign"),
	    "sweep: only the dead one's");
	owner("execsnoop", '_', &gone, gone.start);
	snprintf(events, sizeof events, "p:kprobes/x do_exit\n"
	    "p:%s/exec0 start_thread argc=+0(%%dx):s32\n"
	    "r4:%s/fail0 do_exit\n", name, name);
	owner("execsnoop", '_', &self, self.start);
	snprintf(events + strlen(events), sizeof events - strlen(events),
	    "p:%s/exec0 start_thread\n", name);
	put(dir, "kprobe_events", events);
	buffer_sweep(dir);
	file_read(dir, "kprobe_events", text, sizeof text);
	owner("execsnoop", '_', &gone, gone.start);
	snprintf(events + strlen(events), sizeof events - strlen(events),
	    "-:%s/\n", name);
	text[strlen(events)] = '\0';
	tap_is_str(text, events, "sweep: only the dead one's probes");
}

static void
test_delete(int dir)
{
	char text[256];

	put(dir, "kprobe_events", "p:g/exec0 a\np:g/args0 b\np:gg/exec0 c\n");
	put(dir, "uprobe_events", "p:g/exec1 /bin/x:0x10\n");
	tap_is_int(dynevent_delete(dir, "g", "exec"), 2, "delete by name");
	file_read(dir, "kprobe_events", text, sizeof text);
	tap_is_str(text, "p:g/exec0 a\np:g/args0 b\np:gg/exec0 c\n"
	    "-:g/exec0\n", "delete: of kprobe_events");
	file_read(dir, "uprobe_events", text, sizeof text);
	tap_is_str(text, "p:g/exec1 /bin/x:0x10\n-:g/exec1\n",
	    "delete: of uprobe_events");
	tap_is_int(dynevent_delete(dir, "none", ""), 0, "delete: none");
}

int
main(void)
{
	char tmp[] = "/tmp/test_instance.XXXXXX";
	int dir;

	if (proc_stat_read(&self, (int)getpid()) != 0 || !mkdtemp(tmp) ||
	    (dir = open(tmp, O_RDONLY | O_DIRECTORY)) < 0)
		return 1;
	find_gone();
	find_zombie();
	find_namespace();
	test_owners();
	test_foreign();
	mkdirat(dir, "instances", 0700);
	test_create(dir);
	test_sweep(dir);
	test_delete(dir);
	if (fork() == 0) {
		execlp("rm", "rm", "-rf", tmp, (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	close(dir);
	return tap_done();
}
