#define _GNU_SOURCE
#include "CLabBox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/mman.h>
#include <sys/syscall.h>

int box_spawn(
    const char *path, char *const arguments[], char *const environment[], const int *descriptors, int count,
    pid_t *pid) {
    if (count < 0 || count > 4096) return EINVAL;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int *high = calloc((size_t)count + 1, sizeof(int));
    if (!high) return ENOMEM;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) {
        free(high);
        return error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        free(high);
        return error;
    }
    // Copies above the range, so that no dup2 below writes over a source that is still needed.
    int made = 0;
    for (; made < count && !error; made++) {
        high[made] = fcntl(descriptors[made], F_DUPFD_CLOEXEC, count);
        if (high[made] < 0) {
            error = errno;
            break;
        }
        error = posix_spawn_file_actions_adddup2(&actions, high[made], made);
    }
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!error) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!error) error = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
    for (int i = 0; i < made; i++) close(high[i]);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(high);
    return error;
}

int box_process_descriptor(pid_t pid) {
    long descriptor = syscall(SYS_pidfd_open, pid, 0);
    return descriptor < 0 ? -errno : (int)descriptor;
}

int box_bytes_descriptor(const void *bytes, size_t count) {
    int descriptor = memfd_create("atlas-box", MFD_CLOEXEC);
    if (descriptor < 0) return -errno;
    for (size_t done = 0; done < count;) {
        ssize_t n = pwrite(descriptor, (const char *)bytes + done, count - done, (off_t)done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            int error = n < 0 ? errno : EIO;
            close(descriptor);
            return -error;
        }
        done += (size_t)n;
    }
    return descriptor;
}

#else

int box_spawn(
    const char *path, char *const arguments[], char *const environment[], const int *descriptors, int count,
    pid_t *pid) {
    return ENOSYS;
}
int box_process_descriptor(pid_t pid) { return -ENOSYS; }
int box_bytes_descriptor(const void *bytes, size_t count) { return -ENOSYS; }

#endif

long box_read_back(int descriptor, void *bytes, size_t count) {
    ssize_t n;
    do n = pread(descriptor, bytes, count, 0);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

int box_socket_pair(int pair[2]) {
    int type = SOCK_STREAM;
#ifdef __linux__
    // In one step, so that a process that is started meanwhile does not inherit them.
    type |= SOCK_CLOEXEC | SOCK_NONBLOCK;
#endif
    if (socketpair(AF_UNIX, type, 0, pair) < 0) return errno;
    for (int i = 0; i < 2; i++) {
        fcntl(pair[i], F_SETFD, FD_CLOEXEC);
        fcntl(pair[i], F_SETFL, O_NONBLOCK);
    }
    return 0;
}

int box_reap(pid_t pid) {
    int status;
    pid_t done;
    do done = waitpid(pid, &status, 0);
    while (done < 0 && errno == EINTR);
    return done < 0 ? -errno : status;
}

int box_lock(const char *path) {
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return -errno;
    if (flock(descriptor, LOCK_EX | LOCK_NB) < 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}
