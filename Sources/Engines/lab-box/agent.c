// The first process of a box: does what Atlas says over one socket, and ends with that socket.
//
// It runs as the same user as the learner's programs. They cannot kill or stop it, for the kernel keeps such signals from a
// namespace's first process; they cannot read or steer it, for it is not dumpable and its descriptors are closed on exec.
// One thread, one poll; what Atlas does not read makes the programs wait, never this memory grow.
#ifdef __linux__
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "box.h"

static uint8_t out[OUT_ROOM + OUT_RESERVE];
static size_t out_start, out_end;
static uint8_t in[BOX_HEAD + BOX_PAYLOAD];
static size_t in_length;
// Where a reason to end is told: Atlas reads it back. No program of the learner's has it.
static int complaint = 2;

_Noreturn void die(const char *reason) {
    dprintf(complaint, "atlas-lab-box: %s\n", reason);
    _exit(124);
}

uint64_t now_us(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

uint64_t now_ms(void) { return now_us() / 1000; }

static void flush_out(void) {
    while (out_start < out_end) {
        ssize_t n = send(BOX_FD_CONTROL, out + out_start, out_end - out_start, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)) break;
        if (n <= 0) _exit(0);  // Atlas is gone.
        out_start += (size_t)n;
    }
    if (out_start == out_end) out_start = out_end = 0;
}

bool out_has_room(void) { return out_end - out_start + BOX_PAYLOAD + BOX_HEAD <= OUT_ROOM; }

void send_frame(uint8_t kind, uint32_t id, const void *payload, size_t length) {
    if (length > BOX_PAYLOAD) die("a frame is too long");
    if (sizeof out - out_end < BOX_HEAD + length && out_start > 0) {
        memmove(out, out + out_start, out_end - out_start);
        out_end -= out_start;
        out_start = 0;
    }
    if (sizeof out - out_end < BOX_HEAD + length) die("too many answers wait");
    uint8_t *head = out + out_end;
    memset(head, 0, BOX_HEAD);
    write32(head, (uint32_t)length);
    head[4] = kind;
    write32(head + 8, id);
    if (length) memcpy(head + BOX_HEAD, payload, length);
    out_end += BOX_HEAD + length;
}

void send_reply(uint32_t id, int error, const void *rest, size_t length) {
    uint8_t reply[64];
    if (length > sizeof reply - 4) die("a reply is too long");
    write32(reply, (uint32_t)error);
    if (length) memcpy(reply + 4, rest, length);
    send_frame(BOX_REPLY, id, reply, 4 + length);
}

static void handle(uint8_t kind, uint32_t id, const uint8_t *payload, size_t length) {
    switch (kind) {
    case BOX_OPEN: return terminal_open(id, payload, length);
    case BOX_INPUT: return program_input(id, payload, length);
    case BOX_CREDIT:
        if (length == 4) terminal_credit(id, read32(payload));
        return;
    case BOX_RESIZE: return terminal_resize(id, payload, length);
    case BOX_CLOSE: return program_close(id);
    case BOX_RUN: return command_run(id, payload, length);
    case BOX_USAGE: return watch_usage(id, payload, length);
    case BOX_SNAPSHOT: return tree_snapshot(id, payload, length);
    case BOX_READ: return tree_read(id, payload, length);
    case BOX_ENTRY: return tree_entry(id, payload, length);
    case BOX_DATA: return tree_data(id, payload, length);
    case BOX_LAID: return tree_laid(id);
    case BOX_REMOVE: return tree_remove(id, payload, length);
    case BOX_ANSWER: return request_answer(id, payload, length);
    default: die("an unknown frame came");
    }
}

// Reads what is there; a frame is handled only while there is room for its answer.
static void control_ready(void) {
    while (out_has_room()) {
        size_t need = BOX_HEAD;
        if (in_length >= BOX_HEAD) {
            uint32_t length = read32(in);
            if (length > BOX_PAYLOAD) die("a frame from Atlas is too long");
            need += length;
        }
        if (in_length >= BOX_HEAD && in_length == need) {
            in_length = 0;
            handle(in[4], read32(in + 8), in + BOX_HEAD, need - BOX_HEAD);
            continue;
        }
        ssize_t n = recv(BOX_FD_CONTROL, in + in_length, need - in_length, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        if (n <= 0) _exit(0);
        in_length += (size_t)n;
    }
}

static void children_ready(int signals) {
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) > 0) {}
    for (;;) {
        if (!out_has_room()) return;  // They stay zombies until their ends can be told.
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0) return;
        program_ended(pid, status);
    }
}

static int start(int argc, char **argv) {
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (getpid() != 1) die("not the first process of a namespace");
    fcntl(BOX_FD_CONTROL, F_SETFD, FD_CLOEXEC);
    if (fcntl(BOX_FD_CONTROL, F_SETFL, O_NONBLOCK) < 0) die("there is no control socket");
    close_from(BOX_FD_CONTROL + 1);
    int copy = fcntl(2, F_DUPFD_CLOEXEC, BOX_FD_CONTROL + 1);
    if (copy >= 0) complaint = copy;
    sigset_t all, child;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    int signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0) die("no signal descriptor");
    uint64_t memory = 0;
    uint32_t terminals = 0, processes = 0;
    for (int i = 0; i + 1 < argc; i += 2) {
        uint64_t value = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--memory") == 0) memory = value;
        if (strcmp(argv[i], "--processes") == 0) processes = (uint32_t)value;
        if (strcmp(argv[i], "--terminals") == 0) terminals = (uint32_t)value;
    }
    programs_limit(processes);
    tree_start();
    requests_start();
    watch_start(memory, terminals);
    uint8_t version[4];
    write32(version, BOX_VERSION);
    send_frame(BOX_READY, 0, version, sizeof version);
    flush_out();
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0) die("no /dev/null");
    if (null > 2) close(null);
    return signals;
}

int agent_main(int argc, char **argv) {
    int signals = start(argc, argv);
    for (;;) {
        struct pollfd polls[2 + PROGRAM_POLLS + REQUEST_POLLS];
        bool room = out_has_room();
        polls[0] = (struct pollfd){BOX_FD_CONTROL, (short)((room ? POLLIN : 0) | (out_end > out_start ? POLLOUT : 0)), 0};
        polls[1] = (struct pollfd){room ? signals : -1, POLLIN, 0};
        int programs = programs_poll(polls + 2);
        int requests = requests_poll(polls + 2 + programs);
        int wait = programs_deadline();
        if (programs_any() && (wait < 0 || wait > 1000)) wait = 1000;
        if (tree_busy() && room) wait = 0;
        if (poll(polls, (nfds_t)(2 + programs + requests), wait) < 0 && errno != EINTR) die("poll failed");
        // The sender's end may be closed with bytes still to read; recv tells the end.
        if (polls[0].revents & (POLLIN | POLLHUP | POLLERR)) {
            if (polls[0].revents & (POLLHUP | POLLERR)) _exit(0);
            control_ready();
        }
        programs_ready(polls + 2, programs);
        requests_ready(polls + 2 + programs, requests);
        children_ready(signals);
        programs_time();
        watch_time();
        if (tree_busy() && out_has_room()) tree_step();
        flush_out();
    }
}
#endif
