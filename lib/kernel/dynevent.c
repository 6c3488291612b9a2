/* Probe events of ours, deleted. */
#include "kernel/dynevent.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "base/scan.h"
#include "kernel/owner.h"
#include "kernel/remote.h"
#include "base/file.h"

#define PASSES 100 /* over the list of probe events */

static const char *const definitions[] = { "kprobe_events", "uprobe_events" };

static int
delete_listed(int tracefs, const char *group, const char *event)
{
	char prefix[2 * OWNER_NAME], command[256];
	int deleted = 0, e = 0;
	bool whole;

	snprintf(prefix, sizeof prefix, ":%s/%s", group, event);
	for (size_t i = 0; i < COUNT(definitions); i++) {
		struct buf b = { 0 };

		if (file_read_all(tracefs, definitions[i], &b) != 0) {
			e = errno == ENOENT ? e : errno;
			buf_free(&b);
			continue;
		}
		/* The whole group: where the kernel knows that, one wait for
		 * what another program has locked. */
		snprintf(command, sizeof command, "-%s\n", prefix);
		whole = !*event && strstr(b.data, prefix) &&
		    file_write(tracefs, definitions[i], command) == 0;
		for (char *p = b.data; (p = strstr(p, prefix)); p++) {
			snprintf(command, sizeof command, "-%.*s\n",
			    (int)strcspn(p, " \n"), p);
			if (whole ||
			    file_write(tracefs, definitions[i], command) == 0)
				deleted++;
			else if (errno != ENOENT)
				e = errno;
		}
		buf_free(&b);
	}
	errno = e;
	return e ? -1 : deleted;
}

/* The list skips entries when another process deletes at the same time; the
 * group's folder goes with its last event. */
int
dynevent_delete(int tracefs, const char *group, const char *event)
{
	char folder[OWNER_NAME + 16];
	int n, deleted = 0;

	snprintf(folder, sizeof folder, "events/%s", group);
	for (int pass = 0; pass < PASSES; pass++) {
		n = delete_listed(tracefs, group, event);
		if (n < 0)
			return -1;
		deleted += n;
		if (*event || !file_exists(tracefs, folder))
			return deleted;
	}
	errno = EBUSY;
	return -1;
}

/* The group in a line of the list, "p:GROUP/EVENT PLACE ...", "r4:GROUP/EVENT
 * ..."; "": there is none that could be ours. */
static void
line_group(const char *line, char *group)
{
	const char *colon = strchr(line, ':');
	size_t len = colon ? strcspn(colon + 1, "/ \n") : 0;

	*group = '\0';
	if (colon && len < OWNER_NAME && colon[1 + len] == '/')
		snprintf(group, OWNER_NAME, "%.*s", (int)len, colon + 1);
}

static int
sweep_file(int tracefs, const char *file)
{
	struct buf b = { 0 };
	char group[OWNER_NAME];
	int removed = 0, n;

	if (file_read_all(tracefs, file, &b) != 0)
		return 0;
	for (const char *l = b.data; *l; l = find_line(l)) {
		line_group(l, group);
		if (owner_is_dead(group, '_') &&
		    (n = dynevent_delete(tracefs, group, "")) > 0)
			removed += n;
	}
	buf_free(&b);
	return removed;
}

bool
dynevent_must_stay(int tracefs, const char *ours)
{
	struct buf b = { 0 };
	char group[OWNER_NAME];
	bool found = false;

	if (file_read_all(tracefs, "uprobe_events", &b) != 0)
		return false;
	for (const char *l = b.data; *l && !found; l = find_line(l)) {
		line_group(l, group);
		found = ours ? strcmp(group, ours) == 0 :
			       owner_is_dead(group, '_');
	}
	buf_free(&b);
	return found && remote_stuck();
}

int
dynevent_sweep(int tracefs)
{
	int removed = 0;

	for (size_t i = 0; i < COUNT(definitions); i++)
		removed += sweep_file(tracefs, definitions[i]);
	return removed;
}
