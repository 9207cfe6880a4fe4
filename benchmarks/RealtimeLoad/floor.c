// The least a server can do for load.c: one thread, one send() for each member of a room, no limits, no checks, no
// heartbeat. Not a product: it shows what the kernel and the client alone cost.
//
//   floor PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 20000, ROOMS = 4096, LARGEST = 1 << 17 };

struct member { int fd; bool open; uint32_t rest_bytes; uint8_t *rest; };
struct room { int *fds; uint32_t count, capacity; };

static struct member members[CLIENTS];
static struct room rooms[ROOMS];
static int poller;

static void send_text(int fd, const char *text, size_t size) {
  static uint8_t frame[LARGEST];
  size_t start = 2;
  frame[0] = 0x81;
  if (size < 126) {
    frame[1] = (uint8_t)size;
  } else {
    frame[1] = 126;
    frame[2] = (uint8_t)(size >> 8);
    frame[3] = (uint8_t)size;
    start = 4;
  }
  memcpy(frame + start, text, size);
  // A client that does not read loses the frame.
  if (send(fd, frame, start + size, MSG_NOSIGNAL) < 0) return;
}

static struct room *room_of(const char *text) {
  const char *place = strstr(text, "room-");
  return &rooms[place ? (uint32_t)atoi(place + 5) % ROOMS : 0];
}

static void join(struct room *room, int fd) {
  if (room->count == room->capacity) {
    room->capacity = room->capacity ? 2 * room->capacity : 16;
    room->fds = realloc(room->fds, room->capacity * sizeof(int));
    if (!room->fds) exit(1);
  }
  room->fds[room->count++] = fd;
}

static void text(int fd, char *data, size_t size) {
  static char message[LARGEST];
  if (size == 2) return send_text(fd, "40{\"sid\":\"x\"}", 13);
  data[size] = 0;
  if (!strncmp(data, "420[\"join\"", 10)) {
    join(room_of(data), fd);
    return send_text(fd, "430[\"ok\"]", 9);
  }
  if (strncmp(data, "42[\"pub\"", 8)) return;
  struct room *room = room_of(data);
  const char *rest = strchr(data + 9, ',');
  if (!rest) return;
  size_t left = size - (size_t)(rest - data);
  memcpy(message, "42[\"msg\"", 8);
  memcpy(message + 8, rest, left);
  for (uint32_t place = 0; place < room->count; place++) send_text(room->fds[place], message, 8 + left);
}

static size_t frames(int fd, uint8_t *data, size_t size) {
  static char payload[LARGEST + 1];
  size_t taken = 0;
  while (size - taken >= 6) {
    uint8_t *frame = data + taken;
    size_t header = 6, length = frame[1] & 0x7F;
    if (length == 126) {
      header = 8;
      length = (size_t)frame[2] << 8 | frame[3];
    }
    if (size - taken < header + length) break;
    memcpy(payload, frame + header, length);  // load.c masks with zeros
    text(fd, payload, length);
    taken += header + length;
  }
  return taken;
}

static void readable(int fd) {
  static uint8_t buffer[2 * LARGEST];
  static const char upgrade[] =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n";
  struct member *member = &members[fd];
  if (member->rest_bytes) memcpy(buffer, member->rest, member->rest_bytes);
  ssize_t count = recv(fd, buffer + member->rest_bytes, LARGEST, 0);
  if (count <= 0) {
    close(fd);
    return;
  }
  size_t size = member->rest_bytes + (size_t)count, taken = 0;
  if (member->open) {
    taken = frames(fd, buffer, size);
  } else if (memmem(buffer, size, "\r\n\r\n", 4)) {
    member->open = true;
    taken = size;
    if (send(fd, upgrade, sizeof upgrade - 1, MSG_NOSIGNAL) < 0) return;
    send_text(fd, "0{\"sid\":\"x\"}", 12);
  }
  free(member->rest);
  member->rest = NULL;
  member->rest_bytes = (uint32_t)(size - taken);
  if (member->rest_bytes) {
    if (!(member->rest = malloc(member->rest_bytes))) exit(1);
    memcpy(member->rest, buffer + taken, member->rest_bytes);
  }
}

int main(int count, char **given) {
  if (count != 2) return 2;
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(given[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
    perror("floor");
    return 1;
  }
  socklen_t size = sizeof address;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  poller = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[512];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int ready = epoll_wait(poller, events, 512, -1);
    for (int place = 0; place < ready; place++) {
      int fd = events[place].data.fd;
      if (fd != listener) {
        readable(fd);
        continue;
      }
      int accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
      if (accepted < 0) continue;
      if (accepted >= CLIENTS) {
        close(accepted);
        continue;
      }
      setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      members[accepted] = (struct member){.fd = accepted};
      event = (struct epoll_event){.events = EPOLLIN, .data.fd = accepted};
      epoll_ctl(poller, EPOLL_CTL_ADD, accepted, &event);
    }
  }
}
