#include "proof.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fmt.h"

static void
random_word(char *word, size_t size)
{
	unsigned char r[16];
	struct timespec t;
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, r, sizeof r) != sizeof r) {
		clock_gettime(CLOCK_REALTIME, &t);
		memset(r, 0, sizeof r);
		memcpy(r, &t.tv_nsec, sizeof t.tv_nsec);
	}
	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < sizeof r && 2 * i + 3 <= size; i++)
		fmt_print(word + 2 * i, 3, "%02x", r[i]);
}

static void
child(const char *path, char *const *argv)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	execv(path, argv);
	_exit(127);
}

int
proof_run(struct proof *p, const char *path, const char *tool)
{
	char name[32], option[] = PROOF_OPTION, where[PATH_MAX];
	char *argv[] = { name, option, p->word, NULL };

	/* On the stack, which is in memory: a probe at the entry of execve
	 * cannot read from a page that is not. */
	fmt_print(name, sizeof name, "%s", tool);
	fmt_print(where, sizeof where, "%s", path);
	random_word(p->word, sizeof p->word);
	p->pid = p->ran = fork();
	if (p->pid < 0) {
		p->pid = 0;
		return -1;
	}
	if (p->pid == 0)
		child(where, argv);
	return 0;
}

int
proof_fork(struct proof *p)
{
	p->pid = p->ran = fork();
	if (p->pid == 0)
		_exit(PROOF_CODE >> 8);
	if (p->pid > 0)
		return 0;
	p->pid = 0;
	return -1;
}

bool
proof_ended(struct proof *p)
{
	int status;

	if (p->pid && waitpid(p->pid, &status, WNOHANG) == p->pid)
		p->pid = 0;
	return p->pid == 0;
}

void
proof_stop(struct proof *p)
{
	int status;

	if (!p->pid)
		return;
	kill(p->pid, SIGKILL);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
}

/* Are they its arguments, all of them? */
static bool
is_word(const struct proof *p, const struct args *a)
{
	const char *word = a->text;

	for (int i = 0; i < PROOF_ARGS - 1 && i < a->count; i++)
		word += strlen(word) + 1;
	return a->count == PROOF_ARGS && a->state == ARGS_ALL &&
	    strcmp(word, p->word) == 0;
}

enum proof_result
proof_check(const struct proof *p, const struct event *e)
{
	if (e->type != EVENT_EXEC)
		return PROOF_OTHER;
	if (is_word(p, &e->args))
		return e->pid == p->ran ? PROOF_WHOLE : PROOF_STRANGER;
	return e->pid == p->ran ? PROOF_BARE : PROOF_OTHER;
}

enum proof_result
proof_check_failure(const struct proof *p, const struct event *e)
{
	if (e->type != EVENT_EXECFAIL || e->tid != p->ran)
		return PROOF_OTHER;
	return e->path && is_word(p, &e->args) ? PROOF_WHOLE : PROOF_BARE;
}

enum proof_result
proof_check_exit(const struct proof *p, const struct event *e)
{
	if (e->type != EVENT_EXIT || e->tid != p->ran)
		return PROOF_OTHER;
	return e->code == PROOF_CODE ? PROOF_WHOLE : PROOF_BARE;
}

enum proof_result
proof_check_usage(const struct proof *p, const struct event *e)
{
	if (e->type != EVENT_EXIT || e->tid != p->ran)
		return PROOF_OTHER;
	return e->usage.known && e->stats_code == PROOF_CODE ? PROOF_WHOLE :
							       PROOF_BARE;
}
