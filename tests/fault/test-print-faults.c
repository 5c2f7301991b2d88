/* Printing in spite of faults, as a host sees it: a full disk in the spool, a wall clock that
 * jumps, a host that is killed, many threads. What was queued comes out once, or a person
 * is asked.
 *
 * The disk below the spool and the wall clock are this program's: its pwrite() and time()
 * stand before the library's in the plugin, too. Called with arguments it is a further
 * host, which is killed. */
#include "../host/print-bench.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* --- the disk and the clock ------------------------------------------------------- */

static struct {
    pthread_mutex_t lock;
    int fails_from, steps; /* from this write to the spool on; 0: none */
    int fails_most;
} disk = {.lock = PTHREAD_MUTEX_INITIALIZER};
static int64_t wall_shift_s;

__attribute__((visibility("default"))) time_t time(time_t *ret);
__attribute__((visibility("default"))) ssize_t pwrite(int fd, const void *bytes, size_t n,
                                                      off_t at);

time_t
time(time_t *ret)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time_t s = now.tv_sec + (time_t)__atomic_load_n(&wall_shift_s, __ATOMIC_RELAXED);
    if (ret)
        *ret = s;
    return s;
}

static bool
is_of_spool(int fd)
{
    char link[64], path[400] = "";
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    return readlink(link, path, sizeof(path) - 1) > 0 && strstr(path, "/spool/");
}

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    static ssize_t (*real)(int, const void *, size_t, off_t);
    pthread_mutex_lock(&disk.lock);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "pwrite");
    bool is_counted = disk.fails_from && is_of_spool(fd);
    int step = is_counted ? ++disk.steps : 0;
    bool fails = step && step >= disk.fails_from &&
                 step < disk.fails_from + disk.fails_most;
    pthread_mutex_unlock(&disk.lock);
    if (fails) {
        errno = ENOSPC;
        return -1;
    }
    return real(fd, bytes, n, at);
}

/* Of the writes to a spool `most` fail, from the n-th on; true: so many had been made
 * since the last call. */
static bool
disk_fails(int n, int most)
{
    pthread_mutex_lock(&disk.lock);
    bool were = disk.fails_from && disk.steps >= disk.fails_from;
    disk.fails_from = n;
    disk.fails_most = most;
    disk.steps = 0;
    pthread_mutex_unlock(&disk.lock);
    return were;
}

/* --- the disk --------------------------------------------------------------------- */

static void
a_spool_that_cannot_be_opened_is_told_and_used_when_it_can(void **state)
{
    (void)state;
    char dir[200], path[250], code[64];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("blocked", fake, NULL, dir);
    struct tuck_piece piece;
    struct tuck_sent sent = {.size = sizeof(sent)};
    struct tuck_note note = {.size = sizeof(note)};
    struct tuck_found *found = NULL;
    bool is_told = false;
    tuck->close(shop);
    snprintf(path, sizeof(path), "rm -rf '%s/var/spool'", dir);
    assert_int_equal(system(path), 0);
    snprintf(path, sizeof(path), "%s/var/spool", dir);
    FILE *file = fopen(path, "w"); /* where a folder should be: no user gets round that */
    assert_non_null(file);
    fclose(file);
    shop = host_open(dir, NULL);
    struct tuck_carton *carton = host_pack(shop, "X-1", 0);
    int64_t coupon = host_piece(carton, "coupon", &piece);
    snprintf(code, sizeof(code), "%s", piece.code);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OUTSIDE);
    for (int64_t i = 0; tuck->note(carton, i, &note) == TUCK_OK; i++)
        is_told |= note.number == 950 && strstr(note.text, "cannot be made or opened");
    assert_true(is_told);
    assert_int_equal(print_face->sent(carton, coupon, &sent), TUCK_WITHOUT);
    assert_int_equal(print_face->jobs(shop, 0, NULL, NULL, &found, NULL), TUCK_OUTSIDE);
    assert_int_equal(print_face->printers(shop, 0, &found, NULL), TUCK_OK);
    promises->found_free(found);
    assert_int_equal(host_promises(shop, "X-1", "failed"), 0); /* it may yet be printed */
    assert_int_equal(tuck->piece(carton, coupon, &piece), TUCK_OK);
    assert_string_equal(piece.code, code);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    sent = print_sent(carton, "coupon");
    assert_int_equal(sent.outcome, TUCK_SENT_QUEUED);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_count_paper(shop, sent.job, fake), 1);
    tuck->carton_free(carton);
    tuck->close(shop);
    fake_stop(fake);
}

/* A disk that is full at any write to the spool, for that write or for some time: what
 * was told as queued is printed once, what was told as unavailable never. */
static void
a_full_disk_in_the_spool_loses_nothing_that_was_queued(void **state)
{
    (void)state;
    static const struct {
        int from, most;
    } cases[] = {{1, 1000}, {2, 1}, {3, 1},    {4, 1000}, {5, 1},  {6, 1},  {7, 1},
                 {8, 1},    {9, 1}, {10, 1000}, {11, 1},   {12, 1}, {14, 1}, {1, 1}};
    char dir[200], jobs[250], id[20], code[64];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("full", fake, NULL, dir);
    int refused = 0, reached = 0;
    snprintf(jobs, sizeof(jobs), "%s/var/spool/jobs", dir);
    print_coupon(shop, "Y-0");
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tuck_piece piece;
        snprintf(id, sizeof(id), "Y-%zu", i + 1);
        struct tuck_carton *carton = host_pack(shop, id, 0);
        host_piece(carton, "coupon", &piece);
        snprintf(code, sizeof(code), "%s", piece.code);
        int before = print_count_jobs(shop, ALL_STATES);
        disk_fails(cases[i].from, cases[i].most);
        assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
        struct tuck_sent sent = print_sent(carton, "coupon");
        if (sent.outcome == TUCK_SENT_UNAVAILABLE || sent.outcome == TUCK_SENT_PLAIN) {
            refused++;
            assert_non_null(strstr(sent.text, "could not be put into the spool"));
        }
        int queued = 0;
        for (int64_t k = 0; print_face->sent(carton, k, &sent) == TUCK_OK; k++)
            queued += sent.job != 0;
        if (queued == 3) /* the writing goes on with the printing */
            print_face->settle(shop, 100);
        reached += disk_fails(0, 0);
        assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
        assert_int_equal(print_count_jobs(shop, ALL_STATES), before + queued);
        sent = print_sent(carton, "coupon");
        if (sent.job && strcmp(sent.printer, "label") == 0) {
            int paper = print_count_paper(shop, sent.job, fake);
            if (print_state(shop, sent.job) == TUCK_JOB_DOUBT)
                assert_true(paper <= 1);
            else
                assert_int_equal(paper, 1);
        }
        tuck->carton_free(carton);
        /* the decision is as it was */
        carton = host_pack(shop, id, 0);
        host_piece(carton, "coupon", &piece);
        assert_string_equal(piece.code, code);
        if (!sent.job) { /* and can be printed now */
            assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
            sent = print_sent(carton, "coupon");
            assert_int_equal(sent.outcome, TUCK_SENT_QUEUED);
            assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
            assert_int_equal(print_count_paper(shop, sent.job, fake), 1);
            assert_int_equal(host_promises(shop, id, "failed"), 0);
        }
        tuck->carton_free(carton);
    }
    assert_true(refused >= 2 && reached >= 8);
    assert_int_equal(host_count_files(jobs, ".job"), print_count_jobs(shop, ALL_STATES));
    tuck->close(shop);
    fake_stop(fake);
}

/* --- clocks ----------------------------------------------------------------------- */

static void
a_wall_clock_that_jumps_delays_nothing_and_prints_nothing_twice(void **state)
{
    (void)state;
    static const int64_t jumps_s[] = {-40 * 86400, 3 * 86400, -1, 300 * 86400, 0,
                                      -9000 * (int64_t)86400};
    char dir[200], id[20];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct fake *lid = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("clock", fake, lid, dir);
    int labels = 0;
    for (size_t i = 0; i < sizeof(jumps_s) / sizeof(jumps_s[0]); i++) {
        /* a job that has to be tried again: the printer goes away after it was asked */
        print_await_printer(shop, "label", TUCK_PRINTER_IDLE);
        fake_set(fake, "refuse");
        snprintf(id, sizeof(id), "J-%zu", i);
        int64_t job = print_coupon(shop, id);
        __atomic_store_n(&wall_shift_s, jumps_s[i], __ATOMIC_RELAXED);
        host_pause_ms(100); /* its first try is in vain, or not: either is fine */
        fake_set(fake, "");
        int64_t begun = host_ms();
        print_await(shop, job, TUCK_JOB_PRINTED);
        assert_true(host_ms() - begun < 6000 * host_slowness());
        assert_int_equal(print_count_paper(shop, job, fake), 1);
        labels++;
        if (i % 3 == 1) { /* a host that begins at such a time */
            tuck->close(shop);
            shop = host_open(dir, NULL);
            assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
        }
    }
    __atomic_store_n(&wall_shift_s, 0, __ATOMIC_RELAXED);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(fake_counts(fake).labels_printed, labels);
    assert_int_equal(fake_counts(lid).labels_printed, labels);
    tuck->close(shop);
    fake_stop(lid);
    fake_stop(fake);
}

/* --- many threads ----------------------------------------------------------------- */

#define THREADS 8

struct packing {
    pthread_t thread;
    struct tuck_shop *shop;
    int number, count;
    int64_t coupons[16], boxes[16];
    bool is_well;
};

static void *
pack_and_print(void *data)
{
    struct packing *packing = data;
    packing->is_well = true;
    for (int i = 0; i < packing->count; i++) {
        char id[20];
        struct tuck_carton *carton = NULL;
        struct tuck_piece piece = {.size = sizeof(piece)};
        struct tuck_sent sent = {.size = sizeof(sent)};
        snprintf(id, sizeof(id), "T-%d-%d", packing->number, i);
        char *text = host_order(id);
        const struct tuck_order order = {.size = sizeof(order), .bytes = text,
                                         .length = strlen(text),
                                         .budget_ms = PLENTY_MS};
        packing->is_well &= tuck->pack(packing->shop, &order, &carton) == TUCK_OK &&
                            print_face->print(carton, NULL, PLENTY_MS) == TUCK_OK;
        for (int64_t k = 0; tuck->piece(carton, k, &piece) == TUCK_OK; k++) {
            packing->is_well &= print_face->sent(carton, k, &sent) == TUCK_OK &&
                                sent.outcome == TUCK_SENT_QUEUED;
            if (strcmp(piece.placement, "coupon") == 0)
                packing->coupons[i] = sent.job;
            if (strcmp(piece.placement, "box") == 0)
                packing->boxes[i] = sent.job;
        }
        tuck->carton_free(carton);
        free(text);
    }
    return NULL;
}

/* Where a job begins in what a printer got; that it is there once. */
static const char *
place_of(struct tuck_shop *shop, int64_t id, const char *document, size_t document_n)
{
    void *bytes = NULL;
    size_t n = 0;
    assert_int_equal(print_face->job_sheet(shop, id, &bytes, &n, NULL), TUCK_OK);
    assert_int_equal(host_count(document, document_n, bytes, n), 1);
    const char *at = memmem(document, document_n, bytes, n);
    ops->bytes_free(bytes);
    return at;
}

static void
eight_threads_print_each_label_once_and_in_order(void **state)
{
    (void)state;
    char dir[200];
    const int count = host_slowness() > 1 ? 3 : 5;
    struct fake *label = fake_start(0, "print=3", NULL, NULL);
    struct fake *lid = fake_start(0, "print=7", NULL, NULL);
    struct tuck_shop *shop = print_open("threads", label, lid, dir);
    struct packing packings[THREADS] = {{0}};
    size_t label_n = 0;
    for (int i = 0; i < THREADS; i++) {
        packings[i] = (struct packing){.shop = shop, .number = i, .count = count};
        assert_int_equal(
            pthread_create(&packings[i].thread, NULL, pack_and_print, &packings[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(packings[i].thread, NULL);
    for (int i = 0; i < THREADS; i++)
        assert_true(packings[i].is_well);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_count_jobs(shop, ALL_STATES), THREADS * count * 3);
    assert_int_equal(print_count_jobs(shop, 1u << TUCK_JOB_PRINTED), THREADS * count * 3);
    assert_int_equal(fake_counts(label).labels_in, THREADS * count);
    assert_int_equal(fake_counts(lid).labels_in, THREADS * count);
    char *document = fake_document(label, &label_n);
    for (int i = 0; i < THREADS; i++) {
        const char *last = document - 1;
        for (int k = 0; k < count; k++) {
            const char *at = place_of(shop, packings[i].coupons[k], document, label_n);
            assert_true(at > last);
            last = at;
        }
        assert_int_equal(host_promises(shop, "T-0-0", "reserved"), 0);
    }
    free(document);
    tuck->close(shop);
    fake_stop(label);
    fake_stop(lid);
}

/* --- the same carton twice ---------------------------------------------------------- */

struct scan {
    pthread_t thread;
    struct tuck_shop *shop;
    const char *id;
    pthread_barrier_t *barrier;
    int32_t outcome;
};

static void *
scan_and_print(void *data)
{
    struct scan *scan = data;
    struct tuck_carton *carton = NULL;
    struct tuck_piece piece = {.size = sizeof(piece)};
    struct tuck_sent sent = {.size = sizeof(sent)};
    char *text = host_order(scan->id);
    const struct tuck_order order = {.size = sizeof(order), .bytes = text,
                                     .length = strlen(text), .budget_ms = PLENTY_MS};
    if (tuck->pack(scan->shop, &order, &carton) == TUCK_OK) {
        pthread_barrier_wait(scan->barrier);
        if (print_face->print(carton, NULL, PLENTY_MS) == TUCK_OK)
            for (int64_t i = 0; tuck->piece(carton, i, &piece) == TUCK_OK; i++)
                if (strcmp(piece.placement, "coupon") == 0 &&
                    print_face->sent(carton, i, &sent) == TUCK_OK)
                    scan->outcome = sent.outcome;
    }
    tuck->carton_free(carton);
    free(text);
    return NULL;
}

/* A scanner that triggers twice, a carton that two benches have in hand. */
static void
scans_of_one_carton_at_once_print_it_once(void **state)
{
    (void)state;
    char dir[200], id[20];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("scans", fake, NULL, dir);
    struct tuck_shop *other = host_open(dir, NULL);
    for (int round = 0; round < 6; round++) {
        struct scan scans[4];
        pthread_barrier_t barrier;
        int queued = 0;
        pthread_barrier_init(&barrier, NULL, 4);
        snprintf(id, sizeof(id), "TW-%d", round);
        for (int i = 0; i < 4; i++) {
            scans[i] = (struct scan){.shop = i % 2 ? other : shop, .id = id,
                                     .barrier = &barrier};
            assert_int_equal(
                pthread_create(&scans[i].thread, NULL, scan_and_print, &scans[i]), 0);
        }
        for (int i = 0; i < 4; i++) {
            pthread_join(scans[i].thread, NULL);
            queued += scans[i].outcome == TUCK_SENT_QUEUED;
            assert_true(scans[i].outcome == TUCK_SENT_QUEUED ||
                        scans[i].outcome == TUCK_SENT_BEFORE);
        }
        assert_int_equal(queued, 1);
        pthread_barrier_destroy(&barrier);
    }
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_face->settle(other, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_count_jobs(shop, ALL_STATES), 6 * 3);
    assert_int_equal(fake_counts(fake).labels_in, 6 * 2); /* coupons and lids */
    tuck->close(other);
    tuck->close(shop);
    fake_stop(fake);
}

/* One that stopped in the middle of it: the budget holds, and the carton can be printed
 * when it goes on. */
static void
a_carton_in_another_ones_hand_is_told_within_the_budget(void **state)
{
    (void)state;
    char dir[200], path[250];
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct tuck_sent sent = {.size = sizeof(sent)};
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("in-hand", fake, NULL, dir);
    struct tuck_carton *carton = host_pack(shop, "IH-1", 0);
    snprintf(path, sizeof(path), "%s/var/spool/turns.lock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
    int64_t begun = host_ms();
    assert_int_equal(print_face->print(carton, NULL, 300), TUCK_RETRY);
    assert_true(host_ms() - begun <= 300 + GRACE_MS * host_slowness());
    assert_int_equal(print_face->sent(carton, 0, &sent), TUCK_WITHOUT);
    assert_int_equal(print_count_jobs(shop, ALL_STATES), 0);
    close(fd);
    assert_int_equal(print_face->print(carton, NULL, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_sent(carton, "coupon").outcome, TUCK_SENT_QUEUED);
    tuck->carton_free(carton);
    tuck->close(shop);
    fake_stop(fake);
}

/* --- killed ------------------------------------------------------------------------ */

/* A host that packs and prints until it is killed: child pack DIR PREFIX. It tells each
 * coupon's job as soon as it heard "queued". */
static int
be_killed(const char *dir, const char *prefix)
{
    struct tuck_shop *shop = host_load_plugin() ? host_open(dir, NULL) : NULL;
    for (int i = 0; shop && i < 40; i++) {
        char id[60];
        snprintf(id, sizeof(id), "%s-%d", prefix, i);
        struct tuck_carton *carton = host_pack(shop, id, 0);
        if (print_face->print(carton, NULL, 0) != TUCK_OK)
            return 3;
        printf("%lld\n", (long long)print_sent(carton, "coupon").job);
        fflush(stdout);
        tuck->carton_free(carton);
    }
    return 2; /* nobody came to kill */
}

/* Killed so long after so many lines; `heard` gets all that it told. */
static void
kill_after(const char *dir, int round, int lines, int us, int64_t *heard, int *count)
{
    char line[100], name[20];
    snprintf(name, sizeof(name), "Z-%d", round);
    const char *const arguments[] = {"pack", dir, name, NULL};
    struct child child = host_child(arguments);
    for (int i = 0; i < lines; i++) {
        assert_true(host_line(&child, PLENTY_MS, line, sizeof(line)));
        heard[(*count)++] = atoll(line);
    }
    const struct timespec pause = {0, us * 1000L};
    nanosleep(&pause, NULL);
    kill(child.pid, SIGKILL);
    while (host_line(&child, PLENTY_MS, line, sizeof(line)))
        heard[(*count)++] = atoll(line);
    assert_int_equal(host_wait(&child), -1);
}

static void
what_a_killed_host_had_queued_comes_out_once_or_is_asked_about(void **state)
{
    (void)state;
    char dir[200];
    const int rounds = host_slowness() > 1 ? 6 : 14;
    static int64_t heard[4000];
    int count = 0, doubts = 0;
    struct fake *fake = fake_start(0, "print=2", NULL, NULL);
    tuck->close(print_open("killed", fake, NULL, dir));
    for (int i = 0; i < rounds; i++)
        kill_after(dir, i, i % 4, i % 4 ? i * 1300 % 17000 : 4000 + i * 9000, heard,
                   &count);
    struct tuck_shop *shop = host_open(dir, NULL);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_true(count >= rounds / 2);
    for (int i = 0; i < count; i++) {
        int32_t job_state = print_state(shop, heard[i]);
        int paper = print_count_paper(shop, heard[i], fake);
        if (job_state == TUCK_JOB_DOUBT) {
            doubts++;
            assert_true(paper <= 1);
            assert_int_equal(print_do(shop, heard[i],
                                    paper ? TUCK_JOB_WAS_PRINTED
                                          : TUCK_JOB_WAS_NOT_PRINTED,
                                    NULL),
                             TUCK_OK);
        } else {
            assert_int_equal(job_state, TUCK_JOB_PRINTED);
            assert_int_equal(paper, 1);
        }
    }
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    for (int i = 0; i < count; i++) {
        assert_int_equal(print_state(shop, heard[i]), TUCK_JOB_PRINTED);
        assert_int_equal(print_count_paper(shop, heard[i], fake), 1);
    }
    assert_true(doubts <= rounds); /* a host has one label in its hand for each printer */
    tuck->close(shop);
    fake_stop(fake);
}

/* What else the host had in its hand when it was killed. */
static void
answer_doubts(struct tuck_shop *shop, struct fake *fake)
{
    struct tuck_found *found = NULL;
    struct tuck_job job = {.size = sizeof(job)};
    if (print_face->jobs(shop, 1u << TUCK_JOB_DOUBT, NULL, NULL, &found, NULL) ==
        TUCK_WITHOUT)
        return;
    for (int64_t i = 0; print_face->job(found, i, &job) == TUCK_OK; i++)
        assert_int_equal(print_do(shop, job.id,
                                  print_count_paper(shop, job.id, fake)
                                      ? TUCK_JOB_WAS_PRINTED
                                      : TUCK_JOB_WAS_NOT_PRINTED,
                                  NULL),
                         TUCK_OK);
    promises->found_free(found);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
}

/* Killed with a label in its hand: the printer has all of it, or some of it. */
static void
what_a_killed_host_was_sending_is_asked_about_and_not_sent_again(void **state)
{
    (void)state;
    static const struct {
        const char *mood;
        size_t bytes; /* that the printer has by then; what is on its way may come, too */
    } cases[] = {{"keep-open", 3000}, {"stall=900", 900}, {"print=500 keep-open", 2000}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char dir[200], name[20], line[100];
        struct fake *fake = fake_start(0, cases[i].mood, NULL, NULL);
        struct fake *lid = fake_start(0, "", NULL, NULL);
        snprintf(name, sizeof(name), "hand-%zu", i);
        tuck->close(print_open(name, fake, lid, dir));
        const char *const arguments[] = {"pack", dir, name, NULL};
        struct child child = host_child(arguments);
        assert_true(host_line(&child, PLENTY_MS, line, sizeof(line)));
        size_t n = 0;
        for (int64_t until = host_ms() + PLENTY_MS;
             n < cases[i].bytes && fake_counts(fake).labels_in == 0;) {
            free(fake_document(fake, &n));
            assert_true(host_ms() < until);
        }
        assert_int_equal(host_kill(&child), -1);
        fake_set(fake, "");
        struct tuck_shop *shop = host_open(dir, NULL);
        assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
        int64_t id = atoll(line);
        assert_int_equal(print_state(shop, id), TUCK_JOB_DOUBT);
        int paper = print_count_paper(shop, id, fake);
        assert_true(paper <= 1);
        assert_int_equal(print_do(shop, id,
                                  paper ? TUCK_JOB_WAS_PRINTED : TUCK_JOB_WAS_NOT_PRINTED,
                                  NULL),
                         TUCK_OK);
        assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
        assert_int_equal(print_state(shop, id), TUCK_JOB_PRINTED);
        assert_int_equal(print_count_paper(shop, id, fake), 1);
        answer_doubts(shop, lid);
        snprintf(line, sizeof(line), "%s-0", name);
        assert_int_equal(host_promises(shop, line, "reserved"), 0);
        tuck->close(shop);
        fake_stop(fake);
        fake_stop(lid);
    }
}

int
main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "pack") == 0)
        return be_killed(argv[2], argv[3]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spool_that_cannot_be_opened_is_told_and_used_when_it_can),
        cmocka_unit_test(a_full_disk_in_the_spool_loses_nothing_that_was_queued),
        cmocka_unit_test(a_wall_clock_that_jumps_delays_nothing_and_prints_nothing_twice),
        cmocka_unit_test(eight_threads_print_each_label_once_and_in_order),
        cmocka_unit_test(scans_of_one_carton_at_once_print_it_once),
        cmocka_unit_test(a_carton_in_another_ones_hand_is_told_within_the_budget),
        cmocka_unit_test(what_a_killed_host_was_sending_is_asked_about_and_not_sent_again),
        cmocka_unit_test(what_a_killed_host_had_queued_comes_out_once_or_is_asked_about),
    };
    return cmocka_run_group_tests(tests, host_load, host_unload);
}
