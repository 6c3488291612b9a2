/* Records of execs: their memory, where to find them, and what is put into
 * them. */
#include "events/exec_node.h"

#include <stdlib.h>
#include <string.h>

#define SPARE_MAX   4096 /* bytes that a node keeps for its next use */
#define PIECES_STEP 32

void
cmdline_sample_free(struct cmdline_sample *sample)
{
	if (sample && sample->held)
		*sample->held -= sample->len;
	free(sample);
}

void
tid_mark(uint8_t *table, int tid)
{
	if (table && tid >= 0 && tid < EXEC_TIDS)
		table[tid / 8] |= (uint8_t)(1u << (tid & 7));
}

bool
tid_clear(uint8_t *table, int tid)
{
	uint8_t bit = (uint8_t)(1u << (tid & 7));
	bool before;

	if (!table || tid < 0 || tid >= EXEC_TIDS)
		return false;
	before = table[tid / 8] & bit;
	table[tid / 8] &= (uint8_t)~bit;
	return before;
}

unsigned
node_bucket(int tid)
{
	return (unsigned)tid % EXEC_BUCKETS;
}

struct exec_node *
node_new(struct exec_assembler *a)
{
	struct exec_node *n = a->spare;

	if (n)
		a->spare = n->next;
	else if (!(n = calloc(1, sizeof *n)))
		return NULL;
	*n = (struct exec_node){ .bytes = n->bytes, .args = n->args };
	n->bytes.len = 0;
	n->args.argc = -1;
	if (n->args.count)
		memset(n->args.piece, 0,
		    (size_t)n->args.count * sizeof *n->args.piece);
	return n;
}

void
node_forget_sample(struct exec_node *n)
{
	cmdline_sample_free(n->sample);
	n->sample = NULL;
}

void
node_sample(struct exec_node *n, struct cmdline_sample *sample)
{
	if (!n || !sample) {
		cmdline_sample_free(sample);
		return;
	}
	cmdline_sample_free(n->sample);
	n->sample = sample;
	n->hold = sample->taken;
}

void
node_forget_window(struct exec_node *n)
{
	free(n->window);
	n->window = NULL;
}

void
node_release(struct exec_assembler *a, struct exec_node *n)
{
	node_forget_sample(n);
	node_forget_window(n);
	if (n->bytes.cap > SPARE_MAX)
		buf_free(&n->bytes);
	n->next = a->spare;
	a->spare = n;
}

void
node_free_list(struct exec_node *n)
{
	for (struct exec_node *next; n; n = next) {
		next = n->next;
		node_forget_sample(n);
		node_forget_window(n);
		free(n->args.piece);
		buf_free(&n->bytes);
		free(n);
	}
}

void
node_enqueue(struct exec_assembler *a, struct exec_node *n)
{
	n->next = NULL;
	*a->tail = n;
	a->tail = &n->next;
}

void
node_unchain(struct exec_node **table, struct exec_node *n)
{
	struct exec_node **p = &table[node_bucket(n->e.tid)];

	while (*p && *p != n)
		p = &(*p)->chain;
	if (*p)
		*p = n->chain;
}

struct exec_node *
node_find(struct exec_node *const *table, int tid)
{
	struct exec_node *n = table[node_bucket(tid)];

	while (n && n->e.tid != tid)
		n = n->chain;
	return n;
}

struct exec_node *
node_add(struct exec_assembler *a, struct exec_node **table,
    const struct raw_event *k)
{
	struct exec_node *n = node_new(a), **b = &table[node_bucket(k->tid)];

	if (!n)
		return NULL;
	n->e = (struct event){ .type = EVENT_EXEC,
		.ts = k->ts,
		.cpu = k->cpu,
		.tid = k->tid,
		.exec.old_tid = k->tid };
	n->chain = *b;
	*b = n;
	return n;
}

static bool
make_pieces(struct exec_node *n, int count)
{
	struct args_piece *p;

	if (count <= n->args.count)
		return true;
	p = realloc(n->args.piece, (size_t)count * sizeof *p);
	if (!p)
		return false;
	memset(
	    p + n->args.count, 0, (size_t)(count - n->args.count) * sizeof *p);
	n->args.piece = p;
	n->args.count = count;
	return true;
}

/* Argument i is whole: keep it. */
static bool
keep_piece(struct exec_node *n, int i, const char *s, size_t len)
{
	struct args_piece *p = &n->args.piece[i];

	p->offset = n->bytes.len;
	p->len = len;
	buf_add(&n->bytes, s, len);
	n->args.bytes = n->bytes.data;
	return p->known = !n->bytes.failed;
}

bool
node_string(struct exec_node *n, int i, const char *s, size_t len)
{
	if (i >= n->args.count && !make_pieces(n, i + PIECES_STEP))
		return false;
	n->parts |= PART_ARGS;
	n->args.piece[i].seen = true;
	return keep_piece(n, i, s, len);
}

void
node_path(struct exec_node *n, const char *path, size_t len)
{
	n->parts |= PART_PATH;
	n->path = n->bytes.len;
	buf_add(&n->bytes, path, len);
	buf_putc(&n->bytes, '\0');
	n->args.bytes = n->bytes.data;
}

/*
 * The strings of a new stack follow each other without a gap, and the first of
 * the environment follows the last argument (create_elf_tables,
 * fs/binfmt_elf.c): the next pointer shows the length.  Returns it, or -1 when
 * it is not known.
 */
static int64_t
true_length(const struct raw_event *k, int i, int argc)
{
	int next = k->first + i + 1 == argc ? i + 2 : i + 1;

	if (k->kind != RAW_ARGS || !k->pointer[i] || !k->pointer[next])
		return -1;
	return (int64_t)(k->pointer[next] - k->pointer[i]) - 1;
}

/*
 * Is what was fetched the whole argument?  Since Linux 5.x an empty string has
 * no bytes, like one that could not be fetched.  And one of 4,096 bytes or more
 * counts as 0 when the kernel makes room, so it is cut to the room of the
 * strings after it, which then are missing (store_trace_args,
 * kernel/trace/trace_probe_tmpl.h).
 */
static bool
is_whole(const struct raw_event *k, int i, int argc)
{
	int64_t len = true_length(k, i, argc);
	bool missing = false;

	if (len >= 0)
		return len == (k->arg[i] ? (int64_t)k->arg_len[i] : 0);
	if (!k->arg[i] || k->arg_len[i] >= FETCH_MAX)
		return false;
	for (int next = i + 1; next < k->count && k->first + next < argc;
	     next++) {
		if (k->arg[next])
			return true;
		if (k->kind == RAW_ARGS || k->pointer[next])
			missing = true;
	}
	return !missing;
}

void
node_args(struct exec_node *n, const struct raw_event *k, int argc)
{
	if (!make_pieces(n, k->first + k->count))
		return;
	n->parts |= PART_ARGS;
	for (int i = 0; i < k->count && k->first + i < argc; i++) {
		n->args.piece[k->first + i].seen = true;
		if (is_whole(k, i, argc))
			keep_piece(n, k->first + i, k->arg[i],
			    k->arg[i] ? k->arg_len[i] : 0);
	}
}

void
node_discard_samples(struct exec_assembler *a, int pid, uint64_t ts)
{
	for (struct exec_node *n = a->bucket[node_bucket(pid)]; n; n = n->chain)
		if (n->e.tid == pid && n->sample && n->sample->taken >= ts)
			node_forget_sample(n);
}

/*
 * An exec begins with a rename, and from then on /proc may show the next
 * program (begin_new_exec, fs/exec.c); but no exec forks, or renames twice.
 */
void
node_suspect_samples(struct exec_assembler *a, const struct raw_event *k)
{
	bool exec = k->kind == RAW_RENAME && k->pid == k->tid;

	for (struct exec_node *n = a->bucket[node_bucket(k->tid)]; n;
	     n = n->chain)
		if (n->e.tid == k->tid && n->sample)
			n->sample->taken = exec && n->hold >= k->ts ?
			    SAMPLE_SUSPECT :
			    n->hold;
}

void
node_comm(char *comm, const struct raw_event *k)
{
	size_t len = k->text_len < COMM_LEN - 1 ? k->text_len : COMM_LEN - 1;

	memset(comm, 0, COMM_LEN);
	if (k->text)
		memcpy(comm, k->text, len);
}
