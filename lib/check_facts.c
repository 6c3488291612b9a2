#include "check_facts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cpus.h"
#include "find.h"
#include "fmt.h"
#include "instance.h"
#include "lock.h"
#include "number.h"
#include "options.h"
#include "print.h"
#include "probe.h"
#include "proc.h"
#include "taskstats.h"
#include "tracefs.h"

#define COUNT(a)    (sizeof(a) / sizeof *(a))

void
check_put(struct buf *b, const char *key, const char *format, ...)
{
	char name[48], value[4 * WHY_LEN];
	va_list ap;

	va_start(ap, format);
	fmt_vprint(value, sizeof value, format, ap);
	va_end(ap);
	fmt_print(name, sizeof name, "%s:", key);
	buf_printf(b, "%-24s ", name);
	print_escaped(b, value, strlen(value));
	buf_putc(b, '\n');
}

/* ---- what the machine has ---- */

/* The first line of a file, "?" if it cannot be read. */
static const char *
first_line(const char *name)
{
	static char text[128];

	if (file_read(AT_FDCWD, name, text, sizeof text) <= 0)
		return "?";
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* Returns whether it is known to be another one. */
static bool
put_namespace(
    struct buf *out, const char *key, const char *name, unsigned first)
{
	unsigned ns = proc_namespace(name);

	check_put(out, key,
	    !ns		    ? "?" :
		ns != first ? "not the first" :
			      "the first");
	return ns && ns != first;
}

static void
put_capabilities(struct buf *out)
{
	/* include/uapi/linux/capability.h */
	static const struct {
		int bit;
		const char *name;
	} needed[] = { { 1, "DAC_OVERRIDE" }, { 12, "NET_ADMIN" },
		{ 19, "SYS_PTRACE" }, { 21, "SYS_ADMIN" } };
	char status[4096], missing[128] = "", *p = NULL;
	unsigned long long effective = 0;

	if (file_read(AT_FDCWD, "/proc/self/status", status, sizeof status) > 0)
		p = find_text(status, "\nCapEff:");
	if (p)
		effective = number_unsigned(
		    p + sizeof "\nCapEff:" - 1, NULL, 16);
	for (size_t i = 0; i < COUNT(needed); i++)
		if (!(effective >> needed[i].bit & 1))
			fmt_print(missing + strlen(missing),
			    sizeof missing - strlen(missing), " CAP_%s",
			    needed[i].name);
	check_put(out, "capabilities", "%s%s",
	    !p		 ? "?" :
		*missing ? "missing:" :
			   "all that are used",
	    p ? missing : "");
}

/* perf-tools' own tools run one at a time; ours do not mind.  Anybody may have
 * put anything there. */
static void
put_lock(struct buf *out)
{
	struct lock l;

	if (!lock_find(&l)) {
		check_put(out, "ftrace_lock", "none");
		return;
	}
	if (l.pid <= 0)
		check_put(out, "ftrace_lock", "%s, of nobody", l.path);
	else
		check_put(out, "ftrace_lock", "%s, of pid %d, which %s", l.path,
		    l.pid, l.dead ? "has ended" : "runs");
	lock_close(&l);
}

void
check_machine(struct check_facts *f, const char *tool)
{
	static struct taskstats stats;
	struct rlimit files = { 0, 0 };
	char why[WHY_LEN];
	struct utsname u;

	uname(&u);
	check_put(f->out, "tool", "%s %s, %zu bits", tool, PROCSNOOP_VERSION,
	    8 * sizeof(long));
	check_put(f->out, "kernel", "%s %s", u.release, u.machine);
	check_put(f->out, "root", geteuid() == 0 ? "yes" : "no");
	put_capabilities(f->out);
	put_namespace(f->out, "user_namespace", "user", PROC_FIRST_USERS);
	f->other_pids = put_namespace(
	    f->out, "pid_namespace", "pid", PROC_FIRST_PIDS);
	check_put(f->out, "lockdown", "%s",
	    first_line("/sys/kernel/security/lockdown"));
	check_put(
	    f->out, "pid_max", "%d", proc_sysctl("pid_max"));
	check_put(f->out, "cpus", "%d of %d", cpus_online(), cpus_possible());
	getrlimit(RLIMIT_NOFILE, &files);
	check_put(f->out, "open_files", "%llu of %llu",
	    (unsigned long long)files.rlim_cur,
	    (unsigned long long)files.rlim_max);
	check_put(f->out, "taskstats", "%s",
	    taskstats_open(&stats, why) == 0 ? "there, permitted" :
					       strchr(why, ' ') + 1);
	/* The kernel that counts I/O has it, init/Kconfig. */
	f->has_stats = stats.fd >= 0 || file_exists(AT_FDCWD, "/proc/self/io");
	taskstats_close(&stats);
	put_lock(f->out);
}

/* ---- what tracefs has ---- */

static const char *
is_there(int dir, const char *name)
{
	if (faccessat(dir, name, F_OK, 0) == 0)
		return "yes";
	return errno == ENOENT ? "no" : "?";
}

/* How many probe events are not ours: "p:GROUP/EVENT PLACE", a line each. */
static int
count_probes(int tracefs, const char *file)
{
	struct buf b = { 0 };
	int n = 0;

	if (file_read_all(tracefs, file, &b) == 0)
		for (char *l = b.data; *l; l = find_line(l)) {
			l += strcspn(l, ":\n");
			n += *l != ':' || !instance_tool(l + 1, '_');
		}
	buf_free(&b);
	return n;
}

/* Who else traces. */
static void
put_others(struct buf *out, int tracefs)
{
	DIR *dir = dir_open(tracefs, "instances");
	struct dirent *d;
	int others = 0;

	while (dir && (d = readdir(dir)))
		if (instance_tool(d->d_name, '-'))
			check_put(out, "other_tool", "%s", d->d_name);
		else
			others += d->d_name[0] != '.';
	if (dir)
		closedir(dir);
	check_put(out, "other_instances", "%d", others);
	check_put(out, "other_probes", "%d",
	    count_probes(tracefs, "kprobe_events") +
		count_probes(tracefs, "uprobe_events"));
}

/* The rows that have a place on this machine, proved or not. */
static void
put_rows(struct buf *out, int tracefs)
{
	static const enum probe_row rows[] = { ROW_START_THREAD,
		ROW_FINALIZE_EXEC, ROW_LOADER, ROW_CALL, ROW_PROC, ROW_ENTRY };
	static struct probe_list list;
	char text[32] = "", why[WHY_LEN];

	for (size_t i = 0; i < COUNT(rows); i++) {
		list.count = 0;
		if (rows[i] == ROW_PROC ||
		    probe_find(&list, rows[i], tracefs, why))
			fmt_print(text + strlen(text),
			    sizeof text - strlen(text), " %d", (int)rows[i]);
		for (int k = 0; k < list.count; k++)
			if (list.place[k].user)
				close(list.place[k].fd);
	}
	check_put(out, "rows", "%s", text + 1);
}

/* Where it is, and the events that are used. */
static void
put_events(struct buf *out, int tracefs)
{
	static const char *const names[] = { "kprobe_events", "uprobe_events",
		"events/sched/sched_process_exec", "events/task/task_newtask",
		"events/task/task_rename", "events/syscalls/sys_exit_execve",
		"events/cgroup/cgroup_attach_task" };
	struct buf mounts = { 0 };
	char path[PATH_MAX], format[4096];

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
	check_put(out, "group_dead", "%s",
	    file_read(tracefs, "events/sched/sched_process_exit/format", format,
		sizeof format) < 0 ?
		"?" :
		find_text(format, "group_dead") ? "yes" :
						  "no");
}

void
check_tracefs(struct check_facts *f, int tracefs)
{
	const char *old = is_there(tracefs, "saved_cmdlines_size"), *enabled;
	int left = tracefs < 0 ? 0 : instance_sweep(tracefs);

	put_events(f->out, tracefs);
	enabled = first_line("/sys/kernel/debug/kprobes/enabled");
	f->kprobes_off = *enabled == '0';
	check_put(f->out, "kprobes_enabled", "%s", enabled);
	/* Those before 3.16 cannot be removed, see session_open. */
	check_put(f->out, "instances", "%s",
	    *old == 'n' ? "not usable before 3.16" :
			  is_there(tracefs, "instances"));
	if (tracefs < 0)
		return;
	check_put(f->out, "leftovers", left ? "%d, removed" : "%d", left);
	put_others(f->out, tracefs);
	put_rows(f->out, tracefs);
}
