/*
 * fake: the tracing directory of another kernel, for tests.
 *
 * What the tools do on kernels of long ago has to run wherever the tests do,
 * without root and without a guest.  So the tools are linked once more with
 * some calls of the C library wrapped (wrap.c).  The directory is a folder of
 * plain files, made by tests/fake/folder; what the kernel does when they are
 * written or read is done here, as that kernel would: it refuses what it does
 * not know, defines probe events (probe.c), and fills the pages of
 * trace_pipe_raw (pages.c) with what the tool's own processes do, and with
 * what was recorded on that kernel (world.c).
 *
 * The probes are not those of the recording, so recorded execs and exits are
 * played as calls of kernel functions, with a memory that the probes of the
 * tool then fetch from.  Recorded tracepoints are given as they are.
 *
 * environment:
 *	FAKE_TRACEFS	the folder
 *	FAKE_STAY	do not end the tool when all of the recording was read
 *	FAKE_BPRM_P	where p is in struct linux_binprm, 24 if not said
 */
#ifndef FAKE_H
#define FAKE_H

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ring/format.h"

/* Added to recorded pids: no process of this machine has these. */
#define FAKE_PIDS   4000000
#define FAKE_TEXT   (1 << 16) /* the largest file */
#define FAKE_RECORD (1 << 15) /* the largest record, before it is refused */
#define FAKE_CPUS   2 /* online: those after them have no buffer */
#define IMAGE_BASE  0x7ffd00001000u

/* The memory that the arguments of a call point into: see image_new. */
struct image {
	size_t len;
	uint8_t bytes[];
};

/* Something that happens in the kernel: a tracepoint, or a call. */
struct hit {
	uint64_t ts; /* of the clock of the buffer, or recording */
	int cpu, tid;
	const char *name; /* "sched/sched_process_fork", or a function */
	const void *data; /* the record of a tracepoint; NULL: a call */
	size_t len;
	bool at_return;		   /* the function returns: arg[0] */
	uint64_t arg[3];	   /* of the call */
	const struct image *image; /* what they point into */
};

/* ---- folder.c: the files ---- */

extern char fake_root[PATH_MAX];   /* "": nothing is faked */
extern int fake_version;	   /* 302 for 3.2 */
extern char fake_buffer[PATH_MAX]; /* "", or "instances/NAME/" */

/* A file below the root, as a string.  Returns false when there is none. */
bool fake_get(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Replace or make it. */
void fake_put(const char *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Is it a kernel of arm64? */
bool fake_arm(void);

/* Is its first character a 1? */
bool fake_is_on(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Somebody opens a file for reading: make what it says true. */
void fake_refresh(const char *path);

/* A write to a file.  Returns 0, or errno. */
int fake_write(const char *path, const char *text);

/* Run a program of two operands, the second may be NULL. */
void
fake_run(const char *program, const char *option, const char *, const char *);

pid_t __real_waitpid(pid_t, int *, int);

/* mkdir and rmdir in instances.  Returns 0, or -1 with errno. */
int fake_mkdir(const char *path);
int fake_rmdir(const char *path);

/* Does a record pass this filter?  data NULL: only look whether the filter is
 * understood.  Returns 1, 0, or -1 when it is not. */
int fake_filter(
    const char *text, const struct format *, const void *data, size_t len);

/* ---- probe.c: kprobe_events ---- */

/* A line written to it.  Returns 0, or errno. */
int probe_write(const char *line);

/* A function is called: the probes on it fire. */
void probe_hit(const struct hit *);

/* Bytes of an image.  Returns false: a fault. */
bool image_load(const struct image *, uint64_t address, void *, size_t len);

/* ---- pages.c: the ring buffer ---- */

/* The trace clock now, of that CPU. */
uint64_t pages_now(int cpu);

/* By how much that CPU is ahead of the first. */
uint64_t pages_skew(int cpu);

void pages_add(int cpu, uint64_t ts, const void *data, size_t len);
size_t pages_waiting(int cpu);

/* Has anything been read of it? */
bool pages_begun(int cpu);
void pages_clear(void);

/* As read(2) of trace_pipe_raw. */
ssize_t pages_read(int cpu, void *, size_t);

/* ---- happen.c: what happens ---- */

/* It happens: now if it has no time, and if somebody traces it. */
void happen(struct hit *);

/* A function is called, there and then. */
void
happen_call(const struct hit *, const char *name, uint64_t, uint64_t, uint64_t);

/* What memory holds at an exec; ends with free(3). */
struct image *image_new(const char *path, const char *const *argv, int argc);

/* The calls of an exec that leads to this image, and that make it. */
void happen_entry(const struct hit *);
void happen_image(const struct hit *);

/* execve returns. */
void happen_return(const struct hit *, int error);

/* The processes of the tool itself. */
void happen_fork(int parent, int child);
void happen_exec(int pid, const char *path, char *const *argv);
void happen_exit(int pid, int status);

/* ---- recorded.c: the pages of a recording ---- */

#define RECORDED_MAX  2048
#define RECORDED_PIDS 1024

extern struct recorded {
	uint64_t ts;
	size_t len, seq;
	int cpu, tid;
	const struct recorded_type {
		char name[64]; /* sched/sched_process_fork, rec/exec */
		struct format format;
	} * type;
	uint8_t *data;
} recorded[RECORDED_MAX]; /* in the order of time */
extern size_t recorded_count;

void recorded_load(void);

/* A field of a record, 0 when it has none of that name. */
int64_t recorded_number(const struct recorded *, const char *name);

/* ---- world.c: the workload that was recorded ---- */

extern bool world_loads; /* what happens is kept for later */
void world_add(const struct hit *);

/* Begin to play it; go on with it.  Returns false at its end. */
void world_begin(void);
bool world_advance(void);

#endif
