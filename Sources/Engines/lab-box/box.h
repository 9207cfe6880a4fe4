// The program atlas-lab-box: in front of bubblewrap it gives up rights (launch.c), inside the box it is the first process
// (agent.c, programs.c, tree.c, watch.c, requests.c), and under the name of a command it asks Atlas (client.c).
#ifndef BOX_H
#define BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab_box_protocol.h"

#define BOX_HOME "/home/lab"
// An abstract name: it lives in the box's own network namespace and needs no place in the file system.
#define BOX_SOCKET "\0atlas-lab-box"

int launch_main(int argc, char **argv);
int agent_main(int argc, char **argv);
int client_main(int argc, char **argv);

// Descriptors from `first` on are closed, whatever they are.
void close_from(int first);

// ---- Bytes in frames

static inline uint16_t read16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }
static inline uint32_t read32(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
static inline uint64_t read64(const uint8_t *p) { return read32(p) | (uint64_t)read32(p + 4) << 32; }
static inline void write32(uint8_t *p, uint32_t v) {
    for (int i = 0; i < 4; i++) p[i] = (uint8_t)(v >> 8 * i);
}
static inline void write64(uint8_t *p, uint64_t v) {
    write32(p, (uint32_t)v);
    write32(p + 4, (uint32_t)(v >> 32));
}

// ---- agent.c: the way out. A frame is sent whole or the box ends: room is asked for before.

enum {
    // Kept free for short answers, beside what streams.
    OUT_RESERVE = 2 * (BOX_PAYLOAD + BOX_HEAD),
    OUT_ROOM = 3 * (BOX_PAYLOAD + BOX_HEAD),
};

// Whether something long may be sent now.
bool out_has_room(void);
void send_frame(uint8_t kind, uint32_t id, const void *payload, size_t length);
// REPLY with `error` and what comes after it.
void send_reply(uint32_t id, int error, const void *rest, size_t length);
// Ends the box, with a reason on standard error if Atlas still listens there.
_Noreturn void die(const char *reason);
uint64_t now_ms(void);
uint64_t now_us(void);

// ---- programs.c: terminals and commands

struct pollfd;
enum { PROGRAM_POLLS = BOX_TERMINALS + 3 * BOX_COMMANDS };

// Processes and threads that learners' programs may be; 0: not limited here. This first process is not bound by it, so that
// Atlas can still look about when the learner's programs have used it up.
void programs_limit(uint32_t processes);
void terminal_open(uint32_t id, const uint8_t *payload, size_t length);
void command_run(uint32_t id, const uint8_t *payload, size_t length);
void program_input(uint32_t id, const uint8_t *payload, size_t length);
void terminal_credit(uint32_t id, uint32_t bytes);
void terminal_resize(uint32_t id, const uint8_t *payload, size_t length);
void program_close(uint32_t id);
// Fills in what to wait for; the number of entries.
int programs_poll(struct pollfd *polls);
void programs_ready(const struct pollfd *polls, int count);
// Milliseconds to the next time limit, or -1.
int programs_deadline(void);
void programs_time(void);
// Takes the end of a child; false if it was nobody that is known here.
bool program_ended(pid_t pid, int status);
// Whether somebody runs.
bool programs_any(void);

// ---- tree.c: the files of the home

void tree_start(void);
void tree_snapshot(uint32_t id, const uint8_t *payload, size_t length);
void tree_read(uint32_t id, const uint8_t *payload, size_t length);
void tree_entry(uint32_t id, const uint8_t *payload, size_t length);
void tree_data(uint32_t id, const uint8_t *payload, size_t length);
void tree_laid(uint32_t id);
void tree_remove(uint32_t id, const uint8_t *payload, size_t length);
// Whether a snapshot is under way; each call of `tree_step` sends a piece of it.
bool tree_busy(void);
void tree_step(void);

// ---- watch.c: what is used, and what nothing but a look limits

void watch_start(uint64_t memory_bytes, uint32_t terminals);
void watch_usage(uint32_t id, const uint8_t *payload, size_t length);
// SIGHUP to every process of a session.
void hang_up_session(pid_t session);
// Looks if a second has gone by.
void watch_time(void);

// ---- requests.c: commands of the box that Atlas answers

enum { REQUEST_POLLS = 1 + BOX_REQUESTS };
void requests_start(void);
int requests_poll(struct pollfd *polls);
void requests_ready(const struct pollfd *polls, int count);
void request_answer(uint32_t id, const uint8_t *payload, size_t length);

#endif
