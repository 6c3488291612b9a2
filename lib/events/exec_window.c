/* The arguments of an exec whose probe shows windows on the stack. */
#include "events/exec_node.h"

#include <stdlib.h>

bool
node_wants_window(const struct exec_node *n, const struct raw_event *k)
{
	return !n->window ||
	    window_wants(n->window, k->argc, k->argv, (size_t)k->first);
}

/* Keep the arguments that are whole, and nothing else of the window. */
static void
node_take_strings(struct exec_assembler *a, struct exec_node *n)
{
	int most = n->args.argc < a->want ? n->args.argc : a->want;
	const char *s;
	size_t len;

	while (n->strings < most && window_next(n->window, &s, &len))
		if (!node_string(n, n->strings++, s, len))
			break;
	if (n->strings < most)
		return;
	node_forget_window(n);
	n->windowed = true;
}

void
node_window(
    struct exec_assembler *a, struct exec_node *n, const struct raw_event *k)
{
	if (n->windowed)
		return;
	if (!n->window) {
		n->window = malloc(sizeof *n->window);
		if (!n->window)
			return;
		window_init(n->window, k->argc, k->argv);
	}
	window_add(n->window, (size_t)k->first, k->text, k->text_len);
	if (k->first == 0)
		window_point(n->window, k->pointer, k->pointers);
	node_take_strings(a, n);
}

/* The pointer to the next string shows where an argument ends; if that one was
 * not fetched, the argument may exceed the window. */
bool
exec_exceeds_window(const struct exec_assembler *a, const struct raw_event *k)
{
	int last = k->argc < a->want ? k->argc : a->want;
	int next = last == k->argc ? last + 1 : last;

	if (last <= 0)
		return false;
	if (next >= k->pointers)
		return true;
	if (k->pointer[next] == 0) /* no environment */
		next = last - 1;
	return k->pointer[next] - k->argv > a->window;
}
