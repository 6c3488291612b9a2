/* Dates, and the rules of TZ: CET-1CEST,M3.5.0,M10.5.0/3. */
#include <string.h>

#include "zone.h"

#define HOUR 3600
#define DAY  86400

/* The year begins in March here: the leap day is its last. */
int64_t
zone_days(int64_t year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1,
		era = (y < 0 ? y - 399 : y) / 400;
	int64_t of_era = y - era * 400;
	int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

static int64_t
day_of(int64_t t)
{
	return (t < 0 ? t - (DAY - 1) : t) / DAY;
}

void
zone_date(int64_t t, struct zone_date *d)
{
	int64_t days = day_of(t);
	int second = (int)(t - days * DAY), month = 12;
	int64_t year = 1970 + days / 366 - (days < 0);

	while (zone_days(year + 1, 1, 1) <= days)
		year++;
	while (zone_days(year, month, 1) > days)
		month--;
	*d = (struct zone_date){ (int)year, month,
		(int)(days - zone_days(year, month, 1)) + 1, second / HOUR,
		second / 60 % 60, second % 60 };
}

static bool
number(const char **p, int max, int *n)
{
	const char *from = *p;

	for (*n = 0; **p >= '0' && **p <= '9' && *n <= max; ++*p)
		*n = *n * 10 + **p - '0';
	return *p > from && *n <= max;
}

/* [+-]h[:m[:s]] */
static bool
parse_time(const char **p, int32_t *seconds)
{
	int sign = **p == '-' ? -1 : 1, unit = HOUR, n;

	*p += **p == '-' || **p == '+';
	if (!number(p, 167, &n))
		return false;
	*seconds = sign * n * HOUR;
	while (unit > 1 && **p == ':') {
		++*p;
		unit /= 60;
		if (!number(p, 59, &n))
			return false;
		*seconds += sign * n * unit;
	}
	return true;
}

static bool
skip_name(const char **p)
{
	const char *from = *p;

	if (*from == '<') {
		*p += strcspn(from, ">");
		return *(*p)++ == '>';
	}
	while ((**p | 32) >= 'a' && (**p | 32) <= 'z')
		++*p;
	return *p - from >= 3;
}

static bool
parse_day(const char **p, struct zone_day *d)
{
	if (*(*p)++ != ',')
		return false;
	*d = (struct zone_day){ .kind = '0', .time = 2 * HOUR };
	if (**p == 'J' || **p == 'M')
		d->kind = *(*p)++;
	if (d->kind == 'M') {
		if (!number(p, 12, &d->month) || d->month < 1 ||
		    *(*p)++ != '.' || !number(p, 5, &d->week) || d->week < 1 ||
		    *(*p)++ != '.' || !number(p, 6, &d->day))
			return false;
	} else if (!number(p, 365, &d->day))
		return false;
	if (**p != '/')
		return true;
	++*p;
	return parse_time(p, &d->time);
}

int
zone_rule_parse(struct zone_rule *r, const char *p)
{
	*r = (struct zone_rule){ 0 };
	if (!skip_name(&p) || !parse_time(&p, &r->usual))
		return -1;
	r->usual = -r->usual;
	if (!*p)
		return 0;
	r->changes = true;
	if (!skip_name(&p))
		return -1;
	r->summer = r->usual + HOUR;
	if (*p && *p != ',') {
		if (!parse_time(&p, &r->summer))
			return -1;
		r->summer = -r->summer;
	}
	if (!*p)
		p = ",M3.2.0,M11.1.0";
	return parse_day(&p, &r->from) && parse_day(&p, &r->to) && !*p ? 0 : -1;
}

/* Local seconds since 1970 of the change of a year. */
static int64_t
change_of(const struct zone_day *d, int64_t year)
{
	int64_t day = zone_days(year, 1, 1);

	if (d->kind == 'M') {
		day = zone_days(year, d->month, 1);
		/* 1970 began with a Thursday. */
		day += (d->day - (day + 4) % 7 + 14) % 7 + 7 * (d->week - 1);
		if (d->week == 5 &&
		    day >=
			zone_days(year + d->month / 12, d->month % 12 + 1, 1))
			day -= 7;
	} else if (d->kind == 'J')
		day += d->day - 1 +
		    (d->day > 59 && zone_days(year, 3, 1) - day == 60);
	else
		day += d->day;
	return day * DAY + d->time;
}

int32_t
zone_rule_offset(const struct zone_rule *r, int64_t t)
{
	struct zone_date d;
	int64_t from, to;

	if (!r->changes)
		return r->usual;
	zone_date(t + r->usual, &d);
	from = change_of(&r->from, d.year) - r->usual;
	to = change_of(&r->to, d.year) - r->summer;
	if (from < to ? t >= from && t < to : t >= from || t < to)
		return r->summer;
	return r->usual;
}
