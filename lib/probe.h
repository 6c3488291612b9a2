/*
 * probe: where an exec shows its arguments.  What a kernel offers is
 * known here, and in arm_exit.c for exits.
 *
 * The arguments are read from the initial stack of the new program just
 * after the kernel wrote it: argc, argv[0], argv[1], ... (the ABI of every
 * Linux architecture).  BASE is its address; a fetch expression of
 * Documentation/trace/kprobetrace.rst walks it:
 *
 *	argc=+0(BASE):s32 a0=+0(+8(BASE)):string a1=+0(+16(BASE)):string ...
 *
 * Only BASE and the probed place differ between the rows.  A small event of
 * numbers only says that an exec happened; the arguments follow in events of
 * a few each, so that one long argument loses few others (an event over
 * 4,072 bytes is dropped by the kernel without a word), and each has a filter
 * on argc: the first ones hold two arguments, so that nothing behind argv,
 * the environment, is ever fetched by them.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>

#include "instance.h"
#include "kevent.h"
#include "loader.h"

#define PROBE_PLACES   24
#define PROBE_LEARNED  12  /* of them found while tracing */
#define PROBE_ARGS_MAX 128 /* most arguments fetched by probes */

enum probe_row {
	ROW_START_THREAD = 1,  /* kprobe, x86 */
	ROW_FINALIZE_EXEC = 2, /* kprobe, 4.17+ */
	ROW_LOADER = 3,	       /* uprobe at the dynamic loader's entry */
	ROW_CALL = 4,	       /* kprobe at the entry of execve */
	ROW_PROC = 5,	       /* no probe: /proc/PID/cmdline */
	ROW_ENTRY = 6	       /* entry of execve, for failed execs (-x) */
};

struct probe_place {
	enum probe_row row;
	int index;		/* in the names of its events */
	bool user;		/* a uprobe */
	bool compat;		/* 32-bit programs: the number only */
	bool ustring;		/* fetch as user memory, where that differs */
	int group;		/* kernel: one place of each group is enough */
	bool program;		/* the entry of a static program: one event */
	char target[64];	/* symbol, or the open file and the offset */
	char path[LOADER_PATH]; /* user: of the file, to show */
	int fd;			/* user: the file, until it is armed */
	bool own;		/* user: may be run, as a proof */
	const char *base;	/* fetch expression for BASE, or for argv */
	const char *name; /* rows 4, 6: that for the pointer to the path */
	int args;	  /* how many it fetches, once it is armed */
	dev_t dev;	  /* user: which file */
	ino_t ino;
};

struct probe_list {
	int count;
	struct probe_place place[PROBE_PLACES];
};

/*
 * The places a row has on this machine, appended to the list.  Returns how
 * many were added; 0 with a sentence in why (WHY_LEN bytes) when this kernel
 * or architecture has none.
 */
int probe_find(struct probe_list *, enum probe_row, int tracefs, char *why);

/*
 * A place for a program that passed by none of row 3: its own entry when it
 * is static, else the loader it asks for (of a container that began later,
 * say).  It is read through /proc/PID/exe; when it has ended, by its path,
 * as its parent would find it: a wrong guess probes a file that is not run.
 * Returns the new place in the list, or NULL when there is none or it is
 * known.
 */
struct probe_place *
probe_find_program(struct probe_list *, int pid, int ppid, const char *path);

/*
 * Define the events of a place for the first args arguments, learn their
 * formats, set the filters and enable them in the instance.  Returns 0, or
 * -1 with the kernel's own reason in why; then nothing is left.  The file of a
 * user place is closed in any case.
 */
int probe_arm(struct probe_place *, const struct instance *,
    struct kevent_table *, int args, char *why);

/* Disable and delete what probe_arm made for this place. */
void probe_disarm(struct probe_place *, const struct instance *);

/* The name of the event at the return of a place's function, RETURN_NAME
 * bytes: no other process has the same. */
#define RETURN_NAME 32
void probe_return_name(const struct probe_place *, char *name);

/* How many returns were not seen, for too many calls were under way at once:
 * kprobe_profile, Documentation/trace/kprobetrace.rst. */
uint64_t probe_returns_missed(const struct instance *);

/* The kernel's architecture; all 32-bit x86 are i386, all 32-bit ARM arm, both
 * 64-bit PowerPC ppc64. */
const char *probe_machine(void);

/* The fetch expression of a kernel function's first argument there, or NULL
 * when it is not known. */
const char *probe_first_argument(void);

/* Bytes of a pointer there. */
int probe_slot(void);

/* Does a string in a page that is not in memory read as an empty one?  Before
 * 4.4: strncpy_from_unsafe(), mm/maccess.c. */
bool probe_reads_blank(void);

/* May an event of any length have a filter?  From 4.7 to 5.10 such an event is
 * put together in one page, and a longer one overwrites the memory behind it:
 * "tracing: Check length before giving out the filter buffer", Linux commit
 * b220c049d519.  It was backported, as the bug was (RHEL 7 may have it): a
 * version between is not trusted. */
bool probe_filters_all(void);

/* "row 1, kprobe start_thread": for -v. */
void probe_describe(const struct probe_place *, char *text, size_t size);

#endif
