/*
 * path_feed: the tree of a command, by tree_feed.h, and its critical path.
 */
#ifndef PATH_FEED_H
#define PATH_FEED_H

#include "tree_feed.h"
#include "why/critical.h"
#include "why/lives.h"

static struct lives lives;
static struct critical path;

/* The command is 300. */
static void
begin_command(void)
{
	begin();
	tree.chosen = true;
	tree.choose = 300;
}

/* The path of the tree that begins with the root, from a moment on. */
static void
find(uint32_t root, uint64_t since)
{
	lives_free(&lives);
	critical_free(&path);
	if (lives_find(&lives, &tree, since) != 0)
		abort();
	critical_find(&path, &tree, &lives, root, since);
}

static void
end_feed(void)
{
	critical_free(&path);
	lives_free(&lives);
	tasks_free(&t);
	tree_free(&tree);
}

#endif
