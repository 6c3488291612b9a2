/*
 * stats: struct taskstats of the kernel, in a message of generic netlink.
 * Sources: include/uapi/linux/taskstats.h, kernel/taskstats.c.
 */
#ifndef STATS_H
#define STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATS_GET	       1 /* TASKSTATS_CMD_GET */
#define STATS_NEW	       2 /* TASKSTATS_CMD_NEW */
#define STATS_PID	       1 /* TASKSTATS_CMD_ATTR_PID */
#define STATS_REGISTER_CPUMASK 3 /* TASKSTATS_CMD_ATTR_REGISTER_CPUMASK */

/* Up to what is read here. */
struct stats {
	uint16_t version;
	uint32_t exitcode;
	uint8_t flag, nice;
	uint64_t cpu_count __attribute__((aligned(8)));
	uint64_t cpu_delay_total;
	uint64_t blkio_count, blkio_delay_total;
	uint64_t swapin_count, swapin_delay_total;
	/* some versions have more fields here, see stats_moved */
	uint64_t run_real_total, run_virtual_total; /* ns */
	char comm[32];
	uint8_t sched, pad[7];
	uint32_t uid, gid, pid, ppid, btime, pad2;
	uint64_t etime, utime, stime; /* us; etime by CLOCK_MONOTONIC */
	uint64_t minflt, majflt, coremem, virtmem;
	uint64_t hiwater_rss, hiwater_vm; /* KB; 0: it has no memory */
	uint64_t read_char, write_char, read_syscalls, write_syscalls;
	uint64_t read_bytes, write_bytes, cancelled_write_bytes;
	uint64_t nvcsw, nivcsw;
	uint64_t utimescaled, stimescaled, run_scaled_total;
	uint64_t freepages_count, freepages_delay_total;
};

/* What a message has of a task, lent from it. */
struct stats_answer {
	uint32_t tid;
	const char *bytes;
	size_t size;
};

/* Find it.  Returns false when the message has none. */
bool stats_find(const void *message, size_t len, struct stats_answer *);

/* By how many bytes its version moves the fields from run_real_total on, as far
 * as that is known. */
size_t stats_moved(const struct stats_answer *);

/* Copy it, with those fields moved.  Returns false when it has another layout:
 * it is too short, or its pid is not tid. */
bool stats_load(const struct stats_answer *, size_t moved, struct stats *);

#endif
