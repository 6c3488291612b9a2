/*
 * view: what of a tree is drawn, and how; shared by all formats.
 */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cli/sink.h"
#include "input/losses.h"
#include "output/cost.h"
#include "output/labels.h"
#include "tree/tree.h"

/* Of what a line of -S is: of a command, of the processes that one of a command
 * created, of a name; the last two by view.groups. */
enum group {
	GROUP_COMMAND,
	GROUP_PARENT,
	GROUP_COMM,
	GROUP_CGROUP,
	GROUP_USER
};

enum weight { WEIGHT_COUNT, WEIGHT_WALL, WEIGHT_CPU }; /* of -o folded */

struct view {
	struct tree *tree; /* finished and numbered */
	bool all;	   /* -a: every exec */
	bool threads;	   /* -L: they are nodes */
	bool quote;	   /* -q: arguments for a shell */
	bool no_header;	   /* -H */
	bool ascii;	   /* the locale is not UTF-8 */
	bool seconds;	   /* -t: START is since boot */
	bool wall;	   /* -T: START is local time */
	bool cut;	   /* a wide line is cut at width columns */
	int width;
	enum weight weight;
	enum group group;
	struct labels groups; /* of the nodes, see groups.h */
	int cpus;	      /* --cpus: of a prediction; 0: none */
	uint64_t origin;      /* ns since boot: where offsets count from */
	int64_t wall_offset;  /* ns since 1970 at boot, 0 not known */
	uint64_t hidden;      /* processes, by -m */
	struct losses losses;
	bool traced;			 /* not a snapshot */
	struct cost short_lived;	 /* of those that -m and -n hide, too */
	struct event_machine machine[2]; /* when the trace began and ended */
	struct sink *sink;		 /* where the formats flush to */
	struct buf marks; /* why it was recorded; view_add_mark */
};

/* Add the line of a mark (-k). */
void view_add_mark(struct view *, const struct event *);

/* The next mark: when it was, ns since boot, and its line, safe to print, lent
 * until the next one is added; NULL after the last.  Begin with at 0. */
const char *view_next_mark(const struct view *, size_t *at, uint64_t *ts);

/* ---- what several formats say in the same words ---- */

/* Append the command line of an exec on one line (print_args), or "[comm]" when
 * there is none. */
void view_line(
    const struct view *, struct buf *, const struct node *, uint32_t exec);

/* Has its parent ended before it, so that the kernel gave it another?  Then *ts
 * is when: ns since boot. */
bool view_reparented(const struct view *, const struct node *, uint64_t *ts);

/* Append seconds with a sign and 3 decimals: at minus since,
 * both in ns. */
void view_offset(struct buf *, uint64_t at, uint64_t since);

/* Append the members NAME, seconds since boot, and NAME_time, the wall clock's,
 * which is missing if it is not known; ts in ns. */
void view_json_time(const struct view *, struct buf *, const char *name,
    bool known, uint64_t ts);

/* What is unusual about a node, one word each, NULL after the last (at most
 * VIEW_NOTES): "reparented", "repaired", "orphan", "unknown", "lost",
 * "zombie". */
#define VIEW_NOTES 6
void view_notes(
    const struct view *, const struct node *, const char *note[VIEW_NOTES + 1]);

/* Append who sent the signal that killed it: "812 sh", "the kernel", "the OOM
 * killer", "itself"; "?" if that is not known.  No bracket and no comma of a
 * name is in it. */
void view_by(struct buf *, const struct event_by *);

/* Append the notes, and as the last one, if it is known, "by" and who killed
 * it, with that between them.  Returns whether there are any. */
bool view_put_notes(const struct view *, struct buf *, const struct node *,
    const char *between);

/* Did the process end with a status other than 0, or by a signal? */
bool view_failed(const struct node *);

/* Append the wait status as "0", "SIGKILL", "-" (still runs) or "?". */
void view_status(struct buf *, const struct node *);

/* The name of a process for a label: the last part of argv[0] or of its path,
 * else comm; len bytes, lent until the tree is freed. */
const char *view_name(const struct view *, const struct node *, size_t *len);

/* The same of an event with the path and arguments of a program, which lends
 * the name, or of comm if it has none. */
const char *
view_program_name(const struct event *, const char *comm, size_t *len);

/* Cut the line that begins at start, and mark it, if it is too wide. */
void view_line_cut(const struct view *, struct buf *, size_t start);

#endif
