/*
 * watch: what another program changes in the instance while we trace.
 *
 * Only root can.  But an administrator who turns tracing off, or another
 * tracing program, would make a trace silent that says nothing of it.  Each
 * change is reported, and put back.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "ring/reader.h"
#include "trace/notify.h"
#include "trace/settings.h"

struct watch {
	struct settings settings; /* whose instance and keep the owner sets */
	struct changes changes;	  /* whose say the owner sets */
	struct reader *reader;	  /* borrowed */
	bool (*ending)(void);	  /* a signal came; may be NULL */
	bool filtered;		  /* we have set set_event_pid */
	bool active;		  /* from watch_begin to watch_close */
	bool counts;		  /* reader_foreign works here */
	bool alert;		  /* something was changed: look often */
	bool pending;		  /* something is being changed: look now */
	bool fight;		  /* but not so soon */
	unsigned seen;		  /* SEEN_... */
	struct notify notify;	  /* fd -1: look often, instead */
	uint64_t noticed;	  /* the last notification, ns since boot */
	uint64_t looked;	  /* the last look */
	int64_t foreign;	  /* reader_foreign then */
	uint64_t stolen;	  /* events that others have read */
};

/* From here on everything is to stay as it is. */
void watch_begin(struct watch *);

/* Another event of ours is enabled. */
void watch_events(struct watch *);

/* Is it time to look?  now: ns since boot, of the last poll. */
bool watch_is_due(struct watch *, uint64_t now);

/* What a look has found: something; wrong times; events read by others, and
 * nothing else. */
enum { WATCH_FOUND = 1, WATCH_CLOCK = 2, WATCH_STOLEN = 4 };

/* Look, report, put back.  *since is when all was as it should be, as far as
 * that is known; ns since boot. */
unsigned watch_look(struct watch *, uint64_t *since);

/* How long to wait at most, in ns; UINT64_MAX: the descriptor says when. */
uint64_t watch_patience(const struct watch *);

/* Nothing is looked at any more. */
void watch_stop(struct watch *);

/* The same, and the end of notify. */
void watch_close(struct watch *);

#endif
