// What Swift cannot do itself: start a process with chosen descriptors, watch it, hold bytes in a descriptor.
#ifndef CLABBOX_H
#define CLABBOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab_box_protocol.h"

/// Starts `path`; the child has `descriptors[i]` as descriptor i and no other, no blocked signal, and `environment`.
/// The child may ask for a signal at the end of the calling thread, so call it from a thread that stays.
///
/// Returns 0 and the process in `pid`, or an errno.
int box_spawn(
    const char *path, char *const arguments[], char *const environment[], const int *descriptors, int count,
    pid_t *pid);

/// A descriptor that becomes readable when the child `pid` has ended, or -errno.
int box_process_descriptor(pid_t pid);

/// A descriptor from which `count` bytes can be read, or -errno.
int box_bytes_descriptor(const void *bytes, size_t count);

/// What was written to a descriptor of `box_bytes_descriptor`, at most `count` bytes; the number or -errno.
long box_read_back(int descriptor, void *bytes, size_t count);

/// A connected pair of stream sockets, closed on exec, not blocking; 0 or an errno.
int box_socket_pair(int pair[2]);

/// Waits for the ended child and forgets it: its status as of `waitpid`, or -errno.
int box_reap(pid_t pid);

/// Takes the lock of the file at `path` without waiting, making the file if needed: a descriptor that holds it, or -errno.
int box_lock(const char *path);

#endif
