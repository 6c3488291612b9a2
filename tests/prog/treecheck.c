/*
 * treecheck - is the tree of proctree -o json the one that family made?
 *
 * usage: treecheck [-al] TRUTH [JSON]
 *
 * TRUTH is what family wrote; JSON the document (standard input). A process of
 * the document is found in the truth by the number that it shows, in its name
 * or its arguments, never by its pid. Then its parent must have the number of
 * who forked it, and be shown as alive when it began; its pid, the pid of its
 * parent, name, arguments, end, and whether it was reparented must be right;
 * all processes of the truth must be there, once, and none else; incarnations
 * of a pid are told apart by "generation" and do not overlap. With -a, others
 * may be there, but not below those of the truth; and whose parent ended before
 * the tree begins, and so is not there, has only its pid as ppid. With -l,
 * events were lost: processes may be missing, and arguments, ends and pids of
 * parents not known;
 * what the notes "orphan", "unknown" or "lost" of a process say is not certain,
 * so nothing of it is compared; but all else must be right. "repaired" excuses
 * only that the parent is the one that an orphan was given, as /proc has it.
 *
 * The first 10 mistakes of a kind are lines on stdout; the last line has how
 * many there are of each, "treecheck: N processes, all right" if there are
 * none ("nothing wrong" with -l). Ends with status 1 when something is wrong.
 */

#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"

#define COUNT_MAX (1UL << 28) /* serial numbers, and ids */
#define PID_MAX	  (1UL << 22)
#define NONE	  UINT32_MAX
#define SHOWN	  10 /* of a kind */
#define TEXT_MAX  64 /* of a name or an argument */

enum { EXECUTED = 1, ORPHAN = 2, TOP = 4 };

/* By serial number. */
struct node {
	uint32_t pid;
	uint32_t parent; /* NONE: of the top */
	uint32_t called; /* who has executed what this one runs; 0: the top */
	uint32_t id;	 /* 0: not found */
	uint16_t flags;
	char end[10]; /* as the truth has it */
};

/* A process of the document, by id. */
struct seen {
	uint64_t start, end; /* ns; 0: none */
	uint32_t serial;     /* NONE */
	uint32_t parent;     /* id; 0: none */
	uint32_t pid;
	uint32_t generation : 31;
	uint32_t unsure : 1; /* by its notes */
	uint8_t many;	     /* it had several threads */
	uint8_t kept;	     /* it is an orphan, and not shown as one */
};

/* The members of a line. */
struct line {
	struct piece id, parent, pid, ppid, generation, start, end, comm, args,
	    args_state, exit, signal, reparented, notes, threads;
};

static const struct member {
	const char *name;
	size_t offset;
} members[] = {
	{ "id", offsetof(struct line, id) },
	{ "parent", offsetof(struct line, parent) },
	{ "pid", offsetof(struct line, pid) },
	{ "ppid", offsetof(struct line, ppid) },
	{ "generation", offsetof(struct line, generation) },
	{ "start", offsetof(struct line, start) },
	{ "end", offsetof(struct line, end) },
	{ "comm", offsetof(struct line, comm) },
	{ "args", offsetof(struct line, args) },
	{ "args_state", offsetof(struct line, args_state) },
	{ "exit", offsetof(struct line, exit) },
	{ "signal", offsetof(struct line, signal) },
	{ "reparented", offsetof(struct line, reparented) },
	{ "notes", offsetof(struct line, notes) },
	{ "threads", offsetof(struct line, threads) },
};

static struct node *nodes;
static size_t node_count;
static struct seen *seens; /* [0] is not used */
static size_t seen_room, seen_max, seen_count;
static int others, losses; /* -a, -l */

/* ---- mistakes ---- */

enum mistake {
	MISSING,
	TWICE,
	EXTRA,
	NAMELESS,
	PARENT,
	OUTSIDE,
	PID,
	PPID,
	COMM,
	ARGS,
	END,
	REPARENTED,
	REUSE,
	MISTAKES
};

static const char *const mistakes[MISTAKES] = { "missing", "twice",
	"not in the truth", "no name and arguments", "wrong parent",
	"outside of the parent's life", "wrong pid", "wrong ppid", "wrong comm",
	"wrong arguments", "wrong end", "wrong reparented",
	"wrong generation" };

static unsigned long wrong[MISTAKES];

__attribute__((format(printf, 2, 3))) static void
say(enum mistake mistake, const char *format, ...)
{
	va_list ap;

	if (wrong[mistake]++ >= SHOWN)
		return;
	printf("%s: ", mistakes[mistake]);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
}

static void *
memory(void *old, size_t size)
{
	void *p = realloc(old, size);

	if (p == NULL)
		err(2, "memory");
	return p;
}

/* ---- the truth ---- */

static void
node_add(const char *line, const char *name)
{
	struct node node = { 0 };
	unsigned long serial, pid, parent = NONE;
	char above[16], kind[32];
	int depth, n = 0;

	sscanf(line, "%lu %lu %15s %31s %d %9s%n", &serial, &pid, above, kind,
	    &depth, node.end, &n);
	if (n == 0 || line[n] != '\n' || serial != node_count || pid == 0 ||
	    pid > PID_MAX)
		errx(2, "%s: not of family: %s", name, line);
	if (strcmp(above, "-") != 0) {
		parent = strtoul(above, NULL, 10);
		if (parent >= serial)
			errx(2, "%s: not of family: %s", name, line);
	}
	node.pid = (uint32_t)pid;
	node.parent = (uint32_t)parent;
	node.flags = strstr(kind, "exec") ? EXECUTED : 0;
	node.flags |= strstr(kind, "+orphan") ? ORPHAN : 0;
	node.flags |= strcmp(kind, "top") == 0 ? TOP : 0;
	if (node.flags & EXECUTED)
		node.called = (uint32_t)serial;
	else if (parent != NONE)
		node.called = nodes[parent].called;
	nodes[node_count++] = node;
}

static void
truth_read(const char *name)
{
	FILE *file = fopen(name, "re");
	char line[256];
	size_t room = 0;

	if (file == NULL)
		err(2, "%s", name);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (node_count == room) {
			room = room ? 2 * room : 4096;
			if (room > COUNT_MAX)
				errx(2, "%s: too long", name);
			nodes = memory(nodes, room * sizeof(*nodes));
		}
		node_add(line, name);
	}
	if (ferror(file))
		err(2, "%s", name);
	fclose(file);
	if (node_count == 0)
		errx(2, "%s: empty", name);
}

/* ---- the document ---- */

/* Copies a string that is no longer than a name or argument of family's. */
static int
text_of(struct piece value, char text[TEXT_MAX])
{
	long n;

	text[0] = '\0';
	if (value.p == NULL || value.end - value.p >= TEXT_MAX)
		return -1;
	n = json_string(value, text);
	text[n > 0 ? n : 0] = '\0';
	return n >= 0 ? 0 : -1;
}

/* A decimal number behind a prefix, or NONE. */
static uint32_t
serial_of(const char *text, const char *prefix)
{
	struct piece number = { text + strlen(prefix), text + strlen(text) };
	unsigned long n;

	if (strncmp(text, prefix, strlen(prefix)) != 0 || number.p[0] == '\0' ||
	    (number.p[0] == '0' && number.p[1] != '\0') ||
	    json_number(number, NONE - 1, &n) == -1)
		return NONE;
	return (uint32_t)n;
}

/* The number in "family", "node", "123456"; NONE: other arguments. */
static uint32_t
args_serial(struct piece args)
{
	struct json json;
	struct piece value;
	char text[TEXT_MAX] = "";
	int i;

	if (args.p == NULL || json_open(&json, args, '[') == -1)
		return NONE;
	for (i = 0; i < 3; i++)
		if (json_element(&json, &value) != 1 ||
		    (i == 0 && !json_is(value, "family")) ||
		    (i == 1 && !json_is(value, "node")) ||
		    (i == 2 && text_of(value, text) == -1))
			return NONE;
	return json_element(&json, &value) == 0 ? serial_of(text, "") : NONE;
}

/* By name, if it has one of its own; else by its arguments. */
static uint32_t
line_serial(const struct line *line)
{
	char comm[TEXT_MAX];
	uint32_t serial = NONE;

	if (text_of(line->comm, comm) == 0)
		serial = serial_of(comm, "n");
	return serial != NONE ? serial : args_serial(line->args);
}

static unsigned long
number_of(struct piece value, unsigned long max, const char *text)
{
	unsigned long n;

	if (value.p == NULL || json_number(value, max, &n) == -1)
		errx(2, "not of proctree: %s", text);
	return n;
}

/* As a number and null or a name: "3", "SIGTERM", "?" */
static void
end_of(const struct line *line, char end[TEXT_MAX])
{
	memcpy(end, "?", 2);
	if (line->exit.p != NULL && !json_is_null(line->exit) &&
	    line->exit.end - line->exit.p < TEXT_MAX) {
		memcpy(
		    end, line->exit.p, (size_t)(line->exit.end - line->exit.p));
		end[line->exit.end - line->exit.p] = '\0';
	} else if (line->signal.p != NULL && !json_is_null(line->signal)) {
		text_of(line->signal, end);
	}
}

static void
args_check(const struct line *line, uint32_t serial, unsigned long id)
{
	uint32_t found = args_serial(line->args);
	uint32_t called = nodes[serial].called;

	if (losses && line->args_state.p != NULL &&
	    json_is(line->args_state, "none"))
		return;
	if (line->args_state.p == NULL ||
	    (!json_is(line->args_state, "all") &&
		!json_is(line->args_state, "proc")))
		say(ARGS, "%u (id %lu): state %.*s", serial, id,
		    (int)(line->args_state.end - line->args_state.p),
		    line->args_state.p);
	else if (found != (called == 0 ? NONE : called))
		say(ARGS, "%u (id %lu): of %ld, not %u", serial, id,
		    found == NONE ? -1L : (long)found, called);
}

/* What the line says of that process. */
static void
line_check(const struct line *line, uint32_t serial, unsigned long id)
{
	const struct node *node = &nodes[serial];
	unsigned long n = 0;
	char comm[TEXT_MAX], end[TEXT_MAX];

	if (number_of(line->pid, PID_MAX, "pid") != node->pid)
		say(PID, "%u (id %lu): %.*s, not %u", serial, id,
		    (int)(line->pid.end - line->pid.p), line->pid.p, node->pid);
	if (node->parent != NONE &&
	    !(losses && line->ppid.p != NULL && json_is_null(line->ppid)) &&
	    (line->ppid.p == NULL ||
		json_number(line->ppid, PID_MAX, &n) == -1 ||
		n != nodes[node->parent].pid))
		say(PPID, "%u (id %lu): %lu, not %u", serial, id, n,
		    nodes[node->parent].pid);
	text_of(line->comm, comm);
	if ((serial_of(comm, "n") == NONE) == !(node->flags & EXECUTED))
		say(COMM, "%u (id %lu): %s", serial, id, comm);
	args_check(line, serial, id);
	end_of(line, end);
	if (strcmp(end, node->end) != 0 && !(losses && *end == '?'))
		say(END, "%u (id %lu): %s, not %s", serial, id, end, node->end);
	if (node->flags & ORPHAN)
		seens[id].kept = line->reparented.p == NULL &&
		    !(others && json_is_null(line->parent));
	else if (!(node->flags & TOP) && line->reparented.p != NULL)
		say(REPARENTED, "%u (id %lu): yes", serial, id);
}

static int
has_note(struct piece notes, const char *word)
{
	struct json json;
	struct piece note;

	if (notes.p == NULL || json_open(&json, notes, '[') == -1)
		return 0;
	while (json_element(&json, &note) == 1)
		if (json_is(note, word))
			return 1;
	return 0;
}

/* Do its notes say that not all is known? */
static int
is_unsure(struct piece notes)
{
	return has_note(notes, "orphan") || has_note(notes, "unknown") ||
	    has_note(notes, "lost");
}

static struct seen *
seen_add(unsigned long id, const char *text)
{
	size_t room = seen_room ? seen_room : 4096;

	while (id >= room)
		room *= 2;
	if (room > seen_room) {
		seens = memory(seens, room * sizeof(*seens));
		memset(
		    seens + seen_room, 0, (room - seen_room) * sizeof(*seens));
		seen_room = room;
	}
	if (id == 0 || seens[id].pid != 0)
		errx(2, "the id comes again: %s", text);
	if (id > seen_max)
		seen_max = id;
	seen_count++;
	return &seens[id];
}

static void
line_apply(const struct line *line, const char *text)
{
	unsigned long id = number_of(line->id, COUNT_MAX, text), n;
	struct seen *seen = seen_add(id, text);

	seen->pid = (uint32_t)number_of(line->pid, PID_MAX, text);
	seen->generation = number_of(line->generation, INT32_MAX, text) &
	    INT32_MAX;
	seen->unsure = losses && is_unsure(line->notes);
	if (line->parent.p == NULL || !json_is_null(line->parent))
		seen->parent = (uint32_t)number_of(
		    line->parent, COUNT_MAX, text);
	if (line->start.p == NULL || line->end.p == NULL ||
	    (!json_is_null(line->start) &&
		json_time(line->start, &seen->start) == -1) ||
	    (!json_is_null(line->end) &&
		json_time(line->end, &seen->end) == -1))
		errx(2, "not of proctree: %s", text);
	seen->many = line->threads.p != NULL &&
	    json_number(line->threads, COUNT_MAX, &n) != -1 && n > 1;
	seen->serial = line_serial(line);
	if (losses && seen->serial == NONE && line->args_state.p != NULL &&
	    json_is(line->args_state, "none"))
		seen->unsure = 1;
	if (losses && seen->serial < node_count &&
	    nodes[seen->serial].flags & ORPHAN &&
	    has_note(line->notes, "repaired"))
		seen->unsure = 1;
	if (seen->unsure)
		seen->serial = NONE;
	if (seen->serial >= node_count) {
		if (seen->serial != NONE)
			say(EXTRA, "%s", text);
		seen->serial = NONE;
	} else if (nodes[seen->serial].id != 0) {
		say(TWICE, "%u (ids %u and %lu)", seen->serial,
		    nodes[seen->serial].id, id);
	} else {
		nodes[seen->serial].id = (uint32_t)id;
		line_check(line, seen->serial, id);
	}
}

static void
line_parse(const char *text, size_t n)
{
	struct piece all = { text, text + n }, name, value;
	struct line line = { 0 };
	struct json json;
	int found = json_open(&json, all, '{') == -1 ? -1 : 1;
	size_t i;

	while (found == 1 && (found = json_member(&json, &name, &value)) == 1)
		for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
			if (json_is(name, members[i].name))
				memcpy((char *)&line + members[i].offset,
				    &value, sizeof(value));
	if (found == -1)
		errx(2, "not an object: %s", text);
	line_apply(&line, text);
}

/* The line that begins the processes, or one of them, or what ends them. */
static void
document_read(FILE *file, const char *name)
{
	static const char begin[] = "\"processes\":[";
	char *text = NULL;
	size_t room = 0;
	ssize_t n;
	int inside = 0, more = 1;

	while ((n = getline(&text, &room, file)) > 0) {
		if (text[n - 1] == '\n')
			text[--n] = '\0';
		if (!inside) {
			inside = strstr(text, begin) != NULL;
			continue;
		}
		if (n > 0 && text[0] == ']')
			break;
		if (!more)
			errx(2, "%s: no comma before: %s", name, text);
		more = n > 0 && text[n - 1] == ',';
		if (more)
			text[--n] = '\0';
		line_parse(text, (size_t)n);
	}
	if (n <= 0 || (more && seen_count > 0))
		errx(2, "%s: does not end", name);
	free(text);
}

/* ---- the tree ---- */

static const struct seen *
seen_parent(const struct seen *seen)
{
	const struct seen *parent = NULL;

	if (seen->parent <= seen_max && seen->parent != 0)
		parent = &seens[seen->parent];
	return parent != NULL && parent->pid != 0 ? parent : NULL;
}

/* The children of several threads that end together have another parent as
 * soon as all have begun to (find_child_reaper, find_alive_thread), a little
 * before the last one's event. */
static int
program_rightly(const struct seen *seen, const struct seen *parent)
{
	if (parent == NULL)
		return losses;
	return (parent->many && parent->end >= seen->end) ||
	    (losses && (parent->end == 0 || parent->unsure));
}

static void
edge_check(const struct seen *seen, const struct node *node)
{
	const struct seen *parent = seen_parent(seen);
	size_t id = (size_t)(seen - seens);

	if (seen->kept && !program_rightly(seen, parent))
		say(REPARENTED, "%u (id %zu): no", seen->serial, id);

	if (node->parent == NONE)
		return;
	if (parent != NULL && parent->unsure &&
	    parent->pid == nodes[node->parent].pid)
		return;
	if (others && seen->parent == 0 && nodes[node->parent].id == 0)
		return;
	if (parent == NULL || parent->serial != node->parent)
		say(PARENT, "%u (id %zu, pid %u): %ld (id %u), not %u",
		    seen->serial, id, seen->pid,
		    parent == NULL || parent->serial == NONE ?
			-1L :
			(long)parent->serial,
		    seen->parent, node->parent);
	/* What /proc says is cut to 10 ms. */
	else if (seen->start + (losses ? 10000000 : 0) < parent->start ||
	    (seen->end != 0 && seen->end < seen->start) ||
	    (parent->end != 0 && seen->start > parent->end))
		say(OUTSIDE, "%u (id %zu)", seen->serial, id);
}

static void
tree_check(void)
{
	const struct seen *parent;
	size_t i;

	for (i = 1; i <= seen_max; i++) {
		if (seens[i].pid == 0)
			continue;
		if (seens[i].serial != NONE) {
			edge_check(&seens[i], &nodes[seens[i].serial]);
			continue;
		}
		parent = seen_parent(&seens[i]);
		if (seens[i].unsure)
			continue;
		if (!others || (parent != NULL && parent->serial != NONE))
			say(NAMELESS, "id %zu, pid %u, parent %u", i,
			    seens[i].pid, seens[i].parent);
	}
	for (i = 0; i < node_count; i++)
		if (nodes[i].id == 0)
			say(MISSING, "%zu, pid %u, parent %ld", i, nodes[i].pid,
			    nodes[i].parent == NONE ? -1L :
						      (long)nodes[i].parent);
}

/* By pid, then by generation. */
static int
seen_compare(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return (a->generation > b->generation) -
	    (a->generation < b->generation);
}

/* Orders the processes anew. */
static void
generations_check(void)
{
	const struct seen *a, *b;
	size_t i;

	if (seen_max == 0)
		return;
	qsort(seens + 1, seen_max, sizeof(*seens), seen_compare);
	for (i = 2; i <= seen_max; i++) {
		a = &seens[i - 1];
		b = &seens[i];
		if (b->pid == 0 || a->pid != b->pid)
			continue;
		if (a->generation == b->generation ||
		    (b->start != 0 && a->end > b->start))
			say(REUSE, "pid %u: %u and %u", a->pid, a->generation,
			    b->generation);
	}
}

static int
result_say(void)
{
	int bad = 0, i;

	printf("treecheck: %zu processes", node_count);
	for (i = 0; i < MISTAKES; i++)
		if (wrong[i] > 0) {
			printf(", %lu %s", wrong[i], mistakes[i]);
			bad |= i != MISSING || !losses;
		}
	puts(bad ? "" : losses ? ", nothing wrong" : ", all right");
	if (fflush(stdout) == EOF)
		err(2, "stdout");
	return bad;
}

int
main(int argc, char *argv[])
{
	int c;
	FILE *file = stdin;

	while ((c = getopt(argc, argv, "al")) != -1) {
		others |= c == 'a';
		losses |= c == 'l';
		if (c == '?')
			return 2;
	}
	argc -= optind;
	argv += optind;
	if (argc < 1 || argc > 2) {
		fprintf(stderr, "usage: treecheck [-al] truth [json]\n");
		return 2;
	}
	truth_read(argv[0]);
	if (argc == 2 && (file = fopen(argv[1], "re")) == NULL)
		err(2, "%s", argv[1]);
	document_read(file, argc == 2 ? argv[1] : "stdin");
	tree_check();
	generations_check();
	return result_say();
}
