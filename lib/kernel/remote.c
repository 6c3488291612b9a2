/* Which processes are asked, and which no longer. */
#include "kernel/remote.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/count.h"
#include "base/number.h"
#include "kernel/clock.h"
#include "kernel/proc.h"

#define USERS	 16
#define FOREIGN	 (1ull << 32) /* the users of other user namespaces */
#define PART	 10	      /* of the time may be waited for one user */
#define DEBT_MAX 100000000u   /* ns, at once */
#define FREE_NS	 1000000u     /* a wait that is none */
#define SLOW	 64

struct debtor {
	uint64_t user, debt, at; /* ns that it had us wait, as of then */
};

struct slow {
	int pid;
	uint64_t start;
};

/* Most machines have nothing here. */
static struct {
	bool any;
	struct debtor debtor[USERS];
	struct slow slow[SLOW]; /* the last processes that did not answer */
	unsigned count;
} waits;

/* ---- whose is it? ---- */

static enum remote_trust
user_look(int pid, uid_t *uid)
{
	char path[PROC_PATH], ours[64], its[64];
	struct stat st;

	proc_path(path, sizeof path, pid, "");
	if (stat(path, &st) != 0)
		return REMOTE_GONE;
	*uid = st.st_uid;
	/* Empty before 3.8, or without them. */
	proc_link(PROC_SELF, "ns/user", ours, sizeof ours);
	proc_link(pid, "ns/user", its, sizeof its);
	if (strcmp(ours, its) != 0)
		return REMOTE_FOREIGN;
	return *uid == 0 ? REMOTE_ROOT : REMOTE_USER;
}

enum remote_trust
remote_trust(int pid)
{
	uid_t uid;

	return user_look(pid, &uid);
}

/* A number for the user who answers for it; 0: root, or it is gone. */
static uint64_t
user_of(int pid)
{
	uid_t uid;

	switch (user_look(pid, &uid)) {
	case REMOTE_FOREIGN:
		return FOREIGN;
	case REMOTE_USER:
		return uid;
	default:
		return 0;
	}
}

/* ---- waits ---- */

/* What is left of the time that a user had us wait. */
static uint64_t
debt_now(const struct debtor *d)
{
	uint64_t paid = (clock_boot() - d->at) / PART;

	return d->debt > paid ? d->debt - paid : 0;
}

static void
debt_add(uint64_t user, uint64_t ns)
{
	struct debtor *d = &waits.debtor[0];

	if (!user)
		return;
	for (int i = 0; i < USERS; i++) {
		if (waits.debtor[i].user == user) {
			d = &waits.debtor[i];
			break;
		}
		if (debt_now(&waits.debtor[i]) < debt_now(d))
			d = &waits.debtor[i];
	}
	d->debt = ns + (d->user == user ? debt_now(d) : 0);
	d->user = user;
	d->at = clock_boot();
}

static bool
owes(uint64_t user)
{
	for (int i = 0; user && i < USERS; i++)
		if (waits.debtor[i].user == user)
			return debt_now(&waits.debtor[i]) > DEBT_MAX;
	return false;
}

/* The place of a process in the list, or NULL. */
static const struct slow *
slow_find(int pid)
{
	struct proc_stat s;

	if (proc_stat_read(&s, pid) != 0)
		return NULL;
	for (int i = 0; i < SLOW; i++)
		if (waits.slow[i].pid == pid && waits.slow[i].start == s.start)
			return &waits.slow[i];
	return NULL;
}

static void
slow_add(int pid)
{
	struct proc_stat s;

	if (proc_stat_read(&s, pid) == 0)
		waits.slow[waits.count++ % SLOW] = (struct slow){ pid,
			s.start };
}

/* A signal that is to end the tool is blocked until the next wait. */
static bool
is_to_end(void)
{
	sigset_t set;

	return sigpending(&set) == 0 &&
	    (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM) ||
		sigismember(&set, SIGQUIT) || sigismember(&set, SIGHUP));
}

/* ---- jobs ---- */

struct helper_job *
remote_job(int pid)
{
	struct helper_job *j;

	if (waits.any &&
	    (is_to_end() || owes(user_of(pid)) || slow_find(pid))) {
		errno = EAGAIN;
		return NULL;
	}
	j = helper_job();
	if (j)
		j->pid = pid;
	return j;
}

long
remote_do(struct helper_job *j, long (*work)(struct helper_job *))
{
	long r = helper_do(j, work);
	int e = errno;
	bool late = r < 0 && e == ETIMEDOUT;

	if (late || j->waited > FREE_NS) {
		waits.any = true;
		debt_add(user_of(j->pid), late ? HELPER_WAIT_NS : j->waited);
	}
	if (late)
		slow_add(j->pid);
	errno = e;
	return r;
}

static long
read_cmdline(struct helper_job *j)
{
	return proc_cmdline(j->pid, j->bytes, j->size);
}

long
remote_cmdline(int pid, const char **bytes, size_t size)
{
	struct helper_job *j = remote_job(pid);

	if (!j)
		return -1;
	j->size = size;
	*bytes = j->bytes;
	return remote_do(j, read_cmdline);
}

/* The pid is that of the process which is being read. */
static long
read_all(struct helper_job *j)
{
	DIR *dir = opendir(proc_root());
	struct dirent *d;

	while (dir && (d = readdir(dir)))
		if (isdigit((unsigned char)*d->d_name)) {
			j->pid = (int)number_parse(d->d_name, NULL);
			proc_cmdline(j->pid, j->bytes, 1);
		}
	if (dir)
		closedir(dir);
	return dir ? 0 : -1;
}

int
remote_stuck(void)
{
	struct helper_job *j;

	for (int i = 0; i < SLOW; i++)
		if (waits.slow[i].pid && slow_find(waits.slow[i].pid))
			return waits.slow[i].pid;
	j = helper_job();
	if (!j)
		return -1;
	j->pid = 0;
	return remote_do(j, read_all) == 0 ? 0 : j->pid;
}
