/* tuck spool: jobs on their way to printers, and what may be done to them. */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUN_STEP_MS 1000
#define ENDED (1u << TUCK_JOB_PRINTED | 1u << TUCK_JOB_CANCELLED)

static enum colour
state_colour(int32_t state)
{
    static const enum colour colours[] = {CYAN,  YELLOW, CYAN, CYAN,
                                          GREEN, RED,    DIM,  YELLOW};
    return state >= 0 && state <= TUCK_JOB_DOUBT ? colours[state] : PLAIN;
}

static void
print_job(const struct tuck_job *job, int columns)
{
    int at = out_put(BOLD, "%6lld ", (long long)job->id);
    at += out_put(state_colour(job->state), "%-9s ", job->state_name);
    at += out_put(PLAIN, "%-14s %s", job->printer, job->order ? job->order : "-");
    if (job->placement)
        at += out_put(PLAIN, " %s", job->placement);
    at += out_put(DIM, "  %s", job->title ? job->title : "");
    at += out_put(DIM, "  %s", job->changed_at ? job->changed_at : "");
    if (job->reason && *job->reason) {
        if (columns > 0 && at + 3 + (int)strlen(job->reason) > columns) {
            fputs("\n", stdout);
            at = out_put(PLAIN, "%17s", "");
        } else {
            at += out_put(PLAIN, "  ");
        }
        out_wrapped(job->reason, at, 17, columns);
    } else {
        puts("");
    }
}

static void
print_json(const struct host *host, const struct tuck_found *found, int64_t index,
           const struct tuck_job *job)
{
    struct json json = {0};
    struct tuck_job_event event = {.size = sizeof(event)};
    printf("%s{", index ? ",\n" : "");
    json_number(&json, "id", job->id);
    json_member(&json, "state", job->state_name);
    json_member(&json, "printer", job->printer);
    json_member(&json, "order", job->order);
    json_member(&json, "package", job->package);
    json_member(&json, "placement", job->placement);
    json_member(&json, "title", job->title);
    json_member(&json, "ticket", job->ticket);
    json_member(&json, "reason", job->reason);
    json_member(&json, "format", format_name(job->format));
    json_number(&json, "bytes", job->bytes);
    json_number(&json, "tries", job->tries);
    json_number(&json, "again-of", job->again_of);
    json_member(&json, "queued", job->queued_at);
    json_member(&json, "changed", job->changed_at);
    json_list(&json, "events");
    for (int64_t i = 0; host->print->job_event(found, index, i, &event) == TUCK_OK; i++) {
        struct json one = {0};
        printf("%s{", i ? "," : "");
        json_member(&one, "at", event.at);
        json_member(&one, "what", event.what);
        json_member(&one, "text", event.text);
        json_end(&one);
    }
    printf("]");
    json_end(&json);
}

static int
list(struct host *host, const struct options *options, uint32_t states)
{
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_job job = {.size = sizeof(job)};
    int doubts = 0, columns = terminal_columns();
    tuck_status status = host->print->jobs(host->shop, states, options->printer,
                                           options->order, &found, &notes);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && status != TUCK_WITHOUT) {
        if (errors == 0)
            complain("%s", status_text(status));
        return EXIT_TROUBLE;
    }
    if (options->wants_json)
        puts("[");
    for (int64_t i = 0; host->print->job(found, i, &job) == TUCK_OK; i++) {
        if (options->wants_json)
            print_json(host, found, i, &job);
        else
            print_job(&job, columns);
        doubts += job.state == TUCK_JOB_DOUBT;
    }
    if (options->wants_json)
        puts("\n]");
    else if (status == TUCK_WITHOUT && !options->is_quiet)
        puts("nothing waits");
    if (doubts && !options->wants_json) {
        fflush(stdout);
        complain("%d job%s in doubt: look whether the paper came, then say `tuck spool "
                 "printed ID` or `tuck spool unprinted ID`",
                 doubts, doubts == 1 ? " is" : "s are");
    }
    host->promise->found_free(found);
    return EXIT_FINE;
}

/* Finds one job among all; false when there is none. */
static bool
find(const struct host *host, int64_t id, struct tuck_found **ret_found, int64_t *ret_index,
     struct tuck_job *ret)
{
    struct tuck_found *found = NULL;
    if (host->print->jobs(host->shop, 0, NULL, NULL, &found, NULL) != TUCK_OK)
        return false;
    for (int64_t i = 0; host->print->job(found, i, ret) == TUCK_OK; i++)
        if (ret->id == id) {
            *ret_found = found;
            *ret_index = i;
            return true;
        }
    host->promise->found_free(found);
    return false;
}

bool
job_tell(const struct host *host, int64_t id, const struct options *options)
{
    struct tuck_job job = {.size = sizeof(job)};
    struct tuck_found *found = NULL;
    int64_t index = 0;
    if (!find(host, id, &found, &index, &job))
        return false;
    if (options->wants_json)
        print_json(host, found, 0, &job);
    else if (!options->is_quiet)
        print_job(&job, terminal_columns());
    if (options->wants_json)
        puts("");
    bool is_fine = job.state != TUCK_JOB_FAILED && job.state != TUCK_JOB_DOUBT;
    host->promise->found_free(found);
    return is_fine;
}

static int
show(struct host *host, const struct options *options, int64_t id)
{
    struct tuck_job job = {.size = sizeof(job)};
    struct tuck_job_event event = {.size = sizeof(event)};
    struct tuck_found *found = NULL;
    int64_t index = 0;
    if (!find(host, id, &found, &index, &job)) {
        complain("there is no job %lld", (long long)id);
        return EXIT_TROUBLE;
    }
    if (options->wants_json) {
        print_json(host, found, 0, &job);
        puts("");
    } else {
        print_job(&job, terminal_columns());
        for (int64_t i = 0; host->print->job_event(found, index, i, &event) == TUCK_OK;
             i++)
            printf("       %s%s%s  %s%s%s\n", out_colour(DIM), event.at, out_colour(PLAIN),
                   event.what, event.text && *event.text ? ": " : "",
                   event.text ? event.text : "");
    }
    host->promise->found_free(found);
    return EXIT_FINE;
}

static int
write_sheet(struct host *host, const struct options *options, int64_t id)
{
    struct tuck_notes *notes = NULL;
    void *bytes = NULL;
    size_t length = 0;
    tuck_status status = host->print->job_sheet(host->shop, id, &bytes, &length, &notes);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK) {
        if (errors == 0)
            complain("there is no job %lld", (long long)id);
        return EXIT_TROUBLE;
    }
    bool is_written =
        out_write(host, options->output ? options->output : "-", bytes, length);
    host->ops->bytes_free(bytes);
    return is_written ? EXIT_FINE : EXIT_TROUBLE;
}

static volatile sig_atomic_t is_stopped;

static void
stop(int number)
{
    (void)number;
    is_stopped = 1;
}

/* The senders are the plugin's own threads; this only keeps the shop open. */
static int
run(struct host *host, const struct options *options)
{
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (!options->is_quiet)
        fprintf(stderr, "tuck: sending; Ctrl-C ends it\n");
    while (!is_stopped) {
        /* settle() returns at once when nothing can be done now */
        struct timespec step = {0, RUN_STEP_MS / 4 * 1000000};
        host->print->settle(host->shop, RUN_STEP_MS);
        nanosleep(&step, NULL);
    }
    return EXIT_FINE;
}

static const struct part {
    const char *name;
    int32_t what;
    bool takes_printer;
} parts[] = {
    {"hold", TUCK_JOB_HOLD, false},
    {"release", TUCK_JOB_RELEASE, false},
    {"cancel", TUCK_JOB_CANCEL, false},
    {"move", TUCK_JOB_MOVE, true},
    {"again", TUCK_JOB_AGAIN, true},
    {"printed", TUCK_JOB_WAS_PRINTED, false},
    {"unprinted", TUCK_JOB_WAS_NOT_PRINTED, false},
    {"refused", TUCK_JOB_REFUSED, false},
    {"overridden", TUCK_JOB_OVERRIDDEN, false},
};

static bool
read_id(const char *text, int64_t *ret)
{
    char *end = NULL;
    long long id = strtoll(text, &end, 10);
    if (end == text || *end || id < 1) {
        complain("\"%s\" is no number of a job", text);
        return false;
    }
    *ret = id;
    return true;
}

static bool
do_one(struct host *host, const struct options *options, const struct part *part, int64_t id)
{
    struct tuck_notes *notes = NULL;
    int64_t made = 0;
    const char *with = part->takes_printer ? options->printer : options->reason;
    tuck_status status =
        host->print->job_do(host->shop, id, part->what, with, &made, &notes);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK) {
        if (errors == 0)
            complain("job %lld: %s", (long long)id,
                     status == TUCK_WITHOUT ? "there is no such job" : status_text(status));
        return false;
    }
    return job_tell(host, made ? made : id, options) ||
           part->what == TUCK_JOB_WAS_NOT_PRINTED;
}

static int
do_part(struct host *host, const struct options *options)
{
    const char *name = options->args[0];
    int64_t id = 0;
    int troubles = 0;
    if (strcmp(name, "list") == 0)
        return list(host, options, 0);
    if (strcmp(name, "run") == 0)
        return run(host, options);
    if (options->arg_count < 2) {
        complain("spool %s wants the number of a job", name);
        return EXIT_USAGE;
    }
    if (strcmp(name, "show") == 0)
        return read_id(options->args[1], &id) ? show(host, options, id) : EXIT_USAGE;
    if (strcmp(name, "sheet") == 0)
        return read_id(options->args[1], &id) ? write_sheet(host, options, id) : EXIT_USAGE;
    const struct part *part = NULL;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strcmp(parts[i].name, name) == 0)
            part = &parts[i];
    if (!part) {
        complain("spool has no part \"%s\"; there are list, show, sheet, run, hold, "
                 "release, cancel, move, again, printed, unprinted, refused and overridden",
                 name);
        return EXIT_USAGE;
    }
    if (part->what == TUCK_JOB_MOVE && !options->printer) {
        complain("spool move wants --printer");
        return EXIT_USAGE;
    }
    if (part->what >= TUCK_JOB_REFUSED && !options->reason) {
        complain("spool %s wants --reason", name);
        return EXIT_USAGE;
    }
    for (int i = 1; i < options->arg_count; i++)
        troubles += !read_id(options->args[i], &id) || !do_one(host, options, part, id);
    return troubles ? EXIT_TROUBLE : EXIT_FINE;
}

int
cmd_spool(const struct options *options)
{
    struct host host;
    int result = EXIT_TROUBLE;
    bool sends = options->arg_count > 0 && strcmp(options->args[0], "run") == 0;
    if (sends ? host_open_senders(&host, options) : host_open_desk(&host, options))
        result = options->arg_count == 0 ? list(&host, options, ~ENDED & 0xff)
                                         : do_part(&host, options);
    host_close(&host);
    return result;
}
