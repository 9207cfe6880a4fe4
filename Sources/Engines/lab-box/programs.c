// Terminals and commands: children of the box's first process.
#ifdef __linux__
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "box.h"

// After a program's end so much of its output is still read, lest one that stayed behind talk for ever.
enum { AFTER_END = 256 * 1024 };
// How long a shell may take to say good-bye.
enum { HANG_UP_MS = 500 };

struct terminal {
    uint32_t id;  // 0: free
    pid_t pid;    // 0: ended
    int master, slave, status;
    uint32_t window, after;
    bool is_hung_up;
    uint64_t hang_up_until;  // 0: the shell is not to be killed
    uint8_t *typed;
    uint32_t typed_start, typed_end;
};

struct command {
    uint32_t id;
    pid_t pid;
    int pipes[3];  // to its input, from its output, from its errors; -1: closed
    int status;
    bool timed_out, is_cut[2];
    uint32_t left[2], after;
    uint64_t started, deadline;
    uint8_t *input;
    uint32_t input_length, input_received, input_written;
};

static struct terminal terminals[BOX_TERMINALS];
static struct command commands[BOX_COMMANDS];

static uint32_t process_limit;

void programs_limit(uint32_t processes) { process_limit = processes; }

static struct terminal *terminal_with(uint32_t id) {
    for (int i = 0; id && i < BOX_TERMINALS; i++)
        if (terminals[i].id == id) return &terminals[i];
    return NULL;
}

static struct command *command_with(uint32_t id) {
    for (int i = 0; id && i < BOX_COMMANDS; i++)
        if (commands[i].id == id) return &commands[i];
    return NULL;
}

// ---- In the child

struct plan {
    const char *directory;
    char **words, **variables;
    int standard[3];
    bool terminal;
};

enum { STAGE_PREPARE = 1, STAGE_DIRECTORY = 2, STAGE_PROGRAM = 3 };

static _Noreturn void child_fails(int report, uint8_t stage) {
    uint8_t message[5];
    write32(message, (uint32_t)errno);
    message[4] = stage;
    ssize_t n = write(report, message, sizeof message);
    _exit(n == sizeof message ? 126 : 125);
}

// Prefers this program to the box's first process when memory runs out.
static void be_killed_first(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t n = write(file, "500", 3);
    (void)n;
    close(file);
}

static _Noreturn void child_runs(const struct plan *plan, int report) {
    if (setsid() < 0) child_fails(report, STAGE_PREPARE);
    // High copies first, so that none of 0, 1, 2 is written over while it is still a source.
    int high[4];
    for (int i = 0; i < 4; i++) {
        high[i] = fcntl(i < 3 ? plan->standard[i] : report, F_DUPFD, 16);
        if (high[i] < 0) child_fails(report, STAGE_PREPARE);
    }
    for (int i = 0; i < 3; i++)
        if (dup2(high[i], i) < 0) child_fails(report, STAGE_PREPARE);
    if (dup2(high[3], 3) < 0) _exit(125);
    report = 3;
    fcntl(report, F_SETFD, FD_CLOEXEC);
    close_from(4);
    if (plan->terminal && ioctl(0, TIOCSCTTY, 0) < 0) child_fails(report, STAGE_PREPARE);
    // The way to Atlas is closed in this process, so others may look at it from here on.
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    be_killed_first();
    if (process_limit) {
        // Counted per user namespace, which is this box; the first process is one of them.
        struct rlimit limit = {process_limit + 1, process_limit + 1};
        if (setrlimit(RLIMIT_NPROC, &limit) < 0) child_fails(report, STAGE_PREPARE);
    }
    for (int i = 1; i < NSIG; i++) signal(i, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (char **variable = plan->variables; *variable; variable++)
        if (putenv(*variable) != 0) child_fails(report, STAGE_PREPARE);
    if (chdir(plan->directory) < 0) child_fails(report, STAGE_DIRECTORY);
    execvp(plan->words[0], plan->words);
    child_fails(report, STAGE_PROGRAM);
}

// Starts the child and waits until the program runs or has failed to: the process, or 0 with errno and `stage`.
static pid_t start_child(const struct plan *plan, uint8_t *stage) {
    int report[2];
    *stage = STAGE_PREPARE;
    if (pipe2(report, O_CLOEXEC) < 0) return 0;
    pid_t pid = fork();
    if (pid == 0) child_runs(plan, report[1]);
    int error = pid < 0 ? errno : 0;
    close(report[1]);
    if (pid > 0) {
        uint8_t message[5];
        ssize_t n;
        do n = read(report[0], message, sizeof message);
        while (n < 0 && errno == EINTR);
        if (n == sizeof message) {
            error = (int)read32(message);
            *stage = message[4];
            waitpid(pid, NULL, 0);
        }
    }
    close(report[0]);
    if (!error) return pid;
    errno = error;
    return 0;
}

// ---- Terminals

static struct winsize size_of(const uint8_t *payload) {
    struct winsize size = {.ws_col = read16(payload), .ws_row = read16(payload + 2)};
    return size;
}

static void terminal_free(struct terminal *t) {
    if (t->slave >= 0) close(t->slave);
    if (t->master >= 0) close(t->master);
    free(t->typed);
    *t = (struct terminal){.master = -1, .slave = -1};
}

static int terminal_prepare(struct terminal *t, const uint8_t *payload) {
    *t = (struct terminal){.slave = -1, .window = BOX_WINDOW};
    t->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (t->master < 0) return errno;
    fcntl(t->master, F_SETFD, FD_CLOEXEC);
    fcntl(t->master, F_SETFL, O_RDWR | O_NONBLOCK);
    char name[64];
    if (grantpt(t->master) < 0 || unlockpt(t->master) < 0 || ptsname_r(t->master, name, sizeof name) != 0) return errno;
    t->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (t->slave < 0) return errno;
    struct winsize size = size_of(payload);
    struct termios modes;
    if (ioctl(t->master, TIOCSWINSZ, &size) < 0 || tcgetattr(t->slave, &modes) < 0) return errno;
    modes.c_iflag |= IUTF8;
    return tcsetattr(t->slave, TCSANOW, &modes) < 0 ? errno : 0;
}

void terminal_open(uint32_t id, const uint8_t *payload, size_t length) {
    struct terminal *t = NULL;
    for (int i = 0; i < BOX_TERMINALS && !t; i++)
        if (!terminals[i].id) t = &terminals[i];
    if (!t) return send_reply(id, EBUSY, NULL, 0);
    if (!id || length != 4 || terminal_with(id) || command_with(id)) return send_reply(id, EINVAL, NULL, 0);
    int error = terminal_prepare(t, payload);
    if (!error) {
        char *shell = getenv("SHELL");
        char *words[] = {shell ? shell : "/bin/sh", NULL}, *none[] = {NULL};
        struct plan plan = {BOX_HOME, words, none, {t->slave, t->slave, t->slave}, true};
        uint8_t stage;
        t->pid = start_child(&plan, &stage);
        if (!t->pid) error = errno;
    }
    if (error) {
        terminal_free(t);
    } else {
        t->id = id;
    }
    send_reply(id, error, NULL, 0);
}

void terminal_credit(uint32_t id, uint32_t bytes) {
    struct terminal *t = terminal_with(id);
    if (!t) return;
    t->window = bytes > BOX_WINDOW - t->window ? BOX_WINDOW : t->window + bytes;
}

void terminal_resize(uint32_t id, const uint8_t *payload, size_t length) {
    struct terminal *t = terminal_with(id);
    if (!t || length != 4) return;
    struct winsize size = size_of(payload);
    ioctl(t->master, TIOCSWINSZ, &size);
}

static void terminal_input(struct terminal *t, const uint8_t *payload, size_t length) {
    if (!t->pid) return;
    if (!t->typed && !(t->typed = malloc(BOX_TYPED))) die("no memory for what is typed");
    if (length > BOX_TYPED - (t->typed_end - t->typed_start)) die("Atlas typed more than was allowed");
    memmove(t->typed, t->typed + t->typed_start, t->typed_end - t->typed_start);
    t->typed_end -= t->typed_start;
    t->typed_start = 0;
    memcpy(t->typed + t->typed_end, payload, length);
    t->typed_end += (uint32_t)length;
}

static void terminal_write(struct terminal *t) {
    ssize_t n = write(t->master, t->typed + t->typed_start, t->typed_end - t->typed_start);
    if (n <= 0) return;
    t->typed_start += (uint32_t)n;
    if (t->typed_start == t->typed_end) {
        free(t->typed);
        t->typed = NULL;
        t->typed_start = t->typed_end = 0;
    }
    uint8_t taken[4];
    write32(taken, (uint32_t)n);
    send_frame(BOX_TAKEN, t->id, taken, sizeof taken);
}

static void send_end(uint32_t id, bool timed_out, int status, uint8_t cut, uint64_t duration) {
    uint8_t end[11];
    bool by_signal = WIFSIGNALED(status);
    end[0] = timed_out ? 2 : by_signal;
    end[1] = (uint8_t)(by_signal ? WTERMSIG(status) : WEXITSTATUS(status));
    end[2] = cut;
    write64(end + 3, duration);
    send_frame(BOX_EXITED, id, end, sizeof end);
}

static void terminal_read(struct terminal *t) {
    static uint8_t chunk[BOX_CHUNK];
    size_t most = t->window < BOX_CHUNK ? t->window : BOX_CHUNK;
    ssize_t n = most ? read(t->master, chunk, most) : 0;
    if (n > 0) {
        t->window -= (uint32_t)n;
        send_frame(BOX_OUTPUT, t->id, chunk, (size_t)n);
        if (t->pid) return;
        t->after += (uint32_t)n;
    }
    if (t->pid || (most && n > 0 && t->after < AFTER_END) || (!most && t->after < AFTER_END)) return;
    send_end(t->id, false, t->status, 0, 0);
    terminal_free(t);
}

// ---- Commands

static void command_free(struct command *c) {
    for (int i = 0; i < 3; i++)
        if (c->pipes[i] >= 0) close(c->pipes[i]);
    free(c->input);
    *c = (struct command){.pipes = {-1, -1, -1}};
}

// The strings of a RUN frame as a list that ends with NULL; NULL if they are not whole.
static char **strings(const uint8_t **next, const uint8_t *end, unsigned count) {
    char **list = calloc((size_t)count + 1, sizeof *list);
    for (unsigned i = 0; list && i < count; i++) {
        const uint8_t *zero = memchr(*next, 0, (size_t)(end - *next));
        if (!zero) {
            free(list);
            return NULL;
        }
        list[i] = (char *)*next;
        *next = zero + 1;
    }
    return list;
}

static int command_pipes(struct command *c, int standard[3]) {
    for (int i = 0; i < 3; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) < 0) return errno;
        c->pipes[i] = ends[i == 0];
        standard[i] = ends[i != 0];
        fcntl(c->pipes[i], F_SETFL, O_NONBLOCK);
    }
    return 0;
}

static int command_start(struct command *c, const uint8_t *payload, size_t length, uint8_t *stage) {
    if (length < 16) return EINVAL;
    unsigned words = read16(payload + 12), variables = read16(payload + 14);
    const uint8_t *next = payload + 16, *end = payload + length;
    char **directory = strings(&next, end, 1);
    char **arguments = directory && words ? strings(&next, end, words) : NULL;
    char **environment = arguments ? strings(&next, end, variables) : NULL;
    int standard[3] = {-1, -1, -1};
    c->input_length = read32(payload + 8);
    c->left[0] = c->left[1] = read32(payload + 4);
    c->started = now_us();
    c->deadline = (c->started + 999) / 1000 + read32(payload);
    int error = environment && c->input_length <= BOX_STDIN ? command_pipes(c, standard) : EINVAL;
    if (!error && c->input_length && !(c->input = malloc(c->input_length))) error = ENOMEM;
    if (!error) {
        struct plan plan = {directory[0], arguments, environment, {standard[0], standard[1], standard[2]}, false};
        c->pid = start_child(&plan, stage);
        if (!c->pid) error = errno;
    }
    for (int i = 0; i < 3; i++)
        if (standard[i] >= 0) close(standard[i]);
    free(directory);
    free(arguments);
    free(environment);
    return error;
}

void command_run(uint32_t id, const uint8_t *payload, size_t length) {
    struct command *c = NULL;
    for (int i = 0; i < BOX_COMMANDS && !c; i++)
        if (!commands[i].id) c = &commands[i];
    uint8_t stage = 0;
    if (!c) return send_reply(id, EBUSY, &stage, 1);
    if (!id || terminal_with(id) || command_with(id)) return send_reply(id, EINVAL, &stage, 1);
    *c = (struct command){.pipes = {-1, -1, -1}};
    int error = command_start(c, payload, length, &stage);
    if (error) {
        command_free(c);
    } else {
        c->id = id;
    }
    send_reply(id, error, &stage, 1);
}

static void command_write(struct command *c) {
    if (c->input_received > c->input_written) {
        ssize_t n = write(c->pipes[0], c->input + c->input_written, c->input_received - c->input_written);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
        c->input_written = n < 0 ? c->input_length : c->input_written + (uint32_t)n;
    }
    if (c->input_written < c->input_length) return;
    close(c->pipes[0]);
    c->pipes[0] = -1;
}

static void command_input(struct command *c, const uint8_t *payload, size_t length) {
    if (length > c->input_length - c->input_received) die("Atlas sent more input than it said");
    memcpy(c->input + c->input_received, payload, length);
    c->input_received += (uint32_t)length;
}

// Reads one pipe; true if there was something.
static bool command_read(struct command *c, int which) {
    static uint8_t chunk[BOX_CHUNK];
    ssize_t n = read(c->pipes[which + 1], chunk, sizeof chunk);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (n <= 0) {
        close(c->pipes[which + 1]);
        c->pipes[which + 1] = -1;
        return false;
    }
    uint32_t kept = (uint32_t)n < c->left[which] ? (uint32_t)n : c->left[which];
    if (kept < (uint32_t)n) c->is_cut[which] = true;
    c->left[which] -= kept;
    if (kept) send_frame(which ? BOX_STDERR : BOX_STDOUT, c->id, chunk, kept);
    if (!c->pid) c->after += (uint32_t)n;
    return true;
}

static void command_finish(struct command *c) {
    send_end(c->id, c->timed_out, c->status, (uint8_t)(c->is_cut[0] | c->is_cut[1] << 1), now_us() - c->started);
    command_free(c);
}

// ---- Both

void program_input(uint32_t id, const uint8_t *payload, size_t length) {
    struct terminal *t = terminal_with(id);
    if (t) return terminal_input(t, payload, length);
    struct command *c = command_with(id);
    if (c && c->input) command_input(c, payload, length);
}

void program_close(uint32_t id) {
    struct terminal *t = terminal_with(id);
    if (t && t->pid) {
        // As when a line breaks, but for all of the session. A shell that ignores it is killed later.
        hang_up_session(t->pid);
        t->is_hung_up = true;
        t->hang_up_until = now_ms() + HANG_UP_MS;
    }
    struct command *c = command_with(id);
    if (c && c->pid) kill(-c->pid, SIGKILL);
}

int programs_poll(struct pollfd *polls) {
    int count = 0;
    bool room = out_has_room();
    for (int i = 0; i < BOX_TERMINALS; i++) {
        struct terminal *t = &terminals[i];
        short events = (short)((room && t->window ? POLLIN : 0) | (t->typed_end > t->typed_start ? POLLOUT : 0));
        polls[count++] = (struct pollfd){t->id && events ? t->master : -1, events, 0};
    }
    for (int i = 0; i < BOX_COMMANDS; i++) {
        struct command *c = &commands[i];
        bool writes = c->input_received > c->input_written || c->input_length == c->input_written;
        polls[count++] = (struct pollfd){c->id && writes ? c->pipes[0] : -1, POLLOUT, 0};
        polls[count++] = (struct pollfd){c->id && room ? c->pipes[1] : -1, POLLIN, 0};
        polls[count++] = (struct pollfd){c->id && room ? c->pipes[2] : -1, POLLIN, 0};
    }
    return count;
}

void programs_ready(const struct pollfd *polls, int count) {
    if (count != PROGRAM_POLLS) return;
    for (int i = 0; i < BOX_TERMINALS; i++, polls++) {
        struct terminal *t = &terminals[i];
        if (!t->id) continue;
        if ((polls->revents & POLLOUT) && t->typed && out_has_room()) terminal_write(t);
        if (out_has_room() && ((polls->revents & (POLLIN | POLLHUP | POLLERR)) || !t->pid)) terminal_read(t);
    }
    for (int i = 0; i < BOX_COMMANDS; i++, polls += 3) {
        struct command *c = &commands[i];
        if (!c->id) continue;
        if (polls[0].revents && c->pipes[0] >= 0) command_write(c);
        bool more = false;
        for (int which = 0; which < 2; which++) {
            if (c->pipes[which + 1] < 0) continue;
            if (!out_has_room()) {
                more = true;
            } else if (polls[which + 1].revents || !c->pid) {
                more |= command_read(c, which);
            }
        }
        if (!c->pid && (!more || c->after > AFTER_END) && out_has_room()) command_finish(c);
    }
}

int programs_deadline(void) {
    uint64_t now = now_ms(), first = UINT64_MAX;
    for (int i = 0; i < BOX_COMMANDS; i++) {
        if (commands[i].id && !commands[i].pid) first = now;
        if (commands[i].id && commands[i].pid && !commands[i].timed_out && commands[i].deadline < first)
            first = commands[i].deadline;
    }
    for (int i = 0; i < BOX_TERMINALS; i++) {
        struct terminal *t = &terminals[i];
        if (t->id && !t->pid && t->window && out_has_room()) first = now;
        if (t->id && t->pid && t->hang_up_until && t->hang_up_until < first) first = t->hang_up_until;
    }
    if (first == UINT64_MAX) return -1;
    if (first <= now) return out_has_room() ? 0 : 1000;
    return first - now > 60000 ? 60000 : (int)(first - now);
}

void programs_time(void) {
    uint64_t now = now_ms();
    for (int i = 0; i < BOX_TERMINALS; i++) {
        struct terminal *t = &terminals[i];
        if (!t->id || !t->pid || !t->hang_up_until || t->hang_up_until > now) continue;
        t->hang_up_until = 0;
        kill(t->pid, SIGKILL);
    }
    for (int i = 0; i < BOX_COMMANDS; i++) {
        struct command *c = &commands[i];
        if (!c->id || !c->pid || c->timed_out || c->deadline > now) continue;
        c->timed_out = true;
        kill(-c->pid, SIGKILL);
    }
}

bool program_ended(pid_t pid, int status) {
    for (int i = 0; i < BOX_TERMINALS; i++) {
        struct terminal *t = &terminals[i];
        if (!t->id || t->pid != pid) continue;
        // Again, for what the shell started after it had been told.
        if (t->is_hung_up) hang_up_session(pid);
        t->pid = 0;
        t->status = status;
        return true;
    }
    for (int i = 0; i < BOX_COMMANDS; i++) {
        struct command *c = &commands[i];
        if (!c->id || c->pid != pid) continue;
        kill(-pid, SIGKILL);
        c->pid = 0;
        c->status = status;
        return true;
    }
    return false;
}

bool programs_any(void) {
    for (int i = 0; i < BOX_TERMINALS; i++)
        if (terminals[i].id) return true;
    for (int i = 0; i < BOX_COMMANDS; i++)
        if (commands[i].id) return true;
    return false;
}
#endif
