/*
 * commands: what was run how often, and what it cost, by the name of the
 * command.  An empty table is all zeros.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "output/cost.h"

struct command_sum {
	char *name; /* len bytes, not ended by a NUL, the table's; len 0: not
		       known */
	size_t len;
	uint64_t count, failed;
	uint64_t running;
	uint64_t wall, longest; /* ns */
	struct cost cost;
};

struct commands {
	struct command_sum *list;  /* from 1 to index.count */
	struct command_sum others; /* those for which there was no room */
	uint32_t most; /* names that there is room for; 0: any number */
	size_t bytes, most_bytes; /* of all names; if there is a most */
	struct hash_index index;
	bool failed; /* memory ran out: some are missing */
};

/* Add what c has, but its name, to the command of that name.  Names are copied.
 */
void commands_add(struct commands *, const char *name, size_t len,
    const struct command_sum *c);

/* Sort by CPU time, or if that is not known, by how long they lived, the
 * largest first.  Nothing may be added afterwards before commands_clear. */
void commands_sort(struct commands *);

/* Empty it; the most that it may hold stays. */
void commands_clear(struct commands *);

/* Append the column header, whose last word is what, and the line of a command,
 * with its newline; running: with that column, in place of AVERAGE. */
void commands_put_header(struct buf *, bool running, const char *what);
void commands_put(struct buf *, const struct command_sum *, bool running);

#endif
