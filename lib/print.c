#include "print.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "fmt.h"
#include "tasks.h"
#include "zone.h"

#define RTMIN 34 /* SIGRTMIN as C libraries have it */

size_t
utf8_next(const char *s, size_t len, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t n;

	if (len == 0)
		return 0;
	if (u[0] < 0x80) {
		*c = u[0];
		return 1;
	}
	n = u[0] >= 0xf0 ? 4 : u[0] >= 0xe0 ? 3 : 2;
	if (u[0] < 0xc2 || u[0] > 0xf4 || n > len)
		return 0;
	*c = u[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (u[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return n;
}

/* Control characters, line separators, and what turns the direction of the
 * text around (Unicode Bidi_Control) or is not to be seen. */
static bool
is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c ||
	    (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	    (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

/* The length of the safe character at s, 0 when its first byte must be
 * escaped. */
static size_t
safe_next(const char *s, size_t len)
{
	uint32_t c;
	size_t n = utf8_next(s, len, &c);

	return n && !is_unsafe(c) ? n : 0;
}

static void
escape_byte(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char x[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

	if (c == '\n')
		buf_puts(b, "\\n");
	else if (c == '\t')
		buf_puts(b, "\\t");
	else if (c == '\r')
		buf_puts(b, "\\r");
	else
		buf_add(b, x, sizeof x);
}

void
print_escaped(struct buf *b, const char *s, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		n = safe_next(s + i, len - i);
		if (n && s[i] == '\\')
			buf_putc(b, '\\');
		if (n)
			buf_add(b, s + i, n);
		else
			escape_byte(b, (unsigned char)s[i]);
		n += n == 0;
	}
}

static void
put_shell(struct buf *b, const char *s, size_t len, bool bare)
{
	static const char plain[] = "%+,-./:=@_";
	bool unsafe = false;
	size_t n;

	bare &= len > 0 && s[0] != '=';
	for (size_t i = 0; i < len; i += n) {
		n = safe_next(s + i, len - i);
		unsafe |= n == 0;
		bare &= n == 1 &&
		    (isalnum((unsigned char)s[i]) ||
			memchr(plain, s[i], sizeof plain - 1));
		n += n == 0;
	}
	if (bare) {
		buf_add(b, s, len);
		return;
	}
	buf_puts(b, unsafe ? "$'" : "'");
	for (size_t i = 0; i < len; i += n) {
		n = safe_next(s + i, len - i);
		if (n == 0)
			escape_byte(b, (unsigned char)s[i]);
		else if (s[i] == '\'')
			buf_puts(b, unsafe ? "\\'" : "'\\''");
		else if (s[i] == '\\' && unsafe)
			buf_puts(b, "\\\\");
		else
			buf_add(b, s + i, n);
		n += n == 0;
	}
	buf_putc(b, '\'');
}

void
print_word(struct buf *b, const char *s, size_t len)
{
	for (size_t i = 0, n; i < len; i += n + (i + n < len)) {
		const char *space = memchr(s + i, ' ', len - i);

		n = space ? (size_t)(space - s) - i : len - i;
		print_escaped(b, s + i, n);
		if (i + n < len)
			buf_puts(b, "\\x20");
	}
}

void
print_shell(struct buf *b, const char *s, size_t len)
{
	put_shell(b, s, len, true);
}

/* A first word that the shell would not take for a command is quoted. */
static void
print_command(struct buf *b, const char *s, size_t len)
{
	static const char reserved[] = " case coproc do done elif else esac fi "
				       "for function if in select then time "
				       "until while ";
	char word[16];
	bool bare = len > 0 && s[0] != '%' && !memchr(s, '=', len);

	if (len + 3 <= sizeof word) {
		fmt_print(word, sizeof word, " %.*s ", (int)len, s);
		bare &= !find_text(reserved, word);
	}
	put_shell(b, s, len, bare);
}

void
print_json(struct buf *b, const char *s, size_t len)
{
	uint32_t c;

	buf_putc(b, '"');
	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_next(s + i, len - i, &c);
		if (n == 0)
			buf_printf(b, "\\udc%02x", (unsigned char)s[i]);
		else if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", (int)c);
		else if (is_unsafe(c) && c > 0xffff)
			buf_printf(b, "\\u%04x\\u%04x",
			    0xd7c0 + (unsigned)(c >> 10),
			    0xdc00 + (unsigned)(c & 0x3ff));
		else if (is_unsafe(c))
			buf_printf(b, "\\u%04x", (unsigned)c);
		else
			buf_add(b, s + i, n);
		n += n == 0;
	}
	buf_putc(b, '"');
}

/* Escape the '[' of a mark that an argument forges at the end of b. */
static void
unforge(struct buf *b, size_t start)
{
	static const char *const marks[] = { "[...]", "[?]", "[]" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
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
	    size_t) = quote ? print_shell : print_escaped;
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
	for (int i = 0; i < shown; i++) {
		size_t start, n = strlen(s);
		bool tried = i == 0 && e->type == EVENT_EXECFAIL && e->path;

		if (i)
			buf_putc(b, ' ');
		start = b->len;
		(i == 0 && quote ? print_command : print)(
		    b, tried ? e->path : s, tried ? strlen(e->path) : n);
		if (!quote && i == shown - 1)
			unforge(b, start);
		s += n + 1;
	}
	if (shown != a->argc)
		buf_puts(b, shown ? " [...]" : "[...]");
}

void
print_seconds(struct buf *b, uint64_t ns)
{
	buf_printf(b, "%llu.%06llu", (unsigned long long)(ns / 1000000000),
	    (unsigned long long)(ns % 1000000000 / 1000));
}

void
print_time(struct buf *b, uint64_t ns)
{
	static int64_t last = -1;
	static struct zone_date d;
	static int minutes; /* east of UTC */
	int64_t t = (int64_t)(ns / 1000000000);

	if (t != last) {
		int32_t offset = zone_local(t);

		zone_date(t + offset, &d);
		minutes = offset / 60;
		last = t;
	}
	buf_printf(b, "%04d-%02d-%02dT%02d:%02d:%02d.%06llu%c%02d%02d", d.year,
	    d.month, d.day, d.hour, d.minute, d.second,
	    (unsigned long long)(ns % 1000000000 / 1000),
	    minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
}

void
print_comm(struct buf *b, const char *comm)
{
	if (*comm)
		print_word(b, comm, strlen(comm));
	else
		buf_putc(b, '?');
}

void
print_pid(struct buf *b, int pid)
{
	if (pid == PPID_UNKNOWN)
		buf_printf(b, "%6s ", "?");
	else
		buf_printf(b, "%6d ", pid);
}

void
print_signal(struct buf *b, int sig)
{
	static const char names[][sizeof "STKFLT"] = { [SIGHUP] = "HUP",
		[SIGINT] = "INT",
		[SIGQUIT] = "QUIT",
		[SIGILL] = "ILL",
		[SIGTRAP] = "TRAP",
		[SIGABRT] = "ABRT",
		[SIGBUS] = "BUS",
		[SIGFPE] = "FPE",
		[SIGKILL] = "KILL",
		[SIGUSR1] = "USR1",
		[SIGSEGV] = "SEGV",
		[SIGUSR2] = "USR2",
		[SIGPIPE] = "PIPE",
		[SIGALRM] = "ALRM",
		[SIGTERM] = "TERM",
		[SIGSTKFLT] = "STKFLT",
		[SIGCHLD] = "CHLD",
		[SIGCONT] = "CONT",
		[SIGSTOP] = "STOP",
		[SIGTSTP] = "TSTP",
		[SIGTTIN] = "TTIN",
		[SIGTTOU] = "TTOU",
		[SIGURG] = "URG",
		[SIGXCPU] = "XCPU",
		[SIGXFSZ] = "XFSZ",
		[SIGVTALRM] = "VTALRM",
		[SIGPROF] = "PROF",
		[SIGWINCH] = "WINCH",
		[SIGIO] = "IO",
		[SIGPWR] = "PWR",
		[SIGSYS] = "SYS" };

	if (sig > 0 && sig < (int)(sizeof names / sizeof *names) && *names[sig])
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
		buf_printf(b, "%d", (code >> 8) & 0xff);
	else {
		print_signal(b, code & 0x7f);
		if (code & (CODE_CORE | CODE_CORE_ANY))
			buf_puts(b, code & CODE_CORE_ANY ? "+core?" : "+core");
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
