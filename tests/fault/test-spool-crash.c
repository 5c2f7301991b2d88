/* The spool killed at every step, refused by its disk at every step, and shared.
 *
 * A station, this program run again, puts jobs in and sends them, and is killed before or
 * in its n-th step, n growing until there is none. Then another takes up what is there.
 * Every job that was said to be in is there; no job's bytes went out twice, unless it had
 * been in doubt and the operator said that it was not printed; and in the end every one
 * is on paper once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake-printer.h"
#include "printer/spool.h"
#include "spool-steps.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS 2
#define PLENTY_MS 60000
#define REFUSED_MOST 5

extern char **environ;

/* --- the station --------------------------------------------------------------- */

struct station {
    char dir[64], uri[96], told[96], acked[96];
    struct printer printer;
    struct spool *spool;
    struct notes notes;
};

static void
append(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || steps_write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        abort();
    close(fd);
}

static enum status
hear(void *data, const struct spool_entry *entry)
{
    struct station *station = data;
    char line[64];
    snprintf(line, sizeof(line), "%lld %s\n", (long long)entry->id,
             spool_state_name(entry->state));
    append(station->told, line);
    return STATUS_OK;
}

static void
lay_out(struct station *station, const char *dir, const char *uri)
{
    memset(station, 0, sizeof(*station));
    snprintf(station->dir, sizeof(station->dir), "%s", dir);
    snprintf(station->uri, sizeof(station->uri), "%s", uri);
    snprintf(station->told, sizeof(station->told), "%s/told", dir);
    snprintf(station->acked, sizeof(station->acked), "%s/acked", dir);
    station->printer =
        (struct printer){.name = "label", .uri = station->uri, .format = SHEET_ZPL};
}

static enum status
open_station(struct station *station, bool is_sending)
{
    char dir[96];
    snprintf(dir, sizeof(dir), "%s/spool", station->dir);
    const struct spool_settings settings = {.dir = dir,
                                            .printers = &station->printer,
                                            .printer_count = 1,
                                            .is_sending = is_sending,
                                            .retry_first_ms = 5,
                                            .retry_most_ms = 20,
                                            .tries_most = 100,
                                            .told = hear,
                                            .data = station};
    return spool_open(&settings, &station->notes, &station->spool);
}

static enum status
put(struct station *station, const char *mark, int64_t *ret_id)
{
    const struct patience patience = {clock_monotonic_ms() + PLENTY_MS, NULL};
    char bytes[200];
    snprintf(bytes, sizeof(bytes), "^XA^FX <%s^FS^FO10,10^GB100,100,2^FS^FX %s>^FS^XZ",
             mark, mark);
    const struct spool_job job = {.printer = "label",
                                  .order = mark,
                                  .format = SHEET_ZPL,
                                  .bytes = bytes,
                                  .n = strlen(bytes)};
    return spool_put(station->spool, &job, &patience, &station->notes, ret_id);
}

static enum status
settle(struct station *station)
{
    const struct patience patience = {clock_monotonic_ms() + PLENTY_MS, NULL};
    return spool_wait(station->spool, &patience);
}

/* station DIR URI FAULT N NAME COUNT */
static int
be_station(char **argv)
{
    struct station station;
    lay_out(&station, argv[0], argv[1]);
    steps_fail((enum step_fault)atoi(argv[2]), atoi(argv[3]), 1);
    if (open_station(&station, true) != STATUS_OK)
        return 3;
    for (int i = 0; i < atoi(argv[5]); i++) {
        char mark[40], line[96];
        int64_t id = 0;
        snprintf(mark, sizeof(mark), "%s-%d", argv[4], i);
        if (put(&station, mark, &id) != STATUS_OK)
            return 4;
        snprintf(line, sizeof(line), "%lld %s\n", (long long)id, mark);
        append(station.acked, line);
    }
    enum status status = settle(&station);
    spool_close(station.spool, 1000);
    return status == STATUS_OK ? 0 : 5;
}

static pid_t
start_station(const struct station *station, enum step_fault fault, int n,
              const char *name, int count)
{
    char fault_text[12], n_text[12], count_text[12], dir[64], uri[96], mark[32];
    snprintf(fault_text, sizeof(fault_text), "%d", (int)fault);
    snprintf(n_text, sizeof(n_text), "%d", n);
    snprintf(count_text, sizeof(count_text), "%d", count);
    snprintf(dir, sizeof(dir), "%s", station->dir);
    snprintf(uri, sizeof(uri), "%s", station->uri);
    snprintf(mark, sizeof(mark), "%s", name);
    char program[] = "/proc/self/exe", word[] = "station";
    char *argv[] = {program, word, dir, uri, fault_text, n_text, mark, count_text, NULL};
    pid_t pid = 0;
    assert_int_equal(posix_spawn(&pid, program, NULL, NULL, argv, environ), 0);
    return pid;
}

/* True: it came to its end; false: it was killed, as was asked. */
static bool
await_station(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return false;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    return true;
}

/* --- the paper ----------------------------------------------------------------- */

struct bench {
    struct station station;
    struct fake *fake; /* NULL: a folder */
    char top[64], folder[80];
    struct arena *arena;
};

static char *
read_folder(const char *path)
{
    char *all = calloc(1, 1);
    size_t n = 0;
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char file_path[400], bytes[4096];
        snprintf(file_path, sizeof(file_path), "%s/%s", path, entry->d_name);
        FILE *file = entry->d_name[0] != '.' ? fopen(file_path, "r") : NULL;
        if (!file)
            continue;
        size_t got = fread(bytes, 1, sizeof(bytes), file);
        fclose(file);
        all = realloc(all, n + got + 1);
        memcpy(all + n, bytes, got);
        all[n += got] = '\0';
    }
    closedir(dir);
    return all;
}

static char *
read_paper(struct bench *bench)
{
    size_t n = 0;
    return bench->fake ? fake_document(bench->fake, &n) : read_folder(bench->folder);
}

static int
count(const char *text, const char *before, const char *mark, const char *after)
{
    char wanted[64];
    int found = 0;
    snprintf(wanted, sizeof(wanted), "%s%s%s", before, mark, after);
    for (const char *at = text; (at = strstr(at, wanted)); at++)
        found++;
    return found;
}

static bool
was_told(struct bench *bench, const struct spool_entry *entry)
{
    char wanted[64], line[64];
    bool was = false;
    FILE *file = fopen(bench->station.told, "r");
    snprintf(wanted, sizeof(wanted), "%lld %s\n", (long long)entry->id,
             spool_state_name(entry->state));
    while (file && fgets(line, sizeof(line), file))
        was |= strcmp(line, wanted) == 0;
    if (file)
        fclose(file);
    return was;
}

/* --- what must hold ------------------------------------------------------------ */

static void
list(struct bench *bench, struct spool_entry **ret, size_t *ret_count)
{
    assert_int_equal(open_station(&bench->station, false), STATUS_OK);
    assert_int_equal(spool_list(bench->station.spool, 0, NULL, NULL, bench->arena,
                                &bench->station.notes, ret, ret_count),
                     STATUS_OK);
}

static void
every_acked_job_is_there(struct bench *bench, const struct spool_entry *entries, size_t n)
{
    char line[64], mark[40];
    long long id;
    FILE *file = fopen(bench->station.acked, "r");
    while (file && fgets(line, sizeof(line), file)) {
        bool is_there = false;
        assert_int_equal(sscanf(line, "%lld %39s", &id, mark), 2);
        for (size_t i = 0; i < n; i++)
            is_there |= entries[i].id == id && strcmp(entries[i].order, mark) == 0;
        assert_true(is_there);
    }
    if (file)
        fclose(file);
}

/* What is in doubt is answered as an operator would who looks at the paper. */
static int
check_and_answer(struct bench *bench, bool may_doubt)
{
    struct spool_entry *entries = NULL;
    size_t n = 0;
    int doubts = 0;
    char *paper = read_paper(bench);
    list(bench, &entries, &n);
    every_acked_job_is_there(bench, entries, n);
    for (size_t i = 0; i < n; i++) {
        int begun = count(paper, "<", entries[i].order, "^"),
            whole = count(paper, " ", entries[i].order, ">");
        assert_true(whole <= 1);
        if (may_doubt)
            assert_true(begun <= 1);
        if (entries[i].state == SPOOL_DOUBT && may_doubt) {
            assert_int_equal(spool_answer(bench->station.spool, entries[i].id, whole == 1,
                                          &bench->station.notes),
                             STATUS_OK);
            doubts++;
            continue;
        }
        if (entries[i].state != SPOOL_PRINTED)
            print_error("job %s is %s: %s\n", entries[i].order,
                        spool_state_name(entries[i].state), entries[i].reason);
        assert_int_equal(entries[i].state, SPOOL_PRINTED);
        assert_int_equal(whole, 1);
        assert_true(entries[i].is_told);
        assert_true(was_told(bench, &entries[i]));
    }
    spool_close(take(bench->station.spool), 0);
    free(paper);
    return doubts;
}

static void
clear(struct bench *bench)
{
    char command[400];
    snprintf(command, sizeof(command),
             "rm -rf %s/station %s/out && mkdir %s/station %s/out", bench->top,
             bench->top, bench->top, bench->top);
    assert_int_equal(system(command), 0);
    if (bench->fake)
        fake_forget_document(bench->fake);
    arena_reset(bench->arena);
    memset(&bench->station.notes, 0, sizeof(bench->station.notes));
}

static void
kill_at_every_step(struct bench *bench, enum step_fault fault)
{
    bool is_at_end = false;
    for (int n = 1; !is_at_end; n++) {
        clear(bench);
        is_at_end = await_station(start_station(&bench->station, fault, n, "job", JOBS));
        assert_true(await_station(start_station(&bench->station, STEP_GOOD, 0, "no", 0)));
        int doubts = check_and_answer(bench, true);
        if (doubts > 0) {
            assert_true(
                await_station(start_station(&bench->station, STEP_GOOD, 0, "no", 0)));
            check_and_answer(bench, false);
        }
        assert_true(n < 500);
        assert_true(!is_at_end || n > 10 * JOBS);
    }
}

/* --- tests --------------------------------------------------------------------- */

static int
begin(void **state, bool is_folder)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    char dir[80], uri[96];
    strcpy(bench->top, "/tmp/tuck-crash-XXXXXX");
    assert_non_null(mkdtemp(bench->top));
    bench->arena = arena_new(0);
    snprintf(bench->folder, sizeof(bench->folder), "%s/out", bench->top);
    snprintf(dir, sizeof(dir), "%s/station", bench->top);
    if (is_folder) {
        snprintf(uri, sizeof(uri), "dir:%s", bench->folder);
    } else {
        bench->fake = fake_start(0, "", NULL, NULL);
        snprintf(uri, sizeof(uri), "socket://127.0.0.1:%d", fake_port(bench->fake));
    }
    lay_out(&bench->station, dir, uri);
    clear(bench);
    *state = bench;
    return 0;
}

static int
begin_port(void **state)
{
    return begin(state, false);
}

static int
begin_folder(void **state)
{
    return begin(state, true);
}

static int
end(void **state)
{
    struct bench *bench = *state;
    char command[100];
    if (bench->fake)
        fake_stop(bench->fake);
    arena_free(bench->arena);
    snprintf(command, sizeof(command), "rm -rf %s", bench->top);
    assert_int_equal(system(command), 0);
    free(bench);
    return 0;
}

static void
killed_before_any_step_nothing_is_lost_or_doubled(void **state)
{
    kill_at_every_step(*state, STEP_DIE);
}

static void
killed_in_any_step_nothing_is_lost_or_doubled(void **state)
{
    kill_at_every_step(*state, STEP_DIE_IN);
}

static void
killed_over_a_folder_nothing_is_lost_or_doubled(void **state)
{
    kill_at_every_step(*state, STEP_DIE);
}

static void
two_stations_with_one_spool_print_every_job_once(void **state)
{
    struct bench *bench = *state;
    pid_t one = start_station(&bench->station, STEP_GOOD, 0, "one", 20);
    pid_t two = start_station(&bench->station, STEP_GOOD, 0, "two", 20);
    assert_true(await_station(one));
    assert_true(await_station(two));
    assert_int_equal(check_and_answer(bench, true), 0);
}

static void
print_jobs(struct bench *bench, int step)
{
    struct spool_entry *entries = NULL;
    size_t n = 0;
    assert_int_equal(spool_list(bench->station.spool, 0, NULL, NULL, bench->arena,
                                &bench->station.notes, &entries, &n),
                     STATUS_OK);
    for (size_t i = 0; i < n; i++) {
        print_error("step %d refused: job %s is %s\n", step, entries[i].order,
                    spool_state_name(entries[i].state));
        for (size_t k = 0; k < entries[i].event_count; k++)
            print_error("  %s: %s\n", entries[i].events[k].what,
                        entries[i].events[k].text);
    }
}

/* What spool_put() says is what is so, whatever the disk refuses. */
static void
refused_by_the_disk_a_job_is_in_or_not_in(void **state)
{
    struct bench *bench = *state;
    bool is_at_end = false;
    for (int n = 1; !is_at_end; n++) {
        struct spool_entry *entries = NULL;
        size_t in = 0, listed = 0;
        clear(bench);
        assert_int_equal(open_station(&bench->station, true), STATUS_OK);
        steps_fail(STEP_REFUSE, n, 1 + n % REFUSED_MOST);
        for (int i = 0; i < JOBS; i++) {
            char mark[32];
            int64_t id = 0;
            snprintf(mark, sizeof(mark), "job-%d", i);
            in += put(&bench->station, mark, &id) == STATUS_OK;
            assert_int_equal(settle(&bench->station), STATUS_OK);
        }
        is_at_end = !steps_were_reached();
        assert_int_equal(settle(&bench->station), STATUS_OK);
        for (int looks = 0; looks < 200; looks++) { /* owed and untold lines come later */
            assert_int_equal(spool_list(bench->station.spool, 1u << SPOOL_PRINTED, NULL,
                                        NULL, bench->arena, &bench->station.notes,
                                        &entries, &listed),
                             STATUS_OK);
            size_t told = 0;
            for (size_t i = 0; i < listed; i++)
                told += entries[i].is_told;
            if (told == in)
                break;
            usleep(20000);
        }
        if (listed != in)
            print_jobs(bench, n);
        assert_int_equal(listed, in);
        spool_close(take(bench->station.spool), 1000);
        assert_int_equal(check_and_answer(bench, true), 0);
        assert_true(n < 500);
        assert_true(!is_at_end || in == JOBS);
    }
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(killed_before_any_step_nothing_is_lost_or_doubled,
                                        begin_port, end),
        cmocka_unit_test_setup_teardown(killed_in_any_step_nothing_is_lost_or_doubled,
                                        begin_port, end),
        cmocka_unit_test_setup_teardown(killed_over_a_folder_nothing_is_lost_or_doubled,
                                        begin_folder, end),
        cmocka_unit_test_setup_teardown(two_stations_with_one_spool_print_every_job_once,
                                        begin_port, end),
        cmocka_unit_test_setup_teardown(refused_by_the_disk_a_job_is_in_or_not_in,
                                        begin_port, end),
    };
    if (argc == 8 && strcmp(argv[1], "station") == 0)
        return be_station(argv + 2);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
