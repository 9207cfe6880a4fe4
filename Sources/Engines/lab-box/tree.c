// The files of the home: taken as a snapshot, read one by one, laid down.
//
// The work is done here and not outside, because here a path that leads astray can only lead to what the learner owns.
// Even so no link is followed: a path is walked folder by folder.
#ifdef __linux__
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "box.h"

static int home = -1;

void tree_start(void) {
    home = open(BOX_HOME, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (home < 0) die("there is no home");
}

// ---- Paths

// Whether `path` is relative, of good segments, and not too deep; as LabFiles.check.
static bool is_path(const uint8_t *path, size_t length) {
    if (length == 0 || length > BOX_PATH || memchr(path, 0, length)) return false;
    size_t start = 0;
    int depth = 0;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && path[i] != '/') continue;
        size_t n = i - start;
        bool dots = (n == 1 && path[start] == '.') || (n == 2 && path[start] == '.' && path[start + 1] == '.');
        if (n == 0 || n > BOX_NAME || dots || ++depth > BOX_DEPTH) return false;
        start = i + 1;
    }
    return true;
}

// Well-formed UTF-8. Source: The Unicode Standard, table 3-7.
static bool is_utf8(const char *text) {
    const uint8_t *p = (const uint8_t *)text;
    while (*p) {
        int more = *p < 0x80 ? 0 : *p >= 0xC2 && *p <= 0xDF ? 1 : *p >= 0xE0 && *p <= 0xEF ? 2 : *p >= 0xF0 && *p <= 0xF4 ? 3 : -1;
        if (more < 0) return false;
        uint8_t low = *p == 0xE0 ? 0xA0 : *p == 0xF0 ? 0x90 : 0x80, high = *p == 0xED ? 0x9F : *p == 0xF4 ? 0x8F : 0xBF;
        for (p++; more > 0; more--, p++, low = 0x80, high = 0xBF)
            if (*p < low || *p > high) return false;
    }
    return true;
}

// The folder that holds the last segment of `path` (which is changed), and that segment. Makes folders if `makes`.
// A descriptor, or -1 with errno; ENOTDIR or ELOOP where something that is no folder stands in the way.
static int folder_of(char *path, const char **name, bool makes) {
    int folder = fcntl(home, F_DUPFD_CLOEXEC, 0);
    for (char *slash; folder >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
        *slash = 0;
        if (makes && mkdirat(folder, path, 0755) < 0 && errno != EEXIST) {
            int error = errno;
            close(folder);
            errno = error;
            return -1;
        }
        int next = openat(folder, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int error = errno;
        close(folder);
        errno = error;
        folder = next;
    }
    *name = path;
    return folder;
}

// ---- Snapshots: the tree is looked over at once, then its files go out piece by piece

struct entry {
    char *path;
    char kind;
};

static struct {
    uint32_t id;  // 0: none under way
    struct entry *entries;
    size_t count, next, visits;
    uint64_t mark, announced, sent, file_sent;
    uint32_t omitted;
    int file;  // -1: none open
    bool is_snapshot;
} job = {.file = -1};

static void job_free(void) {
    for (size_t i = 0; i < job.count; i++) free(job.entries[i].path);
    free(job.entries);
    if (job.file >= 0) close(job.file);
    memset(&job, 0, sizeof job);
    job.file = -1;
}

static void job_reply(int error, bool unchanged) {
    uint8_t rest[13];
    write64(rest, job.mark);
    write32(rest + 8, job.omitted);
    rest[12] = unchanged;
    uint32_t id = job.id;
    job_free();
    send_reply(id, error, rest, sizeof rest);
}

// Omissions that were found in the look-over; they are sent when the entries are.
static struct {
    char *text;
    size_t length;
} omissions[BOX_OMISSIONS];
static uint32_t omissions_sent;

static void omit(const char *path, const char *reason) {
    if (job.omitted < BOX_OMISSIONS) {
        size_t r = strlen(reason), p = strlen(path);
        if (p > BOX_PATH) p = BOX_PATH;
        char *text = malloc(2 + r + p);
        if (text) {
            text[0] = 0;
            memcpy(text + 1, reason, r + 1);
            memcpy(text + 2 + r, path, p);
            omissions[job.omitted].text = text;
            omissions[job.omitted].length = 2 + r + p;
        }
    }
    job.omitted++;
}

static void mix(const void *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) job.mark = (job.mark ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;  // FNV-1a
}

static bool keep(const char *path, char kind, const struct stat *info) {
    int64_t facts[] = {
        kind, info->st_size, info->st_mtim.tv_sec, info->st_mtim.tv_nsec, info->st_ctim.tv_sec, info->st_ctim.tv_nsec,
        (int64_t)info->st_ino,
    };
    mix(path, strlen(path) + 1);
    mix(facts, sizeof facts);
    char *copy = strdup(path);
    if (!copy) return false;
    job.entries[job.count++] = (struct entry){copy, kind};
    return true;
}

// What keeps an entry out, or NULL.
static const char *obstacle(const char *path, size_t length, const char *name, int depth, const struct stat *info) {
    if (!is_utf8(name)) return "its name is not UTF-8";
    if (length > BOX_PATH) return "its path is longer than 1,024 bytes";
    if (depth > BOX_DEPTH) return "it is deeper than 32 folders";
    if (job.count >= BOX_ENTRIES) return "there are more than 4,000 files";
    if (S_ISLNK(info->st_mode) || S_ISDIR(info->st_mode)) return NULL;
    if (!S_ISREG(info->st_mode)) return S_ISFIFO(info->st_mode) ? "it is a pipe" : S_ISSOCK(info->st_mode) ? "it is a socket" : "it is a device";
    if (info->st_size > BOX_FILE) return "it is larger than 8 MiB";
    if (job.announced + (uint64_t)info->st_size > BOX_TOTAL) return "the files are larger than 32 MiB together";
    (void)path;
    return NULL;
}

static int by_name(const struct dirent **left, const struct dirent **right) {
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int not_dots(const struct dirent *entry) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) return 0;
    return ++job.visits <= BOX_VISITS;
}

static bool look_over(int folder, char *path, size_t length, int depth);

static bool look_at(int folder, const char *name, char *path, size_t length, int depth) {
    struct stat info;
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) < 0) return true;  // Gone meanwhile.
    size_t n = strlen(name), whole = length + n;
    memcpy(path + length, name, n + 1);
    const char *reason = obstacle(path, whole, name, depth, &info);
    if (reason) {
        omit(path, reason);
        return true;
    }
    if (S_ISREG(info.st_mode)) {
        job.announced += (uint64_t)info.st_size;
        return keep(path, info.st_mode & 0100 ? BOX_ENTRY_PROGRAM : BOX_ENTRY_FILE, &info);
    }
    if (S_ISLNK(info.st_mode)) return keep(path, BOX_ENTRY_LINK, &info);
    if (!keep(path, BOX_ENTRY_FOLDER, &info)) return false;
    int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0) {
        omit(path, "it may not be read");
        return true;
    }
    path[whole] = '/';
    path[whole + 1] = 0;
    bool good = look_over(inner, path, whole + 1, depth + 1);
    close(inner);
    return good;
}

// `path` ends with `/` or is empty and has room for a name more; at most BOX_DEPTH calls deep, for deeper is omitted.
static bool look_over(int folder, char *path, size_t length, int depth) {
    struct dirent **list = NULL;
    int count = scandirat(folder, ".", &list, not_dots, by_name);
    if (count < 0) {
        if (errno == ENOMEM) return false;
        path[length] = 0;
        omit(path, "it may not be read");
        return true;
    }
    bool good = true;
    for (int i = 0; i < count; i++) {
        if (good) good = look_at(folder, list[i]->d_name, path, length, depth);
        free(list[i]);
    }
    free(list);
    return good;
}

static bool job_begin(uint32_t id, bool is_snapshot) {
    if (job.id) {
        send_reply(id, EBUSY, NULL, 0);
        return false;
    }
    job_free();
    job.id = id;
    job.mark = 14695981039346656037u;
    job.is_snapshot = is_snapshot;
    job.entries = calloc(BOX_ENTRIES, sizeof *job.entries);
    if (!job.entries) job_reply(ENOMEM, false);
    return job.entries;
}

void tree_snapshot(uint32_t id, const uint8_t *payload, size_t length) {
    if (!id || length != 9) return send_reply(id, EINVAL, NULL, 0);
    if (!job_begin(id, true)) return;
    for (int i = 0; i < BOX_OMISSIONS; i++) free(omissions[i].text);
    memset(omissions, 0, sizeof omissions);
    omissions_sent = 0;
    static char path[BOX_PATH + 2 + BOX_NAME + 2];
    bool good = look_over(home, path, 0, 1);
    if (job.visits > BOX_VISITS) omit("…", "there are more than 50,000 files");
    mix(&job.omitted, sizeof job.omitted);
    if (!good) return job_reply(ENOMEM, false);
    if (payload[0] && read64(payload + 1) == job.mark) job_reply(0, true);
}

void tree_read(uint32_t id, const uint8_t *payload, size_t length) {
    if (!id || !is_path(payload, length)) return send_reply(id, EINVAL, NULL, 0);
    if (!job_begin(id, false)) return;
    char *path = strndup((const char *)payload, length), *walked = path ? strdup(path) : NULL;
    const char *name = NULL;
    struct stat info;
    int error = walked ? 0 : ENOMEM;
    int folder = walked ? folder_of(walked, &name, false) : -1;
    if (!error && (folder < 0 || fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) < 0)) error = errno;
    if (folder >= 0) close(folder);
    free(walked);
    if (!error && !S_ISREG(info.st_mode)) error = ENOENT;
    if (!error && info.st_size > BOX_FILE) error = EFBIG;
    if (error == ENOTDIR || error == ELOOP) error = ENOENT;
    if (error) {
        free(path);
        return job_reply(error, false);
    }
    job.entries[job.count++] = (struct entry){path, info.st_mode & 0100 ? BOX_ENTRY_PROGRAM : BOX_ENTRY_FILE};
}

bool tree_busy(void) { return job.id != 0; }

static void announce(const struct entry *entry) {
    uint8_t payload[1 + BOX_PATH];
    size_t length = strlen(entry->path);
    payload[0] = (uint8_t)entry->kind;
    memcpy(payload + 1, entry->path, length);
    send_frame(BOX_ENTRY, job.id, payload, 1 + length);
}

// Takes back the entry that was announced.
static void take_back(const struct entry *entry, const char *reason) {
    if (!job.is_snapshot) return job_reply(strcmp(reason, "it is larger than 8 MiB") == 0 ? EFBIG : ENOENT, false);
    char payload[64 + BOX_PATH + 2];
    int length = snprintf(payload, sizeof payload, "%c%s", 1, reason) + 1;
    size_t path = strlen(entry->path);
    memcpy(payload + length, entry->path, path);
    send_frame(BOX_OMIT, job.id, payload, (size_t)length + path);
    job.omitted++;
}

static void send_link(const struct entry *entry, int folder, const char *name) {
    char target[BOX_PATH + 1];
    ssize_t n = readlinkat(folder, name, target, sizeof target);
    if (n < 0) return take_back(entry, "it went away");
    if (n > BOX_PATH) return take_back(entry, "its target is longer than 1,024 bytes");
    target[n] = 0;
    if (!is_utf8(target)) return take_back(entry, "its target is not UTF-8");
    send_frame(BOX_DATA, job.id, target, (size_t)n);
}

static void open_entry(const struct entry *entry) {
    announce(entry);
    if (entry->kind == BOX_ENTRY_FOLDER) return;
    char walked[BOX_PATH + 1];
    snprintf(walked, sizeof walked, "%s", entry->path);
    const char *name;
    int folder = folder_of(walked, &name, false);
    if (folder < 0) return take_back(entry, "it went away");
    if (entry->kind == BOX_ENTRY_LINK) {
        send_link(entry, folder, name);
    } else {
        struct stat info;
        job.file_sent = 0;
        job.file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
        int error = errno;
        if (job.file >= 0 && (fstat(job.file, &info) < 0 || !S_ISREG(info.st_mode))) {
            close(job.file);
            job.file = -1;
            error = ENOENT;
        }
        if (job.file < 0) take_back(entry, error == EACCES ? "it may not be read" : "it went away");
    }
    close(folder);
}

static void close_entry(void) {
    close(job.file);
    job.file = -1;
}

static void send_piece(const struct entry *entry) {
    static uint8_t chunk[BOX_CHUNK];
    ssize_t n = read(job.file, chunk, sizeof chunk);
    if (n <= 0) {
        close_entry();
        if (n < 0) take_back(entry, "it cannot be read");
        return;
    }
    job.file_sent += (uint64_t)n;
    job.sent += (uint64_t)n;
    const char *reason = job.file_sent > BOX_FILE ? "it is larger than 8 MiB"
                         : job.sent > BOX_TOTAL   ? "the files are larger than 32 MiB together"
                                                  : NULL;
    if (!reason) return send_frame(BOX_DATA, job.id, chunk, (size_t)n);
    close_entry();
    job.sent -= job.file_sent;
    take_back(entry, reason);
}

void tree_step(void) {
    if (omissions_sent < BOX_OMISSIONS && job.is_snapshot && omissions[omissions_sent].text) {
        send_frame(BOX_OMIT, job.id, omissions[omissions_sent].text, omissions[omissions_sent].length);
        omissions_sent++;
    } else if (job.file >= 0) {
        send_piece(&job.entries[job.next - 1]);
    } else if (job.next < job.count) {
        open_entry(&job.entries[job.next++]);
    } else {
        job_reply(0, false);
    }
}

// ---- Laying files down

static struct {
    uint32_t id;  // 0: none under way
    int error;
    int folder, file;
    char kind, *path;
    const char *name;
    char target[BOX_PATH + 1];
    size_t target_length;
    uint64_t written;
} lay = {.folder = -1, .file = -1};

#define LAY_NAME ".atlas-new-file"

static void lay_fail(int error) {
    if (!lay.error) lay.error = error ? error : EIO;
}

// Puts the last entry in its place, whole.
static void lay_finish(void) {
    if (lay.folder >= 0 && !lay.error && lay.kind != BOX_ENTRY_FOLDER) {
        if (lay.kind == BOX_ENTRY_LINK) {
            lay.target[lay.target_length] = 0;
            unlinkat(lay.folder, LAY_NAME, 0);
            if (symlinkat(lay.target, lay.folder, LAY_NAME) < 0) lay_fail(errno);
        } else if (fchmod(lay.file, lay.kind == BOX_ENTRY_PROGRAM ? 0755 : 0644) < 0) {
            lay_fail(errno);
        }
        if (!lay.error && renameat(lay.folder, LAY_NAME, lay.folder, lay.name) < 0) lay_fail(errno);
    }
    if (lay.folder >= 0 && lay.error && lay.kind != BOX_ENTRY_FOLDER) unlinkat(lay.folder, LAY_NAME, 0);
    if (lay.file >= 0) close(lay.file);
    if (lay.folder >= 0) close(lay.folder);
    free(lay.path);
    lay.file = lay.folder = -1;
    lay.path = NULL;
}

void tree_entry(uint32_t id, const uint8_t *payload, size_t length) {
    if (lay.id && lay.id != id) die("two sets of files are laid at once");
    lay.id = id;
    lay_finish();
    if (lay.error) return;
    if (length < 1 || !is_path(payload + 1, length - 1)) return lay_fail(EINVAL);
    lay.kind = (char)payload[0];
    lay.target_length = 0;
    lay.written = 0;
    lay.path = strndup((const char *)payload + 1, length - 1);
    if (!lay.path) return lay_fail(ENOMEM);
    lay.folder = folder_of(lay.path, &lay.name, true);
    if (lay.folder < 0) return lay_fail(errno);
    if (lay.kind == BOX_ENTRY_FOLDER) {
        struct stat info;
        if (mkdirat(lay.folder, lay.name, 0755) == 0) return;
        if (errno != EEXIST) return lay_fail(errno);
        if (fstatat(lay.folder, lay.name, &info, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(info.st_mode)) lay_fail(ENOTDIR);
    } else if (lay.kind == BOX_ENTRY_FILE || lay.kind == BOX_ENTRY_PROGRAM) {
        unlinkat(lay.folder, LAY_NAME, 0);
        lay.file = openat(lay.folder, LAY_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (lay.file < 0) lay_fail(errno);
    } else if (lay.kind != BOX_ENTRY_LINK) {
        lay_fail(EINVAL);
    }
}

void tree_data(uint32_t id, const uint8_t *payload, size_t length) {
    if (!lay.id || lay.id != id) die("bytes of no file came");
    if (lay.error) return;
    if (lay.kind == BOX_ENTRY_LINK) {
        if (length > BOX_PATH - lay.target_length || memchr(payload, 0, length)) return lay_fail(EINVAL);
        memcpy(lay.target + lay.target_length, payload, length);
        lay.target_length += length;
        return;
    }
    if (lay.file < 0 || (lay.written += length) > BOX_FILE) return lay_fail(EINVAL);
    for (size_t done = 0; done < length;) {
        ssize_t n = write(lay.file, payload + done, length - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return lay_fail(n < 0 ? errno : ENOSPC);
        done += (size_t)n;
    }
}

void tree_laid(uint32_t id) {
    if (lay.id && lay.id != id) die("two sets of files are laid at once");
    lay_finish();
    int error = lay.error;
    lay.id = 0;
    lay.error = 0;
    send_reply(id, error, NULL, 0);
}

void tree_remove(uint32_t id, const uint8_t *payload, size_t length) {
    if (!is_path(payload, length)) return send_reply(id, EINVAL, NULL, 0);
    char *path = strndup((const char *)payload, length);
    const char *name;
    int folder = path ? folder_of(path, &name, false) : -1;
    int error = !path ? ENOMEM : folder < 0 ? errno : unlinkat(folder, name, 0) < 0 ? errno : 0;
    if (folder >= 0) close(folder);
    free(path);
    uint8_t was_there = error == 0;
    if (error == ENOENT || error == ENOTDIR || error == ELOOP) error = 0;
    send_reply(id, error, &was_there, 1);
}
#endif
