#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "complain.h"
#include "print.h"
#include "signals.h"
#include "source.h"

#define FLUSH_AT      (32 << 10)
#define IDLE_NS	      20000000u
#define ARGS_RECORDED 64 /* at least, with -w */

static struct source source; /* too large for a stack */
static int out = STDOUT_FILENO;

void
tool_say(const char *line)
{
	struct buf b = { 0 };

	print_escaped(&b, line, strlen(line));
	buf_putc(&b, '\0');
	complain("%s", b.failed ? strerror(ENOMEM) : b.data);
	buf_free(&b);
}

/* Write what is there.  Returns 0, -1 when nobody reads any more. */
static int
flush(struct buf *b)
{
	size_t done = 0;
	ssize_t n;

	if (b->failed) {
		complain("%s", strerror(ENOMEM));
		errno = ENOMEM;
		return -1;
	}
	while (done < b->len) {
		size_t left = b->len - done;

		if (!source_writable(&source, out)) {
			errno = EPIPE;
			break;
		}
		/* So much surely fits: PIPE_BUF, pipe(7). */
		n = write(
		    out, b->data + done, left < PIPE_BUF ? left : PIPE_BUF);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		done += (size_t)n;
	}
	n = done < b->len ? -1 : 0;
	b->len = 0;
	if (n < 0 && errno != EPIPE) {
		complain_errno("%s",
		    out == STDOUT_FILENO ? "standard output" : "output file");
		errno = EIO; /* whatever became of that */
	}
	return (int)n;
}

static void
put_header(const struct tool *t, struct buf *b)
{
	if (!t->opt.bare && !t->opt.json) {
		if (t->opt.seconds)
			buf_printf(b, "%-16s ", "TIMEs");
		if (t->opt.wall)
			buf_printf(b, "%-31s ", "TIME");
		t->header(b);
		buf_putc(b, '\n');
	} else if (!t->opt.input)
		complain("tracing%s", t->opt.command ? "" : ", Ctrl-C ends");
}

static void
put_wall(struct buf *b, const struct event *e)
{
	if (source.wall_offset) {
		print_time(b, e->ts + (uint64_t)source.wall_offset);
		buf_putc(b, ' ');
	} else
		buf_printf(b, "%-31s ", "?");
}

static void
put_record(const struct tool *t, struct buf *b, const struct event *e)
{
	size_t start = b->len, column;
	bool shown;

	if (t->opt.json) {
		buf_putc(b, '{');
		shown = t->json(b, e);
		buf_puts(b, "}\n");
	} else {
		if (t->opt.seconds) {
			column = b->len;
			print_seconds(b, e->ts);
			while (b->len - column < 17)
				buf_putc(b, ' ');
		}
		if (t->opt.wall) {
			put_wall(b, e);
		}
		shown = t->show(b, e);
		buf_putc(b, '\n');
	}
	if (!shown)
		b->len = start;
}

void
tool_json_common(struct buf *b, const struct event *e, const char *name)
{
	buf_printf(b, "\"event\":\"%s\",\"ts\":", name);
	print_seconds(b, e->ts);
	if (source.wall_offset) {
		buf_puts(b, ",\"time\":\"");
		print_time(b, e->ts + (uint64_t)source.wall_offset);
		buf_putc(b, '"');
	}
	if (e->type == EVENT_LOST)
		return;
	if (e->pid)
		buf_printf(b, ",\"pid\":%d,\"ppid\":", e->pid);
	else
		buf_puts(b, ",\"pid\":null,\"ppid\":");
	if (e->ppid == PPID_UNKNOWN)
		buf_puts(b, "null");
	else
		buf_printf(b, "%d", e->ppid);
	if (e->tid != e->pid)
		buf_printf(b, ",\"tid\":%d", e->tid);
	if (e->comm[0]) {
		buf_puts(b, ",\"comm\":");
		print_json(b, e->comm, strlen(e->comm));
	}
}

/* A gap, where it happened, for programs that read us. */
static void
put_lost(const struct tool *t, struct buf *b, const struct event *e)
{
	if (!t->opt.json || event_ends_gap(e))
		return;
	buf_putc(b, '{');
	tool_json_common(b, e, "lost");
	if (e->lost)
		buf_printf(b, ",\"lost\":%llu", (unsigned long long)e->lost);
	else
		buf_puts(b, ",\"lost\":null");
	buf_puts(b, "}\n");
}

/* The loop.  Returns 0, or -1 after an error. */
static int
run(const struct tool *t, struct buf *b)
{
	bool each = isatty(STDOUT_FILENO), gone, failed;
	enum source_result r;
	struct event e;

	if (t->show)
		put_header(t, b);
	else if (!t->opt.input)
		complain("tracing%s", t->opt.command ? "" : ", Ctrl-C ends");
	gone = flush(b) != 0;
	if (!gone && source_go(&source) != 0) {
		tool_say(source.why);
		return 0;
	}
	while (!gone && (r = source_next(&source, &e)) > SOURCE_END) {
		if (t->show && r == SOURCE_EVENT && e.type == EVENT_LOST) {
			t->show(b, &e);
			put_lost(t, b, &e);
		} else if (t->show && r == SOURCE_EVENT)
			put_record(t, b, &e);
		if (t->idle && r == SOURCE_IDLE && !t->idle(b))
			source_stop(&source);
		if (r == SOURCE_IDLE || each || b->len > FLUSH_AT)
			gone = flush(b) != 0;
	}
	if (gone) {
		failed = errno != EPIPE;
		source_stop(&source);
		return failed ? -1 : 0;
	}
	if (r == SOURCE_ERROR)
		tool_say(source.why);
	failed = flush(b) != 0 && errno != EPIPE;
	return failed || r == SOURCE_ERROR ? -1 : 0;
}

/* What a picture is made of, a piece at a time. */
static int
flush_some(struct buf *b)
{
	return b->len > FLUSH_AT || b->failed ? flush(b) : 0;
}

int
tool_draw(const struct tool *t)
{
	struct buf b = { 0 };
	int r = 0;

	if (t->out)
		out = t->out;
	if ((t->draw(&b, flush_some) != 0 || flush(&b) != 0) && errno != EPIPE)
		r = -1;
	buf_free(&b);
	return r;
}

static void
report(const struct tool *t)
{
	if (source.lost || source.lost_some)
		complain("%s%llu events lost: lines may be missing (a larger "
			 "buffer helps: -b)",
		    source.lost_some ? "at least " : "",
		    (unsigned long long)source.lost);
	if (source.session.stats.missed)
		complain("taskstats: the queue was full, %llu time%s: exit "
			 "statuses and what was used may be missing",
		    (unsigned long long)source.session.stats.missed,
		    source.session.stats.missed == 1 ? "" : "s");
	if (source.truncated)
		complain(
		    "%s: ends before its last line: incomplete", t->opt.input);
	if (source.unparsed)
		complain("%s: %llu lines did not parse", t->opt.input,
		    (unsigned long long)source.unparsed);
	if (t->summary)
		t->summary();
}

int
tool_failed(const struct tool *t)
{
	return t->opt.command ? STATUS_TOOL_FAILED : STATUS_FAILED;
}

/* --check */
static int
run_check(const struct tool *t)
{
	struct buf b = { 0 };
	bool works;

	signals_begin();
	works = check(&b, &t->session);
	signals_end(); /* one that came meanwhile ends us here */
	if (flush(&b) != 0 && errno != EPIPE)
		works = false;
	buf_free(&b);
	return works ? 0 : STATUS_FAILED;
}

/* What we open must not become somebody's standard output; that a descriptor
 * was closed is still an error where it is used. */
static void
fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

int
tool_run(struct tool *t)
{
	int failed = tool_failed(t);
	struct buf b = { 0 };
	int r, closed;

	fill_descriptors();
	t->session.tool = t->opt.tool;
	t->session.kb = t->opt.kb;
	t->session.insist = t->opt.insist;
	t->session.toplevel = t->opt.toplevel;
	t->session.row = t->opt.row;
	t->session.say = t->opt.verbose ? tool_say : NULL;
	/* A recording holds what any of the tools shows. */
	if (t->opt.output) {
		t->session.execs = t->session.exits = true;
		t->session.usage = t->session.keep = true;
		if (t->session.args < ARGS_RECORDED)
			t->session.args = ARGS_RECORDED;
	}
	if (t->opt.check)
		return run_check(t);
	if (source_open(&source, &t->opt, &t->session) != 0) {
		tool_say(source.why);
		source_close(&source);
		return failed;
	}
	source.tick = t->idle ? IDLE_NS : 0;
	if (t->begun)
		t->begun(&source);
	r = run(t, &b);
	if (t->over)
		t->over(&source);
	closed = source_close(&source);
	if (closed != 0)
		tool_say(source.why);
	if (t->draw && r == 0 && !source.command.error)
		r = tool_draw(t);
	report(t);
	buf_free(&b);
	if (r != 0 || closed != 0)
		return failed;
	if (source.truncated)
		return STATUS_FAILED;
	return source.command.pid ? source.command.status : 0;
}
