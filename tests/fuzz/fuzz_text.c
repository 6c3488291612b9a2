/*
 * Kernel trace text of any kind: no crash, and an event that keeps its
 * promises.
 */
#include <stdlib.h>
#include <string.h>

#include "events/trace_text.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const words[] = { "               x-7       [001] .....   ",
	"  1.000001: ", "exit: ", "group: ", "(do_exit+0x0/0xab0", "(do_group_exit",
	") code=", "+0x0/0xb0", "768", "sys_exit_group", "sys_exit", "sys_enter_",
	"exit", "(error_code: ", ": error_code: 0x", "ff)", "signal_generate: ", "mark_victim: pid=", " grp=1 res=0", "d.h1 ",
	"signal_deliver: ", "sig=9 errno=0 code=0 ", "comm=x", " pid=7", " grp=1",
	" res=0", "sa_handler=0", " sa_flags=0", "-1", "task_newtask: pid=8 comm=",
	" clone_flags=11 oom_score_adj=0", "sched_process_fork: comm=x pid=7",
	" child_comm=x child_pid=8", "sched_process_exec: filename=/x",
	" old_pid=7", "sched_process_exit: comm=x", " prio=120",
	" group_dead=true", "args0: (f+0x0/0x1) argc=2", " a0=\"x\"", " a1=\"y\"",
	" a2=(fault)", " a3=\"\"", "exec: (f+0x0/0x1) argc=2",
	"CPU:0 [LOST 5 EVENTS]", "cpus=2\n", "\n", "x 7 [001]   1.000001: ",
	"sched:", " ( 7) ", "x-7     0..... ", "8500us!: ", "(+5) ", "> ", "12:",
	" 0)  x-7  |  /* ", " */", "sys_execve(filename: 5", " \"/x\"",
	", argv: 1", "sys_execve -> 0x", "fffffffffffffffe", "0",
	"execsnoop_f: (f+0x0/0x1)", " arg1=\"x\"", " arg2=\"y\"", " 5: ",
	"\r", "\t" };

/* The promises of an EVENT_STATUS. */
static void
check_status(const struct event *e)
{
	bool exits = e->status.hint == HINT_EXIT || e->status.hint == HINT_EXIT_GROUP;
	bool known = e->status.code != CODE_UNKNOWN ||
	    (e->status.hint != HINT_GROUP && e->status.hint != HINT_OOM);

	if (e->status.hint < HINT_CODE || e->status.hint > HINT_OOM || e->tid < 0)
		abort();
	if (strnlen(e->comm, COMM_LEN) == COMM_LEN || e->status.sender < 0 ||
	    e->status.process < 0)
		abort();
	if (known && e->status.code < 0)
		abort();
	if (e->status.hint < HINT_SENT && (e->status.code > 0xff00 ||
	    (e->status.code > 0 && (e->status.code & 0xff) && (e->status.code >> 8 || exits))))
		abort();
	if ((e->status.hint == HINT_SENT || e->status.hint == HINT_OOM) && e->tid == 0)
		abort();
}

static void
check(const struct event *e)
{
	const char *s = e->args.text;

	if (e->type == EVENT_STATUS) {
		check_status(e);
		return;
	}
	if (e->type != EVENT_FORK && e->type != EVENT_EXEC &&
	    e->type != EVENT_EXECFAIL && e->type != EVENT_EXIT &&
	    e->type != EVENT_LOST)
		abort();
	if (e->type == EVENT_EXECFAIL && e->exec.error <= 0)
		abort();
	if (strnlen(e->comm, COMM_LEN) == COMM_LEN)
		abort();
	if (e->type != EVENT_EXEC && e->type != EVENT_EXECFAIL)
		return;
	if ((e->path && strlen(e->path) >= TEXT_PATH) || e->args.count < 0)
		abort();
	for (int i = 0; i < e->args.count; i++)
		s += strlen(s) + 1;
	if (s != e->args.text + e->args.len)
		abort();
	if (e->args.state == ARGS_ALL ? e->args.count != e->args.argc :
	    e->args.count > 0 && e->args.argc >= 0 &&
		e->args.count >= e->args.argc)
		abort();
}

/* Each line is a block of its own, so that reading beyond it is seen. */
static void
feed(struct text *t, const uint8_t *bytes, size_t len)
{
	char *line = malloc(len + 1);
	struct event e;

	if (!line)
		abort();
	memcpy(line + 1, bytes, len);
	do
		if (text_parse(t, line + 1, len, &e) == 1)
			check(&e);
	while (t->again);
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t in_size)
{
	static struct text t;
	size_t size;
	uint8_t *bytes = words_expand(in, in_size, words,
	    sizeof words / sizeof *words, &size), *data = bytes;

	text_init(&t);
	text_detect((const char *)data, size);
	while (size > 0) {
		const uint8_t *nl = memchr(data, '\n', size);
		size_t len = nl ? (size_t)(nl - data) : size;

		feed(&t, data, len);
		len += nl != NULL;
		data += len;
		size -= len;
	}
	free(bytes);
	text_end(&t);
	if (t.unparsed && (!t.first || !t.why))
		abort();
	return 0;
}
