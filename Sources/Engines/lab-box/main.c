#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "box.h"

#ifdef __linux__
#include <sys/syscall.h>

void close_from(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0) return;
#endif
    DIR *folder = opendir("/proc/self/fd");
    if (!folder) _exit(126);
    for (struct dirent *entry; (entry = readdir(folder));) {
        int descriptor = atoi(entry->d_name);
        if (descriptor >= first && descriptor != dirfd(folder)) close(descriptor);
    }
    closedir(folder);
}

int main(int argc, char **argv) {
    if (argc < 1) return 64;
    const char *slash = strrchr(argv[0], '/');
    const char *name = slash ? slash + 1 : argv[0];
    if (strcmp(name, "atlas-lab-box") != 0) return client_main(argc, argv);
    if (argc >= 2 && strcmp(argv[1], "launch") == 0) return launch_main(argc - 2, argv + 2);
    if (argc >= 2 && strcmp(argv[1], "agent") == 0) return agent_main(argc - 2, argv + 2);
    fputs("atlas-lab-box is started by Atlas, in front of and inside a lab's box\n", stderr);
    return 64;
}

#else

int main(void) {
    fputs("atlas-lab-box needs Linux\n", stderr);
    return 69;
}

#endif
