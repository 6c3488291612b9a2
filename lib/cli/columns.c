/*
 * All tools print an argument, a time or a status the same way, so that their
 * output can be joined.
 */
#include "cli/columns.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/number.h"
#include "base/units.h"

#define RTMIN	      34 /* SIGRTMIN of C libraries */

/* Flags of clone(2) that leave the new process a mere copy: a signal at its
 * end (CSIGNAL), where its number is written to, and which process may trace
 * it. */
#define FLAGS_OF_FORK 0x101f830ffu

/* Escape the '[' of a mark that an argument forges at the end of b; of any
 * argument but the last that is one that is missing. */
static void
arg_unforge(struct buf *b, size_t start, bool last)
{
	static const char *const marks[] = { "[?]", "[...]", "[]", "[proc]" };

	for (size_t i = 0; i < (last ? COUNT(marks) : 1); i++) {
		size_t n = strlen(marks[i]);

		if (b->len - start < n ||
		    memcmp(b->data + b->len - n, marks[i], n) != 0 ||
		    (b->len > n && b->data[b->len - n - 1] != ' '))
			continue;
		b->len -= n;
		buf_puts(b, "\\x5b");
		buf_puts(b, marks[i] + 1);
		return;
	}
}

void
print_args(struct buf *b, const struct event *e, int max, bool quote)
{
	void (*print)(struct buf *, const char *,
	    size_t) = quote ? escape_shell : escape_text;
	const struct args *a = &e->args;
	const char *s = a->text;
	int shown = a->count < max ? a->count : max;

	if (a->count == 0) {
		print(
		    b, e->path ? e->path : "?", e->path ? strlen(e->path) : 1);
		if (a->argc != 0 || a->state == ARGS_NONE)
			buf_puts(b, max ? " [?]" : " [...]");
		else
			buf_puts(b, " []");
		return;
	}
	for (int i = 0; i < shown; i++, s += strlen(s) + 1) {
		bool tried = i == 0 && e->type == EVENT_EXECFAIL && e->path;
		const char *arg = tried ? e->path : s;
		size_t start;

		if (i)
			buf_putc(b, ' ');
		start = b->len;
		if (args_is_missing(a, i) && !tried) {
			buf_puts(b, "[?]");
			continue;
		}
		(i == 0 && quote ? escape_command : print)(b, arg, strlen(arg));
		if (!quote)
			arg_unforge(b, start, i == shown - 1);
	}
	if (shown != a->argc)
		buf_puts(b, shown ? " [...]" : "[...]");
	else if (event_args_unsure(e))
		buf_puts(b, " [proc]");
}

void
print_seconds(struct buf *b, uint64_t ns)
{
	number_put(b, ns / NS_PER_S, 1, '0');
	buf_putc(b, '.');
	number_put(b, ns % NS_PER_S / 1000, 6, '0');
}

void
print_milliseconds(struct buf *b, uint64_t ns, size_t width)
{
	number_put(b, ns / NS_PER_S, width, ' ');
	buf_putc(b, '.');
	number_put(b, ns % NS_PER_S / 1000000, 3, '0');
}

void
print_cpu(struct buf *b, const struct usage *u, int decimals)
{
	bool least = u->no_cpu && u->cpu_min;
	bool most = u->no_cpu && !least; /* not cut, but up to the next */
	uint64_t ns = least ? u->cpu_min : u->cpu;

	if (most)
		ns = u->cpu_max;
	if (!u->known || !ns) {
		buf_putc(b, '?');
		return;
	}
	if (u->no_cpu)
		buf_puts(b, least ? ">=" : "<=");
	if (decimals == 3 && ns >= NS_PER_S / 1000)
		print_milliseconds(b, ns + (most ? 999999 : 0), 1);
	else if (decimals == 3 && u->no_cpu) { /* as wide as the column */
		buf_puts(b, "0.");
		number_put(b, (ns + (most ? 9999 : 0)) / 10000, 5, '0');
	} else
		print_seconds(b, ns + (most ? 999 : 0));
}

#ifndef __GLIBC__
/* TZ=EST5EDT does not say when summer is.  POSIX leaves it open; musl would
 * have it at odd times, glibc takes the dates of the USA. */
static void
complete_zone(void)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz";
	const char *tz = getenv("TZ");
	size_t name = tz ? strspn(tz, letters) : 0, hours, summer;
	char whole[64];

	if (!name || !(hours = strspn(tz + name, "+-0123456789:")))
		return;
	summer = strspn(tz + name + hours, letters);
	if (!summer || tz[name + hours + summer])
		return;
	if (snprintf(whole, sizeof whole, "%s,M3.2.0,M11.1.0", tz) <
	    (int)sizeof whole)
		setenv("TZ", whole, 1);
}
#endif

void
print_local(time_t t, struct tm *tm)
{
#ifndef __GLIBC__
	complete_zone();
#endif
	localtime_r(&t, tm);
}

void
print_time(struct buf *b, uint64_t ns)
{
	static time_t last = -1;
	static char date[32], zone[8]; /* of last */
	time_t t = (time_t)(ns / NS_PER_S);
	struct tm tm;

	if (t != last) {
		print_local(t, &tm);
		snprintf(date, sizeof date, "%d-%02d-%02dT%02d:%02d:%02d.",
		    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		    tm.tm_min, tm.tm_sec);
		snprintf(zone, sizeof zone, "%+05ld",
		    tm.tm_gmtoff / 3600 * 100 + tm.tm_gmtoff / 60 % 60);
		last = t;
	}
	buf_puts(b, date);
	number_put(b, ns % NS_PER_S / 1000, 6, '0');
	buf_puts(b, zone);
}

void
print_comm(struct buf *b, const char *comm)
{
	if (*comm)
		escape_word(b, comm, strlen(comm));
	else
		buf_putc(b, '?');
}

/* clang-format off */
#define SIGNALS(_) \
	_(HUP) _(INT) _(QUIT) _(ILL) _(TRAP) _(ABRT) _(BUS) _(FPE) _(KILL) \
	_(USR1) _(SEGV) _(USR2) _(PIPE) _(ALRM) _(TERM) _(STKFLT) _(CHLD) \
	_(CONT) _(STOP) _(TSTP) _(TTIN) _(TTOU) _(URG) _(XCPU) _(XFSZ) \
	_(VTALRM) _(PROF) _(WINCH) _(IO) _(PWR) _(SYS)
#define NAMED(s) [SIG##s] = #s,
/* clang-format on */

const char *
print_fork_type(const struct event *e)
{
	if (e->fork.flags == FLAG_UNKNOWN)
		return e->task.pid != e->tid ? "thread" : "?";
	if (e->fork.flags & FLAG_THREAD)
		return "thread";
	if (e->fork.flags & FLAG_VFORK)
		return "vfork";
	return e->fork.flags & ~(uint64_t)FLAGS_OF_FORK ? "clone" : "fork";
}

void
print_signal(struct buf *b, int sig)
{
	static const char names[][sizeof "STKFLT"] = { SIGNALS(NAMED) };

	if (sig > 0 && sig < (int)COUNT(names) && *names[sig])
		buf_printf(b, "SIG%s", names[sig]);
	else if (sig == RTMIN)
		buf_puts(b, "SIGRTMIN");
	else if (sig > RTMIN)
		buf_printf(b, "SIGRTMIN+%d", sig - RTMIN);
	else
		buf_printf(b, "SIG%d", sig);
}

void
print_status(struct buf *b, int code)
{
	if (code == CODE_UNKNOWN)
		buf_putc(b, '?');
	else if (!(code & 0x7f))
		number_put(b, code >> 8 & 0xff, 1, '0');
	else {
		print_signal(b, code & 0x7f);
		if (code & (CODE_CORE | CODE_CORE_ANY))
			buf_puts(b, code & CODE_CORE_ANY ? "+core?" : "+core");
	}
}

void
print_by(struct buf *b, int code, const struct event_by *by)
{
	static const char *const words[] = { [BY_UNKNOWN] = "?",
		[BY_KERNEL] = "kernel",
		[BY_OOM] = "OOM killer",
		[BY_SELF] = "itself" };

	if (code != CODE_UNKNOWN && !(code & 0x7f))
		buf_putc(b, '-');
	else if (by->why != BY_USER)
		buf_puts(b, words[by->why]);
	else {
		buf_printf(b, "%d ", by->pid);
		print_comm(b, by->comm);
	}
}

/* clang-format off */
#define ERRORS(_) /* those of execve(2) and its callees */ \
	_(EPERM) _(ENOENT) _(ESRCH) _(EINTR) _(EIO) _(ENXIO) _(E2BIG) \
	_(ENOEXEC) _(EBADF) _(ECHILD) _(EAGAIN) _(ENOMEM) _(EACCES) \
	_(EFAULT) _(EBUSY) _(EEXIST) _(ENODEV) _(ENOTDIR) _(EISDIR) \
	_(EINVAL) _(ENFILE) _(EMFILE) _(ETXTBSY) _(EFBIG) _(ENOSPC) \
	_(EROFS) _(ELOOP) _(ENAMETOOLONG) _(ENOSYS) _(ELIBBAD) _(ESTALE) \
	_(EREMOTEIO) _(ETIMEDOUT) _(EOPNOTSUPP) _(EOVERFLOW) _(ENOKEY) \
	_(EKEYEXPIRED) _(EKEYREVOKED) _(EKEYREJECTED) _(EBADMSG) _(ENODATA) \
	_(ENOTCONN) _(ESHUTDOWN) _(EHOSTDOWN) _(EUCLEAN)
#define NUMBER(e) e,
#define NAME(e) #e "\0"
/* clang-format on */

void
print_errno(struct buf *b, int error)
{
	static const unsigned char numbers[] = { ERRORS(NUMBER) };
	static const char names[] = ERRORS(NAME);
	const char *name = names;

	for (size_t i = 0; i < sizeof numbers; i++, name += strlen(name) + 1)
		if (numbers[i] == error) {
			buf_puts(b, name);
			return;
		}
	buf_printf(b, "%d", error);
}
