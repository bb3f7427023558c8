/* A disk that no longer gives back what is on it: loaded before the C library, it answers EIO to whoever reads a file whose
   name ends as a line of the file named by UNREADABLE says. Without that file everything is read as ever. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int broken(int file) {
    const char *list = getenv("UNREADABLE");
    if (list == NULL) return 0;
    int names = (int)syscall(SYS_openat, AT_FDCWD, list, O_RDONLY | O_CLOEXEC);
    if (names < 0) return 0;
    char text[1024];
    long size = syscall(SYS_read, names, text, sizeof text - 1);
    syscall(SYS_close, names);
    if (size <= 0) return 0;
    text[size] = 0;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        size_t end = strlen(line);
        if ((size_t)length >= end && strcmp(path + length - end, line) == 0) return 1;
    }
    return 0;
}

#define READS(name, parameters, arguments)                                        \
    ssize_t name parameters {                                                     \
        static ssize_t(*real) parameters;                                         \
        if (real == NULL) real = (ssize_t(*) parameters)dlsym(RTLD_NEXT, #name);  \
        if (broken(file)) {                                                       \
            errno = EIO;                                                          \
            return -1;                                                            \
        }                                                                         \
        return real arguments;                                                    \
    }

READS(read, (int file, void *into, size_t size), (file, into, size))
READS(pread, (int file, void *into, size_t size, off_t at), (file, into, size, at))
READS(pread64, (int file, void *into, size_t size, off64_t at), (file, into, size, at))
READS(readv, (int file, const struct iovec *into, int count), (file, into, count))
