// What the box uses, and the limits that nothing in the kernel keeps here.
#ifdef __linux__
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "box.h"

// What the kernel keeps of a file in memory beside its content, about.
enum { FILE_BYTES = 1024 };

static uint64_t memory_limit, next_look;
static uint32_t terminals_limit;
static DIR *processes;

void watch_start(uint64_t memory_bytes, uint32_t terminals) {
    memory_limit = memory_bytes;
    terminals_limit = terminals;
    processes = opendir("/proc");
    if (!processes) die("there is no /proc");
}

// The first bytes of a file of /proc; false if it is gone.
static bool read_text(const char *path, char *text, size_t size) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    ssize_t n = read(file, text, size - 1);
    close(file);
    if (n <= 0) return false;
    text[n] = 0;
    return true;
}

// Memory of one process, its share of what it shares counted.
static uint64_t memory_of(int pid) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    if (read_text(path, text, sizeof text)) {
        const char *line = strstr(text, "\nPss:");
        if (line) return strtoull(line + 5, NULL, 10) * 1024;
    }
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    unsigned long long size, resident;
    if (!read_text(path, text, sizeof text) || sscanf(text, "%llu %llu", &size, &resident) != 2) return 0;
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

// Threads and processor time of one process, with that of children it has waited for.
static void time_of(int pid, uint32_t *threads, uint64_t *ticks) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if (!read_text(path, text, sizeof text)) return;
    const char *after = strrchr(text, ')');
    unsigned long long user, system;
    long long children_user, children_system;
    unsigned count;
    if (!after || sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld %*d %*d %u", &user, &system, &children_user, &children_system, &count) != 5)
        return;
    *threads += count;
    *ticks += user + system + (uint64_t)children_user + (uint64_t)children_system;
}

void hang_up_session(pid_t session) {
    rewinddir(processes);
    for (struct dirent *entry; (entry = readdir(processes));) {
        int pid = atoi(entry->d_name), found;
        char path[64], text[1024];
        snprintf(path, sizeof path, "/proc/%d/stat", pid);
        if (pid <= 1 || !read_text(path, text, sizeof text)) continue;
        const char *after = strrchr(text, ')');
        if (!after || sscanf(after + 1, " %*c %*d %*d %d", &found) != 1 || found != session) continue;
        kill(pid, SIGHUP);
        kill(pid, SIGCONT);
    }
}

struct sum {
    uint32_t threads;
    uint64_t memory, largest, ticks;
    int largest_pid;
};

static struct sum add_up(bool deep) {
    struct sum sum = {0};
    rewinddir(processes);
    for (struct dirent *entry; (entry = readdir(processes));) {
        int pid = atoi(entry->d_name);
        if (pid <= 0) continue;
        // The first process and those it has waited for are asked of the kernel at once, by getrusage.
        uint64_t known = 0;
        time_of(pid, &sum.threads, pid == 1 ? &known : &sum.ticks);
        if (!deep) continue;
        uint64_t memory = memory_of(pid);
        sum.memory += memory;
        if (pid != 1 && memory > sum.largest) {
            sum.largest = memory;
            sum.largest_pid = pid;
        }
    }
    return sum;
}

static const char *const places[] = {BOX_HOME, "/tmp", "/dev/shm"};
enum { DISKS = 2, PLACES = 3 };

static uint64_t held(int count, uint64_t *files) {
    uint64_t bytes = 0;
    for (int i = 0; i < count; i++) {
        struct statvfs info;
        if (statvfs(places[i], &info) < 0) continue;
        bytes += (uint64_t)(info.f_blocks - info.f_bfree) * info.f_frsize;
        if (files) *files += info.f_files - info.f_ffree;
    }
    return bytes;
}

static uint64_t microseconds(const struct timeval *time) {
    return (uint64_t)time->tv_sec * 1000000 + (uint64_t)time->tv_usec;
}

void watch_usage(uint32_t id, const uint8_t *payload, size_t length) {
    if (length != 1) return send_reply(id, EINVAL, NULL, 0);
    struct sum sum = add_up(payload[0]);
    struct rusage self, children;
    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
    uint64_t time = microseconds(&self.ru_utime) + microseconds(&self.ru_stime) + microseconds(&children.ru_utime)
                    + microseconds(&children.ru_stime) + sum.ticks * 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    uint8_t reply[28];
    write32(reply, sum.threads);
    write64(reply + 4, held(DISKS, NULL));
    write64(reply + 12, sum.memory + held(PLACES, NULL));
    write64(reply + 20, time);
    send_reply(id, 0, reply, sizeof reply);
}

static void notice(uint8_t what) { send_frame(BOX_NOTICE, 0, &what, 1); }

static uint32_t pseudo_terminals(void) {
    DIR *folder = opendir("/dev/pts");
    if (!folder) return 0;
    uint32_t count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) count += entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
    closedir(folder);
    return count;
}

void watch_time(void) {
    uint64_t now = now_ms();
    if (!programs_any() || now < next_look || !out_has_room()) return;
    next_look = now + 1000;
    if (terminals_limit && pseudo_terminals() > terminals_limit) {
        // The kernel has one number of them for the whole machine, so who hoards them takes them from others.
        kill(-1, SIGKILL);
        notice('p');
    }
    if (!memory_limit) return;
    uint64_t files = 0, bytes = held(PLACES, &files);
    bytes += files * FILE_BYTES;
    // No program can be blamed for files that are there already.
    if (bytes > memory_limit) die("the files take more memory than the box may have");
    struct sum sum = add_up(true);
    if (sum.memory + bytes <= memory_limit || !sum.largest_pid) return;
    kill(sum.largest_pid, SIGKILL);
    notice('m');
}
#endif
