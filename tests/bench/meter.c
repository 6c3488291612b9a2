/*
 * meter - run a tracer round a command and say what the tracer cost
 *
 * meter [-n] [-e err] [-o out] [-w secs] tool ... -- command ...
 *	Start the tool, give it secs to get ready, run the command, wait until
 *	the tool has caught up (-n: for 0.1 s), end it with SIGINT.
 * meter -i secs [-e err] [-o out] [-w secs] tool ...
 *	The same without a command: secs in which it has nothing to do.
 * meter -u [-e err] [-o out] tool ...
 *	The tool runs the command itself, and ends with it.
 * meter -a tag [-e err] -o out [-w secs] tool ...
 *	When is the tool armed? Run a probe, `meter -p tag-N-`, every 5 ms
 *	until out holds the tag or secs are over.
 * meter -p name
 *	Live for 3 ms, so that a tool that looks in /proc can see the name.
 *
 * Output and errors of the tool go to the files out and err. On stdout come
 * what the command says and one line of name=value:
 *
 *	cpu_us		CPU time of the tool alone, from before the command
 *			until it had caught up (with -u: all of its life)
 *	secs, wakeups, forks
 *			of the same time: how long it was, how often the tool
 *			went to sleep (voluntary_ctxt_switches), and how many
 *			processes and threads began on the machine (not -u)
 *	command_us	CPU time of the command and its children, interrupts
 *			that hit them and the kernel's probes included (not -u)
 *	utime_us, stime_us, maxrss_kb
 *			as wait4 gives them: all of its life, with those of
 *			its children that it waited for
 *	hwm_kb		its own peak memory (VmHWM), before it was ended
 *	status		of the tool: 0-255, or 128 + signal
 *	command		the same of the command (with -u: that of the tool)
 * and with -a, in place of those up to command, milliseconds since the start:
 *	armed_ms	of the first probe that was reported; - for none
 *	readable_ms	until a report could be read in out; - for not yet
 *
 * The status is 0 when all ran, 1 when something could not be started or the
 * tool ended too soon, 2 for usage.
 */

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PROBE_MS	5
#define PROBE_LIFE_MS	3
#define PROBES_MAX	12000	/* one a PROBE_MS for WARM_MAX seconds */
#define WARM_MAX	60.0
#define SETTLE_MS	100
#define SETTLE_QUIET	3	/* so many intervals without work: caught up */
#define SETTLE_LIMIT	100	/* intervals to wait for that at most */
#define QUIET_US	1000	/* less CPU time in an interval is no work */
#define END_LIMIT_MS	10000	/* from SIGINT to SIGKILL */
#define POLL_MS		10
#define TAG_MAX		64
#define PATH_SIZE	64
#define LINE_SIZE	256

struct tool {
	char **argv;
	const char *out;	/* NULL: as ours */
	const char *err;
	pid_t pid;
	clockid_t clock;	/* its CPU time */
	double begin;		/* ms */
	long hwm;		/* KB */
	int status;
	struct rusage usage;
};

/* What is counted at the begin and at the end of the command. */
struct reading {
	double cpu;		/* us */
	double ms;
	long wakeups;
	long forks;
};

struct options {
	struct tool tool;
	char **command;
	const char *tag;
	double warm;		/* ms */
	double idle;		/* ms, in place of a command; 0: none */
	bool probe;
	bool now;		/* do not wait until it has caught up */
	bool under;
};

static double
ms_of(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts) == -1)
		err(1, "clock");
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static double
ms_now(void)
{
	return ms_of(CLOCK_MONOTONIC);
}

static void
ms_sleep(double ms)
{
	struct timespec ts;

	if (ms <= 0)
		return;
	ts.tv_sec = (time_t)(ms / 1e3);
	ts.tv_nsec = (long)((ms - (double)ts.tv_sec * 1e3) * 1e6);
	while (nanosleep(&ts, &ts) == -1 && errno == EINTR)
		;
}

static void
redirect(const char *name, int fd)
{
	int file;

	if (name == NULL)
		return;
	file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (file == -1 || dup2(file, fd) == -1)
		err(127, "%s", name);
	close(file);
}

/*
 * A shell that starts us in the background ignores SIGINT for us, and that is
 * inherited: a tool without a handler of its own would not end.
 */
static pid_t
child_start(char *argv[], const char *out, const char *error)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == -1)
		err(1, "fork");
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	redirect(out, STDOUT_FILENO);
	redirect(error, STDERR_FILENO);
	execvp(argv[0], argv);
	err(127, "%s", argv[0]);
}

static int
status_number(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

/* Run it and wait; its status and what it used, that of its children too. */
static int
command_run(char *argv[], struct rusage *usage)
{
	pid_t pid = child_start(argv, NULL, NULL);
	int status;

	if (wait4(pid, &status, 0, usage) == -1)
		err(1, "wait");
	return status_number(status);
}

static long
usage_us(const struct rusage *usage)
{
	return (long)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) *
	    1000000 + usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
}

/* The number after a key at the start of a line of a file of /proc; 0 when
 * there is none. */
static long
number_find(const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	char line[LINE_SIZE];
	long n = 0;

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			n = strtol(line + strlen(key), NULL, 10);
	fclose(file);
	return n;
}

static void
tool_start(struct tool *tool)
{
	tool->begin = ms_now();
	tool->pid = child_start(tool->argv, tool->out, tool->err);
	errno = clock_getcpuclockid(tool->pid, &tool->clock);
	if (errno != 0)
		err(1, "CPU clock of %s", tool->argv[0]);
}

/* Has it ended? It stays a zombie, whose clock can still be read. */
static bool
tool_ended(const struct tool *tool)
{
	siginfo_t info = { .si_pid = 0 };

	if (waitid(P_PID, (id_t)tool->pid, &info,
	    WEXITED | WNOWAIT | WNOHANG) == -1)
		err(1, "wait");
	return info.si_pid != 0;
}

/* CPU time of the tool in us, that of threads that are gone included. */
static double
tool_cpu(const struct tool *tool)
{
	return ms_of(tool->clock) * 1e3;
}

/* A number of its /proc/PID/status, of the first thread. */
static long
tool_number(const struct tool *tool, const char *key)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)tool->pid);
	return number_find(path, key);
}

/* Note the peak of its memory; it can no longer be read of a zombie. */
static void
tool_hwm(struct tool *tool)
{
	long kb = tool_number(tool, "VmHWM:");

	if (kb > tool->hwm)
		tool->hwm = kb;
}

static struct reading
tool_read(const struct tool *tool)
{
	return (struct reading){
		.cpu = tool_cpu(tool),
		.ms = ms_now(),
		.wakeups = tool_number(tool, "voluntary_ctxt_switches:"),
		.forks = number_find("/proc/stat", "processes "),
	};
}

static void
tool_reap(struct tool *tool)
{
	int status;

	if (wait4(tool->pid, &status, 0, &tool->usage) == -1)
		err(1, "wait");
	tool->status = status_number(status);
}

static void
tool_end(struct tool *tool)
{
	double begin = ms_now();

	tool_hwm(tool);
	kill(tool->pid, SIGINT);
	while (!tool_ended(tool) && ms_now() - begin < END_LIMIT_MS)
		ms_sleep(POLL_MS);
	if (!tool_ended(tool))
		kill(tool->pid, SIGKILL);
	tool_reap(tool);
}

static void
tool_must_run(struct tool *tool)
{
	if (!tool_ended(tool))
		return;
	tool_reap(tool);
	errx(1, "%s ended too soon, status %d", tool->argv[0], tool->status);
}

/* Wait until it has nothing more to do. */
static void
tool_settle(const struct tool *tool)
{
	double before = tool_cpu(tool), now;
	int i, quiet = 0;

	for (i = 0; i < SETTLE_LIMIT && quiet < SETTLE_QUIET; i++) {
		ms_sleep(SETTLE_MS);
		now = tool_cpu(tool);
		quiet = now - before < QUIET_US ? quiet + 1 : 0;
		before = now;
	}
}

static void
tool_print(const struct tool *tool)
{
	const struct rusage *usage = &tool->usage;

	printf(" utime_us=%ld stime_us=%ld maxrss_kb=%ld hwm_kb=%ld "
	    "status=%d\n",
	    (long)usage->ru_utime.tv_sec * 1000000 + usage->ru_utime.tv_usec,
	    (long)usage->ru_stime.tv_sec * 1000000 + usage->ru_stime.tv_usec,
	    usage->ru_maxrss, tool->hwm, tool->status);
}

static void
measure(struct options *options)
{
	struct tool *tool = &options->tool;
	struct rusage usage = { .ru_maxrss = 0 };
	struct reading begin, end;
	int status = 0;

	tool_start(tool);
	ms_sleep(options->warm);
	tool_must_run(tool);
	begin = tool_read(tool);
	if (options->idle > 0)
		ms_sleep(options->idle);
	else
		status = command_run(options->command, &usage);
	tool_must_run(tool);
	if (options->now)
		ms_sleep(SETTLE_MS);
	else if (options->idle == 0)
		tool_settle(tool);
	end = tool_read(tool);
	tool_end(tool);
	printf("cpu_us=%.0f secs=%.3f wakeups=%ld forks=%ld command_us=%ld "
	    "command=%d", end.cpu - begin.cpu, (end.ms - begin.ms) / 1e3,
	    end.wakeups - begin.wakeups, end.forks - begin.forks,
	    usage_us(&usage), status);
	tool_print(tool);
}

static void
measure_under(struct options *options)
{
	struct tool *tool = &options->tool;
	double cpu;

	tool_start(tool);
	while (!tool_ended(tool)) {
		tool_hwm(tool);
		ms_sleep(POLL_MS);
	}
	cpu = tool_cpu(tool);
	tool_reap(tool);
	printf("cpu_us=%.0f command=%d", cpu, tool->status);
	tool_print(tool);
}

/* The lowest number N of a "tag-N-" in the file; -1 when none is there yet. */
static long
probe_find(const char *name, const char *tag)
{
	char *line = NULL, *hit, *end;
	size_t size = 0, len = strlen(tag);
	long n, lowest = -1;
	FILE *file = fopen(name, "re");

	if (file == NULL)
		return -1;
	while (getline(&line, &size, file) != -1) {
		hit = strstr(line, tag);
		if (hit == NULL || hit[len] != '-')
			continue;
		n = strtol(hit + len + 1, &end, 10);
		if (*end == '-' && n >= 0 && (lowest == -1 || n < lowest))
			lowest = n;
	}
	free(line);
	fclose(file);
	return lowest;
}

static void
arm_print(const char *name, double ms)
{
	if (isnan(ms))
		printf("%s=-", name);
	else
		printf("%s=%.1f", name, ms);
}

static void
measure_arm(struct options *options)
{
	static double starts[PROBES_MAX];	/* ms since the tool's */
	struct tool *tool = &options->tool;
	struct rusage usage;
	double now, readable = NAN;
	char arg[TAG_MAX + 32];
	char *argv[] = { "/proc/self/exe", "-p", arg, NULL };
	long n, first;

	tool_start(tool);
	for (n = 0; n < PROBES_MAX && isnan(readable); n++) {
		tool_must_run(tool);
		now = ms_now() - tool->begin;
		if (now > options->warm)
			break;
		starts[n] = now;
		snprintf(arg, sizeof(arg), "%s-%ld-", options->tag, n);
		if (command_run(argv, &usage) != 0)
			errx(1, "a probe failed");
		ms_sleep(starts[n] + PROBE_MS - (ms_now() - tool->begin));
		if (probe_find(tool->out, options->tag) != -1)
			readable = ms_now() - tool->begin;
	}
	tool_end(tool);
	first = probe_find(tool->out, options->tag);
	arm_print("armed_ms", first >= 0 && first < n ? starts[first] : NAN);
	arm_print(" readable_ms", readable);
	tool_print(tool);
}

static void
usage(void)
{
	fputs("usage: meter [-n] [-e err] [-o out] [-w secs] tool ... -- "
	    "command ...\n"
	    "       meter -i secs [-e err] [-o out] [-w secs] tool ...\n"
	    "       meter -u [-e err] [-o out] tool ...\n"
	    "       meter -a tag [-e err] -o out [-w secs] tool ...\n"
	    "       meter -p name\n", stderr);
	exit(2);
}

static double
seconds_parse(const char *s)
{
	char *end;
	double seconds = strtod(s, &end);

	if (end == s || *end != '\0' || !(seconds >= 0 && seconds <= WARM_MAX))
		errx(2, "not seconds from 0 to %g: %s", WARM_MAX, s);
	return seconds;
}

/* Split the arguments at "--" into tool and command. */
static char **
command_split(char *argv[])
{
	for (; *argv != NULL; argv++) {
		if (strcmp(*argv, "--") != 0)
			continue;
		*argv = NULL;
		return argv[1] != NULL ? argv + 1 : NULL;
	}
	return NULL;
}

static void
options_parse(struct options *options, int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "+a:e:i:no:puw:")) != -1) {
		switch (c) {
		case 'a':
			options->tag = optarg;
			break;
		case 'e':
			options->tool.err = optarg;
			break;
		case 'i':
			options->idle = seconds_parse(optarg) * 1e3;
			break;
		case 'n':
			options->now = true;
			break;
		case 'o':
			options->tool.out = optarg;
			break;
		case 'p':
			options->probe = true;
			break;
		case 'u':
			options->under = true;
			break;
		case 'w':
			options->warm = seconds_parse(optarg) * 1e3;
			break;
		default:
			usage();
		}
	}
	options->tool.argv = argv + optind;
	if (options->tag == NULL && !options->under && options->idle == 0)
		options->command = command_split(argv + optind);
}

int
main(int argc, char *argv[])
{
	struct options options = { .tag = NULL };

	options_parse(&options, argc, argv);
	if (options.tool.argv[0] == NULL)
		usage();
	if (options.tag != NULL && (options.under ||
	    options.tool.out == NULL || strlen(options.tag) > TAG_MAX))
		usage();
	if (options.probe)
		ms_sleep(PROBE_LIFE_MS);
	else if (options.tag != NULL)
		measure_arm(&options);
	else if (options.under)
		measure_under(&options);
	else if (options.command != NULL || options.idle > 0)
		measure(&options);
	else
		usage();
	if (fflush(stdout) == EOF)
		err(1, "stdout");
	return 0;
}
