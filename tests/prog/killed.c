/*
 * killed - make processes that signals kill, and say who sent them
 *
 * usage: killed -n N TRUTH
 *
 * N victims, of each kind of the table below in turn. The senders are
 * processes of their own, with names of their own, where the kind has one.
 *
 * TRUTH gets a line for each victim:
 *
 *	PID SIGNAL WHY SENDER COMM KIND
 *
 * WHY is "user", "kernel" or "self"; SENDER and COMM are 0 and "-" of the
 * kernel. Kinds that this kernel does not have (seccomp, and parent, which needs
 * a subreaper) have no line. Ends with status 1 when a victim did not end as it
 * should.
 */

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* linux/filter.h and linux/seccomp.h, which musl does not bring. */
struct filter {
	unsigned short code;
	unsigned char if_true, if_false;
	unsigned k;
};

struct program {
	unsigned short len;
	struct filter *filter;
};

#define SECCOMP_MODE  2
#define LOAD_NR	      { 0x20, 0, 0, 0 } /* BPF_LD | BPF_W | BPF_ABS */
#define IF_EQUAL(k)   { 0x15, 0, 1, k } /* BPF_JMP | BPF_JEQ | BPF_K */
#define RETURN_KILL   { 0x06, 0, 0, 0 } /* BPF_RET | BPF_K */
#define RETURN_ALLOW  { 0x06, 0, 0, 0x7fff0000 }

static FILE *truth;
static const char *kind;
static int signo, failed;
static int ready[2], go[2]; /* pipes: the victim waits; it may go on */
static volatile sig_atomic_t handled;
static volatile int target;

/* ---- what victims do ---- */

static void
tell(int fd)
{
	if (write(fd, "", 1) != 1)
		_exit(1);
}

static void
await(int fd)
{
	char c;

	if (read(fd, &c, 1) != 1)
		_exit(1);
}

static void
rest(void)
{
	tell(ready[1]);
	for (;;)
		pause();
}

static void
block(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(how, &set, NULL);
}

/* Blocked until it may go on. */
static void
late(void)
{
	block(SIG_BLOCK);
	tell(ready[1]);
	await(go[0]);
	block(SIG_UNBLOCK);
	pause();
}

static void
handler(int sig)
{
	(void)sig;
	handled = 1;
}

/* The first one is handled. */
static void
handles(void)
{
	signal(signo, handler);
	tell(ready[1]);
	while (!handled)
		usleep(1000);
	signal(signo, SIG_DFL);
	rest();
}

/* The first one is taken without an event. */
static void
waits(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, signo);
	block(SIG_BLOCK);
	tell(ready[1]);
	sigwait(&set, &sig);
	tell(ready[1]);
	await(go[0]);
	block(SIG_UNBLOCK);
	pause();
}

/* The first one is ignored. */
static void
ignores(void)
{
	signal(signo, SIG_IGN);
	tell(ready[1]);
	await(go[0]);
	signal(signo, SIG_DFL);
	rest();
}

static void *
thread_rest(void *arg)
{
	target = (int)syscall(SYS_gettid);
	if (write(ready[1], (int *)&target, sizeof target) < 0)
		_exit(1);
	for (;;)
		pause();
	return arg;
}

static void
two_threads(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, thread_rest, NULL) != 0)
		_exit(1);
	for (;;)
		pause();
}

/* ---- what kills itself ---- */

static void
by_kill(void)
{
	kill(getpid(), signo);
}

static void
by_raise(void)
{
	raise(signo);
}

static void
by_queue(void)
{
	sigqueue(getpid(), signo, (union sigval){ 0 });
}

/* ---- what the kernel kills ---- */

static void
by_fault(void)
{
	volatile int *volatile nowhere = NULL;

	*nowhere = 1;
}

static void
by_pipe(void)
{
	int fd[2];

	if (pipe(fd) != 0)
		_exit(1);
	close(fd[0]);
	if (write(fd[1], "", 1) != 1)
		_exit(1);
}

static void
by_limit(void)
{
	struct rlimit none = { 0, 0 };
	char name[] = "killedXXXXXX";
	int fd = mkstemp(name);

	unlink(name);
	setrlimit(RLIMIT_FSIZE, &none);
	if (write(fd, "", 1) != 1)
		_exit(1);
}

static void
by_interval(void)
{
	struct itimerval t = { .it_value.tv_usec = 2000 };

	setitimer(ITIMER_REAL, &t, NULL);
	pause();
}

static void
by_timer(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = signo };
	struct itimerspec t = { .it_value.tv_nsec = 2000000 };
	timer_t id;

	if (timer_create(CLOCK_MONOTONIC, &e, &id) != 0)
		_exit(1);
	timer_settime(id, 0, &t, NULL);
	pause();
}

/* It runs out in the process itself, and not in an interrupt (since Linux 5.11).
 */
static void
by_cpu_timer(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = signo };
	struct itimerspec t = { .it_value.tv_nsec = 2000000 };
	timer_t id;

	if (timer_create(CLOCK_PROCESS_CPUTIME_ID, &e, &id) != 0)
		_exit(1);
	timer_settime(id, 0, &t, NULL);
	for (;;)
		;
}

static void
by_seccomp(void)
{
	struct filter f[] = { LOAD_NR, IF_EQUAL(SYS_getppid), RETURN_KILL,
		RETURN_ALLOW };
	struct program p = { 4, f };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE, &p) == 0)
		getppid();
}

/* ---- senders ---- */

static pid_t victim;

static void
send_one(void)
{
	kill(victim, signo);
}

static void
send_group(void)
{
	kill(-victim, signo);
}

static void
send_queue(void)
{
	sigqueue(victim, signo, (union sigval){ 0 });
}

static void
send_thread(void)
{
	syscall(SYS_tgkill, victim, target, signo);
}

static void *
thread_send(void *arg)
{
	prctl(PR_SET_NAME, "a thread");
	send_one();
	return arg;
}

/* From a thread: it is the process that counts. */
static void
send_from_thread(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, thread_send, NULL) != 0)
		_exit(1);
	pthread_join(t, NULL);
}

/* A process with a name of its own, which sends and ends.  Returns its PID. */
static pid_t
sender(const char *comm, void (*send)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_NAME, comm);
		send();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	return pid;
}

/* ---- kinds ---- */

static pid_t
start(void (*life)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		setpgid(0, 0);
		signal(signo, SIG_DFL);
		life();
		_exit(1);
	}
	setpgid(pid, pid);
	victim = pid;
	return pid;
}

/* The victim has ended. */
static void
ended(const char *why, pid_t by, const char *comm)
{
	int status;

	if (waitpid(victim, &status, 0) != victim)
		err(1, "%s", kind);
	if (WIFEXITED(status) && strcmp(kind, "seccomp") == 0)
		return;
	if (!WIFSIGNALED(status) ||
	    WTERMSIG(status) != signo) {
		warnx("%s: status %#x, signal %d", kind, (unsigned)status,
		    signo);
		failed = 1;
	}
	fprintf(truth, "%d %d %s %d %s %s\n", victim, signo, why, by, comm,
	    kind);
}

static void
killed_by(const char *comm, void (*life)(void), void (*send)(void))
{
	start(life);
	await(ready[0]);
	ended("user", sender(comm, send), comm);
}

static void
killed_thread(void)
{
	pid_t by;

	start(two_threads);
	if (read(ready[0], (int *)&target, sizeof target) < 0)
		err(1, "pipe");
	by = sender("tgkill", send_thread);
	ended("user", by, "tgkill");
}

/* The sender is gone before the signal is taken; a second one comes too late.
 */
static void
killed_late(void)
{
	pid_t by;

	start(late);
	await(ready[0]);
	by = sender("early", send_one);
	sender("too-late", send_one);
	tell(go[1]);
	ended("user", by, "early");
}

/* Two senders, of which the first one's signal does not kill. */
static void
killed_second(void (*life)(void), int then_go, int blocked)
{
	pid_t by;

	start(life);
	await(ready[0]);
	sender("first", send_one);
	if (then_go)
		tell(go[1]);
	await(ready[0]);
	by = sender("second", send_one);
	if (blocked)
		tell(go[1]);
	ended("user", by, "second");
}

/* The parent of the victim ends, and the victim with it. */
static void
killed_by_parent(void)
{
	pid_t parent;
	int fd[2];

	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		return;
	if (pipe(fd) != 0)
		err(1, "pipe");
	parent = fork();
	if (parent == 0) {
		prctl(PR_SET_NAME, "parent");
		victim = fork();
		if (victim == 0) {
			prctl(PR_SET_PDEATHSIG, signo);
			signal(signo, SIG_DFL);
			rest();
		}
		if (write(fd[1], &victim, sizeof victim) < 0)
			_exit(1);
		await(ready[0]);
		_exit(0);
	}
	if (read(fd[0], &victim, sizeof victim) < 0)
		err(1, "pipe");
	close(fd[0]);
	close(fd[1]);
	waitpid(parent, NULL, 0);
	ended("user", parent, "parent");
}

static const struct {
	const char *kind;
	int signo;
	void (*life)(void);
	const char *why; /* NULL: see make */
} kinds[] = {
	{ "kill", SIGKILL, rest, NULL },
	{ "self-kill", SIGTERM, by_kill, "self" },
	{ "fault", SIGSEGV, by_fault, "kernel" },
	{ "group", SIGTERM, rest, NULL },
	{ "pipe", SIGPIPE, by_pipe, "kernel" },
	{ "sigqueue", 40, rest, NULL },
	{ "raise", SIGPIPE, by_raise, "self" },
	{ "from-thread", SIGHUP, rest, NULL },
	{ "interval", SIGALRM, by_interval, "kernel" },
	{ "tgkill", SIGUSR1, NULL, NULL },
	{ "abort", SIGABRT, abort, "self" },
	{ "late", SIGTERM, NULL, NULL },
	{ "timer", SIGUSR2, by_timer, "kernel" },
	{ "handles", SIGINT, NULL, NULL },
	{ "self-queue", SIGUSR1, by_queue, "self" },
	{ "waits", SIGTERM, NULL, NULL },
	{ "limit", SIGXFSZ, by_limit, "kernel" },
	{ "ignores", SIGTERM, NULL, NULL },
	{ "parent", SIGKILL, NULL, NULL },
	{ "seccomp", SIGSYS, by_seccomp, "kernel" },
	{ "cpu-timer", SIGUSR1, by_cpu_timer, "kernel" },
	{ "core", SIGQUIT, rest, NULL },
};

#define KINDS (long)(sizeof kinds / sizeof *kinds)

static void
make(long i)
{
	char comm[24];

	kind = kinds[i % KINDS].kind;
	signo = kinds[i % KINDS].signo;
	snprintf(comm, sizeof comm, "by%ld", i);
	if (kinds[i % KINDS].why) {
		start(kinds[i % KINDS].life);
		if (strcmp(kinds[i % KINDS].why, "self") == 0)
			ended("self", victim, "killed");
		else
			ended("kernel", 0, "-");
	} else if (strcmp(kind, "tgkill") == 0)
		killed_thread();
	else if (strcmp(kind, "late") == 0)
		killed_late();
	else if (strcmp(kind, "handles") == 0)
		killed_second(handles, 0, 0);
	else if (strcmp(kind, "waits") == 0)
		killed_second(waits, 0, 1);
	else if (strcmp(kind, "ignores") == 0)
		killed_second(ignores, 1, 0);
	else if (strcmp(kind, "parent") == 0)
		killed_by_parent();
	else
		killed_by(comm, kinds[i % KINDS].life,
		    strcmp(kind, "group") == 0	       ? send_group :
			strcmp(kind, "sigqueue") == 0    ? send_queue :
			strcmp(kind, "from-thread") == 0 ? send_from_thread :
							   send_one);
}

int
main(int argc, char **argv)
{
	struct rlimit none = { 0, 0 };
	long count;

	if (argc != 4 || strcmp(argv[1], "-n") != 0)
		errx(2, "usage: killed -n N TRUTH");
	count = strtol(argv[2], NULL, 10);
	truth = fopen(argv[3], "w");
	if (!truth || pipe(ready) != 0 || pipe(go) != 0)
		err(1, "%s", argv[3]);
	setrlimit(RLIMIT_CORE, &none);
	for (long i = 0; i < count; i++) {
		fflush(truth);
		make(i);
	}
	return fclose(truth) != 0 || failed;
}
