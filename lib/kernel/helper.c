/* One helper at a time; those that do not return are killed and left alone. */
#include "kernel/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/number.h"
#include "kernel/clock.h"
#include "kernel/proc.h"
#include "kernel/rights.h"

#define STUCK_MAX  16	   /* helpers that do not return */
#define SPLIT_MAX  8	   /* by helper_split, and their events not yet read */
#define BEGIN_US   1990000 /* for a new one to be there */
#define WAIT_US	   (HELPER_WAIT_NS / 1000)
#define END_NS	   200000
#define ENDS_MAX   50
#define ROUNDS_MAX 10 /* to wait, while it has no CPU to run on */

static struct {
	struct helper_job *job;
	int fd; /* -1: there is none */
	pid_t pid, stuck[STUCK_MAX];
	int count;
	/* PIDs of the last ones in /proc, and of those by helper_split. */
	int number[STUCK_MAX + SPLIT_MAX], forked, split;
} helper = { .fd = -1 };

/* ---- the helper ---- */

/* Keep no descriptor of the tool: an instance cannot be removed while a pipe of
 * it is open, and a pipe has no end before all who can write to it close it. */
static void
close_all_but(int fd)
{
	char path[PROC_PATH];
	DIR *dir;
	struct dirent *d;

	proc_path(path, sizeof path, PROC_SELF, "fd");
	dir = opendir(path);
	while (dir && (d = readdir(dir))) {
		int n = (int)number_parse(d->d_name, NULL);

		if (*d->d_name != '.' && n != fd && n != dirfd(dir))
			close(n);
	}
	if (dir)
		closedir(dir);
	for (int n = 0; !dir && n < 1024; n++)
		if (n != fd)
			close(n);
}

/* A byte, and with it the descriptors of the job.  From then on the job is the
 * tool's. */
static bool
answer_send(int socket, struct helper_job *j)
{
	_Alignas(
	    struct cmsghdr) char room[CMSG_SPACE(HELPER_FDS * sizeof(int))] = {
		0
	};
	char byte = 0;
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	int count = j->fds, fd[HELPER_FDS];
	size_t size = (size_t)count * sizeof *fd;
	struct cmsghdr *c;
	bool sent;

	memcpy(fd, j->fd, sizeof fd);
	if (count) {
		m.msg_control = room;
		m.msg_controllen = CMSG_SPACE(size);
	}
	c = CMSG_FIRSTHDR(&m);
	if (c) {
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(c), fd, size);
	}
	sent = sendmsg(socket, &m, MSG_NOSIGNAL) == 1;
	for (int i = 0; i < count; i++)
		close(fd[i]);
	return sent;
}

/* A wait for a CPU is not a wait for what it works on: that gives the CPU up,
 * getrusage(2). */
static void
job_do(struct helper_job *j)
{
	uint64_t begin = clock_boot();
	struct rusage before, after;

	j->fds = 0;
	getrusage(RUSAGE_SELF, &before);
	j->result = j->work(j);
	j->error = errno;
	getrusage(RUSAGE_SELF, &after);
	j->waited = after.ru_nvcsw > before.ru_nvcsw ? clock_boot() - begin : 0;
}

static void
helper_run(int fd, struct helper_job *j, pid_t tool)
{
	struct rights ignored;
	sigset_t all;
	char byte;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != tool)
		_exit(0);
	rights_keep(rights_of_helper(), &ignored);
	close_all_but(fd);
	j->fds = 0;
	j->pid = proc_self();
	while (answer_send(fd, j) && recv(fd, &byte, 1, 0) == 1)
		job_do(j);
	_exit(0);
}

/* ---- the tool ---- */

static void
wait_at_most(unsigned us)
{
	struct timeval t = { us / 1000000, us % 1000000 };

	setsockopt(helper.fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
}

/* Returns 1; 0 when there was no answer in time; -1 when there will be none. */
static int
answer_take(struct helper_job *j)
{
	_Alignas(
	    struct cmsghdr) char room[CMSG_SPACE(HELPER_FDS * sizeof(int))];
	char byte;
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof room };
	struct cmsghdr *c;
	ssize_t n;

	do
		n = recvmsg(helper.fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		return n < 0 && errno == EAGAIN ? 0 : -1;
	c = CMSG_FIRSTHDR(&m);
	j->fds = c ? (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int)) : 0;
	if (c)
		memcpy(j->fd, CMSG_DATA(c), (size_t)j->fds * sizeof(int));
	return 1;
}

/* Was it not given a CPU? */
static bool
is_runnable(void)
{
	char text[256], *p;

	if (proc_read(helper.number[helper.forked % STUCK_MAX], "stat", text,
		sizeof text) < 0)
		return false;
	p = strrchr(text, ')');
	return p && p[1] == ' ' && p[2] == 'R';
}

/* More than once only if it does not wait for one process: it gets on to
 * others, or would if it had a CPU. */
static bool
answer_await(struct helper_job *j)
{
	int pid = j->pid, r;

	for (int i = 0; (r = answer_take(j)) == 0 && i < ROUNDS_MAX; i++) {
		if (!j->patient && j->pid == pid && !is_runnable())
			break;
		pid = j->pid;
	}
	return r > 0;
}

static void
reap(void)
{
	int kept = 0;

	for (int i = 0; i < helper.count; i++)
		if (waitpid(helper.stuck[i], NULL, WNOHANG) == 0)
			helper.stuck[kept++] = helper.stuck[i];
	helper.count = kept;
}

/* The job can still be read. */
static void
abandon(void)
{
	kill(helper.pid, SIGKILL);
	close(helper.fd);
	helper.fd = -1;
	helper.stuck[helper.count++] = helper.pid;
}

/* Returns 0, or -1 with errno. */
static int
helper_fork(void)
{
	int *number = &helper.number[++helper.forked % STUCK_MAX];
	pid_t tool = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	helper.pid = *number = fork();
	if (helper.pid == 0)
		helper_run(pair[1], helper.job, tool);
	file_close(pair[1]);
	if (helper.pid < 0) {
		file_close(pair[0]);
		return -1;
	}
	helper.fd = pair[0];
	wait_at_most(BEGIN_US);
	if (answer_take(helper.job) <= 0) {
		abandon();
		errno = ETIMEDOUT;
		return -1;
	}
	*number = helper.job->pid;
	wait_at_most(WAIT_US);
	return 0;
}

struct helper_job *
helper_job(void)
{
	if (helper.fd >= 0) {
		helper.job->patient = false;
		return helper.job;
	}
	reap();
	errno = EAGAIN;
	if (helper.count == STUCK_MAX)
		return NULL;
	if (helper.job)
		munmap(helper.job, sizeof *helper.job);
	helper.job = mmap(NULL, sizeof *helper.job, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (helper.job == MAP_FAILED)
		helper.job = NULL;
	return helper.job && helper_fork() == 0 ? helper.job : NULL;
}

long
helper_do(struct helper_job *j, long (*work)(struct helper_job *))
{
	j->work = work;
	if (send(helper.fd, "", 1, MSG_NOSIGNAL) == 1 && answer_await(j)) {
		errno = j->error;
		return j->result;
	}
	abandon();
	errno = ETIMEDOUT;
	return -1;
}

pid_t
helper_split(void)
{
	int fd[2], number = 0;
	struct rights ignored;
	sigset_t all;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, NULL);
		number = proc_self();
		if (write(fd[1], &number, sizeof number) < 0)
			_exit(1);
		close_all_but(STDERR_FILENO);
		rights_keep(RIGHT_DAC_OVERRIDE, &ignored);
		return 0;
	}
	close(fd[1]);
	if (pid > 0 && read(fd[0], &number, sizeof number) > 0)
		helper.number[STUCK_MAX + helper.split++ % SPLIT_MAX] = number;
	close(fd[0]);
	return pid;
}

bool
helper_is(int pid)
{
	for (int i = 0; i < STUCK_MAX + SPLIT_MAX; i++)
		if (pid && helper.number[i] == pid)
			return true;
	return false;
}

void
helper_forget(int pid)
{
	for (int i = 0; i < STUCK_MAX + SPLIT_MAX; i++)
		if (helper.number[i] == pid)
			helper.number[i] = 0;
}

/* A stuck one ends with its read, all others at once. */
void
helper_end(void)
{
	static const struct timespec nap = { 0, END_NS };

	if (helper.fd >= 0)
		abandon();
	reap();
	for (int i = 0; helper.count && i < ENDS_MAX; i++) {
		nanosleep(&nap, NULL);
		reap();
	}
}
