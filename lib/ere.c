/* Recursive descent: the grammar of regex(7) to ops. */
#include "ere.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ere_op.h"

#define OPS_MAX	  8000 /* a jump is a short */
#define SETS_MAX  500
#define DEPTH_MAX 100
#define TIMES_MAX 255

struct parse {
	struct ere *e;
	const unsigned char *p;
	const char *why; /* the first error */
	unsigned depth, room, set_room;
};

static bool parse_either(struct parse *);

static bool
wrong(struct parse *s, const char *why)
{
	if (!s->why)
		s->why = why;
	return false;
}

static bool
emit(struct parse *s, int kind, int arg)
{
	struct ere *e = s->e;
	struct ere_op *op = e->op;

	if (e->ops == OPS_MAX)
		return wrong(s, "too large");
	if (e->ops == s->room) {
		s->room = s->room ? s->room * 2 : 64;
		op = realloc(op, s->room * sizeof *op);
		if (!op)
			return wrong(s, "out of memory");
		e->op = op;
	}
	op[e->ops++] = (struct ere_op){ (short)kind, (short)arg };
	return true;
}

/* Put an op before the code that begins at op at. */
static bool
insert(struct parse *s, unsigned at, int kind, int arg)
{
	struct ere_op *op;

	if (!emit(s, kind, arg))
		return false;
	op = s->e->op + at;
	memmove(op + 1, op, (s->e->ops - 1 - at) * sizeof *op);
	*op = (struct ere_op){ (short)kind, (short)arg };
	return true;
}

static bool
copy(struct parse *s, unsigned at, unsigned len)
{
	for (unsigned i = at; i < at + len; i++)
		if (!emit(s, s->e->op[i].kind, s->e->op[i].arg))
			return false;
	return true;
}

/* Let the code from op at on match min to max times (max < 0: any). */
static bool
repeat(struct parse *s, unsigned at, int min, int max)
{
	unsigned len = s->e->ops - at;
	int far = (int)len + 1;

	if (max == 0) {
		s->e->ops = at;
		return true;
	}
	if (min == 0) {
		if (max < 0)
			return insert(s, at, ERE_SPLIT, far + 1) &&
			    emit(s, ERE_JUMP, -far);
		if (!insert(s, at++, ERE_SPLIT, far))
			return false;
		min = 1;
	}
	for (int i = 1; i < min; i++)
		if (!copy(s, at, len))
			return false;
	if (max < 0)
		return emit(s, ERE_SPLIT, -(int)len);
	for (int i = min; i < max; i++)
		if (!emit(s, ERE_SPLIT, far) || !copy(s, at, len))
			return false;
	return true;
}

/* A new empty set.  Returns NULL when there are too many. */
static unsigned char *
new_set(struct parse *s)
{
	struct ere *e = s->e;
	void *set = e->set;

	if (e->sets == SETS_MAX) {
		wrong(s, "too large");
		return NULL;
	}
	if (e->sets == s->set_room) {
		s->set_room = s->set_room ? s->set_room * 2 : 4;
		set = realloc(set, s->set_room * sizeof *e->set);
		if (!set) {
			wrong(s, "out of memory");
			return NULL;
		}
		e->set = set;
	}
	return memset(e->set[e->sets++], 0, sizeof *e->set);
}

static void
set_add(unsigned char *set, unsigned c)
{
	set[c / 8] |= (unsigned char)(1u << c % 8);
}

/* In the C locale; the bytes are ranges, from and to. */
static const struct {
	const char *name, *bytes;
} classes[] = {
	{ "alnum", "09AZaz" },
	{ "alpha", "AZaz" },
	{ "blank", "  \t\t" },
	{ "cntrl", "\1\037\177\177" },
	{ "digit", "09" },
	{ "graph", "!~" },
	{ "lower", "az" },
	{ "print", " ~" },
	{ "punct", "!/:@[`{~" },
	{ "space", "  \t\r" },
	{ "upper", "AZ" },
	{ "xdigit", "09AFaf" },
};

static bool
add_class(unsigned char *set, const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		if (strncmp(classes[i].name, name, len) != 0 ||
		    classes[i].name[len])
			continue;
		for (const char *r = classes[i].bytes; *r; r += 2)
			for (int b = r[0]; b <= r[1]; b++)
				set_add(set, (unsigned)b);
		return true;
	}
	return false;
}

/* The inside of [], up to and with its ]. */
static bool
parse_set(struct parse *s)
{
	unsigned char *set = new_set(s);
	const unsigned char *p = s->p, *first;
	bool negated = *p == '^';

	if (!set)
		return false;
	p += negated;
	for (first = p; *p != ']' || p == first; p++) {
		unsigned from = *p, to;

		if (!from)
			return wrong(s, "[ without ]");
		if (from == '[' && (p[1] == '.' || p[1] == '='))
			return wrong(s, "[. and [= are not understood");
		if (from == '[' && p[1] == ':') {
			size_t len = strcspn((const char *)p + 2, ":");

			if (!p[2 + len] || p[3 + len] != ']' ||
			    !add_class(set, (const char *)p + 2, len))
				return wrong(s, "not a class of bytes");
			p += 3 + len;
			continue;
		}
		to = from;
		if (p[1] == '-' && p[2] != ']' && p[2]) {
			if (p[2] == '[' && strchr(".=:", p[3]))
				return wrong(s, "not a range of bytes");
			to = p[2];
			p += 2;
		}
		if (from > to)
			return wrong(s, "not a range of bytes");
		for (; from <= to; from++)
			set_add(set, from);
	}
	for (int i = 0; negated && i < 32; i++)
		set[i] ^= 0xff;
	s->p = p + 1;
	return emit(s, ERE_SET, (int)s->e->sets - 1);
}

/* Behind a backslash. */
static bool
parse_escape(struct parse *s)
{
	unsigned char c = *s->p, *set;

	if (!c)
		return wrong(s, "nothing follows the last \\");
	s->p++;
	if (!isalnum(c))
		return emit(s, ERE_BYTE, c);
	if (!strchr("wWsS", c))
		return wrong(
		    s, "\\ before this letter or digit has no meaning");
	set = new_set(s);
	if (!set)
		return false;
	add_class(set, c == 'w' || c == 'W' ? "alnum" : "space", 5);
	if (c == 'w' || c == 'W')
		set_add(set, '_');
	for (int i = 0; isupper(c) && i < 32; i++)
		set[i] ^= 0xff;
	return emit(s, ERE_SET, (int)s->e->sets - 1);
}

static bool
parse_atom(struct parse *s)
{
	unsigned char c = *s->p++;

	switch (c) {
	case '(':
		if (++s->depth > DEPTH_MAX)
			return wrong(s, "too large");
		if (!parse_either(s))
			return false;
		s->depth--;
		return *s->p++ == ')' || wrong(s, "( without )");
	case '[':
		return parse_set(s);
	case '\\':
		return parse_escape(s);
	case '.':
		return emit(s, ERE_ANY, 0);
	case '^':
		return emit(s, ERE_BEGIN, 0);
	case '$':
		return emit(s, ERE_END, 0);
	case '*':
	case '+':
	case '?':
	case '{':
		return wrong(s, "nothing to repeat before * + ? or {");
	default:
		return emit(s, ERE_BYTE, c);
	}
}

static int
parse_times(struct parse *s)
{
	int n = 0;

	if (!isdigit(*s->p))
		return -1;
	while (isdigit(*s->p) && n <= TIMES_MAX)
		n = n * 10 + *s->p++ - '0';
	return n;
}

/* The {m}, {m,} or {m,n} behind an atom. */
static bool
parse_braces(struct parse *s, unsigned at)
{
	int min = parse_times(s), max = min;

	if (min >= 0 && *s->p == ',') {
		s->p++;
		max = parse_times(s);
	}
	if (min < 0 || *s->p++ != '}' || (max >= 0 && min > max) ||
	    min > TIMES_MAX || max > TIMES_MAX)
		return wrong(s, "not {m}, {m,} or {m,n} of at most 255");
	return repeat(s, at, min, max);
}

static bool
parse_piece(struct parse *s)
{
	unsigned at = s->e->ops;
	bool anchor = *s->p == '^' || *s->p == '$', ok = parse_atom(s);

	while (ok && *s->p && strchr("*+?{", *s->p)) {
		unsigned char c = *s->p;

		if (anchor)
			return wrong(s, "nothing to repeat before * + ? or {");
		s->p++;
		ok = c == '{' ? parse_braces(s, at) :
				repeat(s, at, c == '+', c == '?' ? 1 : -1);
	}
	return ok;
}

static bool
parse_either(struct parse *s)
{
	unsigned at = s->e->ops, jump;

	while (*s->p && *s->p != '|' && (*s->p != ')' || s->depth == 0))
		if (*s->p == ')')
			return wrong(s, ") without (");
		else if (!parse_piece(s))
			return false;
	if (*s->p != '|')
		return true;
	s->p++;
	if (!insert(s, at, ERE_SPLIT, (int)(s->e->ops - at) + 2) ||
	    !emit(s, ERE_JUMP, 0))
		return false;
	jump = s->e->ops - 1;
	if (!parse_either(s))
		return false;
	s->e->op[jump].arg = (short)(s->e->ops - jump);
	return true;
}

const char *
ere_compile(struct ere *e, const char *expression)
{
	struct parse s = { .e = e, .p = (const unsigned char *)expression };

	*e = (struct ere){ 0 };
	if (parse_either(&s) && emit(&s, ERE_MATCH, 0)) {
		e->seen = calloc(e->ops, sizeof *e->seen);
		e->now = calloc(e->ops, sizeof *e->now);
		e->next = calloc(e->ops, sizeof *e->next);
		e->todo = calloc(2 * e->ops + 2, sizeof *e->todo);
		if (e->seen && e->now && e->next && e->todo)
			return NULL;
		wrong(&s, "out of memory");
	}
	ere_free(e);
	return s.why;
}

void
ere_free(struct ere *e)
{
	free(e->op);
	free(e->set);
	free(e->seen);
	free(e->now);
	free(e->next);
	free(e->todo);
	*e = (struct ere){ 0 };
}
