/*
 * users - make processes that change their users in every way, and say who they
 * were; or compare that with a recording
 *
 * usage: users -n N TRUTH
 *	users -c [-s] TRUTH RECORDING
 *
 * N processes, of each kind of the table below in turn. TRUTH gets a line for
 * each thread that ended, and for each exec:
 *
 *	exit|exec TID UID RUID GID KIND
 *
 * with the numbers of the first user namespace. It is run by root, at an
 * absolute path, in a folder where files may have the set-user-ID bit; and it
 * copies itself there.
 *
 * -c follows the users of a recording, and prints for each kind how many lines
 * are right, not known and wrong; with -s none may be not known. Ends with
 * status 1 if one is wrong, or none is known.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Those without 32 in their name have numbers of 16 bits there. */
#ifdef SYS_setresuid32
#undef SYS_setuid
#undef SYS_setgid
#undef SYS_setreuid
#undef SYS_setregid
#undef SYS_setresuid
#undef SYS_setresgid
#define SYS_setuid    SYS_setuid32
#define SYS_setgid    SYS_setgid32
#define SYS_setreuid  SYS_setreuid32
#define SYS_setregid  SYS_setregid32
#define SYS_setresuid SYS_setresuid32
#define SYS_setresgid SYS_setresgid32
#endif

#define TRUTHS	  6 /* of one process, at most */
#define OWNER	  4321
#define OWNER_GID 1234
#define IDS	  5000 /* random ones are below */

/* What a process finds; in memory that all share, by a file. */
struct truth {
	int tid; /* 0: none */
	uint32_t uid, ruid, gid;
	char exec;
};

struct process {
	struct truth truth[TRUTHS];
	uint32_t add; /* to the numbers it sees, to have the kernel's */
};

static struct process *shared; /* of all processes */
static struct process *me;
static int file;
static char self[PATH_MAX], twin[PATH_MAX + 16], root[PATH_MAX + 16];
static char number[16];

static int
number_of(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

/* ---- what is true ---- */

static void
note(int slot, int exec)
{
	uid_t r, e, s;
	gid_t gr, ge, gs;
	struct truth *t = &me->truth[slot];

	if (getresuid(&r, &e, &s) != 0 || getresgid(&gr, &ge, &gs) != 0)
		_exit(1);
	*t = (struct truth){ .uid = e + me->add,
		.ruid = r + me->add,
		.gid = ge + me->add,
		.exec = (char)exec };
	t->tid = (int)syscall(SYS_gettid);
}

static int
map_file(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -1;
	shared = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	return shared == MAP_FAILED ? -1 : 0;
}

/* ---- what processes do ---- */

static void
end(void)
{
	note(0, 0);
	_exit(0);
}

static uint32_t
some(void)
{
	return rand() % 4 == 0 ? UINT32_MAX : (uint32_t)(rand() % IDS);
}

/* One of the calls, which may fail; by number, so that it is of this thread
 * only. */
static void
some_call(void)
{
	switch (rand() % 6) {
	case 0:
		syscall(SYS_setuid, rand() % IDS);
		break;
	case 1:
		syscall(SYS_setgid, rand() % IDS);
		break;
	case 2:
		syscall(SYS_setreuid, some(), some());
		break;
	case 3:
		syscall(SYS_setregid, some(), some());
		break;
	case 4:
		syscall(SYS_setresuid, some(), some(), some());
		break;
	case 5:
		syscall(SYS_setresgid, some(), some(), some());
		break;
	}
}

static void
some_calls(void)
{
	for (int n = 1 + rand() % 6; n > 0; n--)
		some_call();
}

static void
calls(void)
{
	some_calls();
	end();
}

/* Numbers that it has already, and back to the saved one. */
static void
back(void)
{
	uid_t r, e, s;

	if (setresuid(1 + (uid_t)rand() % IDS, 1 + (uid_t)rand() % IDS,
		1 + (uid_t)rand() % IDS) != 0)
		_exit(1);
	for (int n = rand() % 6; n > 0; n--) {
		getresuid(&r, &e, &s);
		switch (rand() % 4) {
		case 0:
			syscall(SYS_setuid, rand() % 2 ? r : s);
			break;
		case 1:
			syscall(SYS_setreuid, rand() % 2 ? e : r,
			    rand() % 2 ? s : UINT32_MAX);
			break;
		case 2:
			syscall(SYS_setresuid, UINT32_MAX, rand() % 2 ? s : r,
			    UINT32_MAX);
			break;
		case 3:
			syscall(SYS_setuid, rand() % IDS); /* refused */
			break;
		}
	}
	end();
}

static void *
thread(void *arg)
{
	(void)arg;
	srand((unsigned)(uintptr_t)arg);
	some_calls();
	note(1, 0);
	return NULL;
}

/* A thread changes only its own. */
static void
threads(void)
{
	pthread_t t;

	some_call();
	if (pthread_create(
		&t, NULL, thread, (void *)(uintptr_t)(unsigned)rand()) != 0)
		_exit(1);
	pthread_join(t, NULL);
	end();
}

static void
run(const char *path)
{
	char fd[16];

	snprintf(fd, sizeof fd, "%d", file);
	execl(path, path, "--say", fd, number, (char *)NULL);
	_exit(1);
}

/* The group 0 is left, and so is the user: a program may be executed still. */
static void
leave(void)
{
	if (setresgid(2 + (gid_t)rand() % IDS, 2 + (gid_t)rand() % IDS, 1) !=
		0 ||
	    setresuid(2 + (uid_t)rand() % IDS, 2 + (uid_t)rand() % IDS, 1) != 0)
		_exit(1);
}

static void
plain(void)
{
	leave();
	run(self);
}

static void
bits(void)
{
	leave();
	run(twin);
}

static void *
exec_thread(void *arg)
{
	(void)arg;
	syscall(SYS_setresgid, 77, 78, 79);
	syscall(SYS_setresuid, 87, 88, 89);
	run(self);
	return NULL;
}

/* Another thread than the first executes the program, as another user. */
static void
exec_by_thread(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, exec_thread, NULL) != 0)
		_exit(1);
	pause();
}

/* Its own path is another program there: with the bits. */
static void
jail(void)
{
	if (chroot(root) != 0 || chdir("/") != 0)
		_exit(1);
	leave();
	run(self);
}

static void
put(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		_exit(2);
	close(fd);
}

/* The numbers from 1000 on are those from 0 on in a namespace of its own. */
static void namespace(void)
{
	pid_t pid, us = getpid();
	int go[2], done[2], status;
	char name[64], c;

	if (pipe(go) != 0 || pipe(done) != 0 || (pid = fork()) < 0)
		_exit(2);
	if (pid == 0) { /* maps us, from outside */
		if (read(go[0], &c, 1) != 1)
			_exit(2);
		snprintf(name, sizeof name, "/proc/%d/uid_map", us);
		put(name, "0 1000 5000\n");
		snprintf(name, sizeof name, "/proc/%d/gid_map", us);
		put(name, "0 1000 5000\n");
		note(5, 0);
		_exit(0);
	}
	if (unshare(CLONE_NEWUSER) != 0 || write(go[1], "", 1) != 1 ||
	    waitpid(pid, &status, 0) != pid || status)
		_exit(2);
	me->add = 1000;
	if (setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0)
		_exit(2);
	some_calls();
	end();
}

/* seccomp(2) answers instead of the kernel: success, of which nothing is true.
 */
static void
fake(void)
{
	struct {
		unsigned short code;
		unsigned char yes, no;
		unsigned k;
	} filter[] = {
		{ 0x20, 0, 0, 0 },	       /* the number */
		{ 0x15, 0, 1, SYS_setresuid }, /* if it is that */
		{ 0x06, 0, 0, 0x00050000 },    /* RET_ERRNO, 0 */
		{ 0x06, 0, 0, 0x7fff0000 },    /* else allow */
	};
	struct {
		unsigned short len;
		void *filter;
	} program = { 4, filter };

	if (prctl(PR_SET_SECCOMP, 2, &program) != 0)
		_exit(2);
	syscall(SYS_setresuid, 11, 12, 13);
	end();
}

/* By the calls of a 32-bit program: setuid32 and setgid32. */
static void
other_abi(void)
{
#ifdef __x86_64__
	long r;

	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "0"(214L), "b"(3000L + rand() % 1000)
			 : "memory", "r8", "r9", "r10", "r11");
	if (r != 0)
		_exit(2);
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "0"(213L), "b"(3000L + rand() % 1000)
			 : "memory", "r8", "r9", "r10", "r11");
	if (r != 0)
		_exit(2);
#endif
	end();
}

static void
slow(void)
{
	static const struct timespec nap = { 0, 60000000 };

	some_calls();
	nanosleep(&nap, NULL);
	end();
}

/* A child of a child, of a thread that is another user. */
static void *
fork_thread(void *arg)
{
	int status;
	pid_t pid;

	(void)arg;
	some_calls();
	pid = fork();
	if (pid == 0) {
		note(2, 0);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		_exit(1);
	note(1, 0);
	return NULL;
}

static void
children(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, fork_thread, NULL) != 0)
		_exit(1);
	pthread_join(t, NULL);
	end();
}

static const struct kind {
	const char *name;
	void (*act)(void);
} kinds[] = {
	{ "calls", calls },
	{ "back", back },
	{ "threads", threads },
	{ "children", children },
	{ "plain", plain },
	{ "bits", bits },
	{ "exec_by_thread", exec_by_thread },
	{ "jail", jail },
	{ "namespace", namespace },
	{ "fake", fake },
	{ "other_abi", other_abi },
	{ "slow", slow },
};

#define KINDS (sizeof kinds / sizeof *kinds)

/* ---- making them ---- */

static void
copy(const char *to, mode_t mode, uid_t uid, gid_t gid)
{
	char bytes[65536];
	int in = open(self, O_RDONLY), out;
	ssize_t n;

	unlink(to);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0755);
	if (in < 0 || out < 0)
		err(1, "%s", to);
	while ((n = read(in, bytes, sizeof bytes)) > 0)
		if (write(out, bytes, (size_t)n) != n)
			err(1, "%s", to);
	if (n < 0 || fchown(out, uid, gid) != 0 || fchmod(out, mode) != 0)
		err(1, "%s", to);
	close(in);
	close(out);
}

/* All folders that a path has. */
static void
make_folders(char *path)
{
	for (char *p = path + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(path, 0755);
	}
}

static void
prepare(const char *truth, int n)
{
	char path[2 * PATH_MAX + 64];

	if (!realpath("/proc/self/exe", self))
		err(1, "/proc/self/exe");
	snprintf(twin, sizeof twin, "%s-bits", self);
	copy(twin, 06755, OWNER, OWNER_GID);
	snprintf(root, sizeof root, "%s-root", self);
	snprintf(path, sizeof path, "%s%s", root, self);
	make_folders(path);
	copy(path, 06755, OWNER, OWNER_GID);
	snprintf(path, sizeof path, "%s.shared", truth);
	file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (file < 0 || ftruncate(file, (off_t)sizeof *shared * n) != 0 ||
	    map_file(file) != 0)
		err(1, "%s", path);
	unlink(path);
}

static int
make(int n, const char *truth)
{
	FILE *f = fopen(truth, "w");
	int failed[KINDS] = { 0 };

	if (!f)
		err(1, "%s", truth);
	prepare(truth, n);
	for (int i = 0; i < n; i++) {
		const struct kind *k = &kinds[(unsigned)i % KINDS];
		int status;
		pid_t pid;

		me = &shared[i];
		snprintf(number, sizeof number, "%d", i);
		pid = fork();
		if (pid == 0) {
			srand((unsigned)i + 1);
			k->act();
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			err(1, "fork");
		if (status && failed[(unsigned)i % KINDS]++ == 0)
			warnx("%s: status %x", k->name, (unsigned)status);
		for (int j = 0; j < TRUTHS; j++)
			if (me->truth[j].tid && !status)
				fprintf(f, "%s %d %u %u %u %s\n",
				    me->truth[j].exec ? "exec" : "exit",
				    me->truth[j].tid, me->truth[j].uid,
				    me->truth[j].ruid, me->truth[j].gid,
				    k->name);
	}
	return fclose(f) != 0;
}

/* An exec shows who it is after that, and so does its end. */
static int
say(const char *fd, const char *which)
{
	if (map_file(number_of(fd)) != 0)
		return 1;
	me = &shared[number_of(which)];
	note(3, 1);
	note(4, 0);
	return 0;
}

/* ---- comparing ---- */

#define TIDS (4 << 20)

struct user {
	long long id[3]; /* -1: not known */
};

struct want {
	int kind, next; /* 0: none */
	char exec;
	long long id[3];
};

static struct user *users;
static struct want *wants;
static int *first, *last, want_count;
static struct {
	char name[48];
	int right, unknown, wrong, missing;
} sums[64];

static int
sum_of(const char *name)
{
	int i = 0;

	while (*sums[i].name && strcmp(sums[i].name, name) != 0)
		i++;
	snprintf(sums[i].name, sizeof sums[i].name, "%s", name);
	return i;
}

static void
read_truth(const char *name)
{
	FILE *f = fopen(name, "r");
	char what[8], kind[32], key[48];
	struct want w;
	int tid;

	if (!f)
		err(1, "%s", name);
	while (fscanf(f, "%7s %d %lld %lld %lld %31s", what, &tid, &w.id[0],
		   &w.id[1], &w.id[2], kind) == 6) {
		wants = realloc(
		    wants, sizeof *wants * (size_t)(want_count + 2));
		w.exec = strcmp(what, "exec") == 0;
		snprintf(key, sizeof key, "%s.%s", kind, what);
		w.kind = sum_of(key);
		w.next = 0;
		wants[++want_count] = w;
		if (first[tid])
			wants[last[tid]].next = want_count;
		else
			first[tid] = want_count;
		last[tid] = want_count;
		sums[w.kind].missing++;
	}
	fclose(f);
}

/* The first that is still wanted of a number, which may be used again. */
static struct want *
next_want(int tid)
{
	struct want *w;

	for (int i = first[tid]; i; i = w->next) {
		w = &wants[i];
		if (w->kind >= 0)
			return w;
	}
	return NULL;
}

static void
compare(int tid, int exec)
{
	struct want *w = next_want(tid);
	const long long *id = users[tid].id;
	int unknown = 0, wrong = 0;

	/* The first thread ends in an exec by another one, under its number. */
	if (!w || w->exec != exec)
		return;
	for (int j = 0; j < 3; j++) {
		unknown |= id[j] < 0;
		wrong |= id[j] >= 0 && id[j] != w->id[j];
	}
	sums[w->kind].missing--;
	if (wrong && sums[w->kind].wrong++ < 3)
		printf("wrong: tid %d, %s: %lld %lld %lld, not %lld %lld "
		       "%lld\n",
		    tid, sums[w->kind].name, id[0], id[1], id[2], w->id[0],
		    w->id[1], w->id[2]);
	else if (unknown && !wrong)
		sums[w->kind].unknown++;
	else if (!wrong)
		sums[w->kind].right++;
	w->kind = -1;
}

/* Is it the line of a program of ours?  Its name is the field of that number.
 */
static int
is_ours(const char *line, int at)
{
	while (at-- && line)
		line = strchr(line + 1, ' ');
	return line && strncmp(line, " =users", 7) == 0;
}

static void
read_recording(const char *name)
{
	static const struct user none = { { -1, -1, -1 } };
	FILE *f = fopen(name, "r");
	char *line = NULL, word[16], id[3][24];
	size_t size = 0;
	int tid, other;

	if (!f)
		err(1, "%s", name);
	for (int i = 0; i < TIDS; i++)
		users[i] = none;
	while (getline(&line, &size, f) > 0) {
		other = 0;
		if (sscanf(line, "%15s %*s %d %d", word, &tid, &other) < 2)
			continue;
		if (strcmp(word, "fork") == 0)
			users[tid] = users[other];
		else if (strcmp(word, "exec") == 0 && is_ours(line, 6))
			compare(tid, 1);
		else if (strcmp(word, "exit") == 0 && is_ours(line, 4))
			compare(tid, 0);
		else if (strcmp(word, "lost") == 0)
			for (int i = 0; i < TIDS; i++)
				users[i] = none;
		else if (strcmp(word, "user") == 0 &&
		    sscanf(line, "%*s %*s %*s %23s %23s %23s", id[0], id[1],
			id[2]) == 3)
			for (int i = 0; i < 3; i++)
				users[tid].id[i] = *id[i] == '-' ?
				    -1 :
				    strtoll(id[i], NULL, 10);
	}
	free(line);
	fclose(f);
}

static int
check(const char *truth, const char *recording, int strict)
{
	int right = 0, bad = 0;

	users = calloc(TIDS, sizeof *users);
	first = calloc(TIDS, sizeof *first);
	last = calloc(TIDS, sizeof *last);
	if (!users || !first || !last)
		err(1, "memory");
	read_truth(truth);
	read_recording(recording);
	for (int i = 0; *sums[i].name; i++) {
		printf("%-20s %6d right %6d not known %6d wrong %6d missing\n",
		    sums[i].name, sums[i].right, sums[i].unknown, sums[i].wrong,
		    sums[i].missing);
		right += sums[i].right;
		bad += sums[i].wrong + sums[i].missing;
		if (strict)
			bad += sums[i].unknown;
	}
	return bad || !right;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "--say") == 0)
		return say(argv[2], argv[3]);
	if (argc == 4 && strcmp(argv[1], "-n") == 0)
		return make(number_of(argv[2]), argv[3]);
	if (argc == 4 && strcmp(argv[1], "-c") == 0)
		return check(argv[2], argv[3], 0);
	if (argc == 5 && strcmp(argv[1], "-c") == 0 &&
	    strcmp(argv[2], "-s") == 0)
		return check(argv[3], argv[4], 1);
	errx(2, "usage: users -n N TRUTH | users -c [-s] TRUTH RECORDING");
}
