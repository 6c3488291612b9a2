/*
 * Every change of the user of a task goes by commit_creds(new), kernel/cred.c,
 * in the context of that task: system calls, execs, and what the kernel does
 * for its own programs.  Its argument is a struct cred, where the numbers are
 * not always in the same place (CONFIG_DEBUG_CREDENTIALS, and layouts that were
 * randomized): a child takes random ones, and they are looked for.
 */
#include "trace/user_probe.h"

#include <stdio.h>
#include <string.h>

#include "kernel/arch.h"
#include "kernel/buffer.h"
#include "kernel/quirks.h"
#include "trace/finding.h"
#include "trace/probe_event.h"
#include "trace/user_child.h"

#define CRED_WORDS 32 /* u64 that are looked at */
#define CRED_BYTES (CRED_WORDS * 8)
#define SAMPLES	   2 /* children that agree */

/* The numbers that are shown, in the order of RAW_USER. */
enum { UID, RUID, GID, SHOWN };

struct search {
	struct identity child;
	int tid;   /* of the child, 0: its number in events is not known */
	bool seen; /* bytes with all of its numbers */
	bool other[SHOWN][CRED_BYTES];
};

/* By enum UID ... */
static uint32_t
wanted(const struct identity *id, int which)
{
	if (which == GID)
		return id->gid[1];
	return which == UID ? id->uid[1] : id->uid[0];
}

static bool
has_number(const char *bytes, size_t len, uint32_t n)
{
	for (size_t i = 0; i + sizeof n <= len; i += sizeof n)
		if (memcmp(bytes + i, &n, sizeof n) == 0)
			return true;
	return false;
}

/* struct user_feed: bytes of a struct cred, and of what lies after it: that of
 * another task may lie before the child's, so that its numbers are there too.
 */
static void
search_take(void *arg, int tid, const char *bytes, size_t len)
{
	struct search *x = arg;

	if (x->tid && tid != x->tid)
		return;
	if (len > CRED_BYTES)
		len = CRED_BYTES;
	for (int n = 0; n < SHOWN; n++)
		if (!has_number(bytes, len, wanted(&x->child, n)))
			return;
	x->seen = true;
	for (int n = 0; n < SHOWN; n++)
		for (size_t i = 0; i + sizeof(uint32_t) <= len; i += 4) {
			uint32_t number = wanted(&x->child, n);

			if (memcmp(bytes + i, &number, sizeof number) != 0)
				x->other[n][i] = true;
		}
}

/* Returns 0 if there is one place of each number, or -1 with an error. */
static int
search_places(struct session *s, const struct search *x, size_t *place)
{
	for (int n = 0; n < SHOWN; n++) {
		int places = 0;

		for (size_t i = 0; i < CRED_BYTES; i += 4)
			if (!x->other[n][i]) {
				place[n] = i;
				places++;
			}
		if (places != 1)
			return error_set(&s->error,
			    "%d places look like that of a user", places);
	}
	return 0;
}

static int
search_run(struct session *s, size_t *place)
{
	static struct search x;
	int samples = 0;

	s->assembler.users->bytes = search_take;
	s->assembler.users->arg = &x;
	for (int i = 0; i < USER_CHILDREN && samples < SAMPLES; i++) {
		x.seen = false;
		if (user_child_run(s, &x.child, true, &x.tid) < 0)
			return -1;
		samples += x.seen;
	}
	if (samples < SAMPLES)
		return error_set(
		    &s->error, "the user that a child took not found");
	return search_places(s, &x, place);
}

/* The event is disabled at once, and deleted with the session: to delete it
 * takes long. */
static int
search(struct session *s, size_t *place)
{
	int known = s->events.count, r;
	struct probe_event e = {
		.file = "kprobe_events", .name = "cred", .kind = RAW_CRED
	};

	r = probe_event_words(&e, "commit_creds", 0, CRED_WORDS, &s->instance,
	    &s->events, &s->error);

	if (r == 0)
		r = search_run(s, place);
	buffer_write(
	    &s->instance, "0", "events/%s/cred/enable", s->instance.group);
	s->assembler.users->bytes = NULL;
	raw_event_forget(&s->events, known);
	return r;
}

static int
probe_arm(struct session *s, const size_t *place)
{
	struct probe_event e = {
		.file = "kprobe_events", .name = "user", .kind = RAW_USER
	};
	const char *cred = arch_first_argument();
	int known = s->events.count;
	char text[128];

	snprintf(text, sizeof text,
	    "commit_creds u0=+%zu(%s):u32 u1=+%zu(%s):u32 u2=+%zu(%s):u32",
	    place[UID], cred, place[RUID], cred, place[GID], cred);
	e.text = text;
	if (probe_event_arm(&e, &s->instance, &s->events, &s->error) == 0 &&
	    user_selftest(s) == 0)
		return 0;
	probe_event_forget(&s->instance, e.name);
	raw_event_forget(&s->events, known);
	return -1;
}

bool
user_probe_arm(struct session *s)
{
	size_t place[SHOWN] = { 0 };
	int r;

	if (!quirk_kprobes_usable(s->tracefs, &s->error))
		r = -1;
	else if (!arch_first_argument())
		r = error_set(
		    &s->error, "no registers known on %s", arch_name());
	else if ((r = search(s, place)) == 0)
		r = probe_arm(s, place);
	if (r == 0)
		finding_add(&s->opt.findings, "users", NULL,
		    "kprobe commit_creds: in use (bytes %zu, %zu, %zu), "
		    "self-test passed",
		    place[UID], place[RUID], place[GID]);
	else
		finding_add(&s->opt.findings, "users", NULL,
		    "kprobe commit_creds: %s", s->error.text);
	return r == 0;
}
