/*
 * remote: what other users control, by a helper that can be abandoned: the one
 * way to the memory of other processes, and to files that they chose.
 *
 * What may wait for another user, in Linux 2.6.32 to 6.18 (fs/proc/base.c,
 * array.c, mm/memory.c, mm/gup.c):
 *
 * - cmdline (proc_pid_cmdline, get_mm_cmdline; access_process_vm or
 *   access_remote_vm): it takes the lock of the process's memory, mmap_sem or
 *   mmap_lock, which another thread may hold while it faults; and it faults
 *   itself on a page of userfaultfd(2), or, before 4.17 (7f7ccc2ccc2e), of a
 *   file on FUSE.  Before 5.3 (1e426fe28261) not even SIGKILL ends that.
 *   environ, auxv of older kernels, maps and mem are alike, and are not read.
 * - exe: before 4.1 (90f31d0ea888) get_mm_exe_file takes that lock, also for
 *   readlink(2).
 * - open(2), also with O_PATH, and fstat(2) of what is below root, cwd or at
 * exe: a lookup, or the attributes, are asked of the server of a FUSE; of an
 *   overlay with a FUSE below it, statfs(2) shows overlayfs.
 *
 * These do not: stat and status (do_task_stat, task_mem: counters without the
 * lock), comm, cgroup, the lists task and fd, readlink(2) of fd/N and of ns/X
 * (d_path, which asks no file system), stat(2) of ns/X (nsfs) and of the folder
 * of a process, whose owner is its effective user (task_dump_owner).
 *
 * Any process may be the one: what a process is can change between a look and
 * a read.  So all go by the helper.  One that had it wait is not asked
 * again, and its user, unless it is root, can have the helper wait for at most
 * a tenth of the time.
 */
#ifndef REMOTE_H
#define REMOTE_H

#include <stddef.h>

#include "kernel/helper.h"

/* In whose hand a process is. */
enum remote_trust {
	REMOTE_GONE = -1,
	REMOTE_FOREIGN, /* another user namespace: it can mount */
	REMOTE_USER,
	REMOTE_ROOT /* in our user namespace */
};

enum remote_trust remote_trust(int pid);

/* A job about a process (job->pid): helper_job and helper_do, unless that
 * process or its user has had the helper wait. */
struct helper_job *remote_job(int pid);
long remote_do(struct helper_job *, long (*work)(struct helper_job *));

/*
 * Read up to size bytes (of at most HELPER_BYTES) of /proc/PID/cmdline: see
 * proc_cmdline.  Returns also -1 with ETIMEDOUT or EAGAIN: it cannot be read
 * without a wait.  The bytes are valid until the next job.
 */
long remote_cmdline(int pid, const char **bytes, size_t size);

/* The PID of a process whose memory cannot be read now; 0: there is none. */
int remote_stuck(void);

#endif
