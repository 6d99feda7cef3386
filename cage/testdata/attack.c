// A hostile library inside of a process: preloaded, it tries one way out for
// each line that it reads on the descriptor HW_ATTACK_FD, on a thread that was
// there before everything else, and answers with the error's number; 0: got out.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

extern char **environ;

static char *arg[8];
static long num(int i) { return arg[i] ? strtol(arg[i], NULL, 0) : 0; }

// got is the answer of a call that returns -1 and errno.
static int got(long r) { return r < 0 ? errno : 0; }
// use closes what was opened.
static int use(int fd) {
  if (fd < 0) return errno;
  close(fd);
  return 0;
}
static int done(int fd, long r) {
  int e = r < 0 ? errno : 0;
  close(fd);
  return e;
}

static struct sockaddr_in to4(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static struct sockaddr_un tounix(const char *path, socklen_t *len) {
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  strncpy(a.sun_path, path, sizeof a.sun_path - 1);
  *len = offsetof(struct sockaddr_un, sun_path) + strlen(path) + (path[0] != '@');
  if (path[0] == '@') a.sun_path[0] = 0;
  return a;
}

// tcp PORT PROTOCOL
static int a_tcp(void) {
  struct sockaddr_in a = to4(num(1));
  int fd = socket(AF_INET, SOCK_STREAM, num(2));
  return fd < 0 ? errno : done(fd, connect(fd, (void *)&a, sizeof a));
}
static int a_tcp6(void) {
  struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons(num(1)), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  return fd < 0 ? errno : done(fd, connect(fd, (void *)&a, sizeof a));
}
// fastopen PORT HOW, on a socket of this process
static int a_fastopen(void) {
  struct sockaddr_in a = to4(num(1));
  struct iovec v = {"x", 1};
  struct mmsghdr m = {.msg_hdr = {.msg_name = &a, .msg_namelen = sizeof a, .msg_iov = &v, .msg_iovlen = 1}};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  long r = num(2) == 0 ? sendto(fd, "x", 1, MSG_FASTOPEN, (void *)&a, sizeof a)
         : num(2) == 1 ? sendmsg(fd, &m.msg_hdr, MSG_FASTOPEN) : sendmmsg(fd, &m, 1, MSG_FASTOPEN);
  return done(fd, r);
}
static int a_udp(void) {
  struct sockaddr_in a = to4(num(1));
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  return fd < 0 ? errno : done(fd, sendto(fd, "x", 1, 0, (void *)&a, sizeof a));
}
// handed FD PORT: take a socket that somebody handed over elsewhere
static int a_handed(void) {
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  struct sockaddr_in a = to4(num(2));
  if (connect(num(1), &none, sizeof none) < 0) return errno;
  return got(connect(num(1), (void *)&a, sizeof a));
}
static int a_handedfastopen(void) {
  struct sockaddr_in a = to4(num(2));
  return got(sendto(num(1), "x", 1, MSG_FASTOPEN, (void *)&a, sizeof a));
}
static int a_listen(void) {
  struct sockaddr_in a = to4(num(1));
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  long r = bind(fd, (void *)&a, sizeof a);
  return done(fd, r < 0 ? r : listen(fd, 1));
}
// socket FAMILY TYPE PROTOCOL, as the kernel reads them: 64 bits
static int a_socket(void) { return use(syscall(SYS_socket, num(1), num(2), num(3))); }
static int a_socketpair(void) {
  int p[2];
  if (syscall(SYS_socketpair, num(1), num(2), num(3), p) < 0) return errno;
  close(p[0]);
  return use(p[1]);
}
// resolve PORT: the resolver of the C library, with a server of ours
static int a_resolve(void) {
  struct __res_state s = {0};
  unsigned char answer[512];
  if (res_ninit(&s) < 0) return errno;
  s.nscount = 1;
  s.nsaddr_list[0] = to4(num(1));
  s.retrans = 1;
  s.retry = 1;
  errno = 0;
  int r = res_nquery(&s, "example.test", ns_c_in, ns_t_a, answer, sizeof answer);
  int e = r < 0 ? (errno ? errno : EIO) : 0;
  res_nclose(&s);
  return e;
}
static int a_unix(void) {
  socklen_t n;
  struct sockaddr_un a = tounix(arg[1], &n);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  return fd < 0 ? errno : done(fd, connect(fd, (void *)&a, n));
}
// unixdgram PATH PAIR: without a connection; PAIR: from one end of a pair
static int a_unixdgram(void) {
  socklen_t n;
  struct sockaddr_un a = tounix(arg[1], &n);
  int p[2] = {-1, -1};
  if (num(2) ? socketpair(AF_UNIX, SOCK_DGRAM, 0, p) < 0 : (p[0] = socket(AF_UNIX, SOCK_DGRAM, 0)) < 0) return errno;
  if (p[1] >= 0) close(p[1]);
  return done(p[0], sendto(p[0], "x", 1, 0, (void *)&a, n));
}
static int a_unixlisten(void) {
  socklen_t n;
  struct sockaddr_un a = tounix(arg[1], &n);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  long r = bind(fd, (void *)&a, n);
  return done(fd, r < 0 ? r : listen(fd, 1));
}

#if defined __x86_64__
// Code of a foreign architecture: int 0x80 takes its numbers and arguments in
// 32 bits, so what they point to has to be low.
static int a_int80(void) {
  int *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (low == MAP_FAILED) return errno;
  low[0] = num(2), low[1] = num(3), low[2] = num(4);
  int nr = num(1), b = nr == 102 ? 1 : low[0]; // socketcall: SYS_SOCKET, and where the arguments are
  long c = nr == 102 ? (long)low : low[1];
  long r;
  __asm__ volatile("int $0x80" : "=a"(r) : "a"(nr), "b"(b), "c"(c), "d"(low[2]), "S"(0), "D"(0) : "memory", "r8", "r9", "r10", "r11");
  munmap(low, 4096);
  int n = (int)r;
  if (n < 0) return -n;
  close(n);
  return 0;
}
#else
static int a_int80(void) { return ENOSYS; }
#endif
// call NR A B C D E F: any call of the kernel's
static int a_call(void) {
  long r = syscall(num(1), num(2), num(3), num(4), num(5), num(6), num(7));
  return got(r);
}

static int reap(pid_t p) {
  int st;
  if (p < 0) return errno;
  waitpid(p, &st, 0);
  return WIFEXITED(st) ? WEXITSTATUS(st) : EIO;
}
// exec PATH: "true" after a fork, and once more without a fork if that fails
static int a_exec(void) {
  char *v[] = {arg[1], arg[2], arg[3], arg[4], arg[5], NULL};
  pid_t p = fork();
  if (p == 0) {
    execv(arg[1], v);
    _exit(errno);
  }
  if (p > 0) return reap(p);
  execv(arg[1], v); // does not come back if it is not refused
  return errno;
}
static int a_vfork(void) {
  char *v[] = {arg[1], NULL};
  pid_t p;
  int e = posix_spawn(&p, arg[1], NULL, NULL, v, environ);
  return e ? e : reap(p);
}
static int a_execveat(void) {
  char *v[] = {arg[1], NULL};
  int fd = open(arg[1], O_PATH | O_CLOEXEC);
  if (fd < 0) return errno;
  pid_t p = fork();
  if (p <= 0) {
    syscall(SYS_execveat, fd, "", v, environ, AT_EMPTY_PATH);
    if (p < 0) return done(fd, -1);
    _exit(errno);
  }
  close(fd);
  return reap(p);
}
// memfd PATH: a copy of a program in memory alone
static int a_memfd(void) {
  char *v[] = {arg[1], NULL}, buf[65536];
  ssize_t n;
  int in = open(arg[1], O_RDONLY | O_CLOEXEC), fd = memfd_create("copy", MFD_CLOEXEC);
  if (fd < 0) return errno;
  if (in < 0) return done(fd, -1);
  while ((n = read(in, buf, sizeof buf)) > 0)
    if (write(fd, buf, n) != n) return errno;
  close(in);
  pid_t p = fork();
  if (p <= 0) {
    syscall(SYS_execveat, fd, "", v, environ, AT_EMPTY_PATH);
    if (p < 0) return done(fd, -1);
    _exit(errno);
  }
  close(fd);
  return reap(p);
}

static int a_read(void) {
  char b;
  int fd = open(arg[1], O_RDONLY);
  return fd < 0 ? errno : done(fd, read(fd, &b, 1));
}
static int a_list(void) { return use(open(arg[1], O_RDONLY | O_DIRECTORY)); }
static int a_write(void) {
  int fd = open(arg[1], O_WRONLY);
  return fd < 0 ? errno : done(fd, write(fd, "x", 1));
}
static int a_create(void) { return use(open(arg[1], O_WRONLY | O_CREAT | O_EXCL, 0600)); }
static int a_truncate(void) { return got(truncate(arg[1], 0)); }
static int a_unlink(void) { return got(unlink(arg[1])); }
static int a_rename(void) { return got(rename(arg[1], arg[2])); }
static int a_link(void) { return got(link(arg[1], arg[2])); }
static int a_symlink(void) { return got(symlink(arg[1], arg[2])); }
static int a_mkdir(void) { return got(mkdir(arg[1], 0700)); }
static int a_chmod(void) { return got(chmod(arg[1], 0644)); }
static int a_chown(void) { return got(chown(arg[1], getuid(), getgid())); }
static int a_setxattr(void) { return got(setxattr(arg[1], "user.test", "x", 1, 0)); }

static int a_ptrace(void) {
  long r = ptrace(PTRACE_SEIZE, num(1), 0, 0);
  if (r < 0) return errno;
  ptrace(PTRACE_INTERRUPT, num(1), 0, 0);
  waitpid(num(1), NULL, __WALL);
  ptrace(PTRACE_DETACH, num(1), 0, 0);
  return 0;
}
// vmwrite PID ADDRESS
static int a_vmwrite(void) {
  char b[1] = "x";
  struct iovec l = {b, 1}, r = {(void *)num(2), 1};
  return got(process_vm_writev(num(1), &l, 1, &r, 1, 0));
}
static int a_vmread(void) {
  char b[1];
  struct iovec l = {b, 1}, r = {(void *)num(2), 1};
  return got(process_vm_readv(num(1), &l, 1, &r, 1, 0));
}
static int a_pidfdgetfd(void) {
  int p = syscall(SYS_pidfd_open, num(1), 0);
  if (p < 0) return errno;
  long fd = syscall(SYS_pidfd_getfd, p, 0, 0);
  if (fd >= 0) close(fd);
  return done(p, fd);
}
static int a_kill(void) { return got(kill(num(1), num(2))); }
static int a_tgkill(void) { return got(syscall(SYS_tgkill, num(1), num(1), num(2))); }
static int a_tkill(void) { return got(syscall(SYS_tkill, num(1), num(2))); }
static int a_sigqueue(void) { return got(sigqueue(num(1), num(2), (union sigval){0})); }
static int a_pidfdsignal(void) {
  int p = syscall(SYS_pidfd_open, num(1), 0);
  return p < 0 ? errno : done(p, syscall(SYS_pidfd_send_signal, p, num(2), NULL, 0));
}
// sigio PID SIGNAL: have the kernel send it when a pipe can be read
static int a_sigio(void) {
  int p[2];
  if (pipe(p) < 0) return errno;
  if (fcntl(p[0], F_SETOWN, (int)num(1)) < 0) return errno;
  fcntl(p[0], F_SETSIG, (int)num(2));
  fcntl(p[0], F_SETFL, O_ASYNC | O_NONBLOCK);
  long r = write(p[1], "x", 1);
  close(p[1]);
  return done(p[0], r); // whether it came, the other process knows
}
static int a_prlimit(void) {
  struct rlimit l;
  return got(prlimit(num(1), RLIMIT_NOFILE, NULL, &l));
}
// namespaces of a child, so that the control stays where it is
static int a_clone(void) {
  long p = syscall(SYS_clone, num(1) | SIGCHLD, NULL, NULL, NULL, NULL);
  if (p == 0) _exit(0);
  return reap(p);
}
static int a_unshare(void) {
  pid_t p = fork();
  if (p <= 0) {
    int e = got(unshare(num(1)));
    if (p < 0) return e;
    _exit(e);
  }
  return reap(p);
}
static int a_mount(void) {
  pid_t p = fork();
  if (p <= 0) {
    int e = p < 0 ? 0 : got(unshare(CLONE_NEWNS));
    if (!e) e = got(mount("none", arg[1], "tmpfs", 0, NULL));
    if (p < 0) return e;
    _exit(e);
  }
  return reap(p);
}
static int a_tiocsti(void) {
  char c = 'x';
  return got(syscall(SYS_ioctl, num(1), num(2) | TIOCSTI, &c));
}
static int a_shm(void) {
  int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
  if (id < 0) return errno;
  return got(shmctl(id, IPC_RMID, NULL));
}

// D-Bus through GLib, which is only looked for when it is asked for: the
// process may not have it.
//   open NAME ADDRESS                    (session: the program's own connection)
//   dbus NAME DESTINATION PATH INTERFACE METHOD
static void *opened[2];
static void *glib(const char *f) {
  static void *lib;
  if (!lib) lib = dlopen("libgio-2.0.so.0", RTLD_LAZY | RTLD_GLOBAL);
  return lib ? dlsym(lib, f) : NULL;
}
typedef struct { unsigned domain; int code; char *message; } gerror;
static int said(gerror *e) {
  // "…: Rejected send message" and its kin of the filter; the rest means that it arrived.
  if (!e) return 0;
  fprintf(stderr, "attack: %s\n", e->message);
  if (strstr(e->message, "AccessDenied") || strstr(e->message, "ServiceUnknown") || strstr(e->message, "NameHasNoOwner")) return EACCES;
  if (strstr(e->message, "UnknownMethod") || strstr(e->message, "UnknownObject") || strstr(e->message, "UnknownInterface") || strstr(e->message, "InvalidArgs")) return 0;
  return EIO;
}
static int a_open(void) {
  gerror *e = NULL;
  int i = !strcmp(arg[1], "a11y");
  if (!i) {
    void *(*get)(int, void *, gerror **) = glib("g_bus_get_sync");
    if (get) opened[i] = get(2, NULL, &e);
  } else {
    void *(*new)(const char *, int, void *, void *, gerror **) = glib("g_dbus_connection_new_for_address_sync");
    if (new) opened[i] = new(getenv("AT_SPI_BUS_ADDRESS"), 1 | 8, NULL, NULL, &e);
  }
  return opened[i] ? 0 : e ? said(e) : ENOSYS;
}
static int a_dbus(void) {
  gerror *e = NULL;
  void *(*call)(void *, const char *, const char *, const char *, const char *, void *, void *, int, int, void *, gerror **) = glib("g_dbus_connection_call_sync");
  void *bus = opened[!strcmp(arg[1], "a11y")];
  if (!call || !bus) return ENOTCONN;
  if (!call(bus, arg[2], arg[3], arg[4], arg[5], NULL, NULL, 0, 5000, NULL, &e)) return said(e);
  return 0;
}

#define A(n) {#n, a_##n}
static const struct { const char *name; int (*run)(void); } attacks[] = {
  A(tcp), A(tcp6), A(fastopen), A(udp), A(handed), A(handedfastopen), A(listen), A(socket), A(socketpair), A(resolve), A(unix), A(unixdgram), A(unixlisten),
  A(int80), A(call), A(exec), A(vfork), A(execveat), A(memfd),
  A(read), A(list), A(write), A(create), A(truncate), A(unlink), A(rename), A(link), A(symlink), A(mkdir), A(chmod), A(chown), A(setxattr),
  A(ptrace), A(vmwrite), A(vmread), A(pidfdgetfd), A(kill), A(tgkill), A(tkill), A(sigqueue), A(pidfdsignal), A(sigio), A(prlimit),
  A(clone), A(unshare), A(mount), A(tiocsti), A(shm), A(open), A(dbus),
};

static int control;

static void *serve(void *unused) {
  char line[4096];
  for (;;) {
    ssize_t n = read(control, line, sizeof line - 1);
    if (n <= 0) return NULL;
    line[n] = 0;
    memset(arg, 0, sizeof arg);
    char *save, *p = strtok_r(line, " \n", &save);
    for (int i = 0; p && i < 8; i++, p = strtok_r(NULL, " \n", &save)) arg[i] = p;
    int answer = -1; // no such attack
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++)
      if (!strcmp(arg[0], attacks[i].name)) answer = attacks[i].run();
    n = snprintf(line, sizeof line, "%d\n", answer);
    if (write(control, line, n) != n) return NULL;
  }
}

__attribute__((constructor)) static void begin(void) {
  const char *fd = getenv("HW_ATTACK_FD");
  pthread_t t;
  if (!fd) return;
  control = atoi(fd);
  unsetenv("LD_PRELOAD");
  unsetenv("HW_ATTACK_FD");
  fcntl(control, F_SETFD, FD_CLOEXEC);
  pthread_create(&t, NULL, serve, NULL);
}
