/* The ledger: promises a second that a power cut cannot take back.
 *
 * What bounds them is how often the disk can be made to keep something, so that is
 * measured in the same run on the same file system. Desks are processes: they begin
 * together and promise for a few seconds. The part for PostgreSQL begins this program
 * again beside a server of its own that syncs. */
#include "bench/bench-desk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS 3
#define WAVE 100
#define SINGLES_MOST 100000

/* Appends a page and makes it durable, again and again. */
static double
disk_rate(const struct desk_place *place, double *ret_median_us)
{
    static int64_t us[SINGLES_MOST];
    char path[260], bytes[4096];
    size_t count = 0;
    double p99 = 0;
    memset(bytes, 'x', sizeof(bytes));
    snprintf(path, sizeof(path), "%s/disk", place->dir);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int64_t begun = bench_now_us(), now = begun;
    while (fd >= 0 && count < SINGLES_MOST && now - begun < SECONDS * 1000000) {
        if (write(fd, bytes, sizeof(bytes)) != sizeof(bytes) || fdatasync(fd) != 0)
            break;
        int64_t then = bench_now_us();
        us[count++] = then - now;
        now = then;
    }
    if (fd >= 0)
        close(fd);
    unlink(path);
    if (count == 0)
        return 0;
    bench_percentiles(us, count, ret_median_us, &p99);
    return (double)count * 1e6 / (double)(now - begun);
}

/* --- desks -------------------------------------------------------------------------- */

struct shift {
    const struct desk_place *place;
    const char *path;
    int desks, wave; /* wave 1: each promise by itself */
    bool keeps_documents;
};

struct tally {
    int64_t made, us, processor_us;
    double median_us;
};

static int64_t
processor_us(void)
{
    struct rusage used;
    if (getrusage(RUSAGE_SELF, &used) != 0)
        return 0;
    return (int64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
           used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static bool
promise_for_a_while(struct desk *desk, int wave, struct tally *tally)
{
    static int64_t us[SINGLES_MOST];
    size_t count = 0;
    double p99 = 0;
    int64_t begun = bench_now_us(), now = begun, made = desk->made;
    int64_t processor_begun = processor_us();
    while (now - begun < SECONDS * 1000000 && count < SINGLES_MOST) {
        if (!(wave > 1 ? desk_wave(desk, wave) : desk_promise(desk)))
            return false;
        int64_t then = bench_now_us();
        us[count++] = then - now;
        now = then;
    }
    tally->made = desk->made - made;
    tally->us = now - begun;
    tally->processor_us = processor_us() - processor_begun;
    bench_percentiles(us, count, &tally->median_us, &p99);
    return true;
}

/* One desk, in a process of its own: opens, waits for the start, tells its tally. */
static int
work(const struct shift *shift, int number, int start, int tell)
{
    struct desk desk;
    struct tally tally = {0};
    char byte;
    bool is_open = desk_open(&desk, shift->place, shift->path, number);
    /* an order has to be a new one in each shift */
    desk.made = is_open ? bench_now_us() : 0;
    desk.keeps_documents = shift->keeps_documents;
    bool is_fine = is_open && write(tell, "r", 1) == 1 && read(start, &byte, 1) == 0 &&
                   promise_for_a_while(&desk, shift->wave, &tally) &&
                   write(tell, &tally, sizeof(tally)) == sizeof(tally);
    desk_close(&desk);
    return is_fine ? 0 : 1;
}

static bool
gather(int desks, int from, struct tally *ret)
{
    *ret = (struct tally){0};
    for (int i = 0; i < desks; i++) {
        struct tally one;
        if (read(from, &one, sizeof(one)) != sizeof(one))
            return false;
        ret->made += one.made;
        ret->processor_us += one.processor_us;
        ret->us = one.us > ret->us ? one.us : ret->us;
        ret->median_us += one.median_us / desks;
    }
    return true;
}

static bool
run_shift(const struct shift *shift, struct tally *ret)
{
    int start[2], tell[2], ready = 0, failed = 0;
    char byte;
    fflush(NULL);
    if (pipe(start) != 0 || pipe(tell) != 0)
        return false;
    for (int i = 0; i < shift->desks; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            close(start[1]);
            close(tell[0]);
            _exit(work(shift, i, start[0], tell[1]));
        }
        failed |= pid < 0;
    }
    close(tell[1]);
    close(start[0]);
    while (ready < shift->desks && read(tell[0], &byte, 1) == 1)
        ready++;
    close(start[1]); /* off they go */
    bool is_fine =
        ready == shift->desks && !failed && gather(shift->desks, tell[0], ret);
    for (int status = 0; wait(&status) > 0;)
        is_fine = is_fine && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    close(tell[0]);
    return is_fine;
}

static bool
row(const char *what, const struct shift *shift, double disk, const char *aim)
{
    struct tally tally = {0};
    char remark[120];
    if (!run_shift(shift, &tally))
        return false;
    double rate = (double)tally.made * 1e6 / (double)tally.us;
    int n = snprintf(remark, sizeof(remark), "median %.2f ms, %.0f us of processor each",
                     tally.median_us / 1000,
                     tally.made ? (double)tally.processor_us / (double)tally.made : 0);
    if (disk > 0)
        n += snprintf(remark + n, sizeof(remark) - (size_t)n, ", %.2f of the disk's",
                      rate / disk);
    if (aim)
        snprintf(remark + n, sizeof(remark) - (size_t)n, ", %s", aim);
    bench_row(what, rate, "1/s", remark);
    return true;
}

static bool
redeem_row(const struct desk_place *place)
{
    static int64_t us[SINGLES_MOST];
    struct desk desk;
    double median = 0, p99 = 0;
    char remark[60];
    size_t count = 0;
    if (!desk_open(&desk, place, place->path, 101))
        return false;
    bool is_fine = true;
    for (int i = 0; is_fine && i < 100; i++)
        is_fine = desk_wave(&desk, WAVE);
    int64_t begun = bench_now_us(), now = begun;
    while (is_fine && now - begun < SECONDS * 1000000 && (int64_t)count < desk.made) {
        is_fine = desk_redeem(&desk, (int64_t)count);
        int64_t then = bench_now_us();
        us[count++] = then - now;
        now = then;
    }
    desk_close(&desk);
    if (!is_fine)
        return false;
    bench_percentiles(us, count, &median, &p99);
    snprintf(remark, sizeof(remark), "median %.2f ms, found by order first",
             median / 1000);
    bench_row("redemptions, one process, each durable",
              (double)count * 1e6 / (double)(now - begun), "1/s", remark);
    return true;
}

/* --- parts -------------------------------------------------------------------------- */

static bool
sqlite_rows(const struct desk_place *place)
{
    struct shift shift = {place, place->path, 1, 1, false};
    double disk_us = 0, disk = disk_rate(place, &disk_us);
    char remark[60];
    snprintf(remark, sizeof(remark), "median %.2f ms", disk_us / 1000);
    bench_row("the disk: 4 KB appended and synced", disk, "1/s", remark);
    if (!row("promises, one process, each durable", &shift, disk, "aim: the disk's rate"))
        return false;
    shift.keeps_documents = true;
    if (!row("  with 4 KB of documents each", &shift, disk, NULL))
        return false;
    shift = (struct shift){place, place->path, 8, 1, false};
    if (!row("promises, 8 processes on one file", &shift, disk, NULL))
        return false;
    shift = (struct shift){place, place->path, 1, WAVE, false};
    if (!row("promises in waves of 100", &shift, 0, "aim: 20,000"))
        return false;
    shift.keeps_documents = true;
    return row("  with 4 KB of documents each", &shift, 0, NULL) && redeem_row(place);
}

static int
begin_server(const struct bench_how *how)
{
    const char *source = getenv("abs_top_srcdir");
    char command[1000];
    if (!source) {
        bench_skip("promises in PostgreSQL", "skipped: not begun by make bench");
        return 0;
    }
    fflush(NULL);
    snprintf(command, sizeof(command),
             "TUCK_CLUSTER_FSYNC=on sh '%.400s/tests/ledger/with-cluster' '%.400s'"
             " --parts postgres",
             source, how->program);
    int code = system(command);
    if (WIFEXITED(code) && WEXITSTATUS(code) == 77) {
        bench_skip("promises in PostgreSQL", "skipped: no server is installed");
        return 0;
    }
    return code != 0;
}

int
bench_promises(const struct bench_how *how)
{
    struct desk_place place;
    int result = desk_place(&place);
    bench_title("ledger (an order of two lines, a signed code, two limits)");
    if (result == 0 && !sqlite_rows(&place))
        result = 1;
    desk_sweep(&place);
    return result == 0 ? begin_server(how) : 1;
}

int
bench_postgres(const struct bench_how *how)
{
    static const struct {
        int desks;
        const char *what;
    } rows[] = {{1, "promises in PostgreSQL, 1 client, each durable"},
                {8, "promises in PostgreSQL, 8 clients"},
                {32, "promises in PostgreSQL, 32 clients"}};
    const char *uri = getenv("TUCK_TEST_POSTGRES_SOCKET");
    struct desk_place place;
    (void)how;
    if (!uri) {
        bench_skip("promises in PostgreSQL", "skipped: no server was given");
        return 0;
    }
    int result = desk_place(&place);
    for (size_t i = 0; result == 0 && i < COUNT_OF(rows); i++) {
        struct shift shift = {&place, uri, rows[i].desks, 1, false};
        result = !row(rows[i].what, &shift, 0, NULL);
    }
    struct shift waves = {&place, uri, 1, WAVE, false};
    if (result == 0)
        result = !row("promises in PostgreSQL in waves of 100", &waves, 0, NULL);
    desk_sweep(&place);
    return result;
}
