/* Paths of cgroups, each shared by all tasks that are there. */
#include "task/cgroup.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define BUCKETS_FIRST 64
#define MIX	      2654435761u /* the hash is random already */

struct cgroup {
	struct cgroup *next; /* in the bucket */
	int owners;
	char path[];
};

static struct cgroup **
bucket_of(const struct cgroup_names *names, const char *path)
{
	uint32_t hash = hash_bytes(hash_seed(), path, strlen(path));

	return &names->bucket[hash_number(hash, MIX, names->buckets)];
}

/* Without memory they stay as they are. */
static void
grow(struct cgroup_names *names)
{
	struct cgroup_names old = *names;
	struct cgroup *c, *next, **first;

	names->buckets = old.buckets ? 2 * old.buckets : BUCKETS_FIRST;
	names->bucket = calloc(names->buckets, sizeof *names->bucket);
	if (!names->bucket) {
		*names = old;
		return;
	}
	for (uint32_t i = 0; i < old.buckets; i++)
		for (c = old.bucket[i]; c; c = next) {
			next = c->next;
			first = bucket_of(names, c->path);
			c->next = *first;
			*first = c;
		}
	free(old.bucket);
}

struct cgroup *
cgroup_intern(struct cgroup_names *names, const char *path)
{
	struct cgroup **first, *c;
	size_t size = strlen(path) + 1;

	if (names->count >= names->buckets)
		grow(names);
	if (!names->buckets)
		return NULL;
	first = bucket_of(names, path);
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
	names->count++;
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
	if (--names->count == 0) {
		free(names->bucket);
		*names = (struct cgroup_names){ 0 };
	}
}

const char *
cgroup_name(const struct cgroup *c)
{
	return c->path;
}
