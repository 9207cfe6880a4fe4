// In the learner's hands: `check` and the like. Asks the first process, which asks Atlas; prints what comes back.
#ifdef __linux__
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "box.h"

static bool send_all(int socket, const uint8_t *bytes, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t n = send(socket, bytes + done, length - done, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += (size_t)n;
    }
    return true;
}

static bool print_all(const uint8_t *bytes, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t n = write(1, bytes + done, length - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += (size_t)n;
    }
    return true;
}

static int fail(const char *name, const char *reason) {
    fprintf(stderr, "%s: %s\n", name, reason);
    return 125;
}

int client_main(int argc, char **argv) {
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    uint8_t question[BOX_REQUEST_BYTES];
    size_t length = 0;
    for (int i = 0; i < argc; i++) {
        const char *word = i == 0 ? name : argv[i];
        size_t n = strlen(word) + 1;
        if (n == 1 || n + 1 > sizeof question - length) return fail(name, "these arguments are empty or too long");
        memcpy(question + length, word, n);
        length += n;
    }
    question[length++] = 0;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, BOX_SOCKET, sizeof BOX_SOCKET - 1);
    int box = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + sizeof BOX_SOCKET - 1);
    if (box < 0 || connect(box, (struct sockaddr *)&address, size) < 0) return fail(name, "Atlas cannot be asked here");
    if (!send_all(box, question, length)) return fail(name, "Atlas does not listen");
    uint8_t answer[BOX_PAYLOAD];
    int status = -1;
    for (;;) {
        ssize_t n = recv(box, answer, sizeof answer, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        size_t skip = status < 0;
        if (skip) status = answer[0];
        if (!print_all(answer + skip, (size_t)n - skip)) return 125;
    }
    return status < 0 ? fail(name, "there came no answer") : status;
}
#endif
