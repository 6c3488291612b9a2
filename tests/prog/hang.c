/*
 * hang - make whoever looks at this process wait
 *
 * usage: hang lock
 *	  hang program FILE [argument ...]
 *
 * lock: the lock of its own memory is held by a fault on a file whose server,
 * a FUSE of its own, does not answer, and a writer waits for it.
 *
 * program: FILE is executed from an overlay of which the FUSE is the lower
 * layer. With SIGUSR1, which FILE has to send to the PID that is its first
 * argument (@ stands for it), nothing is answered any more.
 *
 * lock and program are to be run by "unshare -Urm"; what they mount is on /mnt.
 * "ready PID" is on stdout when it hangs. Ends with SIGTERM, or after 60
 * seconds, and with it whoever waits goes on.
 */

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <linux/fuse.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS	 60
#define FILE_ID	 2
#define FAILURES 1 /* reads that fail, each page: the next holds the lock */
#define PAGES	 64
#define PAGE	 4096

static volatile sig_atomic_t silent;
static int file = -1; /* what is served */
static int hung[2];   /* a pipe: a byte when a read is not answered */

static void
say_ready(long pid)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "ready %ld\n", pid);

	if (write(STDOUT_FILENO, text, (size_t)n) != n)
		_exit(1);
}

/* ---- the server ---- */

static void
answer(int fd, const struct fuse_in_header *in, int error, const void *data,
    size_t size)
{
	struct fuse_out_header out = { (uint32_t)(sizeof(out) + size), -error,
		in->unique };
	struct iovec v[2] = { { &out, sizeof(out) }, { (void *)data, size } };

	if (writev(fd, v, size ? 2 : 1) == -1 && errno != ENOENT)
		err(1, "answer to %u", in->opcode);
}

static struct fuse_attr
attributes(uint64_t id)
{
	struct fuse_attr a = { .ino = id, .nlink = 1, .blksize = PAGE };
	struct stat st;

	a.mode = id == FILE_ID ? S_IFREG | 0755 : S_IFDIR | 0755;
	if (id == FILE_ID)
		a.size = fstat(file, &st) == 0 ? (uint64_t)st.st_size :
						 PAGES * PAGE;
	return a;
}

static void
answer_read(int fd, const struct fuse_in_header *in)
{
	const struct fuse_read_in *r = (const void *)(in + 1);
	static int failed[PAGES];
	char data[128 * 1024];
	size_t size = r->size < sizeof(data) ? r->size : sizeof(data);
	ssize_t n;

	if (file != -1) {
		n = pread(file, data, size, (off_t)r->offset);
		answer(fd, in, n < 0 ? EIO : 0, data, n < 0 ? 0 : (size_t)n);
	} else if (failed[r->offset / PAGE % PAGES]++ < FAILURES)
		answer(fd, in, EIO, NULL, 0);
	else if (write(hung[1], "", 1) != 1)
		_exit(1);
}

static void
serve_one(int fd, const struct fuse_in_header *in)
{
	struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION,
		.minor = 31,
		.max_write = PAGE };
	struct fuse_attr_out attr = { .attr = attributes(in->nodeid) };
	struct fuse_entry_out entry = { .nodeid = FILE_ID,
		.attr = attributes(FILE_ID) };
	struct fuse_open_out open = { .fh = 1 };
	struct fuse_statfs_out fs = { .st = { .bsize = PAGE,
					  .namelen = 255 } };

	if (in->opcode == FUSE_FORGET || in->opcode == FUSE_BATCH_FORGET ||
	    in->opcode == FUSE_INTERRUPT || silent)
		return;
	switch (in->opcode) {
	case FUSE_INIT:
		answer(fd, in, 0, &init, sizeof(init));
		break;
	case FUSE_LOOKUP:
		if (strcmp((const char *)(in + 1), "file") == 0)
			answer(fd, in, 0, &entry, sizeof(entry));
		else
			answer(fd, in, ENOENT, NULL, 0);
		break;
	case FUSE_GETATTR:
		answer(fd, in, 0, &attr, sizeof(attr));
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		answer(fd, in, 0, &open, sizeof(open));
		break;
	case FUSE_READ:
		answer_read(fd, in);
		break;
	case FUSE_READDIR:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
		answer(fd, in, 0, NULL, 0);
		break;
	case FUSE_STATFS:
		answer(fd, in, 0, &fs, sizeof(fs));
		break;
	default:
		answer(fd, in, ENOSYS, NULL, 0);
	}
}

static void
be_silent(int sig)
{
	(void)sig;
	silent = 1;
	say_ready((long)getpgrp());
}

static _Noreturn void
serve(int fd)
{
	static char request[256 * 1024] __attribute__((aligned(8)));
	struct sigaction a = { .sa_handler = be_silent, .sa_flags = SA_RESTART };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(SECONDS);
	sigaction(SIGUSR1, &a, NULL);
	for (;;) {
		ssize_t n = read(fd, request, sizeof(request));

		if (n == -1 && errno == EPERM) /* not mounted yet */
			usleep(1000);
		if (n == -1 && errno != ENODEV)
			continue;
		if (n <= 0)
			_exit(0);
		serve_one(fd, (const void *)request);
	}
}

/* Returns the server's PID; what it serves is at /mnt/fuse/file. */
static pid_t
mount_fuse(void)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[128];
	pid_t server;

	if (fd == -1 || mount("none", "/mnt", "tmpfs", 0, NULL) == -1)
		err(1, "/dev/fuse or /mnt");
	if (mkdir("/mnt/fuse", 0755) == -1 || mkdir("/mnt/up", 0755) == -1 ||
	    mkdir("/mnt/all", 0755) == -1)
		err(1, "mkdir");
	server = fork();
	if (server == -1)
		err(1, "fork");
	if (server == 0)
		serve(fd);
	snprintf(options, sizeof(options),
	    "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	if (mount("hang", "/mnt/fuse", "fuse", MS_NOSUID | MS_NODEV,
		options) == -1)
		err(1, "mount fuse");
	close(fd);
	return server;
}

/* ---- lock ---- */

static sigjmp_buf again;

static void
bus_error(int sig)
{
	(void)sig;
	siglongjmp(again, 1);
}

static void *
fault(void *memory)
{
	static volatile int page;
	volatile char *p = memory;

	sigsetjmp(again, 1);
	while (page < PAGES)
		(void)p[PAGE * page++];
	return NULL;
}

static void
lock(void)
{
	struct sigaction a = { .sa_handler = bus_error };
	pthread_t t;
	char byte;
	void *p;
	int fd;

	if (pipe(hung) == -1)
		err(1, "pipe");
	mount_fuse();
	sigaction(SIGBUS, &a, NULL);
	fd = open("/mnt/fuse/file", O_RDONLY);
	if (fd == -1)
		err(1, "open");
	p = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		err(1, "mmap");
	if (pthread_create(&t, NULL, fault, p) != 0)
		errx(1, "thread");
	if (read(hung[0], &byte, 1) != 1)
		errx(1, "no read");
	say_ready((long)getpid());
	for (;;) /* its writer */
		if (mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0) == MAP_FAILED)
			pause();
}

/* ---- program ---- */

static void
program(char **argv)
{
	char number[16];
	pid_t server;

	file = open(argv[0], O_RDONLY | O_CLOEXEC);
	if (file == -1)
		err(1, "%s", argv[0]);
	setpgid(0, 0);
	server = mount_fuse();
	if (mount("hang", "/mnt/all", "overlay", MS_NOSUID | MS_NODEV,
		"lowerdir=/mnt/up:/mnt/fuse,userxattr") == -1)
		err(1, "mount overlay");
	snprintf(number, sizeof(number), "%d", (int)server);
	for (int i = 1; argv[i]; i++)
		if (strcmp(argv[i], "@") == 0)
			argv[i] = number;
	execv("/mnt/all/file", argv);
	err(1, "exec");
}

int
main(int argc, char *argv[])
{
	alarm(SECONDS);
	if (argc == 2 && strcmp(argv[1], "lock") == 0)
		lock();
	else if (argc > 2 && strcmp(argv[1], "program") == 0)
		program(argv + 2);
	fprintf(stderr, "usage: hang lock | program file [arg ...]\n");
	return 2;
}
