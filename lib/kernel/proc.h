/*
 * proc: what /proc says of one process.
 *
 * A /proc shows the processes of the pid namespace that it was mounted for, by
 * their numbers there.  The kernel's events have the numbers of the first pid
 * namespace: in a container, /proc has others for the same processes, unless it
 * is the host's (pid_namespaces(7)).
 */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "event.h"

#define PROC_SELF 0   /* as a pid: this process */
#define PROC_PATH 256 /* bytes of a path in /proc */

/*
 * Look processes up in dir from now on; NULL: /proc.  Returns 0, or -1 with an
 * error: dir is no /proc, does not show this process, or has not the kernel's
 * own PIDs.
 */
int proc_use(const char *dir, struct error *error);

/* Are its PIDs those of the kernel's events? */
bool proc_has_kernel_pids(void);

/* Are its PIDs those of our own pid namespace, of getpid(2) and kill(2)? */
bool proc_has_our_pids(void);

/* Is this process in the first pid namespace, so that getpid(2) and fork(2)
 * return what the kernel's events have?  If that cannot be known, it is not. */
bool proc_is_first(void);

/* Are our children the first ones of a pid namespace of their own, of which
 * only one can be forked, as after "unshare -p" without -f?  (Since
 * Linux 4.12.) */
bool proc_forks_once(void);

/* Our own PID there; 0: it does not show this process. */
int proc_self(void);

/* Where it is. */
const char *proc_root(void);

/* The path of a file of a process, by its PID there or PROC_SELF.  size:
 * PROC_PATH bytes do. */
void proc_path(char *path, size_t size, int pid, const char *name);

/* file_read, readlink(2) and open(2), with O_CLOEXEC, of such a file.  A link
 * gets a NUL, and is empty if it cannot be read. */
ssize_t proc_read(int pid, const char *name, char *text, size_t size);
ssize_t proc_link(int pid, const char *name, char *link, size_t size);
int proc_open(int pid, const char *name, int flags);

struct proc_stat {
	int pid, ppid;
	int threads;
	bool zombie; /* this task has ended, or is about to */
	int dead;    /* 1 its process, too; 2 other threads live; 0 neither */
	bool kernel; /* a kernel thread */
	char comm[COMM_LEN];
	uint64_t start; /* clock ticks since boot, by the clock of our time
			   namespace: see start_time.h */
};

/*
 * Parse the text of /proc/PID/stat, len bytes and a NUL: proc(5).  comm may
 * hold anything, so it ends at the last ')'.  Returns 0, or -1 (EINVAL), also
 * for a task that is just gone: do_task_stat(), fs/proc/array.c, has no parent
 * then.
 */
int proc_stat_parse(struct proc_stat *, const char *text, size_t len);

/* Read and parse it.  Returns 0, or -1 with errno (ENOENT or ESRCH: no such
 * process now). */
int proc_stat_read(struct proc_stat *, int pid);

/*
 * Read up to size bytes of /proc/PID/cmdline.  Returns the number of bytes
 * (size means there may be more), 0 when it has none or has ended, or -1 with
 * errno.  The strings are separated by NUL; the process can overwrite them.
 */
long proc_cmdline(int pid, char *, size_t size);

/* The first namespaces: PROC_*_INIT_INO, include/linux/proc_ns.h. */
#define PROC_FIRST_PIDS	 0xEFFFFFFCu
#define PROC_FIRST_USERS 0xEFFFFFFDu
#define PROC_FIRST_TIME	 0xEFFFFFFAu

/* The number of our namespace ("pid", "time", "user"); 0: none to read. */
unsigned proc_namespace(const char *type);

/* A number in /proc/sys/kernel; 0 when it cannot be read. */
int proc_sysctl(const char *name);

#endif
