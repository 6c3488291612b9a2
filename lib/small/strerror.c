/*
 * strerror(3) for the static tools: in musl's words, but only for errors that
 * their system calls have; of the others it says the number.
 */
#include <errno.h>
#include <string.h>

#include "../fmt.h"

#define ERRORS(_)                                                   \
	_(EPERM, "Operation not permitted")                         \
	_(ENOENT, "No such file or directory")                      \
	_(ESRCH, "No such process")                                 \
	_(EINTR, "Interrupted system call")                         \
	_(EIO, "I/O error")                                         \
	_(ENXIO, "No such device or address")                       \
	_(E2BIG, "Argument list too long")                          \
	_(ENOEXEC, "Exec format error")                             \
	_(EBADF, "Bad file descriptor")                             \
	_(ECHILD, "No child process")                               \
	_(EAGAIN, "Resource temporarily unavailable")               \
	_(ENOMEM, "Out of memory")                                  \
	_(EACCES, "Permission denied")                              \
	_(EFAULT, "Bad address")                                    \
	_(EBUSY, "Resource busy")                                   \
	_(EEXIST, "File exists")                                    \
	_(ENODEV, "No such device")                                 \
	_(ENOTDIR, "Not a directory")                               \
	_(EISDIR, "Is a directory")                                 \
	_(EINVAL, "Invalid argument")                               \
	_(ENFILE, "Too many open files in system")                  \
	_(EMFILE, "No file descriptors available")                  \
	_(ETXTBSY, "Text file busy")                                \
	_(EFBIG, "File too large")                                  \
	_(ENOSPC, "No space left on device")                        \
	_(EROFS, "Read-only file system")                           \
	_(EPIPE, "Broken pipe")                                     \
	_(ERANGE, "Result not representable")                       \
	_(ENAMETOOLONG, "Filename too long")                        \
	_(ENOSYS, "Function not implemented")                       \
	_(ELOOP, "Symbolic link loop")                              \
	_(EOVERFLOW, "Value too large for data type")               \
	_(EOPNOTSUPP, "Not supported")                              \
	_(EAFNOSUPPORT, "Address family not supported by protocol") \
	_(EPROTONOSUPPORT, "Protocol not supported")                \
	_(ENOTCONN, "Socket not connected")                         \
	_(ENOBUFS, "No buffer space available")                     \
	_(ETIMEDOUT, "Operation timed out")                         \
	_(ECONNREFUSED, "Connection refused")                       \
	_(ESTALE, "Stale file handle")                              \
	_(EDQUOT, "Quota exceeded")                                 \
	_(ENOLCK, "No locks available")                             \
	_(ENOKEY, "Required key not available")

#define NUMBER(error, text) error,
#define TEXT(error, text)   text "\0"

char *
strerror(int error)
{
	static const unsigned char numbers[] = { ERRORS(NUMBER) };
	static const char texts[] = ERRORS(TEXT);
	static char other[24];
	const char *text = texts;

	for (size_t i = 0; i < sizeof numbers; i++, text += strlen(text) + 1)
		if (numbers[i] == error)
			return (char *)text;
	fmt_print(other, sizeof other, "Error %d", error);
	return other;
}
