/*
 * print: words, pids, signals by name, and wait statuses, against those of
 * processes that ended here.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/columns.h"
#include "tap.h"

static struct buf out;

static const char *
printed(void)
{
	buf_putc(&out, '\0');
	out.len = 0;
	return out.data;
}

static const char *
word(const char *s, size_t len)
{
	escape_word(&out, s, len);
	return printed();
}

#define is_word(s, want) \
	tap_is_str(word(s, sizeof s - 1), want, "word: %s", want)

static void
test_words(void)
{
	is_word("", "");
	is_word("a", "a");
	is_word(" ", "\\x20");
	is_word("  ", "\\x20\\x20");
	is_word("a b", "a\\x20b");
	is_word(" a  b ", "\\x20a\\x20\\x20b\\x20");
	is_word("a\nb c", "a\\nb\\x20c");
	is_word("\\ \\", "\\\\\\x20\\\\");
	is_word("\xc3\xa9 \xff", "\xc3\xa9\\x20\\xff");
	is_word("\xc3 \xa9", "\\xc3\\x20\\xa9");
	is_word("a\0 b", "a\\x00\\x20b");
	is_word("\t \r", "\\t\\x20\\r");
	escape_word(&out, "a", 1);
	escape_word(&out, "b c", 3);
	tap_is_str(printed(), "ab\\x20c", "word: appended");
}

static const char *
signal_name(int sig)
{
	print_signal(&out, sig);
	return printed();
}

static void
test_signals(void)
{
	static const char *const names[] = { "SIG0", "SIGHUP", "SIGINT",
		"SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE",
		"SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE",
		"SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT",
		"SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG",
		"SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH",
		"SIGIO", "SIGPWR", "SIGSYS" };

	for (int sig = 0; sig < 32; sig++)
		tap_is_str(signal_name(sig), names[sig], "signal %d", sig);
	tap_is_str(signal_name(32), "SIG32", "a signal of the C library");
	tap_is_str(signal_name(33), "SIG33", "another one");
	tap_is_str(signal_name(34), "SIGRTMIN", "signal 34");
	tap_is_str(signal_name(35), "SIGRTMIN+1", "signal 35");
	tap_is_str(signal_name(64), "SIGRTMIN+30", "signal 64");
	tap_is_str(signal_name(-1), "SIG-1", "no signal either");
}

static const char *
status(int code)
{
	print_status(&out, code);
	return printed();
}

static void
test_statuses(void)
{
	char want[16];
	int wrong = 0;

	for (int n = 0; n < 256; n++) {
		snprintf(want, sizeof want, "%d", n);
		wrong += strcmp(status(n << 8), want) != 0;
	}
	tap_is_int(wrong, 0, "exit statuses 0 to 255");
	tap_is_str(status(CODE_UNKNOWN), "?", "not known");
	tap_is_str(status(SIGKILL), "SIGKILL", "killed");
	tap_is_str(status(SIGSEGV), "SIGSEGV", "no core");
	tap_is_str(status(SIGSEGV | CODE_CORE), "SIGSEGV+core", "core");
	tap_is_str(status(SIGSEGV | CODE_CORE_ANY), "SIGSEGV+core?",
	    "core, maybe");
	tap_is_str(status(SIGSEGV | CODE_CORE | CODE_CORE_ANY),
	    "SIGSEGV+core?", "both");
	tap_is_str(status(64), "SIGRTMIN+30", "a real-time signal");
	tap_is_str(status(34 | CODE_CORE_ANY), "SIGRTMIN+core?", "with core");
}

static const char *
by(int code, enum sent_by why, const char *comm)
{
	struct event_by b = { .why = why, .pid = 812 };

	snprintf(b.comm, COMM_LEN, "%s", comm);
	print_by(&out, code, &b);
	return printed();
}

static void
test_by(void)
{
	tap_is_str(by(SIGKILL, BY_USER, "cleanup.sh"), "812 cleanup.sh",
	    "by a process");
	tap_is_str(by(SIGKILL, BY_USER, "a b\n"), "812 a\\x20b\\n",
	    "its name is escaped");
	tap_is_str(by(SIGKILL, BY_USER, ""), "812 ?", "no name");
	tap_is_str(by(SIGSEGV | CODE_CORE, BY_KERNEL, ""), "kernel", "kernel");
	tap_is_str(by(SIGKILL, BY_OOM, ""), "OOM killer", "OOM killer");
	tap_is_str(by(SIGABRT | CODE_CORE_ANY, BY_SELF, "x"), "itself",
	    "itself");
	tap_is_str(by(SIGKILL, BY_UNKNOWN, ""), "?", "by: not known");
	tap_is_str(by(CODE_UNKNOWN, BY_UNKNOWN, ""), "?", "status not known");
	tap_is_str(by(0, BY_UNKNOWN, ""), "-", "not killed");
	tap_is_str(by(137 << 8, BY_UNKNOWN, ""), "-", "137 is no signal");
}

/* The status of a child that ends so. */
static int
end(int code, int sig)
{
	struct rlimit none = { 0, 0 };
	sigset_t nothing;
	int got = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &none);
		if (sig) {
			signal(sig, SIG_DFL);
			sigemptyset(&nothing);
			sigprocmask(SIG_SETMASK, &nothing, NULL);
			raise(sig);
			pause();
		}
		_exit(code);
	}
	if (waitpid(pid, &got, 0) != pid)
		return -1;
	return got;
}

static void
test_real(void)
{
	tap_is_str(status(end(0, 0)), "0", "exit(0)");
	tap_is_str(status(end(3, 0)), "3", "exit(3)");
	tap_is_str(status(end(-1, 0)), "255", "exit(-1)");
	tap_is_str(status(end(0, SIGTERM)), "SIGTERM", "SIGTERM");
	tap_is_str(status(end(0, SIGUSR2)), "SIGUSR2", "SIGUSR2");
	tap_is_str(status(end(0, 40)), "SIGRTMIN+6", "signal 40");
	tap_is_str(status(end(0, SIGABRT) & ~CODE_CORE), "SIGABRT", "SIGABRT");
}

int
main(void)
{
	test_words();
	test_signals();
	test_statuses();
	test_by();
	test_real();
	buf_free(&out);
	return tap_done();
}
