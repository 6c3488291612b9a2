/*
 * container: ids and names in the paths that engines make, and -g.
 */
#include <string.h>

#include "cli/cgroup_filter.h"
#include "cli/container.h"
#include "tap.h"

#define ID    "2f4c0a9d1b3e5f60718293a4b5c6d7e8f9012a3b4c5d6e7f8091a2b3c4d5e6f7"
#define SHORT "2f4c0a9d1b3e"
#define OTHER "beefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeefbeef"
#define KUBE  "/kubepods.slice/kubepods-burstable.slice/" \
	"kubepods-burstable-pod0b1f_2c3d.slice/"
#define MACHINE "/machine.slice/"

static const struct {
	const char *path, *id;
} paths[] = {
	{ NULL, "?" },
	{ "/", "-" },
	{ "/docker/" ID, SHORT },
	{ "/docker/" ID "/init.scope", SHORT },
	{ "/system.slice/docker-" ID ".scope", SHORT },
	{ "/system.slice/docker-" ID ".scope/system.slice/ssh.service", SHORT },
	{ "/docker/" OTHER "/docker/" ID, SHORT },
	{ "/docker/" ID "/docker/" OTHER, "beefbeefbeef" },
	{ KUBE "cri-containerd-" ID ".scope", SHORT },
	{ KUBE "crio-" ID ".scope", SHORT },
	{ KUBE "crio-" ID ".scope/container", SHORT },
	{ KUBE "crio-conmon-" ID ".scope", "-" },
	{ "/kubepods/burstable/pod5a3b2c1d-0e9f-4a5b-8c7d-6e5f4a3b2c1d/" ID,
	    SHORT },
	{ "/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:"
	  ID, SHORT },
	{ "/machine.slice/libpod-" ID ".scope", SHORT },
	{ "/machine.slice/libpod-" ID ".scope/container", SHORT },
	{ "/machine.slice/libpod-conmon-" ID ".scope", "-" },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID
	  ".scope/container", SHORT },
	{ "/libpod_parent/libpod-" ID, SHORT },
	{ "/ecs/task/" ID, SHORT },
	{ "/kata_" ID, SHORT },
	{ "/lxc/web/system.slice/x.service", "web" },
	{ "/lxc.payload.web/init.scope", "web" },
	{ "/lxc.payload/web", "web" },
	{ "/lxc.monitor.web", "-" },
	{ "/lxc", "-" },
	{ MACHINE "systemd-nspawn@db.service/payload", "db" },
	{ MACHINE "machine-my\\x2dbox.scope", "my-box" },
	{ MACHINE "machine-qemu\\x2d1\\x2dvm.scope", "-" },
	{ "/machine-x.scope", "-" },
	{ "/system.slice/nginx.service", "-" },
	{ "/user.slice/user-1000.slice/session-3.scope", "-" },
	{ "/init.scope", "-" },
	{ "/docker/" ID "/lxc/-", SHORT },
	{ "/docker/" ID "/lxc/?", SHORT },
	{ "/docker/" ID MACHINE "machine-\\x2d.scope", SHORT },
	{ MACHINE "machine-a\\x00b.scope", "a\\x00b" },
	{ "/docker/a" ID, "-" },
	{ "/docker/z" ID, "-" },
	{ "/docker/" ID "0", "-" },
	{ "/docker/2f4c0a9d1b3e", "-" },
};

/* ---- -g ---- */

static struct cgroup_filter filter;

static int
parse(const char *text)
{
	const char *why = NULL;
	int r = cgroup_filter_parse(&filter, text, &why);

	tap_ok(r == 0 || (why && *why), "%.20s: %s", text,
	    r == 0 ? "taken" : "refused");
	return r;
}

static void
given(const char *a, const char *b)
{
	memset(&filter, 0, sizeof filter);
	parse(a);
	if (b)
		parse(b);
}

static void
shows(const char *path, int want)
{
	struct event e = { .type = EVENT_EXEC, .task.cgroup = path };

	tap_is_int(cgroup_filter_match(&filter, &e), want, "of %s%s: %s",
	    filter.count ? filter.pattern[0].text : "all",
	    filter.count > 1 ? " and another" : "", path ? path : "?");
}

static void
test_paths(void)
{
	shows(NULL, 1);
	given("/system.slice", NULL);
	shows("/system.slice", 1);
	shows("/system.slice/x", 1);
	shows("/system.slicex", 0);
	shows("/", 0);
	shows("/a/system.slice", 0);
	shows(NULL, -1);
	given("/system.slice//", NULL);
	shows("/system.slice/x", 1);
	given("/", NULL);
	shows("/", 1);
	shows("/x", 1);
	shows(NULL, -1);
}

static void
test_names(void)
{
	given("nginx.service", NULL);
	shows("/system.slice/nginx.service", 1);
	shows("/system.slice/nginx.service/worker", 1);
	shows("/system.slice/xnginx.service", 0);
	shows("/system.slice/nginx.servicex", 0);
	given("web", NULL);
	shows("/lxc.payload.web/init.scope", 1);
	shows("/lxc.payload.web2", 0);
	given("a", "b");
	shows("/a", 1);
	shows("/x/b", 1);
	shows("/c", 0);
}

static void
test_ids(void)
{
	given("2f4c", NULL);
	shows("/docker/" ID, 1);
	shows("/docker/" OTHER, 0);
	shows("/docker/" ID "/docker/" OTHER, 1);
	given(ID, NULL);
	shows("/system.slice/docker-" ID ".scope/x", 1);
	given(ID "0", NULL);
	shows("/docker/" ID, 0);
	given("2f4", NULL);
	shows("/docker/" ID, 0);
	given("2f4C", NULL);
	shows("/docker/" ID, 0);
	given("beef", NULL);
	shows("/beef", 1);
	shows("/beefy", 0);
	shows("/crio-conmon-" OTHER ".scope", 0);
}

static void
test_excluded(void)
{
	given("!2f4c", NULL);
	shows("/docker/" ID, 0);
	shows("/docker/" OTHER, 1);
	shows(NULL, -1);
	given("/docker", "!2f4c");
	shows("/docker/" ID, 0);
	shows("/docker/" OTHER, 1);
	shows("/", 0);
	given("!2f4c", "/docker");
	shows("/docker/" ID, 0);
	shows("/docker/" OTHER, 1);
}

static void
test_refused(void)
{
	memset(&filter, 0, sizeof filter);
	tap_is_int(parse(""), -1, "nothing");
	tap_is_int(parse("!"), -1, "all but nothing");
	tap_is_int(parse("a/b"), -1, "a path that is not from the root");
	for (int i = 0; i < CGROUP_FILTERS; i++)
		parse("/a");
	tap_is_int(parse("/a"), -1, "too many");
	tap_is_int(filter.count, CGROUP_FILTERS, "all the others");
}

int
main(void)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		b.len = 0;
		container_put(&b, paths[i].path);
		buf_putc(&b, '\0');
		tap_is_str(b.data, paths[i].id, "%s",
		    paths[i].path ? paths[i].path : "not known");
	}
	buf_free(&b);
	test_paths();
	test_names();
	test_ids();
	test_excluded();
	test_refused();
	return tap_done();
}
