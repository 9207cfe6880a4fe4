// Outside the box: joins the groups that limit it, gives up root, and becomes bubblewrap.
#ifdef __linux__
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "box.h"

static _Noreturn void fail(const char *what, const char *which) {
    dprintf(2, "atlas-lab-box: %s%s%s: %s\n", what, which ? " " : "", which ? which : "", strerror(errno));
    _exit(125);
}

static long long number(const char *text) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || *end || end == text) {
        errno = EINVAL;
        fail("not a number:", text);
    }
    return value;
}

static void join(const char *path) {
    int group = open(path, O_WRONLY | O_CLOEXEC);
    if (group < 0 || write(group, "0", 1) != 1) fail("cannot join", path);
    close(group);
}

// "nproc:64"
static void limit(const char *text) {
    static const struct {
        const char *name;
        int resource;
    } known[] = {
        {"nproc:", RLIMIT_NPROC}, {"nofile:", RLIMIT_NOFILE},   {"data:", RLIMIT_DATA},
        {"fsize:", RLIMIT_FSIZE}, {"memlock:", RLIMIT_MEMLOCK}, {"core:", RLIMIT_CORE},
        {"rtprio:", RLIMIT_RTPRIO}, {"sigpending:", RLIMIT_SIGPENDING}, {"msgqueue:", RLIMIT_MSGQUEUE},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i].name);
        if (strncmp(text, known[i].name, length) != 0) continue;
        rlim_t value = (rlim_t)number(text + length);
        struct rlimit old, both = {value, value};
        if (getrlimit(known[i].resource, &old) == 0 && old.rlim_max < value && geteuid() != 0)
            both.rlim_cur = both.rlim_max = old.rlim_max;
        if (setrlimit(known[i].resource, &both) < 0) fail("cannot set the limit", text);
        return;
    }
    errno = EINVAL;
    fail("unknown limit", text);
}

// A user of its own; from here on nothing of root's is left.
static void become(uid_t user) {
    if (user == 0) {
        errno = EPERM;
        fail("a box does not run as root", NULL);
    }
    if (setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0 || setresuid(user, user, user) < 0)
        fail("cannot change the user", NULL);
    if (setuid(0) == 0 || setgid(0) == 0) {
        errno = EPERM;
        fail("root came back", NULL);
    }
}

static void die_with(pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) fail("cannot ask for the parent's end", NULL);
    if (getppid() != parent) _exit(125);
}

int launch_main(int argc, char **argv) {
    pid_t parent = -1;
    uid_t user = 0;
    int descriptors = 0, i = 0;
    for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--parent") == 0) {
            parent = (pid_t)number(value);
            die_with(parent);
        } else if (strcmp(argv[i], "--join") == 0) {
            join(value);
        } else if (strcmp(argv[i], "--limit") == 0) {
            limit(value);
        } else if (strcmp(argv[i], "--nice") == 0) {
            if (setpriority(PRIO_PROCESS, 0, (int)number(value)) < 0) fail("cannot set the priority", value);
        } else if (strcmp(argv[i], "--user") == 0) {
            user = (uid_t)number(value);
        } else if (strcmp(argv[i], "--descriptors") == 0) {
            descriptors = (int)number(value);
        } else {
            errno = EINVAL;
            fail("unknown option", argv[i]);
        }
    }
    if (i + 1 >= argc || parent <= 0 || descriptors < BOX_FD_FILES) {
        errno = EINVAL;
        fail("options are missing", NULL);
    }
    close_from(descriptors);
    umask(022);
    if (chdir("/") < 0) fail("cannot go to", "/");
    if (user) become(user);
    if (geteuid() == 0 || getuid() == 0) {
        errno = EPERM;
        fail("a box does not run as root", NULL);
    }
    die_with(parent);  // Changing the user has cancelled it.
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    execv(argv[i + 1], argv + i + 1);
    fail("cannot start", argv[i + 1]);
}
#endif
