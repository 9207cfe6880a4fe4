// Load for Socket.IO servers: many WebSocket connections from one thread, one JSON object on standard output.
//
//   load PORT PID room CLIENTS BYTES ROUNDS SECONDS IDLE_SECONDS
//       all clients in one room: connecting, memory, an idle stretch, fan-out latency, throughput
//   load PORT PID rooms CLIENTS BYTES ROOMS DELIVERIES_PER_SECOND SECONDS
//       many small rooms at a fixed rate; latencies count from when a message was due, so a late client counts too
//   load PORT PID slow CLIENTS BYTES SLOW MESSAGES_PER_SECOND SECONDS
//       one room in which some clients stop reading
//
// Speaks to 127.0.0.1 the events of atlas-socketio-echo (`join`, `pub`, `msg`). PID is the server's, for memory and CPU.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum state { CONNECTING, UPGRADING, OPENING, ENTERING, JOINING, READY, GONE };

struct connection {
  int fd;
  enum state state;
  uint32_t room, rest_bytes;
  bool slow;
  uint8_t *rest;          // what came of an unfinished frame
  uint64_t sequence;      // of the newest message, where one sender numbers them
};

// Connections that are being set up at the same time.
enum { WINDOW = 100, LARGEST_FRAME = 1 << 20, PUBLISHED_AT_ONCE = 8, SETUP_SECONDS = 120 };

static int port, poller, server_pid;
static uint32_t client_count, room_count, begun, ready, gone;
static struct connection *clients;
static uint8_t buffer[2 * LARGEST_FRAME];
static uint64_t delivered, gaps, duplicates;
static uint32_t *latencies_us;
static size_t latency_count, latency_room;
static bool latencies_wanted, sequences_wanted;

static void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "not as expected");
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// What the kernel says of the server: CPU time of all its threads in ns, memory in KiB.
static uint64_t server_cpu_ns(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", server_pid);
  DIR *folder = opendir(path);
  if (!folder) fail("reading the server's CPU time");
  uint64_t sum = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    char file[128];
    snprintf(file, sizeof file, "/proc/%d/task/%.20s/schedstat", server_pid, entry->d_name);
    FILE *stat = fopen(file, "r");
    unsigned long long running = 0;
    if (stat) {
      if (fscanf(stat, "%llu", &running) == 1) sum += running;
      fclose(stat);
    }
  }
  closedir(folder);
  return sum;
}

static uint64_t server_kib(void) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/status", server_pid);
  FILE *status = fopen(path, "r");
  if (!status) fail("reading the server's memory");
  unsigned long long kib = 0;
  while (fgets(line, sizeof line, status))
    if (sscanf(line, "VmRSS: %llu", &kib) == 1) break;
  fclose(status);
  return kib;
}

static void watch(struct connection *client, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = client};
  if (epoll_ctl(poller, operation, client->fd, &event)) fail("epoll_ctl");
}

static void lose(struct connection *client) {
  if (client->state == GONE) return;
  if (client->state != READY) fail("a connection ended before it was set up");
  close(client->fd);
  client->state = GONE;
  gone++;
}

static void write_all(struct connection *client, const void *data, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = send(client->fd, (const char *)data + done, size - done, MSG_NOSIGNAL);
    if (count > 0) done += (size_t)count;
    else if (errno != EAGAIN) return lose(client);
  }
}

// A text frame as a client must send it; the mask is four zero bytes, which leaves the text as it is.
static void send_text(struct connection *client, const char *text, size_t size) {
  static uint8_t frame[LARGEST_FRAME];
  size_t start = 2;
  frame[0] = 0x81;
  if (size < 126) {
    frame[1] = (uint8_t)(0x80 | size);
  } else {
    frame[1] = 0x80 | 126;
    frame[2] = (uint8_t)(size >> 8);
    frame[3] = (uint8_t)size;
    start = 4;
  }
  memset(frame + start, 0, 4);
  memcpy(frame + start + 4, text, size);
  write_all(client, frame, start + 4 + size);
}

static void begin(void) {
  struct connection *client = &clients[begun++];
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (client->fd < 0) fail("socket");
  int small = 4096, yes = 1;
  if (client->slow) setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(client->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) fail("connect");
  client->state = CONNECTING;
  watch(client, EPOLLOUT, EPOLL_CTL_ADD);
}

static void connected(struct connection *client) {
  static const char request[] =
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  int problem = 0;
  socklen_t size = sizeof problem;
  getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &problem, &size);
  if ((errno = problem)) fail("connect");
  client->state = UPGRADING;
  watch(client, EPOLLIN, EPOLL_CTL_MOD);
  write_all(client, request, sizeof request - 1);
}

static void note_latency(uint64_t ns) {
  if (latency_count == latency_room) {
    latency_room = latency_room ? 2 * latency_room : 1 << 16;
    latencies_us = realloc(latencies_us, latency_room * sizeof *latencies_us);
    if (!latencies_us) fail("memory");
  }
  latencies_us[latency_count++] = (uint32_t)(ns / 1000);
}

// `42["msg","<time in ns, 20 digits><number, 12 digits>xxxx"`: what every published text looks like.
static const char published[] = "42[\"msg\",\"";
enum { STAMP_BYTES = 32 };

static uint64_t digits(const uint8_t *text, int count) {
  uint64_t value = 0;
  for (int place = 0; place < count; place++) value = value * 10 + (uint64_t)(text[place] - '0');
  return value;
}

static void message(struct connection *client, const uint8_t *text, size_t size) {
  size_t start = sizeof published - 1;
  if (size < start + STAMP_BYTES || memcmp(text, published, start)) return;
  delivered++;
  if (latencies_wanted) note_latency(now_ns() - digits(text + start, 20));
  if (sequences_wanted) {
    uint64_t number = digits(text + start + 20, 12);
    if (number <= client->sequence) duplicates++;
    else if (number != client->sequence + 1) gaps++;
    client->sequence = number;
  }
}

static void text(struct connection *client, const uint8_t *data, size_t size) {
  char join[64];
  if (size == 1 && data[0] == '2') return send_text(client, "3", 1);
  switch (client->state) {
  case OPENING:
    if (size < 2 || data[0] != '0') fail("handshake");
    client->state = ENTERING;
    return send_text(client, "40", 2);
  case ENTERING:
    if (size < 2 || memcmp(data, "40", 2)) fail("CONNECT");
    client->state = JOINING;
    int length = snprintf(join, sizeof join, "420[\"join\",\"room-%u\"]", client->room);
    return send_text(client, join, (size_t)length);
  case JOINING:
    if (size < 3 || memcmp(data, "430", 3)) return;  // the event `auth`
    client->state = READY;
    ready++;
    if (begun < client_count) begin();
    return;
  case READY:
    return message(client, data, size);
  default:
    return;
  }
}

// Takes whole frames from the start; returns how many bytes it took.
static size_t frames(struct connection *client, const uint8_t *data, size_t size) {
  size_t taken = 0;
  if (client->state == UPGRADING) {
    const uint8_t *end = memmem(data, size, "\r\n\r\n", 4);
    if (!end) return 0;
    if (memcmp(data, "HTTP/1.1 101", 12)) fail("no 101");
    taken = (size_t)(end - data) + 4;
    client->state = OPENING;
  }
  while (size - taken >= 2) {
    const uint8_t *frame = data + taken;
    size_t left = size - taken, header = 2, length = frame[1] & 0x7F;
    if (length == 126) {
      if (left < (header = 4)) break;
      length = (size_t)frame[2] << 8 | frame[3];
    } else if (length == 127) {
      fail("a frame of 64 KiB or more");
    }
    if (left < header + length) break;
    int opcode = frame[0] & 15;
    if (opcode == 1) text(client, frame + header, length);
    if (opcode == 8) {
      lose(client);
      return size;
    }
    taken += header + length;
  }
  return taken;
}

static void readable(struct connection *client) {
  if (client->rest_bytes) memcpy(buffer, client->rest, client->rest_bytes);
  ssize_t count = recv(client->fd, buffer + client->rest_bytes, LARGEST_FRAME, 0);
  if (count <= 0) {
    if (count < 0 && errno == EAGAIN) return;
    return lose(client);
  }
  size_t size = client->rest_bytes + (size_t)count, taken = frames(client, buffer, size);
  if (client->state == GONE) return;
  free(client->rest);
  client->rest = NULL;
  client->rest_bytes = (uint32_t)(size - taken);
  if (client->rest_bytes) {
    if (client->rest_bytes > LARGEST_FRAME || !(client->rest = malloc(client->rest_bytes))) fail("memory");
    memcpy(client->rest, buffer + taken, client->rest_bytes);
  }
}

static void turn(uint64_t longest_ns) {
  struct epoll_event events[512];
  struct timespec wait = {.tv_sec = (time_t)(longest_ns / 1000000000u), .tv_nsec = (long)(longest_ns % 1000000000u)};
  int count = epoll_pwait2(poller, events, 512, &wait, NULL);
  if (count < 0 && errno != EINTR) fail("epoll_pwait2");
  for (int place = 0; place < count; place++) {
    struct connection *client = events[place].data.ptr;
    if (client->state == CONNECTING) connected(client);
    else if (client->state != GONE) readable(client);
  }
}

static void publish(struct connection *client, size_t bytes, uint64_t stamp_ns, uint64_t number) {
  static char text[LARGEST_FRAME];
  int start = snprintf(text, sizeof text, "42[\"pub\",\"room-%u\",\"%020llu%012llu", client->room,
                       (unsigned long long)stamp_ns, (unsigned long long)number);
  size_t filling = bytes > STAMP_BYTES ? bytes - STAMP_BYTES : 0;
  memset(text + start, 'x', filling);
  memcpy(text + start + filling, "\"]", 2);
  send_text(client, text, (size_t)start + filling + 2);
}

static int compare(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return (a > b) - (a < b);
}

static double percentile_ms(double share) {
  if (!latency_count) return 0;
  qsort(latencies_us, latency_count, sizeof *latencies_us, compare);
  size_t place = (size_t)(share * (double)(latency_count - 1) + 0.5);
  return latencies_us[place] / 1000.0;
}

static void set_up(void) {
  uint64_t before = server_kib(), cpu = server_cpu_ns(), start = now_ns();
  while (begun < client_count && begun < WINDOW) begin();
  while (ready < client_count) {
    turn(1000000000);
    if (now_ns() - start > SETUP_SECONDS * 1000000000ull) fail("setting up the connections took too long");
  }
  double seconds = (double)(now_ns() - start) / 1e9;
  // What is on its way to the last client, and what the server does after it.
  for (uint64_t end = now_ns() + 500000000; now_ns() < end;) turn(50000000);
  uint64_t after = server_kib();
  printf("\"clients\": %u, \"connects_per_second\": %.0f, \"cpu_us_per_connect\": %.1f, \"rss_kib_before\": %llu, "
         "\"rss_kib_after\": %llu, \"rss_kib_per_connection\": %.2f",
         client_count, client_count / seconds, (double)(server_cpu_ns() - cpu) / 1e3 / client_count,
         (unsigned long long)before, (unsigned long long)after, ((double)after - (double)before) / client_count);
}

static void idle(double seconds) {
  if (seconds <= 0) return;
  uint64_t cpu = server_cpu_ns(), start = now_ns(), length = (uint64_t)(seconds * 1e9);
  while (now_ns() - start < length) turn(100000000);
  printf(", \"idle_cpu_percent\": %.3f", (double)(server_cpu_ns() - cpu) * 100 / (double)(now_ns() - start));
}

// One message after the other; the time until the last client has it.
static uint64_t fan_out(size_t bytes, unsigned rounds) {
  uint64_t number = 0;
  for (unsigned round = 0; round < rounds; round++) {
    uint64_t start = now_ns(), expected = delivered + client_count;
    publish(&clients[round % client_count], bytes, start, ++number);
    while (delivered < expected) {
      turn(1000000000);
      if (now_ns() - start > 60000000000ull) fail("a message did not reach all clients in 60 s");
    }
    note_latency(now_ns() - start);
  }
  printf(", \"last_client_ms\": {\"p50\": %.2f, \"p99\": %.2f, \"rounds\": %u}", percentile_ms(0.5), percentile_ms(0.99), rounds);
  return number;
}

// A few messages on their way at any time.
static void throughput(size_t bytes, double seconds, uint64_t number) {
  uint64_t cpu = server_cpu_ns(), start = now_ns(), length = (uint64_t)(seconds * 1e9), first = delivered, sent = 0;
  for (; sent < PUBLISHED_AT_ONCE; sent++) publish(&clients[0], bytes, now_ns(), ++number);
  while (now_ns() - start < length) {
    turn(100000000);
    while (sent - (delivered - first) / client_count < PUBLISHED_AT_ONCE) {
      publish(&clients[0], bytes, now_ns(), ++number);
      sent++;
    }
  }
  double took = (double)(now_ns() - start) / 1e9, count = (double)(delivered - first), used = (double)(server_cpu_ns() - cpu);
  printf(", \"delivered_per_second\": %.0f, \"throughput_cpu_percent\": %.1f, \"cpu_us_per_delivery\": %.2f", count / took,
         used / 1e7 / took, used / 1e3 / count);
}

// Messages at a fixed rate; each is late from the moment it was due.
static void steady(size_t bytes, double per_second, double seconds, uint32_t senders) {
  uint64_t cpu = server_cpu_ns(), start = now_ns(), length = (uint64_t)(seconds * 1e9), sent = 0, first = delivered;
  latencies_wanted = true;
  for (uint64_t elapsed; (elapsed = now_ns() - start) < length;) {
    uint64_t due = (uint64_t)((double)elapsed * per_second / 1e9);
    for (; sent < due; sent++) {
      // A prime step visits every client in turn, and rooms in no order.
      struct connection *sender = &clients[(sent * 7919) % senders];
      if (sender->state == READY) publish(sender, bytes, start + (uint64_t)((double)sent * 1e9 / per_second), sent + 1);
    }
    uint64_t next = start + (uint64_t)((double)(sent + 1) * 1e9 / per_second), now = now_ns();
    turn(next > now ? next - now : 0);
  }
  double took = (double)(now_ns() - start) / 1e9, percent = (double)(server_cpu_ns() - cpu) / 1e7 / took;
  uint64_t in_time = delivered - first;
  for (uint64_t end = now_ns() + 2000000000; now_ns() < end;) turn(100000000);
  printf(", \"sent\": %llu, \"delivered\": %llu, \"delivered_per_second\": %.0f, \"latency_ms\": {\"p50\": %.2f, \"p99\": %.2f}, "
         "\"cpu_percent\": %.1f", (unsigned long long)sent, (unsigned long long)(delivered - first), (double)in_time / took,
         percentile_ms(0.5), percentile_ms(0.99), percent);
}

static void slow_consumers(size_t bytes, uint32_t slow, double per_second, double seconds) {
  for (uint32_t place = client_count - slow; place < client_count; place++) watch(&clients[place], 0, EPOLL_CTL_MOD);
  uint64_t before = server_kib();
  steady(bytes, per_second, seconds, client_count - slow);
  printf(", \"rss_kib_grown\": %lld", (long long)server_kib() - (long long)before);
  // Whoever was cut off finds the end behind what was on its way.
  uint32_t cut = 0;
  for (uint32_t place = client_count - slow; place < client_count; place++) {
    ssize_t count = clients[place].state == GONE ? 0 : 1;
    while (count > 0) count = recv(clients[place].fd, buffer, LARGEST_FRAME, 0);
    cut += count == 0 || errno != EAGAIN;
  }
  printf(", \"slow\": %u, \"cut_off\": %u", slow, cut);
}

int main(int count, char **given) {
  if (count != 9) {
    fprintf(stderr, "usage: load PORT PID room CLIENTS BYTES ROUNDS SECONDS IDLE_SECONDS | rooms CLIENTS BYTES ROOMS RATE "
                    "SECONDS | slow CLIENTS BYTES SLOW RATE SECONDS\n");
    return 2;
  }
  port = atoi(given[1]);
  server_pid = atoi(given[2]);
  const char *mode = given[3];
  client_count = (uint32_t)atoi(given[4]);
  size_t bytes = (size_t)atoi(given[5]);
  uint32_t number = (uint32_t)atoi(given[6]);
  double rate = atof(given[7]), seconds = atof(given[8]);
  room_count = strcmp(mode, "rooms") ? 1 : number;
  if (!client_count || !room_count || bytes > 60000 || !(clients = calloc(client_count, sizeof *clients))) fail("arguments");
  for (uint32_t place = 0; place < client_count; place++) clients[place].room = place % room_count;
  if (!strcmp(mode, "slow"))
    for (uint32_t place = client_count - number; place < client_count; place++) clients[place].slow = true;
  poller = epoll_create1(0);
  printf("{");
  set_up();
  sequences_wanted = room_count == 1;
  if (!strcmp(mode, "room")) {
    idle(seconds);
    uint64_t last = fan_out(bytes, number);
    throughput(bytes, rate, last);
  } else if (!strcmp(mode, "rooms")) {
    steady(bytes, rate * room_count / client_count, seconds, client_count);
  } else if (!strcmp(mode, "slow")) {
    sequences_wanted = false;
    slow_consumers(bytes, number, rate, seconds);
  } else {
    fail("mode");
  }
  printf(", \"lost_connections\": %u, \"gaps\": %llu, \"duplicates\": %llu}\n", gone, (unsigned long long)gaps,
         (unsigned long long)duplicates);
  return 0;
}
