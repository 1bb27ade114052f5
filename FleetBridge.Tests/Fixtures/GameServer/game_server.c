/* A game server for tests that behaves as it is told, well or badly. Support/GameServerProgram compiles it.
 *
 * Output      --rate N         so many lines a second: "line 1", "line 2", ... without a rounding error over time; 0 for as fast as it can
 *             --lines N        the last number; it lives on after it
 *             --line-bytes N   each numbered line is padded to so many bytes
 *             --big-line N     one line of N bytes at the start
 *             --raw HEX        bytes at the start, such as ff0a for what is no UTF-8
 *             --to-stderr      numbered lines go to standard error
 *             --show-start     prints "pid N", "argument TEXT" for each argument, "folder PATH"
 *             --show-env NAME  prints "env NAME=VALUE", or "env NAME is not set"
 * Being ready --ready KIND     line: prints "server is ready"; tcp:PORT listens and accepts; udp:PORT echoes; http:PORT answers GETs
 *                              with 200; several may be given. Nothing without it
 *             --ready-after MS before that
 * Ending      --exit-after MS  --exit-code N (0)      --crash-after MS  --crash-signal NAME (SEGV)
 *             --trap NAME      prints "signal NAME" and exits with --exit-code after --stop-ms MS (0)
 *             --ignore NAME    prints "signal NAME ignored"
 *             --hang           ignores TERM, INT, HUP, QUIT and what comes on standard input
 *             --exit-at-eof    exits when its standard input ends
 *             --count FILE     adds 1 to the number in FILE, prints "run N", and puts "run N " before each numbered line
 *             --crash-first N  with --count: aborts at once in the first N runs
 * Others      --children N     that keep the process group; prints "child PID"
 *             --orphans N      forked twice, in sessions of their own; prints "orphan PID". They hold the ports of --ready
 *             --memory MB      takes so much
 *             --spin           keeps a core busy
 * Input       a line is a command: "quit" (exits with --exit-code), "exit N", "raise NAME", "hang", "sick" (HTTP says 503, TCP is
 *             closed, UDP is silent), "well", "say TEXT", "grow MB", "longest" (the longest time that a write took: "longest write N ms").
 *             Every line but these is printed as "stdin: TEXT"
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SOCKETS = 8, MOST_CLIENTS = 64, MOST_NAMES = 16 };

static const struct { const char *name; int number; } signals[] = {
    {"HUP", SIGHUP}, {"INT", SIGINT}, {"QUIT", SIGQUIT}, {"TERM", SIGTERM}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2},
    {"SEGV", SIGSEGV}, {"ABRT", SIGABRT}, {"KILL", SIGKILL}, {"BUS", SIGBUS}, {"FPE", SIGFPE}, {"ILL", SIGILL},
};

static int self_pipe[2];
static int64_t longest_write;
static int is_sick, is_hung, exit_code, stop_after = 0, ignored[NSIG];
static const char *run_words = "";

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* a write that blocks when the reader does, as a game's does; a reader that is gone is no reason to end */
static void put(int target, const char *bytes, size_t count)
{
    while (count > 0) {
        int64_t before = now();
        ssize_t written = write(target, bytes, count);
        int64_t took = now() - before;
        if (took > longest_write)
            longest_write = took;
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return;
        bytes += written;
        count -= (size_t)written;
    }
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    char line[8192];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof line - 2)
        length = (int)sizeof line - 2;
    line[length] = '\n';
    put(1, line, (size_t)length + 1);
}

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "game_server: %s: %s\n", which, what);
    exit(64);
}

static int signal_of(const char *name)
{
    if (strncmp(name, "SIG", 3) == 0)
        name += 3;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (strcmp(signals[i].name, name) == 0)
            return signals[i].number;
    fail("no signal that it knows", name);
    return 0;
}

static const char *name_of(int number)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signals[i].number == number)
            return signals[i].name;
    return "?";
}

static void on_signal(int number)
{
    int kept = errno;
    unsigned char byte = (unsigned char)number;
    if (write(self_pipe[1], &byte, 1) < 0) { /* full: there are enough of them */ }
    errno = kept;
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigaction(number, &action, NULL);
}

static void end_by(int number)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    handle(number, SIG_DFL);
    sigset_t all;
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    kill(getpid(), number);
    for (;;)
        pause();
}

static void grow(long megabytes)
{
    size_t size = (size_t)megabytes << 20;
    volatile char *memory = malloc(size);
    if (memory == NULL)
        fail("there is not so much memory", "--memory");
    for (size_t i = 0; i < size; i += 4096)
        memory[i] = 1;
    say("took %ld MB", megabytes);
}

static void hang(void)
{
    is_hung = 1;
    for (const char *const *name = (const char *const[]){"TERM", "INT", "HUP", "QUIT", NULL}; *name != NULL; name++)
        handle(signal_of(*name), SIG_IGN);
}

static void idle_for_ever(void)
{
    /* signals are its own matter, unless it was told to hang */
    for (size_t i = 0; i < sizeof signals / sizeof *signals && !is_hung; i++)
        handle(signals[i].number, SIG_DFL);
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    for (;;)
        pause();
}

static void fork_children(long children, long orphans)
{
    for (long i = 0; i < children; i++) {
        pid_t child = fork();
        if (child == 0)
            idle_for_ever();
        say("child %d", (int)child);
    }
    for (long i = 0; i < orphans; i++) {
        int told[2];
        if (pipe(told) < 0)
            fail(strerror(errno), "--orphans");
        pid_t child = fork();
        if (child == 0) {
            setsid();
            pid_t orphan = fork();
            if (orphan == 0) {
                close(told[0]);
                close(told[1]);
                idle_for_ever();
            }
            if (write(told[1], &orphan, sizeof orphan) < 0)
                _exit(1);
            _exit(0);
        }
        pid_t orphan = 0;
        if (read(told[0], &orphan, sizeof orphan) < 0)
            fail(strerror(errno), "--orphans");
        close(told[0]);
        close(told[1]);
        /* the one in between is reaped by the caller's handling of SIGCHLD: nobody's zombie */
        say("orphan %d", (int)orphan);
    }
}

struct listener { int kind; int port; int socket; };

static void open_listener(struct listener *listener)
{
    int one = 1, is_udp = listener->kind == 'u';
    listener->socket = socket(AF_INET, (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
    setsockopt(listener->socket, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)listener->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener->socket, (struct sockaddr *)&address, sizeof address) < 0 || (!is_udp && listen(listener->socket, 64) < 0)) {
        say("port %d: %s", listener->port, strerror(errno));
        exit(98);
    }
}

static void close_listener(struct listener *listener)
{
    close(listener->socket);
    listener->socket = -1;
}

static void answer_udp(int socket)
{
    char packet[2048];
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    ssize_t length = recvfrom(socket, packet, sizeof packet, 0, (struct sockaddr *)&from, &size);
    if (length >= 0 && !is_sick)
        sendto(socket, packet, (size_t)length, 0, (struct sockaddr *)&from, size);
}

static void answer_http(int client)
{
    char request[4096];
    ssize_t length = recv(client, request, sizeof request, 0);
    if (length <= 0)
        return;
    const char *reply = is_sick ? "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    send(client, reply, strlen(reply), MSG_NOSIGNAL);
}

static long count_run(const char *file)
{
    long run = 0;
    FILE *stream = fopen(file, "r");
    if (stream != NULL) {
        if (fscanf(stream, "%ld", &run) != 1)
            run = 0;
        fclose(stream);
    }
    run++;
    stream = fopen(file, "w");
    if (stream == NULL)
        fail(strerror(errno), file);
    fprintf(stream, "%ld\n", run);
    fclose(stream);
    static char words[32];
    snprintf(words, sizeof words, "run %ld ", run);
    run_words = words;
    say("run %ld", run);
    return run;
}

static void obey(char *line, struct listener *listeners, int count)
{
    if (is_hung)
        return;
    if (strcmp(line, "quit") == 0) {
        say("quitting");
        exit(exit_code);
    } else if (strncmp(line, "exit ", 5) == 0)
        exit(atoi(line + 5));
    else if (strncmp(line, "raise ", 6) == 0)
        end_by(signal_of(line + 6));
    else if (strcmp(line, "hang") == 0)
        hang();
    else if (strcmp(line, "sick") == 0) {
        is_sick = 1;
        for (int i = 0; i < count; i++)
            if (listeners[i].kind == 't' && listeners[i].socket >= 0)
                close_listener(&listeners[i]);
    } else if (strcmp(line, "well") == 0) {
        is_sick = 0;
        for (int i = 0; i < count; i++)
            if (listeners[i].kind == 't' && listeners[i].socket < 0)
                open_listener(&listeners[i]);
    } else if (strncmp(line, "say ", 4) == 0)
        say("%s", line + 4);
    else if (strncmp(line, "grow ", 5) == 0)
        grow(atol(line + 5));
    else if (strcmp(line, "longest") == 0)
        say("longest write %ld ms", (long)(longest_write / 1000));
    else
        say("stdin: %s", line);
}

/* reads what has come, and obeys whole lines; 0 at its end */
static int read_input(struct listener *listeners, int count)
{
    static char line[65536];
    static size_t used;
    char part[4096];
    ssize_t length = read(0, part, sizeof part);
    for (ssize_t i = 0; i < length; i++) {
        if (part[i] != '\n') {
            if (used < sizeof line - 1)
                line[used++] = part[i];
            continue;
        }
        if (used > 0 && line[used - 1] == '\r')
            used--;
        line[used] = 0;
        used = 0;
        obey(line, listeners, count);
    }
    return length > 0 || (length < 0 && (errno == EINTR || errno == EAGAIN));
}

/* numbered lines that are due, in one write */
static int64_t print_lines(int target, int64_t next, int64_t last, int64_t due, long size)
{
    static char buffer[1 << 16];
    size_t used = 0;
    char number[64];
    while (next <= last && next <= due) {
        int length = snprintf(number, sizeof number, "%sline %ld", run_words, (long)next);
        size_t whole = (size_t)length < (size_t)size ? (size_t)size : (size_t)length + 1;
        if (whole > sizeof buffer)
            whole = sizeof buffer;
        if (used + whole > sizeof buffer)
            break;
        memset(buffer + used, ' ', whole);
        memcpy(buffer + used, number, (size_t)length);
        buffer[used + whole - 1] = '\n';
        used += whole;
        next++;
    }
    put(target, buffer, used);
    return next;
}

static void print_big_line(long size)
{
    char *line = malloc((size_t)size + 1);
    memset(line, 'x', (size_t)size);
    line[size] = '\n';
    put(1, line, (size_t)size + 1);
    free(line);
}

static void print_raw(const char *hex)
{
    unsigned int byte;
    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
        char one = (char)byte;
        put(1, &one, 1);
        if (hex[1] == 0)
            break;
    }
}

int main(int argc, char **argv)
{
    double rate = -1;
    long lines = -1, line_bytes = 0, big_line = 0, ready_after = 0, children = 0, orphans = 0, memory = 0, crash_first = 0;
    int64_t exit_after = -1, crash_after = -1;
    int crash_signal = SIGSEGV, target = 1, show_start = 0, exit_at_eof = 0, spin = 0, ready_line = 0, listener_count = 0, env_count = 0;
    const char *raw = NULL, *count_file = NULL, *env_names[MOST_NAMES];
    struct listener listeners[MOST_SOCKETS];
    if (pipe2(self_pipe, O_NONBLOCK | O_CLOEXEC) < 0)
        fail(strerror(errno), "pipe");
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i];
#define VALUE (i + 1 < argc ? argv[++i] : (fail("a value is missing", option), ""))
#define IS(name) (strcmp(option, name) == 0)
        if (IS("--rate")) rate = atof(VALUE);
        else if (IS("--lines")) lines = atol(VALUE);
        else if (IS("--line-bytes")) line_bytes = atol(VALUE);
        else if (IS("--big-line")) big_line = atol(VALUE);
        else if (IS("--raw")) raw = VALUE;
        else if (IS("--to-stderr")) target = 2;
        else if (IS("--show-start")) show_start = 1;
        else if (IS("--show-env") && env_count < MOST_NAMES) env_names[env_count++] = VALUE;
        else if (IS("--ready") && listener_count < MOST_SOCKETS) {
            const char *kind = VALUE, *port = strchr(kind, ':');
            if (strcmp(kind, "line") == 0) ready_line = 1;
            else if (port != NULL && strchr("tuh", kind[0]) != NULL)
                listeners[listener_count++] = (struct listener){kind[0], atoi(port + 1), -1};
            else fail("line, tcp:PORT, udp:PORT or http:PORT", kind);
        }
        else if (IS("--ready-after")) ready_after = atol(VALUE);
        else if (IS("--exit-after")) exit_after = atol(VALUE);
        else if (IS("--exit-code")) exit_code = atoi(VALUE);
        else if (IS("--stop-ms")) stop_after = atoi(VALUE);
        else if (IS("--crash-after")) crash_after = atol(VALUE);
        else if (IS("--crash-signal")) crash_signal = signal_of(VALUE);
        else if (IS("--trap")) handle(signal_of(VALUE), on_signal);
        else if (IS("--ignore")) { int number = signal_of(VALUE); ignored[number] = 1; handle(number, on_signal); }
        else if (IS("--hang")) hang();
        else if (IS("--exit-at-eof")) exit_at_eof = 1;
        else if (IS("--count")) count_file = VALUE;
        else if (IS("--crash-first")) crash_first = atol(VALUE);
        else if (IS("--children")) children = atol(VALUE);
        else if (IS("--orphans")) orphans = atol(VALUE);
        else if (IS("--memory")) memory = atol(VALUE);
        else if (IS("--spin")) spin = 1;
        else if (!IS("--")) fail("no option of this program", option);
        else break;
    }
    handle(SIGCHLD, SIG_IGN);
    if (show_start) {
        char folder[4096];
        say("pid %d", (int)getpid());
        for (int i = 1; i < argc; i++)
            say("argument %s", argv[i]);
        say("folder %s", getcwd(folder, sizeof folder) != NULL ? folder : "?");
    }
    for (int i = 0; i < env_count; i++) {
        const char *value = getenv(env_names[i]);
        say(value != NULL ? "env %s=%s" : "env %s is not set", env_names[i], value);
    }
    if (count_file != NULL && count_run(count_file) <= crash_first)
        end_by(SIGABRT);
    if (raw != NULL)
        print_raw(raw);
    if (big_line > 0)
        print_big_line(big_line);
    if (memory > 0)
        grow(memory);
    if (ready_after == 0)
        for (int i = 0; i < listener_count; i++)
            open_listener(&listeners[i]);
    fork_children(children, orphans);

    int64_t start = now(), next = 1, last = rate < 0 ? 0 : lines < 0 ? INT64_MAX : lines, stop_at = -1;
    int is_ready = 0, has_input = 1, clients[MOST_CLIENTS], client_count = 0;
    for (;;) {
        int64_t elapsed = now() - start, wait = 3600 * (int64_t)1000000;
        if (!is_ready && elapsed >= ready_after * 1000) {
            is_ready = 1;
            for (int i = 0; i < listener_count; i++)
                if (listeners[i].socket < 0)
                    open_listener(&listeners[i]);
            if (ready_line)
                say("server is ready");
        }
        if (next <= last) {
            int64_t due = rate == 0 ? INT64_MAX : (int64_t)((double)elapsed * rate / 1e6);
            next = print_lines(target, next, last, due, line_bytes);
            if (next <= last) {
                int64_t pause = rate == 0 || next <= due ? 0 : (int64_t)((double)next * 1e6 / rate) - elapsed + 1;
                wait = pause > 1000 || pause <= 0 ? pause : 1000;
            }
        }
        if (exit_after >= 0 && elapsed >= exit_after * 1000)
            exit(exit_code);
        if (crash_after >= 0 && elapsed >= crash_after * 1000)
            end_by(crash_signal);
        if (stop_at >= 0 && elapsed >= stop_at)
            exit(exit_code);
#define UNTIL(time) do { if ((time) - elapsed < wait) wait = (time) - elapsed > 0 ? (time) - elapsed : 0; } while (0)
        if (!is_ready) UNTIL(ready_after * 1000);
        if (exit_after >= 0) UNTIL(exit_after * 1000);
        if (crash_after >= 0) UNTIL(crash_after * 1000);
        if (stop_at >= 0) UNTIL(stop_at);
        if (spin) wait = 0;

        struct pollfd watched[2 + MOST_SOCKETS + MOST_CLIENTS];
        int used = 0;
        watched[used++] = (struct pollfd){.fd = self_pipe[0], .events = POLLIN};
        watched[used++] = (struct pollfd){.fd = has_input && !is_hung ? 0 : -1, .events = POLLIN};
        for (int i = 0; i < listener_count; i++)
            watched[used++] = (struct pollfd){.fd = listeners[i].socket, .events = POLLIN};
        for (int i = 0; i < client_count; i++)
            watched[used++] = (struct pollfd){.fd = clients[i] & 0xffff, .events = POLLIN};
        struct timespec limit = {.tv_sec = wait / 1000000, .tv_nsec = wait % 1000000 * 1000};
        if (ppoll(watched, (nfds_t)used, &limit, NULL) <= 0)
            continue;
        unsigned char number;
        while (read(self_pipe[0], &number, 1) == 1) {
            say(ignored[number] ? "signal %s ignored" : "signal %s", name_of(number));
            if (!ignored[number] && stop_at < 0)
                stop_at = now() - start + (int64_t)stop_after * 1000;
        }
        if (watched[1].revents != 0 && !read_input(listeners, listener_count)) {
            if (exit_at_eof)
                exit(exit_code);
            has_input = 0;
        }
        for (int i = 0; i < client_count; i++)
            if (watched[2 + listener_count + i].revents != 0) {
                if ((clients[i] & 0x10000) != 0)
                    answer_http(clients[i] & 0xffff);
                else {
                    char nothing[256];
                    if (recv(clients[i] & 0xffff, nothing, sizeof nothing, 0) > 0)
                        continue;
                }
                close(clients[i] & 0xffff);
                clients[i] = -1;
            }
        int kept = 0;
        for (int i = 0; i < client_count; i++)
            if (clients[i] >= 0)
                clients[kept++] = clients[i];
        client_count = kept;
        for (int i = 0; i < listener_count; i++) {
            if (listeners[i].socket < 0 || watched[2 + i].revents == 0)
                continue;
            if (listeners[i].kind == 'u') {
                answer_udp(listeners[i].socket);
                continue;
            }
            int client = accept4(listeners[i].socket, NULL, NULL, SOCK_CLOEXEC);
            if (client >= 0 && client_count < MOST_CLIENTS)
                clients[client_count++] = client | (listeners[i].kind == 'h' ? 0x10000 : 0);
            else if (client >= 0)
                close(client);
        }
    }
}
