/* Paths of cgroups, each shared by all tasks that are there. */
#include "task/cgroup.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/hash.h"

struct cgroup {
	struct cgroup *next; /* in the bucket */
	int owners;
	char path[];
};

/* A user who makes cgroups, or a recording, could choose paths of one bucket:
 * so the hash begins with some random bytes. */
static struct cgroup **
bucket_of(struct cgroup_names *names, const char *path)
{
	static uint32_t seed;
	const void *random = (const void *)getauxval(AT_RANDOM);

	if (!seed)
		seed = random ? hash_bytes(HASH_EMPTY, random, 16) : HASH_EMPTY;
	return &names->bucket[hash_bytes(seed, path, strlen(path)) >> 16 &
	    (CGROUP_BUCKETS - 1)];
}

struct cgroup *
cgroup_intern(struct cgroup_names *names, const char *path)
{
	struct cgroup **first = bucket_of(names, path), *c;
	size_t size = strlen(path) + 1;

	for (c = *first; c; c = c->next)
		if (strcmp(c->path, path) == 0)
			return cgroup_share(c);
	c = malloc(sizeof *c + size);
	if (!c)
		return NULL;
	memcpy(c->path, path, size);
	c->owners = 1;
	c->next = *first;
	*first = c;
	return c;
}

struct cgroup *
cgroup_share(struct cgroup *c)
{
	if (c)
		c->owners++;
	return c;
}

void
cgroup_release(struct cgroup_names *names, struct cgroup *c)
{
	struct cgroup **at;

	if (!c || --c->owners > 0)
		return;
	at = bucket_of(names, c->path);
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	free(c);
}

const char *
cgroup_name(const struct cgroup *c)
{
	return c->path;
}
