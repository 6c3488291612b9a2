/*
 * zone: local time, as localtime(3) has it from TZ or /etc/localtime: a file
 * of tzfile(5), or a rule as POSIX has them (XBD 8.3).  Leap seconds ("right/")
 * are not counted.
 */
#ifndef ZONE_H
#define ZONE_H

#include <stdint.h>

#include "buf.h"

/* When a rule changes the clock. */
struct zone_day {
	char kind; /* J, M, or 0: a day of the year */
	int month, week, day;
	int32_t time; /* seconds behind midnight */
};

struct zone_rule {
	int32_t usual, summer; /* seconds east of UTC */
	bool changes;	       /* at from to summer, at to back */
	struct zone_day from, to;
};

struct zone {
	struct buf file;
	const unsigned char *times, *kinds, *types; /* in file */
	size_t count, type_count;
	bool ruled; /* behind the last of times */
	struct zone_rule rule;
};

struct zone_date {
	int year, month, day, hour, minute, second;
};

/* Find the zone that tz (a value of TZ, or NULL) names; what is not known is
 * UTC.  zone_close frees it. */
void zone_open(struct zone *, const char *tz);
void zone_close(struct zone *);

/* Seconds east of UTC at a time (in seconds since 1970). */
int32_t zone_offset(const struct zone *, int64_t);

/* The same of this process's zone. */
int32_t zone_local(int64_t);

/* Parse the rule.  Returns 0, -1 if it is none. */
int zone_rule_parse(struct zone_rule *, const char *);
int32_t zone_rule_offset(const struct zone_rule *, int64_t);

/* The date in UTC of a time, and the days since 1970 of a date. */
void zone_date(int64_t, struct zone_date *);
int64_t zone_days(int64_t year, int month, int day);

#endif
