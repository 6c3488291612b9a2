/* Which cgroups are asked for. */
#include "cli/cgroup_filter.h"

#include <string.h>

#include "cli/container.h"

#define DIGITS_MIN 4

int
cgroup_filter_parse(struct cgroup_filter *f, const char *text, const char **why)
{
	struct cgroup_pattern *p = &f->pattern[f->count];
	bool exclude = *text == '!';
	size_t len;

	text += exclude;
	len = strlen(text);
	*why = "a path, a container or the name of a cgroup is expected";
	if (!len || (*text != '/' && strchr(text, '/')))
		return -1;
	*why = "at most 16 cgroups can be given";
	if (f->count == CGROUP_FILTERS)
		return -1;
	while (len > 1 && text[len - 1] == '/')
		len--;
	*p = (struct cgroup_pattern){
		.text = text, .len = len, .exclude = exclude
	};
	f->includes |= !exclude;
	f->count++;
	return 0;
}

static bool
has_path(const struct cgroup_pattern *p, const char *path)
{
	if (p->len == 1)
		return true; /* the root */
	return strncmp(path, p->text, p->len) == 0 &&
	    (path[p->len] == '/' || !path[p->len]);
}

/* A container is asked for by the beginning of its id, or by its whole name. */
static bool
has_container(const struct cgroup_pattern *p, const struct span *id)
{
	size_t len = span_len(id);

	if (len == p->len)
		return memcmp(id->p, p->text, len) == 0;
	return len == CONTAINER_ID && p->len >= DIGITS_MIN && p->len < len &&
	    strspn(p->text, "0123456789abcdef") >= p->len &&
	    memcmp(id->p, p->text, p->len) == 0;
}

static bool
pattern_matches(const struct cgroup_pattern *p, const char *path)
{
	struct span component, before = { NULL, NULL }, id;

	if (*p->text == '/')
		return has_path(p, path);
	while (cgroup_component(&path, &component)) {
		if (span_len(&component) == p->len &&
		    memcmp(component.p, p->text, p->len) == 0)
			return true;
		if (container_of(&component, &before, &id) &&
		    has_container(p, &id))
			return true;
		before = component;
	}
	return false;
}

int
cgroup_filter_match(const struct cgroup_filter *f, const struct event *e)
{
	bool included = !f->includes;

	if (!f->count)
		return 1;
	if (!e->task.cgroup)
		return -1;
	for (int i = 0; i < f->count; i++) {
		const struct cgroup_pattern *p = &f->pattern[i];

		if (!pattern_matches(p, e->task.cgroup))
			continue;
		if (p->exclude)
			return 0;
		included = true;
	}
	return included;
}
