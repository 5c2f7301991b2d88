/* exec:/path – a program of the shop's that prints what it reads.
 *
 * Only where the settings allow it. It gets the sheet on its standard input and a handful
 * of words about it; what became of the sheet it says by its exit status, as sysexits.h
 * has it (printer.h tells the whole contract). It runs as an orphan, so the host sees
 * neither a child nor a signal; /bin/sh stands between, because nobody but its parent can
 * know an exit status, and writes that status into a pipe. */
#include "printer/driver.h"

#include "base/attr.h"
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLICE_MS 40
#define REAP_MS 1000
#define WORDS_MAX 10
/* As sysexits.h has them; 126 and 127 are the shell's for "could not be run". */
enum {
    EXIT_TAKEN = 0,
    EXIT_USAGE = 64,
    EXIT_DATA = 65,
    EXIT_LATER = 75,
    EXIT_NO_RUN = 126
};

static const char *
program_of(const struct printer *printer)
{
    const char *path = printer->uri + strlen("exec:");
    return strncmp(path, "///", 3) == 0 ? path + 2 : path;
}

static enum status
check(const struct printer *printer, const char *file, int32_t line, struct notes *notes)
{
    const char *path = program_of(printer);
    const char *name = printer->name ? printer->name : "?";
    if (path[0] != '/' || path[1] == '/' || path[1] == '\0')
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_PRINTER_URI, file, line,
                         "printer %s: \"%.200s\" names no program; expected exec:/path",
                         name, printer->uri);
    if (!printer->is_exec_allowed)
        return note_fail(
            notes, STATUS_BAD_INPUT, NOTE_EXEC_FORBIDDEN, file, line,
            "printer %s is the program %.200s, but the settings do not allow "
            "programs as printers",
            name, path);
    return STATUS_OK;
}

/* NULL, or why it cannot be run. */
static const char *
why_not(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return strerrordesc_np(errno);
    if (!S_ISREG(info.st_mode))
        return "it is no file";
    return access(path, X_OK) == 0 ? NULL : strerrordesc_np(errno);
}

static enum status
ask(const struct printer *printer, const struct patience *patience, struct arena *arena,
    struct notes *notes, struct printer_report *ret)
{
    const char *why = why_not(program_of(printer));
    (void)patience;
    (void)notes;
    if (!why)
        return STATUS_OK;
    ret->state = PRINTER_GONE;
    ret->detail = arena_printf(arena, "the program cannot be run: %s", why);
    return ret->detail ? STATUS_OK : STATUS_NO_MEMORY;
}

/* --- the program's surroundings --------------------------------------------------- */

/* One line without control characters, whatever a title holds. */
static const char *
word(struct arena *arena, const char *name, const char *value)
{
    char *text = arena_printf(arena, "%s=%.1000s", name, value ? value : "");
    for (char *p = text; p && *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    return text;
}

static const char *const *
make_environment(const struct transfer *transfer)
{
    const struct printer_document *document = transfer->document;
    const struct sheet_kind *kind = sheet_kind_of(document->format);
    struct arena *arena = transfer->arena;
    const char **words = arena_make_array(arena, WORDS_MAX, sizeof(*words));
    size_t n = 0;
    if (!words)
        return NULL;
    words[n++] = "PATH=/usr/local/bin:/usr/bin:/bin";
    words[n++] = "LC_ALL=C.UTF-8";
    words[n++] = word(arena, "TUCK_PRINTER", transfer->printer->name);
    words[n++] = word(arena, "TUCK_JOB", document->name);
    words[n++] = word(arena, "TUCK_TITLE", document->title);
    words[n++] = word(arena, "TUCK_FORMAT", kind ? kind->name : "");
    words[n++] = arena_printf(arena, "TUCK_COPIES=%d",
                              document->copies > 0 ? document->copies : 1);
    words[n++] = arena_printf(arena, "TUCK_MEDIA_MM100=%dx%d", document->width_mm100,
                              document->height_mm100);
    for (size_t i = 0; i < n; i++)
        if (!words[i])
            return NULL;
    return words;
}

/* --- a run ------------------------------------------------------------------------ */

struct run {
    struct process process;
    int in[2];  /* the sheet. We keep the end that it reads from, too: so no signal
                 * can come of writing to a program that is gone, and what it left
                 * unread can be counted */
    int out[2]; /* the exit status, in digits */
    size_t written;
    char text[8]; /* the digits */
    size_t text_n;
    bool has_ended; /* the status came, or never will */
};

static void
close_fd(int *fd)
{
    fd_closep(fd);
    *fd = -1;
}

static void
end_run(struct run *run)
{
    fd_closep(&run->process.pidfd);
    for (int i = 0; i < 2; i++) {
        close_fd(&run->in[i]);
        close_fd(&run->out[i]);
    }
}

static enum status
start_run(struct run *run, const char *path, const char *const *environment,
          int *ret_errno)
{
    static const char script[] = "\"$0\" 3>&-; echo $? >&3";
    const char *const arguments[] = {"sh", "-c", script, path, NULL};
    *ret_errno = 0;
    if (pipe2(run->in, O_CLOEXEC) != 0 || pipe2(run->out, O_CLOEXEC) != 0 ||
        fcntl(run->in[1], F_SETFL, O_NONBLOCK) != 0) {
        *ret_errno = errno;
        return STATUS_OUTSIDE;
    }
    const struct process_plan plan = {.path = "/bin/sh",
                                      .arguments = arguments,
                                      .environment = environment,
                                      .fds = {run->in[0], -1, -1, run->out[1]},
                                      .leads_group = true};
    enum status status = process_start(&plan, &run->process, ret_errno);
    close_fd(&run->out[1]);
    return status;
}

static size_t
count_read(const struct run *run)
{
    int unread = 0;
    if (ioctl(run->in[0], FIONREAD, &unread) != 0)
        return run->written;
    return run->written - (size_t)unread;
}

static void
feed(struct run *run, const char *bytes, size_t n)
{
    ssize_t written = write(run->in[1], bytes + run->written, n - run->written);
    if (written > 0)
        run->written += (size_t)written;
    if (run->written == n)
        close_fd(&run->in[1]); /* the end of the sheet */
}

static void
hear(struct run *run)
{
    ssize_t n =
        read(run->out[0], run->text + run->text_n, sizeof(run->text) - 1 - run->text_n);
    if (n > 0)
        run->text_n += (size_t)n;
    if ((n <= 0 && errno != EINTR) || run->text_n == sizeof(run->text) - 1 ||
        memchr(run->text, '\n', run->text_n))
        run->has_ended = true;
}

/* Feeds it until it has ended. STATUS_RETRY, STATUS_CANCELLED: it was not waited for. */
static enum status
watch_run(struct run *run, const struct printer_document *document,
          const struct patience *patience)
{
    while (!run->has_ended) {
        struct pollfd fds[2] = {{.fd = run->out[0], .events = POLLIN},
                                {.fd = run->in[1], .events = POLLOUT}};
        int64_t left_ms = patience_left_ms(patience);
        if (patience_is_cancelled(patience))
            return STATUS_CANCELLED;
        if (left_ms == 0)
            return STATUS_RETRY;
        if (poll(fds, 2, left_ms < SLICE_MS ? (int)left_ms : SLICE_MS) <= 0)
            continue;
        if (fds[1].revents)
            feed(run, document->bytes, document->n);
        if (fds[0].revents)
            hear(run);
    }
    return STATUS_OK;
}

/* The exit status; -1: it ended without one, killed from outside. */
static int
exit_of(const struct run *run)
{
    int code = 0;
    if (run->text_n == 0 || run->text[run->text_n - 1] != '\n')
        return -1;
    for (size_t i = 0; i + 1 < run->text_n; i++) {
        if (run->text[i] < '0' || run->text[i] > '9')
            return -1;
        code = code * 10 + (run->text[i] - '0');
    }
    return code;
}

static enum delivery
delivery_of(int code, size_t read)
{
    switch (code) {
    case EXIT_TAKEN:
        return DELIVERY_TAKEN;
    case EXIT_USAGE:
    case EXIT_DATA:
        return DELIVERY_REFUSED;
    case EXIT_LATER: /* its word that nothing of it will be printed */
        return DELIVERY_NONE;
    default:
        return read > 0 ? DELIVERY_UNSURE : DELIVERY_NONE;
    }
}

static const char *
text_of(enum status status, int code, struct arena *arena)
{
    if (status == STATUS_CANCELLED)
        return "it was cancelled, and the program stopped";
    if (status == STATUS_RETRY)
        return "the program took too long and was stopped";
    if (code < 0)
        return "the program was killed";
    if (code == EXIT_NO_RUN || code == EXIT_NO_RUN + 1)
        return "the program could not be run";
    if (code == EXIT_LATER)
        return "the program wants to be tried later";
    if (code == EXIT_TAKEN)
        return "";
    return arena_printf(arena, "the program ended with status %d", code);
}

static enum status
send_document(const struct transfer *transfer, struct printer_receipt *ret)
{
    struct run run CLEANUP(end_run) = {
        .process = PROCESS_NONE, .in = {-1, -1}, .out = {-1, -1}};
    const char *path = program_of(transfer->printer);
    const char *const *environment = make_environment(transfer);
    const char *why = why_not(path);
    int code = -1, error;
    if (!environment)
        return STATUS_NO_MEMORY;
    if (!why && transfer->before && transfer->before(transfer->data) != STATUS_OK)
        why = "it was not to be sent";
    int64_t start_ms = clock_monotonic_ms();
    if (!why && start_run(&run, path, environment, &error) != STATUS_OK)
        why = error ? strerrordesc_np(error) : "no memory";
    if (why) {
        ret->text = arena_printf(transfer->arena, "the program cannot be run: %s", why);
        return ret->text ? STATUS_OK : STATUS_NO_MEMORY;
    }
    enum status status = watch_run(&run, transfer->document, transfer->patience);
    if (status == STATUS_OK)
        code = exit_of(&run);
    if (code < 0)
        process_kill_group(&run.process);
    process_reap(&run.process, REAP_MS); /* from now on it reads no more */
    ret->delivery = delivery_of(code, count_read(&run));
    ret->first_byte_ms = start_ms;
    ret->text = text_of(status, code, transfer->arena);
    return ret->text ? STATUS_OK : STATUS_NO_MEMORY;
}

const struct printer_driver driver_exec = {
    .scheme = "exec",
    .check = check,
    .ask = ask,
    .send = send_document,
};
