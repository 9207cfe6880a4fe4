// What Atlas and the first process of a box say to each other, over one stream socket.
//
// A frame is a head of 12 bytes and a payload; all numbers are little-endian:
//     u32 length of the payload, at most BOX_PAYLOAD · u8 kind · u8[3] zero · u32 id · payload
// The id names a terminal, a command, a job or a request; the side that opens it chooses the number.
#ifndef LAB_BOX_PROTOCOL_H
#define LAB_BOX_PROTOCOL_H

enum {
    BOX_VERSION = 1,
    BOX_HEAD = 12,
    BOX_PAYLOAD = 64 * 1024,
    // Where the program that is spawned finds its descriptors.
    BOX_FD_CONTROL = 3,
    BOX_FD_ARGUMENTS = 4,
    BOX_FD_FILTER = 5,
    BOX_FD_PROGRAM = 6,
    BOX_FD_FILES = 7,
};

// From Atlas to the box.
enum {
    BOX_OPEN = 1,      // u16 columns, u16 rows: opens a terminal; answered by REPLY
    BOX_INPUT = 2,     // bytes, for a terminal or a command
    BOX_CREDIT = 3,    // u32: so many bytes of the terminal's output were read
    BOX_RESIZE = 4,    // u16 columns, u16 rows
    BOX_CLOSE = 5,     // hangs up a terminal, kills a command
    BOX_RUN = 6,       // u32 milliseconds, u32 output limit, u32 input length, u16 words, u16 variables, then
                       // NUL-terminated: directory, words, variables ("NAME=value"); answered by REPLY
    BOX_USAGE = 7,     // u8 whether to add up memory and time; answered by REPLY {u32, u64 disk, u64 memory, u64 µs}
    BOX_SNAPSHOT = 8,  // u8 has a mark, u64 mark; ENTRY, DATA and OMIT, then REPLY {u64 mark, u32 omitted, u8 unchanged}
    BOX_READ = 9,      // path; ENTRY, DATA, then REPLY
    BOX_ENTRY = 10,    // u8 kind ('f', 'x', 'l' or 'd'), path; of LAY and of SNAPSHOT
    BOX_DATA = 11,     // bytes of the last entry; a link's target
    BOX_LAID = 12,     // the entries sent under this id are all; answered by REPLY
    BOX_REMOVE = 13,   // path; answered by REPLY {u8 whether it was there}
    BOX_ANSWER = 14,   // u8 status, text: to a REQUEST
};

// From the box to Atlas; ENTRY and DATA as above.
enum {
    BOX_READY = 64,     // u32 version
    BOX_REPLY = 65,     // i32 errno (0 is good), then as the question says
    BOX_OUTPUT = 66,    // bytes of a terminal
    BOX_STDOUT = 67,    // bytes of a command
    BOX_STDERR = 68,    // bytes of a command
    BOX_EXITED = 69,    // u8 how (0 status, 1 signal, 2 time is up), u8 status or signal, u8 cut (1 output, 2 errors), u64 µs
    BOX_TAKEN = 70,     // u32: so many bytes of the terminal's input were read
    BOX_OMIT = 71,      // u8 whether the last entry is taken back, reason, NUL, path (any bytes)
    BOX_REQUEST = 72,   // NUL-terminated: command, arguments
    BOX_NOTICE = 73,    // u8 what the watch did: 'm' killed for memory, 'p' for pseudo-terminals
};

enum { BOX_ENTRY_FILE = 'f', BOX_ENTRY_PROGRAM = 'x', BOX_ENTRY_LINK = 'l', BOX_ENTRY_FOLDER = 'd' };

// The limits of LabBoxLimits that the box keeps as well.
enum {
    BOX_TERMINALS = 8,
    BOX_COMMANDS = 8,
    BOX_REQUESTS = 2,
    BOX_WINDOW = 256 * 1024,
    BOX_TYPED = 64 * 1024,
    BOX_CHUNK = 32 * 1024,
    BOX_STDIN = 1024 * 1024,
    BOX_ENTRIES = 4000,
    BOX_VISITS = 50000,
    BOX_TOTAL = 32 * 1024 * 1024,
    BOX_FILE = 8 * 1024 * 1024,
    BOX_PATH = 1024,
    BOX_DEPTH = 32,
    BOX_NAME = 255,
    BOX_REQUEST_BYTES = 4 * 1024,
    BOX_OMISSIONS = 20,
};

#endif
