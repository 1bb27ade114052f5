/* Stands in for Valve's SteamCMD, which cannot be had without Valve's network: the same arguments, lines (lines.txt), exit codes, states
 * and manifest, buffered in blocks unless it writes to a terminal. Files beside the program say how it behaves:
 *   plan     a line for each run, the last one for all that follow. Without the file every run is "ok"
 *   runs     how many there were
 *   calls    a line for each run: whether it wrote to a terminal, HOME, LC_ALL, and the arguments
 *   content  a folder whose files become the game's
 * Plans, words of a line:
 *   ok, uptodate, early-error (an error line, then success), comma (in percents)
 *   state 0x602     ends with that state and 8          failed REASON     "Failed to install app" and 8
 *   login CODE TEXT a failed login                       timeout           1, waiting for AppInfo
 *   restart         updates itself and ends with 42      hang              stops in the middle, for ever
 *   die             is killed in the middle              false-success     says that it succeeded, and its manifest does not
 *   no-manifest, two-manifests                           libraries N       1: no loader for 32-bit programs; 2: no libstdc++
 *   slow            waits a little between lines; ahead of another plan. slower waits ten times as long
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TOTAL = 87188267, STEPS = 8 };

static char own_folder[4096];
static const char *folder, *app = "0";
static int has_comma, is_slow;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("\033[0m", stdout);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
    if (is_slow)
        nanosleep(&(struct timespec){0, is_slow * 20000000L}, NULL);
}

static char *beside(const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", own_folder, name) < 0)
        abort();
    return path;
}

static void make_folders(const char *path)
{
    char part[4096];
    for (size_t i = 1; path[i] != 0 && i < sizeof part; i++)
        if (path[i] == '/') {
            memcpy(part, path, i);
            part[i] = 0;
            mkdir(part, 0755);
        }
    mkdir(path, 0755);
}

static void progress(const char *state, const char *name, int step)
{
    long bytes = (long)TOTAL * step / STEPS;
    double percent = 100.0 * step / STEPS;
    char text[32];
    snprintf(text, sizeof text, "%.2f", percent);
    if (has_comma)
        *strchr(text, '.') = ',';
    say(" Update state (%s) %s, progress: %s (%ld / %d)", state, name, text, bytes, TOTAL);
}

static void download(int until)
{
    say(" Update state (0x3) reconfiguring, progress: %s (0 / 0)", has_comma ? "0,00" : "0.00");
    progress("0x11", "preallocating", STEPS / 2);
    for (int step = 0; step <= until; step++)
        progress("0x61", "downloading", step);
    if (until < STEPS)
        return;
    progress("0x81", "verifying update", STEPS);
    progress("0x101", "committing", STEPS);
}

static void write_manifest(const char *place, unsigned int state)
{
    char path[8192];
    snprintf(path, sizeof path, "%s/%s", folder, place);
    make_folders(path);
    snprintf(path, sizeof path, "%s/%s/appmanifest_%s.acf", folder, place, app);
    FILE *manifest = fopen(path, "w");
    if (manifest == NULL) {
        say("Error! App '%s' state is 0x606 after update job.", app);
        exit(8);
    }
    fprintf(manifest,
        "\"AppState\"\n{\n\t\"appid\"\t\t\"%s\"\n\t\"name\"\t\t\"A game {with} \\\"quotes\\\"\"\n\t\"StateFlags\"\t\t\"%u\"\n"
        "\t\"installdir\"\t\t\"game\"\n\t\"SizeOnDisk\"\t\t\"%d\"\n\t\"buildid\"\t\t\"11223344\"\n"
        "\t\"InstalledDepots\"\n\t{\n\t\t\"741\"\n\t\t{\n\t\t\t\"manifest\"\t\t\"5\"\n\t\t\t\"buildid\"\t\t\"1\"\n\t\t}\n\t}\n}\n",
        app, state, TOTAL);
    fclose(manifest);
}

static void write_content(void)
{
    make_folders(folder);
    char *source = beside("content/.");
    if (access(source, R_OK) == 0) {
        pid_t copy = fork();
        if (copy == 0) {
            execl("/bin/cp", "cp", "-a", source, folder, (char *)NULL);
            _exit(1);
        }
        waitpid(copy, NULL, 0);
    }
    free(source);
}

static int succeed(unsigned int state)
{
    write_content();
    write_manifest("steamapps", state);
    say("Success! App '%s' fully installed.", app);
    say("Unloading Steam API...OK");
    return 0;
}

/* the plan of this run */
static void take_plan(char *plan, size_t size)
{
    char *file = beside("runs");
    long run = 0;
    FILE *stream = fopen(file, "r+");
    if (stream == NULL)
        stream = fopen(file, "w+");
    if (stream == NULL || fscanf(stream, "%ld", &run) != 1)
        run = 0;
    if (stream != NULL) {
        rewind(stream);
        fprintf(stream, "%ld\n", run + 1);
        fclose(stream);
    }
    free(file);
    snprintf(plan, size, "ok");
    file = beside("plan");
    stream = fopen(file, "r");
    free(file);
    if (stream == NULL)
        return;
    char line[256];
    for (long i = 0; i <= run && fgets(line, sizeof line, stream) != NULL; i++) {
        line[strcspn(line, "\n")] = 0;
        snprintf(plan, size, "%s", line);
    }
    fclose(stream);
}

static void record_call(int argc, char **argv)
{
    char *file = beside("calls");
    FILE *stream = fopen(file, "a");
    free(file);
    if (stream == NULL)
        return;
    const char *home = getenv("HOME"), *locale = getenv("LC_ALL");
    fprintf(stream, "terminal=%d HOME=%s LC_ALL=%s", isatty(1), home != NULL ? home : "", locale != NULL ? locale : "");
    for (int i = 1; i < argc; i++)
        fprintf(stream, " %s", argv[i]);
    fputc('\n', stream);
    fclose(stream);
}

/* a second one on the same HOME does not complete */
static int lock_home(void)
{
    char path[4096];
    const char *home = getenv("HOME");
    snprintf(path, sizeof path, "%s/Steam", home != NULL ? home : "/tmp");
    make_folders(path);
    strncat(path, "/lock", sizeof path - strlen(path) - 1);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0;
}

int main(int argc, char **argv)
{
    ssize_t length = readlink("/proc/self/exe", own_folder, sizeof own_folder - 1);
    own_folder[length > 0 ? length : 0] = 0;
    *strrchr(own_folder, '/') = 0;
    record_call(argc, argv);
    char all[256], *plan = all;
    take_plan(all, sizeof all);
    if (strncmp(plan, "slow ", 5) == 0) {
        is_slow = 1;
        plan += 5;
    } else if (strncmp(plan, "slower ", 7) == 0) {
        is_slow = 10;
        plan += 7;
    }
    const char *locale = getenv("LC_ALL");
    has_comma = strcmp(plan, "comma") == 0 || (locale != NULL && strcmp(locale, "C") != 0 && strcmp(locale, "POSIX") != 0);
    if (strcmp(plan, "libraries 1") == 0) {
        fprintf(stderr, "steamcmd.sh: line 39: %s/linux32/steamcmd: No such file or directory\n", own_folder);
        return 127;
    }
    if (strcmp(plan, "libraries 2") == 0) {
        fprintf(stderr, "steamcmd: error while loading shared libraries: libstdc++.so.6: cannot open shared object file: "
                        "No such file or directory\n");
        return 127;
    }

    int is_logged_in = 0, updates = 0, quits = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "+force_install_dir") == 0 && i + 1 < argc) {
            if (is_logged_in)
                say("Please use force_install_dir before logon!");
            else
                folder = argv[i + 1];
        } else if (strcmp(argv[i], "+login") == 0)
            is_logged_in = 1;
        else if (strcmp(argv[i], "+app_update") == 0 && i + 1 < argc) {
            app = argv[i + 1];
            updates = is_logged_in;
        } else if (strcmp(argv[i], "+quit") == 0)
            quits = 1;
    }
    if (folder == NULL) {
        static char wrong[4096];
        snprintf(wrong, sizeof wrong, "%s/Steam/steamapps/common", getenv("HOME") != NULL ? getenv("HOME") : "/tmp");
        folder = wrong;
    }

    if (strcmp(plan, "restart") == 0) {
        say("[ 71%%] Downloading update (44,113 of 59,605 KB)...");
        say("[----] Verifying installation...");
        return 42;
    }
    int is_alone = lock_home();
    say("Redirecting stderr to '%s/Steam/logs/stderr.txt'", getenv("HOME") != NULL ? getenv("HOME") : "");
    say("[----] Verifying installation...");
    say("Steam Console Client (c) Valve Corporation - version 1689642531");
    say("-- type 'quit' to exit --");
    say("Loading Steam API...OK");
    if (strncmp(plan, "login ", 6) == 0) {
        char *text = plan + 6;
        int code = (int)strtol(text, &text, 10);
        say("FAILED login with result code%s", text);
        return code;
    }
    say("Connecting anonymously to Steam Public...OK");
    say("Waiting for client config...OK");
    say("Waiting for user info...OK");
    if (!updates || !quits) {
        char byte;
        while (!quits && read(0, &byte, 1) > 0) { /* interactive until its input ends */ }
        return 0;
    }
    if (!is_alone) {
        say("Error! App '%s' state is 0x602 after update job.", app);
        return 8;
    }

    if (strncmp(plan, "state ", 6) == 0) {
        unsigned int state = (unsigned int)strtoul(plan + 6, NULL, 16);
        download(STEPS / 2);
        write_manifest("steamapps", state);
        say("Error! App '%s' state is 0x%X after update job.", app, state);
        return 8;
    }
    if (strncmp(plan, "failed ", 7) == 0) {
        say("ERROR! Failed to install app '%s' (%s)", app, plan + 7);
        say("Unloading Steam API...OK");
        return 8;
    }
    if (strcmp(plan, "timeout") == 0) {
        say("ERROR! Timed out waiting for AppInfo update.");
        return 1;
    }
    if (strcmp(plan, "uptodate") == 0) {
        write_content();
        write_manifest("steamapps", 4);
        say("Success! App '%s' already up to date.", app);
        return 0;
    }
    if (strcmp(plan, "hang") == 0 || strcmp(plan, "die") == 0) {
        download(STEPS / 2);
        write_manifest("steamapps", 0x402);
        fflush(stdout);
        if (plan[0] == 'd')
            raise(SIGKILL);
        for (;;)
            pause();
    }
    if (strcmp(plan, "early-error") == 0)
        say("Error! App '%s' state is 0x6 after update job.", app);
    download(STEPS);
    if (strcmp(plan, "false-success") == 0)
        return succeed(0x402);
    if (strcmp(plan, "no-manifest") == 0) {
        write_content();
        say("Success! App '%s' fully installed.", app);
        return 0;
    }
    if (strcmp(plan, "two-manifests") == 0)
        write_manifest("game/steamapps", 4);
    return succeed(4);
}
