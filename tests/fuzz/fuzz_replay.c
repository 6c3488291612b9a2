/*
 * Whole files, recordings and trace output, as -i reads them, also with -p and
 * -k, into the table of tasks with lineages, cgroups and users, and into a
 * tree: no crash, no leak, an end or an error, and no record without a task.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input/cgroups.h"
#include "input/source.h"
#include "input/users.h"
#include "tree/tree.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const words[] = { "procsnoop-recording 1\n",
	"boot 1600000000.000000000\n", "root 7\n", "\ntask 0.",
	"\ntask 0.500000000 7 7 1 =a\n", "\nfork 1.0", "\nexec 1.", "\nexecfail 2.",
	"\nexit 2.", "\nuser 1.", "\ncgroup 1.", "\nname 2.",
	"\nmachine 1.000000000", "\nlost 1.", "\nmark 1.", "\nend 9.000000000\n",
	"000000000", " 7", " 8", " 9", " 1", " 0", " -", " =a", " =", " =/a",
	" =/b", " user 7 =a", " oom", " self", " kernel 0 =", "\\x41", "\n",
	" thread", " parent", " 0x10000", "x-7       [001] ..... 1.00000",
	": sched_process_fork: comm=x pid=7 child_comm=x child_pid=8",
	": sched_process_exec: filename=/x pid=7 old_pid=7",
	": sched_process_exit: comm=x pid=7 prio=120",
	": signal_generate: sig=9 errno=0 code=0 comm=x pid=7 grp=1 res=0",
	": task_newtask: pid=8 comm=x clone_flags=11 oom_score_adj=0",
	"x-8       [000] ..... 1.0000", "x-7     (      7) [000] .... 2.0000",
	"CPU:0 [LOST 5 EVENTS]\n" };

static void
warn(const char *format, ...)
{
	(void)format;
}

static void
into_tree(void *arg, const struct event *e)
{
	tree_apply(arg, e);
}

static void
check(const struct event *e)
{
	const struct args *a = &e->args;
	const char *s = a->text;

	for (int i = 0; i < a->count; i++)
		s += strlen(s) + 1;
	if ((a->count && s != a->text + a->len) || e->task.pid < 0 ||
	    e->task.ppid < PPID_UNKNOWN || e->type < EVENT_TASK ||
	    strnlen(e->comm, COMM_LEN) == COMM_LEN)
		abort();
	if (e->task.cgroup && *e->task.cgroup != '/')
		abort();
}

static void
draw(struct tree *tree, const struct source *s)
{
	uint32_t steps = 0;

	tree->from = s->armed;
	tree_finish(tree, &s->tasks, s->ended);
	tree_number(tree);
	for (uint32_t i = 0; (i = tree_next(tree, i, NULL)) != 0;)
		if (++steps > tree->nodes)
			abort();
}

static void
replay(const char *path, int how)
{
	static struct source s;
	struct session_options o = { .keep = how & 1,
		.lineages = how & 2,
		.users = how & 4 ? &users_seen : NULL };
	struct tree tree = { .threads = how & 8 };
	struct request q = { .input = path,
		.pid = how & 16 ? 7 : 0,
		.known = into_tree,
		.arg = &tree,
		.warn = warn,
		.cgroups = how & 32 ? &cgroup_lookup : NULL };
	enum source_result r;
	struct event e;

	if (source_open(&s, &q, &o) == 0) {
		while ((r = source_next(&s, &e)) > SOURCE_END)
			if (r == SOURCE_EVENT)
				check(&e);
		if (r == SOURCE_ERROR && !s.error.text[0])
			abort();
		if (how & 16)
			tree.chosen = true;
		draw(&tree, &s);
	} else if (!s.error.text[0])
		abort();
	source_close(&s);
	tree_free(&tree);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	char path[32];
	uint8_t *text;
	size_t len;

	if (size < 1)
		return 0;
	if (fd < 0)
		fd = memfd_create("replay", 0);
	text = words_expand(data + 1, size - 1, words,
	    sizeof words / sizeof *words, &len);
	if (fd < 0 || ftruncate(fd, 0) != 0 ||
	    pwrite(fd, text, len, 0) != (ssize_t)len)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	replay(path, data[0]);
	free(text);
	return 0;
}
