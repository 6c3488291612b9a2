/* Facts that decide whether and how a session will work here. */
#include "cli/check_machine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel/cpus.h"
#include "kernel/buffer.h"
#include "kernel/leftover.h"
#include "kernel/ftrace_lock.h"
#include "cli/options.h"
#include "cli/columns.h"
#include "kernel/remote.h"
#include "kernel/rights.h"
#include "trace/probe_find.h"
#include "kernel/proc.h"
#include "base/scan.h"
#include "kernel/taskstats.h"
#include "base/file.h"
#include "kernel/tracefs.h"
#include "base/count.h"

void
check_put(struct buf *b, const char *key, const char *format, ...)
{
	char name[48], value[4 * ERROR_LEN];
	va_list ap;

	va_start(ap, format);
	vsnprintf(value, sizeof value, format, ap);
	va_end(ap);
	snprintf(name, sizeof name, "%s:", key);
	buf_printf(b, "%-24s ", name);
	escape_text(b, value, strlen(value));
	buf_putc(b, '\n');
}

/* ---- what the machine has ---- */

/* The first line of a file, "?" if it cannot be read. */
static const char *
first_line(const char *name)
{
	static char text[128];

	return file_read_line(AT_FDCWD, name, text, sizeof text) <= 0 ? "?" :
									text;
}

static void
put_namespace(
    struct buf *out, const char *key, const char *name, unsigned first)
{
	unsigned ns = proc_namespace(name);
	const char *which = "?";

	if (ns)
		which = ns == first ? "the first" : "not the first";
	check_put(out, key, "%s", which);
}

/* The namespaces, and the PIDs that /proc has; the session reports what follows
 * from them. */
static void
put_pids(struct check_facts *f)
{
	bool kernels = proc_has_kernel_pids();

	put_namespace(f->out, "pid_namespace", "pid", PROC_FIRST_PIDS);
	put_namespace(f->out, "time_namespace", "time", PROC_FIRST_TIME);
	check_put(f->out, "proc", "%s%s", proc_root(),
	    kernels ? "" : ", of another pid namespace than the events");
	f->other_pids = !kernels;
}

static void
put_capabilities(struct buf *out)
{
	uint64_t missing = (RIGHT_DAC_OVERRIDE | RIGHT_NET_ADMIN |
			       RIGHT_SYS_PTRACE | RIGHT_SYS_ADMIN) &
	    ~rights_held();
	char names[256];

	rights_print(names, sizeof names, missing, false);
	check_put(out, "capabilities",
	    missing ? "missing: %s" : "all that are used", names);
}

/* The lock of perf-tools, which only the global ring buffer needs.  Any user
 * can have created the file. */
static void
put_lock(struct buf *out)
{
	struct lock l;

	if (!lock_find(&l)) {
		check_put(out, "ftrace_lock", "none");
		return;
	}
	if (l.pid <= 0)
		check_put(out, "ftrace_lock", "%s, without a PID", l.path);
	else
		check_put(out, "ftrace_lock", "%s, of pid %d, which %s", l.path,
		    l.pid, l.dead ? "has ended" : "runs");
	lock_close(&l);
}

/* As arm_exec.c looks before it uses uprobes. */
static void
put_memory(struct buf *out)
{
	int pid = remote_stuck();

	if (pid > 0)
		check_put(out, "process_memory",
		    "that of process %d cannot be read: no uprobes", pid);
	else
		check_put(out, "process_memory", "%s",
		    pid ? "?" : "that of all processes can be read");
}

void
check_machine(struct check_facts *f, const char *tool)
{
	static struct taskstats stats;
	struct rlimit files = { 0, 0 };
	struct error error;
	struct utsname u;

	uname(&u);
	check_put(f->out, "tool", "%s %s, %zu bits", tool, PROCSNOOP_VERSION,
	    8 * sizeof(long));
	check_put(f->out, "kernel", "%s %s", u.release, u.machine);
	check_put(f->out, "root", geteuid() == 0 ? "yes" : "no");
	put_capabilities(f->out);
	put_namespace(f->out, "user_namespace", "user", PROC_FIRST_USERS);
	put_pids(f);
	check_put(f->out, "lockdown", "%s",
	    first_line("/sys/kernel/security/lockdown"));
	check_put(f->out, "pid_max", "%d", proc_sysctl("pid_max"));
	check_put(f->out, "cpus", "%d of %d", cpus_online(), cpus_possible());
	getrlimit(RLIMIT_NOFILE, &files);
	check_put(f->out, "open_files", "%llu of %llu",
	    (unsigned long long)files.rlim_cur,
	    (unsigned long long)files.rlim_max);
	check_put(f->out, "taskstats", "%s",
	    taskstats_open(&stats, &error) == 0 ? "there, permitted" :
						  error.text);
	/* The kernel that counts I/O has it, init/Kconfig. */
	f->has_stats = stats.fd >= 0 || file_exists(AT_FDCWD, "/proc/self/io");
	taskstats_close(&stats);
	put_memory(f->out);
	put_lock(f->out);
}

/* ---- what tracefs has ---- */

static const char *
is_there(int dir, const char *name)
{
	if (file_exists(dir, name))
		return "yes";
	return errno == ENOENT ? "no" : "?";
}

/* How many probe events are of other programs: lines "p:GROUP/EVENT PLACE". */
static int
count_probes(int tracefs, const char *file)
{
	struct buf b = { 0 };
	int n = 0;

	if (file_read_all(tracefs, file, &b) == 0)
		for (char *l = b.data; *l; l = find_line(l)) {
			l += strcspn(l, ":\n");
			if (*l != ':' || !owner_tool(l + 1, '_'))
				n++;
		}
	buf_free(&b);
	return n;
}

/* Other tracers. */
static void
put_others(struct buf *out, int tracefs)
{
	DIR *dir = dir_open(tracefs, "instances");
	struct dirent *d;
	int others = 0;

	while (dir && (d = readdir(dir)))
		if (owner_tool(d->d_name, '-'))
			check_put(out,
			    leftover_is(tracefs, d->d_name) ? "left_behind" :
							      "other_tool",
			    "%s", d->d_name);
		else if (d->d_name[0] != '.')
			others++;
	if (dir)
		closedir(dir);
	check_put(out, "other_instances", "%d", others);
	check_put(out, "other_probes", "%d",
	    count_probes(tracefs, "kprobe_events") +
		count_probes(tracefs, "uprobe_events"));
}

/* The methods that have a place on this machine, tested or not. */
static void
put_methods(struct buf *out, int tracefs)
{
	static const enum method tried[] = { METHOD_START_THREAD,
		METHOD_FINALIZE_EXEC, METHOD_LDSO, METHOD_EXECVE, METHOD_PROC };
	static struct probe_list list;
	struct error error;
	char text[64] = "";

	for (size_t i = 0; i < COUNT(tried); i++) {
		list.count = 0;
		if (tried[i] == METHOD_PROC ||
		    probe_find(&list, tried[i], tracefs, &error))
			snprintf(text + strlen(text),
			    sizeof text - strlen(text), " %s",
			    probe_method_name(tried[i]));
		for (int k = 0; k < list.count; k++)
			if (list.place[k].user)
				close(list.place[k].fd);
	}
	check_put(out, "methods", "%s", text + 1);
}

/* Where tracefs is, and the events that are used. */
static void
put_events(struct buf *out, int tracefs)
{
	static const char *const names[] = { "kprobe_events", "uprobe_events",
		"events/sched/sched_process_exec", "events/task/task_newtask",
		"events/task/task_rename", "events/syscalls/sys_exit_execve",
		"events/cgroup/cgroup_attach_task" };
	struct buf mounts = { 0 };
	char path[PATH_MAX], format[4096];
	const char *group_dead = "?";

	if (file_read_all(AT_FDCWD, "/proc/self/mounts", &mounts) == 0 &&
	    tracefs_find(mounts.data, path, sizeof path) == 0)
		check_put(out, "tracefs", "%s", path);
	else
		check_put(out, "tracefs", "not mounted%s",
		    tracefs < 0 ? "" : ": for the moment, for itself only");
	buf_free(&mounts);
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *slash = strrchr(names[i], '/');

		check_put(out, slash ? slash + 1 : names[i], "%s",
		    is_there(tracefs, names[i]));
	}
	if (file_read(tracefs, "events/sched/sched_process_exit/format", format,
		sizeof format) >= 0)
		group_dead = strstr(format, "group_dead") ? "yes" : "no";
	check_put(out, "group_dead", "%s", group_dead);
}

void
check_tracefs(struct check_facts *f, int tracefs)
{
	const char *old = is_there(tracefs, "saved_cmdlines_size"), *enabled;
	const char *there = is_there(tracefs, "instances");
	int left = tracefs < 0 ? 0 : buffer_sweep(tracefs);

	put_events(f->out, tracefs);
	enabled = first_line("/sys/kernel/debug/kprobes/enabled");
	f->kprobes_off = *enabled == '0';
	check_put(f->out, "kprobes_enabled", "%s", enabled);
	/* Before 3.16 an instance cannot be removed, see session_open. */
	check_put(f->out, "instances", "%s",
	    *old == 'n' && *there == 'y' ?
		"not usable: this kernel cannot remove one that was read" :
		there);
	if (tracefs < 0)
		return;
	check_put(f->out, "leftovers", left ? "%d, removed" : "%d", left);
	put_others(f->out, tracefs);
	put_methods(f->out, tracefs);
}
