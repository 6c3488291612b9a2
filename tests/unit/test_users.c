/*
 * users: who the user of a task is: inherited, changed by events or calls,
 * looked up, and what is not certain.
 */
#include <string.h>
#include <unistd.h>

#include "cli/user_filter.h"
#include "events/recording.h"
#include "task/users.h"
#include "tap.h"

#define S    1000000000ull
#define HOME 1

static struct tasks t;
static struct event e;

static struct task_users u;

/* What /proc says, and what became of it. */
static struct {
	int tid; /* whom it shows; 0: nobody */
	uint32_t uid, ruid, suid, gid;
	bool home;
	uint64_t begin, ts;
	int looks;
} proc;
static bool plain;
static int asked, reports, different;
static struct event reported;

static int
look(void *arg, int tid, struct user_look *l)
{
	(void)arg;
	proc.looks++;
	if (tid != proc.tid)
		return -1;
	*l = (struct user_look){ .home = proc.home,
		.begin = proc.begin,
		.ts = proc.ts,
		.user = { .known = 63,
		    .id = { proc.ruid, proc.uid, proc.suid, proc.gid, proc.gid,
			proc.gid } } };
	return 0;
}

static bool
is_plain(void *arg, const struct event *x)
{
	(void)arg;
	(void)x;
	asked++;
	return plain;
}

static void
changed(void *arg, const struct event *x)
{
	(void)arg;
	reports++;
	reported = *x;
}

static void
differs(void *arg, const struct event *x)
{
	(void)arg;
	different = x->tid;
}

static void
begin(bool complete)
{
	tasks_free(&t);
	u = (struct task_users){ .before = users_before,
		.after = users_after,
		.infer = users_infer,
		.complete = complete,
		.look = look,
		.is_plain = is_plain,
		.changed = changed,
		.differs = differs };
	t.users = &u;
	proc.tid = proc.looks = asked = reports = 0;
	plain = false;
}

static void
apply(struct event event)
{
	e = event;
	tasks_apply(&t, &e);
}

static void
show(int tid, uint32_t uid, uint32_t ruid, uint32_t gid, bool home, uint64_t ts)
{
	proc.tid = tid;
	proc.uid = uid;
	proc.ruid = proc.suid = ruid;
	proc.gid = gid;
	proc.home = home;
	proc.begin = proc.ts = ts;
}

static void
task(int tid, int pid, uint64_t start)
{
	apply((struct event){ .type = EVENT_TASK,
	    .tid = tid,
	    .found = { .pid = pid, .ppid = 1, .start = start } });
}

static void
fork_flags(int tid, int parent, uint64_t ts, uint64_t flags)
{
	apply((struct event){ .type = EVENT_FORK,
	    .ts = ts,
	    .tid = tid,
	    .fork = { .parent = parent, .flags = flags } });
}

static void
exec_by(int tid, int old, uint64_t ts)
{
	apply((struct event){ .type = EVENT_EXEC,
	    .ts = ts,
	    .tid = tid,
	    .exec.old_tid = old,
	    .path = "/bin/x" });
}

static void
exit_(int tid, uint64_t ts)
{
	apply((struct event){
	    .type = EVENT_EXIT, .ts = ts, .tid = tid, .exit.group_dead = 1 });
}

static void
lost(uint64_t ts)
{
	apply((struct event){ .type = EVENT_LOST, .ts = ts });
}

/* An event of the kprobe. */
static void
user(int tid, uint32_t uid, uint32_t ruid, uint32_t gid, uint64_t ts)
{
	struct event x = { .type = EVENT_USER, .ts = ts, .tid = tid };

	x.user.known = 1 << USER_UID | 1 << USER_RUID | 1 << USER_GID;
	x.user.id[USER_UID] = uid;
	x.user.id[USER_RUID] = ruid;
	x.user.id[USER_GID] = gid;
	apply(x);
}

static void
call(int tid, enum user_change what, uint32_t a, uint32_t b, uint32_t c,
    uint64_t ts)
{
	apply((struct event){ .type = EVENT_USER,
	    .ts = ts,
	    .tid = tid,
	    .change = { .what = what, .arg = { a, b, c } } });
}

/* A number as a column has it; -1: "?" */
static long long
id_of(const struct event *x, enum user_id which)
{
	uint32_t id;

	return user_of_event(x, which, &id) ? (long long)id : -1;
}

static void
is(long long uid, long long ruid, long long gid, const char *name)
{
	long long a = id_of(&e, USER_UID), b = id_of(&e, USER_RUID),
		  c = id_of(&e, USER_GID);

	if (!tap_ok(a == uid && b == ruid && c == gid, "%s", name))
		printf("# got %lld %lld %lld, want %lld %lld %lld\n", a, b, c,
		    uid, ruid, gid);
}

static void
test_events(void)
{
	begin(true);
	show(10, 7, 7, 70, false, 5 * S);
	task(10, 10, S);
	fork_flags(11, 10, 4 * S, 0);
	is(-1, -1, -1, "before it was looked at, nothing is known");
	fork_flags(12, 10, 6 * S, 0);
	is(7, 7, 70, "a child has the user of its parent");
	user(12, 8, 7, 80, 7 * S);
	exec_by(12, 12, 8 * S);
	is(8, 7, 80, "an exec shows what an event has changed");
	tap_is_int(asked, 0, "and no file is looked at");
	fork_flags(13, 12, 9 * S, FLAG_THREAD);
	user(13, 9, 9, 90, 10 * S);
	fork_flags(14, 13, 11 * S, 0);
	is(9, 9, 90, "a child of a thread has the user of that");
	fork_flags(15, 12, 12 * S, 0);
	is(8, 7, 80, "and one of the first thread its own");
	exit_(13, 13 * S);
	is(9, 9, 90, "the exit of a thread is its own");
	exit_(12, 14 * S);
	is(8, 7, 80, "so is that of a process");
	tap_is_int(id_of(&t.end, USER_UID), 8, "and its end");
	fork_flags(12, 10, 15 * S, 0);
	is(7, 7, 70, "a PID that is reused is another one's");
}

static void
test_look(void)
{
	begin(true);
	task(10, 10, S);
	is(-1, -1, -1, "without /proc nothing is known");
	show(10, 7, 7, 70, false, 5 * S);
	users_look(&t);
	user(10, 3, 3, 30, 4 * S);
	fork_flags(11, 10, 6 * S, 0);
	is(3, 3, 30, "an event is newer than a look that was not before it");
	show(12, 5, 5, 50, false, 9 * S);
	task(12, 12, S);
	users_look(&t);
	users_settle(&t, 8 * S);
	tap_is_int(users_look(&t), 1, "a look counts from its end on");
	users_settle(&t, 9 * S);
	tap_is_int(users_look(&t), 0, "then it is known");
}

static void
test_loss(void)
{
	begin(true);
	show(10, 7, 7, 70, false, 5 * S);
	task(10, 10, S);
	fork_flags(11, 10, 6 * S, 0);
	is(7, 7, 70, "known before a loss");
	proc.tid = 0;
	lost(7 * S);
	fork_flags(12, 11, 8 * S, 0);
	is(-1, -1, -1, "after a loss, nothing is");
	show(11, 6, 6, 60, false, 9 * S);
	task(11, 11, 6 * S);
	exec_by(11, 11, 8 * S + 1);
	is(-1, -1, -1, "nor before the end of the look that follows");
	exec_by(11, 11, 10 * S);
	is(6, 6, 60, "after that, it is");
	user(12, 2, 2, 20, 11 * S);
	fork_flags(13, 12, 12 * S, 0);
	is(2, 2, 20, "an event is certain in any case");
}

static void
keep(void *arg, const struct event *x)
{
	(void)arg;
	if (x->tid == 11)
		e = *x;
}

static void
test_each(void)
{
	begin(true);
	show(10, 7, 7, 70, false, 5 * S);
	task(10, 10, S);
	fork_flags(11, 10, 6 * S, 0);
	tasks_each(&t, keep, NULL);
	is(7, 7, 70, "listed with its user");
	lost(7 * S);
	tasks_each(&t, keep, NULL);
	is(-1, -1, -1, "but not after a loss");
}

/* At home, known, by system calls. */
static void
home(uint32_t uid, uint32_t gid)
{
	begin(false);
	show(10, uid, uid, gid, HOME, 2 * S);
	task(10, 10, S);
	proc.tid = 0;
	fork_flags(11, 10, 3 * S, 0);
}

static void
test_calls(void)
{
	home(0, 0);
	is(0, 0, 0, "calls: inherited");
	call(11, USER_SETGID, 5, 0, 0, 4 * S);
	is(0, 0, 5, "setgid");
	call(11, USER_SETUID, 6, 0, 0, 5 * S);
	is(6, 6, 5, "setuid by root sets all");
	tap_is_int(reports, 3, "each change is reported"); /* 10's look, too */
	tap_is_int(reported.user.id[USER_UID], 6, "with what it is now");
	call(11, USER_SETRESUID, -1, 7, -1, 6 * S);
	is(7, 6, 5, "seteuid");
	call(11, USER_SETUID, 6, 0, 0, 7 * S);
	is(6, 6, 5, "setuid to the real one");
	call(11, USER_SETRESUID, 1, 2, 3, 8 * S);
	call(11, USER_SETUID, 3, 0, 0, 9 * S);
	is(3, -1, 5, "setuid to the saved one: of one who may, or not");
	call(11, USER_SETREUID, 4, -1, 0, 10 * S);
	is(3, 4, 5, "setreuid sets the real one");
	call(11, USER_SETREUID, -1, 8, 0, 11 * S);
	is(8, 4, 5, "or the effective one");
	call(11, USER_SETREGID, 9, 10, 0, 12 * S);
	is(8, 4, 10, "setregid");
	call(11, USER_PERHAPS, 0, 0, 0, 13 * S);
	is(-1, -1, -1, "what may have changed is not known");
	call(11, USER_SETRESUID, 1, 2, 3, 14 * S);
	is(-1, -1, -1, "of one who is not at home, numbers are not known");
}

/* An exec sets the saved user: then setuid by one who may not set all. */
static void
test_saved(void)
{
	home(1000, 100);
	plain = true;
	call(11, USER_SETRESUID, 1000, 6, 1000, 4 * S);
	call(11, USER_SETRESGID, 100, 60, 100, 4 * S + 1);
	exec_by(11, 11, 5 * S);
	is(6, 1000, 60, "a plain exec");
	call(11, USER_SETUID, 6, 0, 0, 6 * S);
	tap_ok(id_of(&e, USER_UID) == 6 && id_of(&e, USER_RUID) != 6,
	    "setuid to the saved one does not set the real one");
	plain = false;
}

/* Any user can call chroot(2): it costs no pass over all tasks. */
#define MANY 100000

static void
test_moves(void)
{
	home(0, 0);
	fork_flags(12, 11, 4 * S, FLAG_THREAD);
	call(12, USER_MOVED, 0, 0, 0, 5 * S);
	call(11, USER_SETUID, 6, 0, 0, 6 * S);
	is(-1, -1, -1, "a thread moves all");
	tap_limit(60);
	home(0, 0);
	for (int i = 0; i < MANY; i++)
		fork_flags(1000 + i, 10, 4 * S, 0);
	for (int i = 0; i < MANY; i++)
		call(1000, USER_MOVED, 0, 0, 0, 5 * S + (unsigned)i);
	call(1001, USER_SETUID, 6, 0, 0, 7 * S);
	is(6, 6, 0, "others are where they were");
	tap_limit(0);
}

static void
test_execs(void)
{
	home(0, 0);
	plain = true;
	exec_by(11, 11, 4 * S);
	is(0, 0, 0, "a plain exec changes nothing");
	tap_is_int(asked, 1, "and was asked for");
	plain = false;
	show(11, 9, 0, 0, HOME, 5 * S);
	exec_by(11, 11, 4 * S + 1);
	is(-1, -1, -1, "any other may have changed all");
	call(11, USER_SETRESUID, 1, -1, -1, 6 * S);
	is(9, 1, 0, "a look after that knows it");
	proc.begin = 7 * S;
	proc.ts = 8 * S;
	exec_by(11, 11, 6 * S + 1);
	proc.tid = 0;
	exec_by(11, 11, 7 * S + 1);
	exit_(11, 9 * S);
	is(-1, -1, -1, "a look in the middle of an exec does not count");

	home(0, 0);
	fork_flags(12, 11, 4 * S, FLAG_THREAD);
	plain = true;
	exec_by(11, 12, 5 * S);
	is(-1, -1, -1, "an exec by another thread");

	home(0, 0);
	plain = true;
	u.other_abi = true;
	apply((struct event){ .type = EVENT_TRAIT,
	    .ts = 4 * S,
	    .tid = 11,
	    .trait.begins = 1u << TRAIT_EXE });
	exec_by(11, 11, 4 * S + 1);
	is(0, 0, 0, "an exec whose call was seen");
	exec_by(11, 11, 5 * S);
	is(-1, -1, -1, "an exec of another ABI, perhaps after its chroot");
	plain = false;
}

static void
test_home(void)
{
	home(0, 0);
	plain = true;
	fork_flags(12, 11, 4 * S, 0x00020000);
	exec_by(12, 12, 5 * S);
	is(-1, -1, -1, "another mount namespace: paths say nothing");
	home(0, 0);
	plain = true;
	fork_flags(12, 11, 4 * S, 0x10000000);
	is(0, 0, 0, "another user namespace: the kernel's numbers stay");
	call(12, USER_SETUID, 0, 0, 0, 5 * S);
	is(-1, -1, -1, "but those of its calls are not these");
	home(0, 0);
	plain = true;
	fork_flags(12, 11, 4 * S, FLAG_THREAD);
	call(12, USER_MOVED, 0, 0, 0, 5 * S);
	exec_by(11, 11, 6 * S);
	is(-1, -1, -1, "another root, by any thread");
	begin(true);
	u.renumbers = true;
	show(10, 7, 7, 70, false, 5 * S);
	task(10, 10, S);
	fork_flags(11, 10, 6 * S, 0x10000000);
	is(-1, -1, -1, "before 3.8 it has users of its own");
}

static void
test_filter(void)
{
	struct user_filter f = { 0 };
	struct event x = { .type = EVENT_END };
	const char *why;

	tap_ok(user_filter_match(&f, &x) == 1, "no filter: all");
	tap_is_int(user_filter_parse(&f, "7", &why), 0, "a number");
	tap_ok(user_filter_match(&f, &x) == -1, "not known");
	x.task.user.known = 1 << USER_UID;
	x.task.user.id[USER_UID] = 7;
	tap_ok(user_filter_match(&f, &x), "that one: yes");
	tap_is_int(user_filter_parse(&f, "!7", &why), 0, "excluded, too");
	tap_ok(!user_filter_match(&f, &x), "then no");
	f = (struct user_filter){ 0 };
	tap_is_int(user_filter_parse(&f, "!root", &why), 0, "a name");
	tap_ok(user_filter_match(&f, &x), "not root: yes");
	x.task.user.id[USER_UID] = 0;
	tap_ok(!user_filter_match(&f, &x), "root: no");
	x.task.user.known = 0;
	tap_ok(user_filter_match(&f, &x) == -1, "not known: neither");
	tap_is_int(user_filter_parse(&f, "no such user", &why), -1, "no user");
	tap_is_int(user_filter_parse(&f, "4294967295", &why), -1,
	    "a number that none has");
	tap_is_int(user_filter_parse(&f, "!", &why), -1, "nothing");
	while (f.count < USER_FILTER_MAX)
		user_filter_parse(&f, "1", &why);
	tap_is_int(user_filter_parse(&f, "1", &why), -1, "too many");
}

/* A line, and what it is read as. */
static void
record(unsigned known, uint32_t uid, const char *line)
{
	struct event x = { .type = EVENT_USER, .ts = 5 * S, .tid = 12 };
	struct recording r = { 0 };
	struct buf b = { 0 };
	struct event y;

	x.user.known = known;
	for (int i = 0; i < USER_IDS; i++)
		x.user.id[i] = known >> i & 1 ? uid : 0;
	recording_write(&b, &x);
	b.data[--b.len] = '\0';
	tap_is_str(b.data, line, "recorded: %s", line);
	tap_is_int(recording_parse(&r, b.data, b.len, &y), 1, "read");
	tap_ok(y.type == EVENT_USER && y.tid == 12 && y.ts == 5 * S &&
		y.user.known == known &&
		memcmp(y.user.id, x.user.id, sizeof x.user.id) == 0,
	    "the same");
	buf_free(&b);
}

static void
test_recording(void)
{
	static const char *const wrong[] = { "user 5.000000000 12 1 2",
		"user 5.000000000 12 1 2 3 4", "user 5.000000000 12 1 2 -3",
		"user 5.000000000 12 1 2 4294967296",
		"user 5.000000000 0 1 2 3", "user 5.000000000 12 1 -x 3" };
	unsigned shown = 1 << USER_UID | 1 << USER_RUID | 1 << USER_GID;
	struct recording r = { 0 };
	char line[64];
	struct event x;

	record(shown, 4294967294,
	    "user 5.000000000 12 4294967294 4294967294 "
	    "4294967294");
	record(0, 0, "user 5.000000000 12 - - -");
	record(1 << USER_GID, 7, "user 5.000000000 12 - - 7");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		snprintf(line, sizeof line, "%s", wrong[i]);
		tap_is_int(recording_parse(&r, line, strlen(line), &x), -1,
		    "refused: %s", wrong[i]);
	}
}

/* taskstats has the real user that a task ended with. */
static void
ends_as(int tid, uint32_t uid, uint64_t ts)
{
	different = 0;
	apply((struct event){ .type = EVENT_EXIT,
	    .ts = ts,
	    .tid = tid,
	    .exit = { .group_dead = 1, .has_uid = true, .uid = uid } });
}

static void
test_ends(void)
{
	begin(true);
	task(1, 1, 1 * S);
	user(1, 5, 4, 6, 2 * S);
	fork_flags(2, 1, 3 * S, 0);
	ends_as(2, 4, 4 * S);
	tap_is_int(different, 0, "the real user is the same");
	is(5, 4, 6, "so it is known");
	fork_flags(3, 1, 5 * S, 0);
	reports = 0;
	ends_as(3, 5, 6 * S);
	tap_is_int(different, 3, "the real user is another one");
	is(-1, -1, -1, "so it is not known");
	tap_is_int(reports, 1, "which is recorded");
	tap_is_int(id_of(&t.end, USER_UID), -1, "nor that of the process");
	fork_flags(4, 1, 7 * S, 0);
	exit_(4, 8 * S);
	tap_is_int(different, 3, "without taskstats nothing is compared");
	is(5, 4, 6, "and the next one is known");
	lost(9 * S);
	ends_as(1, 0, 10 * S);
	tap_is_int(different, 0, "what is not known is not another one");
}

int
main(void)
{
	test_recording();
	test_events();
	test_look();
	test_loss();
	test_each();
	test_calls();
	test_saved();
	test_moves();
	test_execs();
	test_home();
	test_ends();
	test_filter();
	tasks_free(&t);
	return tap_done();
}
