// Commands of the box that Atlas answers: a learner's program connects, its question goes to Atlas, the answer comes back.
#ifdef __linux__
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "box.h"

struct request {
    int socket;       // 0: free
    uint32_t id;      // 0: not asked yet
    uint64_t deadline;  // to say what it wants
    size_t length;
    uint8_t text[BOX_REQUEST_BYTES];
};

enum { ASKING_MS = 5000 };

static struct request requests[BOX_REQUESTS];
static int listener = -1;
static uint32_t last_id;

void requests_start(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, BOX_SOCKET, sizeof BOX_SOCKET - 1);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + sizeof BOX_SOCKET - 1);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 4) < 0)
        die("cannot listen for commands");
}

static void request_free(struct request *r) {
    if (r->socket) close(r->socket);
    r->socket = 0;
    r->id = 0;
    r->length = 0;
}

int requests_poll(struct pollfd *polls) {
    bool has_place = false, room = out_has_room();
    for (int i = 0; i < BOX_REQUESTS; i++) {
        struct request *r = &requests[i];
        if (r->socket && !r->id && now_ms() > r->deadline) request_free(r);
        has_place |= !r->socket;
        // One that has asked is only watched for its going away.
        polls[1 + i] = (struct pollfd){r->socket && (r->id || room) ? r->socket : -1, r->id ? 0 : POLLIN, 0};
    }
    polls[0] = (struct pollfd){has_place ? listener : -1, POLLIN, 0};
    return REQUEST_POLLS;
}

static void request_accept(void) {
    for (int i = 0; i < BOX_REQUESTS; i++) {
        struct request *r = &requests[i];
        if (r->socket) continue;
        int socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (socket < 0) return;
        r->socket = socket;
        r->deadline = now_ms() + ASKING_MS;
    }
}

// The question ends with two NULs.
static void request_read(struct request *r) {
    ssize_t n = recv(r->socket, r->text + r->length, sizeof r->text - r->length, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) return request_free(r);
    r->length += (size_t)n;
    if (r->length >= 2 && r->text[r->length - 1] == 0 && r->text[r->length - 2] == 0) {
        if (++last_id == 0) last_id = 1;
        r->id = last_id;
        send_frame(BOX_REQUEST, r->id, r->text, r->length - 1);
    } else if (r->length == sizeof r->text) {
        request_free(r);
    }
}

void requests_ready(const struct pollfd *polls, int count) {
    if (count != REQUEST_POLLS) return;
    for (int i = 0; i < BOX_REQUESTS; i++) {
        struct request *r = &requests[i];
        if (!r->socket || !polls[1 + i].revents) continue;
        if (r->id) {
            request_free(r);
        } else if (out_has_room()) {
            request_read(r);
        }
    }
    if (polls[0].revents) request_accept();
}

void request_answer(uint32_t id, const uint8_t *payload, size_t length) {
    for (int i = 0; id && i < BOX_REQUESTS; i++) {
        struct request *r = &requests[i];
        if (r->id != id) continue;
        // A reader that does not read gets what fits into its socket.
        ssize_t n = send(r->socket, payload, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        (void)n;
        request_free(r);
    }
}
#endif
