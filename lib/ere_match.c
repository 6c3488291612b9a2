/* All states of the NFA at once, byte for byte: no backtracking. */
#include <string.h>

#include "ere_op.h"

/* Add op pc and all that it leads to without a byte.  Returns whether that is
 * a match. */
static bool
follow(struct ere *e, unsigned pc, const char *text, const char *p,
    unsigned *list, unsigned *n)
{
	unsigned left = 0;

	e->todo[left++] = pc;
	while (left > 0) {
		const struct ere_op *op = &e->op[pc = e->todo[--left]];

		if (e->seen[pc] == e->round)
			continue;
		e->seen[pc] = e->round;
		switch (op->kind) {
		case ERE_MATCH:
			return true;
		case ERE_BEGIN:
			if (p == text)
				e->todo[left++] = pc + 1;
			break;
		case ERE_END:
			if (!*p)
				e->todo[left++] = pc + 1;
			break;
		case ERE_SPLIT:
			e->todo[left++] = pc + 1;
			/* fallthrough */
		case ERE_JUMP:
			e->todo[left++] = (unsigned)((int)pc + op->arg);
			break;
		default:
			list[(*n)++] = pc;
		}
	}
	return false;
}

static bool
takes(const struct ere *e, const struct ere_op *op, unsigned char c)
{
	switch (op->kind) {
	case ERE_BYTE:
		return op->arg == c;
	case ERE_SET:
		return e->set[op->arg][c / 8] >> c % 8 & 1;
	default:
		return true;
	}
}

bool
ere_match(struct ere *e, const char *text)
{
	unsigned count = 0, n;

	memset(e->seen, 0, e->ops * sizeof *e->seen);
	e->round = 1;
	if (follow(e, 0, text, text, e->now, &count))
		return true;
	for (const char *p = text; *p; p++) {
		unsigned *list = e->next;

		if (++e->round == 0) { /* a text of 4 GB */
			memset(e->seen, 0, e->ops * sizeof *e->seen);
			e->round = 1;
		}
		n = 0;
		for (unsigned i = 0; i < count; i++)
			if (takes(e, &e->op[e->now[i]], (unsigned char)*p) &&
			    follow(e, e->now[i] + 1, text, p + 1, list, &n))
				return true;
		/* A match may begin at each byte. */
		if (follow(e, 0, text, p + 1, list, &n))
			return true;
		e->next = e->now;
		e->now = list;
		count = n;
	}
	return false;
}
