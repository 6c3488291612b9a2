/* Local time, against the C library's; on 32 bits too up to 2099. */
#define _FILE_OFFSET_BITS 64 /* that of times needs it */
#define _TIME_BITS	  64
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../../lib/zone.h"
#include "tap.h"

static const char *const zones[] = { "", "UTC", "UTC0", "Europe/Berlin",
	":Europe/Berlin", "America/New_York", "Asia/Kolkata",
	"Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns",
	"Europe/Dublin", "Asia/Gaza", "America/Sao_Paulo", "Pacific/Apia",
	"Antarctica/Troll", "Etc/GMT+5", "IST-5:30",
	"CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT4,M3.2.0/2,M11.1.0/2",
	"AEST-10AEDT,M10.1.0,M4.1.0/3", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
	"XXX3YYY,J60/0,J300/23:30:15", "XXX3YYY,59/1,299/-5",
	"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "IST-1GMT0,M10.5.0,M3.5.0/1",
	"EET-2EEST,M3.4.4/50,M10.4.4/50", "/usr/share/zoneinfo/Asia/Tokyo" };

/* No zones: UTC, as libc has it. */
static const char *const wrong[] = { "No/Such", "x", "/nonexistent", "AB3",
	"<AB3", "ABC" };

#define END   4102444800 /* 2100 */
#define STEPS 45600	 /* each more than a day */

static unsigned long compared, other;

static void
compare(const struct zone *z, const char *name, time_t t)
{
	int32_t offset = zone_offset(z, t);
	struct zone_date d;
	struct tm tm;

	localtime_r(&t, &tm);
	zone_date(t + offset, &d);
	compared++;
	if ((offset != tm.tm_gmtoff || d.year != tm.tm_year + 1900 ||
		d.month != tm.tm_mon + 1 || d.day != tm.tm_mday ||
		d.hour != tm.tm_hour || d.minute != tm.tm_min ||
		d.second != tm.tm_sec) &&
	    ++other < 20)
		printf("# %s at %lld: %d %d-%d-%d %d:%d:%d, want %ld\n", name,
		    (long long)t, (int)offset, d.year, d.month, d.day, d.hour,
		    d.minute, d.second, tm.tm_gmtoff);
}

/* At many times of 1970 to 2099, and about each change. */
static void
compare_zone(const char *name)
{
	const time_t step = (END - 86400) / tap_rounds(STEPS);
	long last = 0;
	struct zone z;
	struct tm tm;

	if (name)
		setenv("TZ", name, 1);
	else
		unsetenv("TZ");
	tzset();
	zone_open(&z, name);
	for (time_t t = 86400; t < END; t += step) {
		localtime_r(&t, &tm);
		if (tm.tm_gmtoff != last) {
			time_t low = t - step, high = t;

			while (high - low > 1) {
				time_t middle = low + (high - low) / 2;

				localtime_r(&middle, &tm);
				*(tm.tm_gmtoff == last ? &low : &high) = middle;
			}
			compare(&z, name ? name : "unset", low);
			compare(&z, name ? name : "unset", high);
			localtime_r(&t, &tm);
			last = tm.tm_gmtoff;
		}
		compare(&z, name ? name : "unset", t);
	}
	zone_close(&z);
}

/* Each length of a file, and wrong bytes in it: no crash. */
static void
damaged(void)
{
	char name[] = "/tmp/zone.XXXXXX", bytes[8192];
	FILE *from = fopen("/usr/share/zoneinfo/Europe/Berlin", "r");
	int fd = mkstemp(name);
	size_t len = from ? fread(bytes, 1, sizeof bytes, from) : 0;
	struct zone z;

	if (from)
		fclose(from);
	for (size_t n = 0; n < len; n += 7) {
		bytes[n] ^= 0x55;
		if (ftruncate(fd, 0) != 0 ||
		    pwrite(fd, bytes, n % 2 ? len : n, 0) < 0)
			break;
		bytes[n] ^= 0x55;
		zone_open(&z, name);
		for (int64_t t = -1; t < 4000000000; t += 99999999)
			zone_offset(&z, t);
		zone_close(&z);
	}
	close(fd);
	unlink(name);
	tap_ok(1, "damaged files");
}

int
main(void)
{
	struct zone z;

	compare_zone(NULL);
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		compare_zone(zones[i]);
	tap_ok(compared > 100000, "%lu compared", compared);
	tap_is_int(other, 0, "the same as localtime(3)");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		zone_open(&z, wrong[i]);
		tap_is_int(zone_offset(&z, 1700000000), 0, "%s: UTC", wrong[i]);
		zone_close(&z);
	}
	damaged();
	return tap_done();
}
