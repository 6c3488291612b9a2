/*
 * stracecheck - does proctree -o json tell the same as strace?
 *
 * usage: stracecheck LOG [JSON]
 *
 * LOG is that of
 *
 *	strace -f -xx -s 10000000 -o LOG
 *	    -e trace=execve,execveat,fork,vfork,clone,clone3 COMMAND
 *
 * and JSON (standard input) the document of a proctree that traced that strace
 * in the same run, best with -a. Of both, the processes below COMMAND are
 * compared, itself included: those of a pid, first to first, second to second.
 * There must be the same, with the same parents, ends and successful execs, in
 * order (only the last, if there are no "execs"): path and arguments. A process
 * that executes nothing has the arguments of its parent.
 *
 * A line of the log begins with a thread's number. One that is returned by a
 * call with CLONE_THREAD is a thread, and what it does, its process does; all
 * others are processes. The lines of a new one can be before that of the call
 * that made it: it waits for its parent. Strings are hexadecimal (-xx), so
 * nothing in them looks like strace's own words. What strace sees of a script
 * is its path and arguments; proctree shows what the interpreter got: at most
 * two words, the path, and the arguments but the first.
 *
 * The first 10 differences of a kind are lines on stdout; the last one has how
 * many there are of each, and what was compared. Ends with status 1 when
 * something differs.
 */

#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define PID_MAX (1UL << 22)
#define ID_MAX	(1UL << 28)
#define SHOWN	10  /* of a kind */
#define CUT	200 /* bytes of a command line that are shown */

/* A path and arguments, each with a NUL. */
struct call {
	char *text; /* path first; NULL: nothing known */
	size_t size;
	long argc;
	size_t when;   /* of the log: in lines */
	char state[8]; /* of the document */
};

struct calls {
	struct call *call;
	size_t count;
};

struct process {
	uint32_t pid;
	size_t order;  /* in its file */
	size_t parent; /* NONE */
	size_t made;   /* of the log: when, in lines */
	size_t same;   /* in the other file; NONE */
	struct calls calls;
	struct call last; /* of the document: what it ran at the end */
	int all;	  /* of the document: calls are known */
	char end[24];
	uint64_t start; /* of the document */
	int superseded; /* of the log: a thread executed something */
	size_t merged;	/* of the log: it was a thread of that; NONE */
};

struct file {
	struct process *process;
	size_t count, room;
};

/* A thread of the log, the first ones too. */
struct task {
	size_t process;
	int born;	  /* the call that made it was seen */
	int thread;	  /* that of the unfinished call: makes a thread */
	struct call call; /* unfinished */
};

#define NONE SIZE_MAX

static struct file logged, drawn;
static struct task *tasks;  /* by number */
static unsigned char *used; /* task is alive */
static int superseded;	    /* any */
static size_t lines;	    /* of the log */
static unsigned long threads, scripts, inherited, unseen;

enum difference {
	MISSING,
	EXTRA,
	PARENT,
	EXECS,
	PATH,
	ARGS,
	STATE,
	END,
	DIFFERENCES
};

static const char *const differences[DIFFERENCES] = { "only in the log",
	"only in the tree", "another parent", "another number of execs",
	"another path", "other arguments", "arguments not known",
	"another end" };

static unsigned long wrong[DIFFERENCES];

__attribute__((format(printf, 2, 3))) static int
say(enum difference difference, const char *format, ...)
{
	va_list ap;

	if (wrong[difference]++ >= SHOWN)
		return 0;
	printf("%s: ", differences[difference]);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	return 1;
}

static void *
memory(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);

	if (p == NULL)
		err(2, "memory");
	return p;
}

static struct process *
process_add(struct file *file, uint32_t pid)
{
	struct process *process;

	if (file->count == file->room) {
		file->room = file->room ? 2 * file->room : 1024;
		file->process = memory(
		    file->process, file->room * sizeof(*file->process));
	}
	process = &file->process[file->count];
	memset(process, 0, sizeof(*process));
	process->pid = pid;
	process->order = file->count++;
	process->parent = process->same = process->merged = NONE;
	memcpy(process->end, "?", 2);
	return process;
}

static void
call_add(struct calls *calls, struct call call)
{
	calls->call = memory(
	    calls->call, (calls->count + 1) * sizeof(*calls->call));
	call.when = lines;
	calls->call[calls->count++] = call;
}

/* ---- the log ---- */

/* Decode "\x61\x62" at the end of a call's text. Returns what is behind it. */
static const char *
hex_string(const char *p, struct call *call, const char *line)
{
	unsigned byte;

	if (*p++ != '"')
		errx(2, "not of strace -xx: %s", line);
	for (; p[0] == '\\' && sscanf(p, "\\x%2x", &byte) == 1; p += 4)
		call->text[call->size++] = (char)byte;
	if (*p != '"' || strncmp(p + 1, "...", 3) == 0)
		errx(2, "not of strace -xx, or cut: %s", line);
	call->text[call->size++] = '\0';
	return p + 1;
}

/* The path and arguments behind "execve(" or "execveat(DIRECTORY, ". */
static struct call
call_parse(const char *p, const char *line)
{
	struct call call = { .text = memory(NULL, strlen(p) + 1) };

	if (*p != '"')
		return call; /* a bad address */
	p = hex_string(p, &call, line);
	if (strncmp(p, ", [", 3) != 0)
		return call;
	for (p += 3; *p == '"'; call.argc++) {
		p = hex_string(p, &call, line);
		if (strncmp(p, ", ", 2) == 0)
			p += 2;
	}
	if (*p != ']')
		errx(2, "not of strace -xx, or cut: %s", line);
	return call;
}

/* A number that is seen for the first time since it was free. */
static struct task *
task_begin(unsigned long tid)
{
	struct task *task = &tasks[tid];

	memset(task, 0, sizeof(*task));
	task->process = process_add(&logged, (uint32_t)tid)->order;
	used[tid] = 1;
	return task;
}

/* The process of a task, also if its number was another's in the meantime. */
static size_t
merged_find(size_t i)
{
	while (logged.process[i].merged != NONE)
		i = logged.process[i].merged;
	return i;
}

/* A call of a task has made that one, which may have ended since. */
static void
task_made(const struct task *by, unsigned long tid)
{
	size_t parent = merged_find(by->process);
	struct task *task = &tasks[tid];
	struct process *process;

	if (tid == 0 || tid > PID_MAX)
		errx(2, "%lu: a strange number", tid);
	if (task->born || (!used[tid] && task->process == NONE))
		task = task_begin(tid);
	task->born = 1;
	process = &logged.process[task->process];
	if (by->thread) {
		threads++;
		process->merged = parent;
		return;
	}
	process->parent = parent;
	process->made = lines;
}

/* "exited with 0", "killed by SIGKILL (core dumped)", "superseded by ..." */
static void
task_end(unsigned long tid, struct task *task, const char *text)
{
	struct process *process = &logged.process[task->process];
	unsigned long by;

	if (sscanf(text, "superseded by execve in pid %lu", &by) == 1 &&
	    by <= PID_MAX && tasks[by].call.text != NULL) {
		process = &logged.process[merged_find(task->process)];
		if (merged_find(tasks[by].process) != process->order) {
			logged.process[tasks[by].process].merged =
			    process->order;
			threads++;
		}
		call_add(&process->calls, tasks[by].call);
		process->superseded = 1;
		superseded = 1;
		memset(&tasks[by].call, 0, sizeof(tasks[by].call));
		used[by] = 0;
		return;
	}
	if (process->merged == NONE &&
	    sscanf(text, "exited with %23s", process->end) != 1 &&
	    sscanf(text, "killed by %23s", process->end) != 1)
		errx(2, "not of strace: %s", text);
	used[tid] = 0;
}

static void
call_result(struct task *task, const char *line)
{
	const char *p = NULL, *next = line;
	size_t process = merged_find(task->process);
	long result;

	while ((next = strstr(next, " = ")) != NULL)
		p = next++;
	if (p == NULL)
		errx(2, "not of strace: %s", line);
	result = p[3] == '?' ? -1 : strtol(p + 3, NULL, 10);
	if (task->call.text != NULL && result == 0)
		call_add(&logged.process[process].calls, task->call);
	else if (task->call.text == NULL && result > 0)
		task_made(task, (unsigned long)result);
	memset(&task->call, 0, sizeof(task->call));
}

/* What a thread did: a line without its number and newline. */
static void
log_apply(unsigned long tid, const char *line)
{
	struct task *task = used[tid] ? &tasks[tid] : task_begin(tid);
	size_t n = strlen(line);
	const char *p = line;

	if (strncmp(line, "+++ ", 4) == 0) {
		task_end(tid, task, line + 4);
		return;
	}
	if (strncmp(line, "--- ", 4) == 0)
		return;
	if (strncmp(line, "<... ", 5) == 0) {
		task->thread |= strstr(line, "CLONE_THREAD") != NULL;
		call_result(task, line);
		return;
	}
	task->thread = strstr(line, "CLONE_THREAD") != NULL;
	if (strncmp(line, "execveat(", 9) == 0 && (p = strchr(p, ' ')) != NULL)
		task->call = call_parse(p + 1, line);
	else if (strncmp(line, "execve(", 7) == 0)
		task->call = call_parse(line + 7, line);
	if (n < 4 || strcmp(line + n - 4, "...>") != 0)
		call_result(task, line);
}

static void
log_read(const char *name)
{
	FILE *file = fopen(name, "re");
	char *line = NULL, *rest;
	size_t room = 0, i;
	unsigned long tid;
	ssize_t n;

	if (file == NULL)
		err(2, "%s", name);
	tasks = memory(NULL, (PID_MAX + 1) * sizeof(*tasks));
	used = calloc(PID_MAX + 1, 1);
	if (used == NULL)
		err(2, "memory");
	for (i = 0; i <= PID_MAX; i++)
		tasks[i] = (struct task){ .process = NONE };
	while ((n = getline(&line, &room, file)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		tid = strtoul(line, &rest, 10);
		if (rest == line || *rest != ' ' || tid > PID_MAX)
			errx(2, "%s: not of strace -f: %s", name, line);
		lines++;
		log_apply(tid, rest + strspn(rest, " "));
	}
	free(line);
	fclose(file);
	if (logged.count == 0)
		errx(2, "%s: empty", name);
}

/* ---- the document ---- */

/* The string at the end of a call's text. */
static void
text_add(struct call *call, struct piece value)
{
	long n;

	call->text = memory(
	    call->text, call->size + (size_t)(value.end - value.p) + 1);
	n = json_string(value, call->text + call->size);
	if (n == -1)
		errx(2, "not a string: %.*s", (int)(value.end - value.p),
		    value.p);
	call->size += (size_t)n;
	call->text[call->size++] = '\0';
}

/* From "path", "args" and "args_state" of a process or an exec. */
static struct call
call_of(struct piece path, struct piece args, struct piece state)
{
	struct call call = { 0 };
	struct json json;
	struct piece value;
	size_t n = (size_t)(state.end - state.p);

	if (path.p == NULL || args.p == NULL || state.p == NULL || n < 2 ||
	    n - 2 >= sizeof(call.state) || json_open(&json, args, '[') == -1)
		errx(2, "not of proctree");
	memcpy(call.state, state.p + 1, n - 2);
	if (json_is_null(path))
		return call;
	text_add(&call, path);
	while (json_element(&json, &value) == 1) {
		text_add(&call, value);
		call.argc++;
	}
	return call;
}

/* The members of an object that are looked for: 0 ends the names. */
static void
members_find(
    struct piece object, const char *const names[], struct piece values[])
{
	struct json json;
	struct piece name, value;
	int found = json_open(&json, object, '{') == -1 ? -1 : 1;
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		values[i] = (struct piece){ 0 };
	while (found == 1 && (found = json_member(&json, &name, &value)) == 1)
		for (i = 0; names[i] != NULL; i++)
			if (json_is(name, names[i]))
				values[i] = value;
	if (found == -1)
		errx(2, "not an object: %.*s", (int)(object.end - object.p),
		    object.p);
}

static void
execs_read(struct process *process, struct piece execs)
{
	static const char *const names[] = { "path", "args", "args_state",
		NULL };
	struct piece value, member[3];
	struct json json;

	if (execs.p == NULL)
		return;
	process->all = 1;
	if (json_open(&json, execs, '[') == -1)
		errx(2, "not of proctree");
	while (json_element(&json, &value) == 1) {
		members_find(value, names, member);
		call_add(
		    &process->calls, call_of(member[0], member[1], member[2]));
	}
}

static void
end_read(struct process *process, struct piece code, struct piece name)
{
	struct piece value = code;

	if (code.p == NULL || name.p == NULL)
		errx(2, "not of proctree");
	if (json_is_null(code) && !json_is_null(name))
		value = (struct piece){ name.p + 1, name.end - 1 };
	if (!json_is_null(value) &&
	    (size_t)(value.end - value.p) < sizeof(process->end))
		snprintf(process->end, sizeof(process->end), "%.*s",
		    (int)(value.end - value.p), value.p);
}

/* Its number in the document is that of the line. */
static void
object_read(struct piece object, size_t *by_id[], size_t *ids)
{
	static const char *const names[] = { "id", "parent", "pid", "start",
		"path", "args", "args_state", "execs", "exit", "signal", NULL };
	struct piece member[10];
	unsigned long id, parent, pid;
	struct process *process;

	members_find(object, names, member);
	if (member[1].p == NULL || member[3].p == NULL ||
	    json_number(member[0], ID_MAX, &id) == -1 ||
	    json_number(member[2], PID_MAX, &pid) == -1)
		errx(2, "not of proctree: %.*s", (int)(object.end - object.p),
		    object.p);
	process = process_add(&drawn, (uint32_t)pid);
	for (; *ids <= id; ++*ids) {
		*by_id = memory(*by_id, (*ids + 1) * sizeof(**by_id));
		(*by_id)[*ids] = NONE;
	}
	(*by_id)[id] = process->order;
	if (json_number(member[1], ID_MAX, &parent) == 0 && parent < *ids)
		process->parent = (*by_id)[parent];
	json_time(member[3], &process->start);
	process->last = call_of(member[4], member[5], member[6]);
	execs_read(process, member[7]);
	end_read(process, member[8], member[9]);
}

static void
document_read(FILE *file)
{
	char *text = NULL;
	size_t room = 0, *by_id = NULL, ids = 0;
	ssize_t n;
	int inside = 0, ended = 0;

	while ((n = getline(&text, &room, file)) > 0) {
		n -= text[n - 1] == '\n';
		if (inside && text[0] == ']') {
			ended = 1;
			break;
		}
		n -= n > 0 && text[n - 1] == ',';
		text[n] = '\0';
		if (inside)
			object_read(
			    (struct piece){ text, text + n }, &by_id, &ids);
		else
			inside = strstr(text, "\"processes\":[") != NULL;
	}
	if (!ended)
		errx(2, "the document does not end");
	free(by_id);
	free(text);
}

/* ---- who is who ---- */

/* What strace made: below the first process of the log, or that. */
static size_t
below_find(unsigned char *below)
{
	const struct process *p;
	size_t root = NONE, i;

	for (i = 0; i < drawn.count; i++) {
		p = &drawn.process[i];
		if (p->parent != NONE && p->pid == logged.process[0].pid &&
		    (root == NONE || p->start < drawn.process[root].start))
			root = i;
	}
	if (root == NONE)
		errx(1, "%u: not in the tree", logged.process[0].pid);
	for (i = 0; i < drawn.count; i++) {
		p = &drawn.process[i];
		below[i] = i == root || (p->parent != NONE && below[p->parent]);
	}
	return root;
}

static int
drawn_compare(const void *left, const void *right)
{
	const struct process *a = &drawn.process[*(const size_t *)left];
	const struct process *b = &drawn.process[*(const size_t *)right];

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return (a->start > b->start) - (a->start < b->start);
}

static int
logged_compare(const void *left, const void *right)
{
	const struct process *a = &logged.process[*(const size_t *)left];
	const struct process *b = &logged.process[*(const size_t *)right];

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static void
missing(size_t i)
{
	const struct process *p = &logged.process[i];

	if (superseded && p->parent == NONE && i != 0)
		unseen++; /* rather a thread */
	else
		say(MISSING, "pid %u", p->pid);
}

static void
extra(size_t i)
{
	say(EXTRA, "pid %u", drawn.process[i].pid);
}

/* Pair them, both sorted by pid and age. */
static void
match(const size_t *a, size_t a_count, const size_t *b, size_t b_count)
{
	struct process *p, *q;
	size_t i = 0, j = 0;

	while (i < a_count && j < b_count) {
		p = &logged.process[a[i]];
		q = &drawn.process[b[j]];
		if (p->pid < q->pid) {
			missing(a[i++]);
		} else if (q->pid < p->pid) {
			extra(b[j++]);
		} else {
			p->same = b[j++];
			q->same = a[i++];
		}
	}
	while (i < a_count)
		missing(a[i++]);
	while (j < b_count)
		extra(b[j++]);
}

static size_t
all_match(void)
{
	size_t *a = memory(NULL, logged.count * sizeof(*a));
	size_t *b = memory(NULL, drawn.count * sizeof(*b));
	unsigned char *below = memory(NULL, drawn.count);
	size_t a_count = 0, b_count = 0, root, i;

	root = below_find(below);
	for (i = 0; i < logged.count; i++)
		if (logged.process[i].merged == NONE)
			a[a_count++] = i;
	for (i = 0; i < drawn.count; i++)
		if (below[i])
			b[b_count++] = i;
	qsort(a, a_count, sizeof(*a), logged_compare);
	qsort(b, b_count, sizeof(*b), drawn_compare);
	match(a, a_count, b, b_count);
	free(a);
	free(b);
	free(below);
	return root;
}

/* ---- what they did ---- */

static void
call_show(const char *whose, const struct call *call)
{
	size_t i;

	printf("\t%s:", whose);
	for (i = 0; i < call->size && i < CUT; i++)
		putchar(call->text[i] == '\0' ? '|' : call->text[i]);
	puts(i < call->size ? "..." : "");
}

static const char *
args_begin(const struct call *call, long skip)
{
	const char *p = call->text;

	for (skip++; skip > 0; skip--)
		p += strlen(p) + 1;
	return p;
}

static int
args_same(const struct call *a, const char *from_a, const struct call *b,
    const char *from_b)
{
	size_t n = (size_t)(a->text + a->size - from_a);

	return n == (size_t)(b->text + b->size - from_b) &&
	    memcmp(from_a, from_b, n) == 0;
}

/* A script: its interpreter, with a word or not, has the path. */
static int
is_script(const struct call *a, const struct call *b)
{
	long more = b->argc - a->argc;

	if (a->argc < 1 || more < 1 || more > 2 ||
	    strcmp(args_begin(b, more), a->text) != 0)
		return 0;
	return args_same(a, args_begin(a, 1), b, args_begin(b, more + 1));
}

/* Of the log, and of the document. */
static void
call_check(const struct process *p, const struct call *a, const struct call *b)
{
	int script;

	if (b->text == NULL ||
	    (strcmp(b->state, "all") != 0 && strcmp(b->state, "proc") != 0)) {
		if (say(STATE, "pid %u: %s", p->pid, b->state))
			call_show("strace", a);
		return;
	}
	script = is_script(a, b);
	scripts += (unsigned)script;
	if (!script && !args_same(a, args_begin(a, 0), b, args_begin(b, 0))) {
		if (say(ARGS, "pid %u", p->pid)) {
			call_show("strace", a);
			call_show("proctree", b);
		}
	} else if (strcmp(a->text, b->text) != 0) {
		say(PATH, "pid %u: %s, not %s", p->pid, b->text, a->text);
	}
}

/* What a process of the log ran at a time, or NULL. */
static const struct call *
call_find(const struct process *p, size_t when)
{
	size_t i = p->calls.count;

	for (;;) {
		while (i > 0 && p->calls.call[i - 1].when > when)
			i--;
		if (i > 0)
			return &p->calls.call[i - 1];
		if (p->parent == NONE)
			return NULL;
		when = p->made;
		p = &logged.process[merged_find(p->parent)];
		i = p->calls.count;
	}
}

static void
calls_check(const struct process *p, const struct process *q)
{
	const struct call *last = call_find(p, lines);
	size_t i;

	inherited += p->calls.count == 0;
	if (q->all && p->calls.count != q->calls.count) {
		say(EXECS, "pid %u: %zu, not %zu", p->pid, q->calls.count,
		    p->calls.count);
		return;
	}
	for (i = 0; q->all && i + 1 < p->calls.count; i++)
		call_check(p, &p->calls.call[i], &q->calls.call[i]);
	if (last != NULL)
		call_check(p, last, &q->last);
}

/* The next call of a process is not in the log when a thread of it executed
 * something (strace 6.1): a child may have no parent there, and a thread looks
 * like a process. */
static int
is_unseen(const struct process *q)
{
	const struct process *parent;

	if (q->parent == NONE)
		return 0;
	parent = &drawn.process[q->parent];
	return parent->same != NONE && logged.process[parent->same].superseded;
}

/* Returns how many execs there were. */
static unsigned long
all_check(size_t root)
{
	const struct process *p, *q, *above;
	unsigned long execs = 0;
	size_t i;

	for (i = 0; i < logged.count; i++) {
		p = &logged.process[i];
		if (p->same == NONE)
			continue;
		q = &drawn.process[p->same];
		execs += p->calls.count;
		above = p->parent == NONE ?
		    NULL :
		    &logged.process[merged_find(p->parent)];
		if ((above == NULL || above->same == NONE) && p->same != root &&
		    is_unseen(q)) {
			unseen++;
			continue;
		}
		if (p->same != root &&
		    (above == NULL || above->same != q->parent))
			say(PARENT, "pid %u: %ld, not %ld", p->pid,
			    q->parent == NONE ?
				-1L :
				(long)drawn.process[q->parent].pid,
			    above == NULL ? -1L : (long)above->pid);
		calls_check(p, q);
		if (strcmp(p->end, q->end) != 0)
			say(END, "pid %u: %s, not %s", p->pid, q->end, p->end);
	}
	return execs;
}

int
main(int argc, char *argv[])
{
	FILE *file = stdin;
	unsigned long execs, processes = 0;
	size_t i, root;
	int bad = 0;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: stracecheck log [json]\n");
		return 2;
	}
	log_read(argv[1]);
	if (argc == 3 && (file = fopen(argv[2], "re")) == NULL)
		err(2, "%s", argv[2]);
	document_read(file);
	root = all_match();
	execs = all_check(root);
	for (i = 0; i < logged.count; i++)
		processes += logged.process[i].merged == NONE;
	printf("stracecheck: %lu processes (%lu without exec), %lu threads, "
	       "%lu execs, %lu of scripts, %lu calls not in the log",
	    processes, inherited, threads, execs, scripts, unseen);
	for (i = 0; i < DIFFERENCES; i++)
		if (wrong[i] > 0) {
			printf("%s %lu %s", bad ? "," : ":", wrong[i],
			    differences[i]);
			bad = 1;
		}
	puts(bad ? "" : ": the same");
	if (fflush(stdout) == EOF)
		err(2, "stdout");
	return bad;
}
