/* Printers on a port: asked, sent to, followed, with every fault that a printer has.
 *
 * Times are asserted only against a bound that nothing but a hang would break. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake-printer.h"
#include "printer/printer.h"
#include "printer/tcp.h"
#include "printer/zebra.h"

#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define HANG_MS 100000
#define LABEL "^XA^PW400^LL200^FO10,10^GB100,100,2^FS^XZ"

static struct fake *fake;
static struct arena *arena;
static struct notes notes;
static char uri[64];
static struct printer printer;
static int fds_before;

static int
count_fds(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

static int
begin(void **state)
{
    (void)state;
    fds_before = count_fds();
    arena = arena_new(0);
    memset(&notes, 0, sizeof(notes));
    fake = fake_start(0, "", NULL, NULL);
    snprintf(uri, sizeof(uri), "socket://127.0.0.1:%d", fake_port(fake));
    printer = (struct printer){.name = "label", .uri = uri, .format = SHEET_ZPL};
    return arena ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    fake_stop(fake);
    arena_free(arena);
    return count_fds() == fds_before ? 0 : -1;
}

static struct patience
patience_of(int64_t ms)
{
    return (struct patience){clock_monotonic_ms() + ms, NULL};
}

static struct printer_report
ask(void)
{
    struct printer_report report;
    struct patience patience = patience_of(5000);
    int64_t start_ms = clock_monotonic_ms();
    assert_int_equal(printer_ask(&printer, &patience, arena, &notes, &report), STATUS_OK);
    assert_true(clock_monotonic_ms() - start_ms < HANG_MS);
    return report;
}

static int before_count;
static enum status before_status;

static enum status
count_before(void *data)
{
    (void)data;
    size_t n;
    char *document = fake_document(fake, &n);
    free(document);
    if (n == 0)
        before_count++;
    return before_status;
}

static struct printer_receipt
send_bytes(const void *bytes, size_t n, int64_t patience_ms)
{
    const struct printer_document document = {
        .bytes = bytes, .n = n, .format = SHEET_ZPL, .name = "job-1"};
    struct printer_receipt receipt;
    struct patience patience = patience_of(patience_ms);
    int64_t start_ms = clock_monotonic_ms();
    before_count = 0;
    assert_int_equal(printer_send(&printer, &document, count_before, NULL, &patience,
                                  arena, &notes, &receipt),
                     STATUS_OK);
    assert_true(clock_monotonic_ms() - start_ms < HANG_MS);
    return receipt;
}

static struct printer_receipt
send_label(void)
{
    return send_bytes(LABEL, strlen(LABEL), 5000);
}

/* --- asking ----------------------------------------------------------------------- */

static void
a_healthy_printer_tells_what_it_is(void **state)
{
    (void)state;
    struct printer_report report = ask();
    assert_int_equal(report.state, PRINTER_IDLE);
    assert_string_equal(report.make, "ZD421-203dpi (V92.21.16Z)");
    assert_int_equal(report.dpi_x, 203);
    assert_string_equal(report.reasons, "");
    assert_string_equal(report.detail, "");
    assert_int_equal(report.waiting, 0);
    assert_string_equal(report.mimes[0], sheet_kind_of(SHEET_ZPL)->mime);
    assert_null(report.mimes[1]);
    assert_true(printer_is_ready(&report));
}

static void
faults_are_told_in_the_words_of_ipp(void **state)
{
    static const struct {
        const char *mood, *reasons, *detail;
    } faults[] = {
        {"media-out talks", "media-empty-error", "it is out of media"},
        {"head-open talks", "cover-open-error", "the head is open"},
        {"ribbon-out talks", "marker-supply-empty-error", "it is out of ribbon"},
        {"paused", "paused", "it is paused"},
        {"media-out head-open talks", "media-empty-error cover-open-error",
         "it is out of media; the head is open"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        fake_set(fake, faults[i].mood);
        struct printer_report report = ask();
        assert_int_equal(report.state, PRINTER_STOPPED);
        assert_string_equal(report.reasons, faults[i].reasons);
        assert_string_equal(report.detail, faults[i].detail);
        assert_false(printer_is_ready(&report));
    }
}

static void
a_full_buffer_is_no_error(void **state)
{
    (void)state;
    fake_set(fake, "buffer-full");
    struct printer_report report = ask();
    assert_int_equal(report.state, PRINTER_PRINTING);
    assert_string_equal(report.reasons, "spool-area-full-report");
    assert_true(printer_is_ready(&report));
}

static void
silence_is_a_state_and_no_hang(void **state)
{
    static const char *const moods[] = {"media-out", "head-open", "ribbon-out", "mute",
                                        "deaf",      "stall=0",   "half-close"};
    (void)state;
    for (size_t i = 0; i < sizeof(moods) / sizeof(moods[0]); i++) {
        fake_set(fake, moods[i]);
        struct printer_report report = ask();
        assert_int_equal(report.state, PRINTER_SILENT);
        assert_non_null(strstr(report.detail, "does not answer"));
        assert_int_equal(report.waiting, -1);
        fake_set(fake, "");
    }
}

static void
answers_that_make_no_sense_are_silence_too(void **state)
{
    static const char *const moods[] = {"garbage", "reset=3", "close=3", "cut",
                                        "flood"};
    (void)state;
    for (size_t i = 0; i < sizeof(moods) / sizeof(moods[0]); i++) {
        fake_set(fake, moods[i]);
        struct printer_report report = ask();
        assert_int_equal(report.state, PRINTER_SILENT);
        assert_int_equal(report.waiting, -1);
    }
}

static void
an_answer_among_chatter_is_found(void **state)
{
    (void)state;
    fake_set(fake, "babble");
    struct printer_report report = ask();
    assert_int_equal(report.state, PRINTER_IDLE);
    assert_int_equal(report.dpi_x, 203);
}

static void
an_answer_that_drips_is_not_waited_for_without_end(void **state)
{
    (void)state;
    fake_set(fake, "drip");
    struct printer_report report = ask();
    assert_int_equal(report.state, PRINTER_SILENT);
}

static void
who_is_not_there_is_gone(void **state)
{
    (void)state;
    fake_set(fake, "refuse");
    struct printer_report report = ask();
    assert_int_equal(report.state, PRINTER_GONE);
    assert_non_null(strstr(report.detail, "refused"));
    assert_false(printer_is_ready(&report));
    printer.uri = "socket://no-such-host.invalid";
    report = ask();
    assert_int_equal(report.state, PRINTER_GONE);
    assert_true(report.detail[0]);
}

static void
a_printer_that_speaks_tspl_tells_by_its_byte(void **state)
{
    static const struct {
        const char *mood;
        enum printer_state state;
        const char *reasons;
    } bytes[] = {
        {"tspl=00", PRINTER_IDLE, ""},
        {"tspl=20", PRINTER_PRINTING, ""},
        {"tspl=01", PRINTER_STOPPED, "cover-open-error"},
        {"tspl=05", PRINTER_STOPPED, "cover-open-error media-empty-error"},
        {"tspl=08", PRINTER_STOPPED, "marker-supply-empty-error"},
        {"tspl=10", PRINTER_STOPPED, "paused"},
        {"tspl=80", PRINTER_STOPPED, "other-error"},
        {"tspl=41", PRINTER_SILENT, ""},
        {"mute", PRINTER_SILENT, ""},
    };
    (void)state;
    printer.format = SHEET_TSPL;
    for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        fake_set(fake, bytes[i].mood);
        struct printer_report report = ask();
        assert_int_equal(report.state, bytes[i].state);
        assert_string_equal(report.reasons, bytes[i].reasons);
    }
}

static void
a_printer_without_questions_is_only_reached(void **state)
{
    size_t n = 1;
    (void)state;
    printer.format = SHEET_EPL;
    struct printer_report report = ask();
    assert_int_equal(report.state, PRINTER_UNKNOWN);
    assert_true(printer_is_ready(&report));
    free(fake_document(fake, &n));
    assert_int_equal(n, 0);
    fake_set(fake, "refuse");
    assert_int_equal(ask().state, PRINTER_GONE);
}

/* --- sending ---------------------------------------------------------------------- */

static void
assert_document(const char *bytes, size_t n)
{
    size_t got_n;
    char *got = fake_document(fake, &got_n);
    assert_int_equal(got_n, n);
    assert_memory_equal(got, bytes, n);
    free(got);
}

static void
a_label_arrives_as_it_is(void **state)
{
    (void)state;
    struct printer_receipt receipt = send_label();
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_string_equal(receipt.text, "");
    assert_true(receipt.first_byte_ms > 0);
    assert_int_equal(before_count, 1);
    assert_document(LABEL, strlen(LABEL));
    assert_int_equal(fake_counts(fake).labels_in, 1);
}

static void
a_printer_that_stays_open_or_says_nothing_has_it_all_the_same(void **state)
{
    static const char *const moods[] = {"keep-open", "mute", "half-close", "babble",
                                        "deaf"};
    (void)state;
    for (size_t i = 0; i < sizeof(moods) / sizeof(moods[0]); i++) {
        fake_set(fake, moods[i]);
        assert_int_equal(send_label().delivery, DELIVERY_TAKEN);
    }
}

static char *
make_large(size_t n)
{
    char *large = malloc(n);
    assert_non_null(large);
    memset(large, 'x', n);
    return large;
}

static void
a_printer_that_talks_all_the_while_does_not_stop_us(void **state)
{
    (void)state;
    size_t n = 8 << 20; /* more than the system buffers */
    char *large = make_large(n);
    fake_set(fake, "flood");
    assert_int_equal(send_bytes(large, n, 60000).delivery, DELIVERY_TAKEN);
    assert_document(large, n);
    free(large);
}

static void
who_is_not_reached_gets_nothing(void **state)
{
    (void)state;
    fake_set(fake, "refuse");
    struct printer_receipt receipt = send_label();
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_int_equal(receipt.first_byte_ms, 0);
    assert_int_equal(before_count, 0);
    assert_non_null(strstr(receipt.text, "refused"));
}

static void
without_descriptors_nothing_is_sent_and_nothing_lost(void **state)
{
    struct rlimit old, none;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    none = (struct rlimit){0, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    struct printer_report report = ask();
    struct printer_receipt receipt = send_label();
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    assert_int_equal(report.state, PRINTER_GONE);
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_int_equal(before_count, 0);
    assert_int_equal(send_label().delivery, DELIVERY_TAKEN);
}

static void
what_may_not_begin_does_not_begin(void **state)
{
    (void)state;
    before_status = STATUS_OUTSIDE;
    struct printer_receipt receipt = send_label();
    before_status = STATUS_OK;
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_int_equal(before_count, 1);
    assert_document("", 0);
}

static void
a_transfer_that_breaks_is_in_doubt(void **state)
{
    static const char *const moods[] = {"stall=5000", "reset=5000", "close=5000",
                                        "late-reset"};
    /* the first is soon in the system's buffer, the other never wholly */
    static const size_t sizes[] = {200000, 16 << 20};
    (void)state;
    char *large = make_large(sizes[1]);
    for (size_t i = 0; i < 8; i++) {
        fake_set(fake, moods[i / 2]);
        struct printer_receipt receipt = send_bytes(large, sizes[i % 2], 1500);
        assert_int_equal(receipt.delivery, DELIVERY_UNSURE);
        assert_true(receipt.text[0]);
        assert_true(receipt.first_byte_ms > 0);
        assert_int_equal(receipt.device_job, 0);
        fake_forget_document(fake);
    }
    free(large);
}

static void *
cancel_soon(void *flag)
{
    nanosleep(&(struct timespec){0, 50000000}, NULL);
    __atomic_store_n((volatile int32_t *)flag, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void
the_cancel_flag_ends_everything(void **state)
{
    (void)state;
    size_t n = 16 << 20;
    char *large = make_large(n);
    const struct printer_document document = {
        .bytes = large, .n = n, .format = SHEET_ZPL, .name = "job-1"};
    volatile int32_t cancel = 0;
    struct patience patience = {INT64_MAX, &cancel};
    struct printer_receipt receipt;
    struct printer_report report;
    pthread_t thread;
    fake_set(fake, "stall=100");
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, (void *)&cancel), 0);
    assert_int_equal(printer_send(&printer, &document, NULL, NULL, &patience, arena,
                                  &notes, &receipt),
                     STATUS_OK);
    pthread_join(thread, NULL);
    assert_int_equal(receipt.delivery, DELIVERY_UNSURE);
    assert_int_equal(printer_ask(&printer, &patience, arena, &notes, &report),
                     STATUS_CANCELLED);
    assert_int_equal(printer_send(&printer, &document, NULL, NULL, &patience, arena,
                                  &notes, &receipt),
                     STATUS_OK);
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    free(large);
}

/* --- stored plates ---------------------------------------------------------------- */

#define PLATE_START "^XA^DFR:TABCDEFG.ZPL^FS^FO10,10^GFA,800,800,10,"
#define IMPRINT "^XA^XFR:TABCDEFG.ZPL^FS^FO9,9^GB5,5,1^FS^XZ\n"

static size_t plate_n;
static char plate_label[4096];

static void
make_plate_label(void)
{
    size_t n = strlen(PLATE_START);
    memcpy(plate_label, PLATE_START, n);
    memset(plate_label + n, '5', 1600);
    n += 1600;
    memcpy(plate_label + n, "^FS^XZ\n", 7);
    plate_n = n + 7;
    memcpy(plate_label + plate_n, IMPRINT, sizeof(IMPRINT));
}

/* Sends the label; what arrived of it is all, or the imprint alone. */
static void
assert_sends_plate(bool is_expected)
{
    size_t n = plate_n + strlen(IMPRINT);
    fake_forget_document(fake);
    assert_int_equal(send_bytes(plate_label, n, 5000).delivery, DELIVERY_TAKEN);
    assert_int_equal(before_count, 1);
    assert_document(is_expected ? plate_label : IMPRINT,
                    is_expected ? n : strlen(IMPRINT));
}

static void
a_plate_is_left_out_only_where_the_printer_says_that_it_has_it(void **state)
{
    (void)state;
    make_plate_label();
    assert_sends_plate(true);
    assert_sends_plate(false);
    assert_sends_plate(false);
    fake_set(fake, "forget"); /* switched off and on */
    assert_sends_plate(true);
    assert_sends_plate(false);
    fake_set(fake, "cut"); /* half a list is none */
    assert_sends_plate(true);
}

static void
a_printer_that_does_not_list_its_plates_gets_them_each_time(void **state)
{
    static const char *const moods[] = {"no-list", "mute", "garbage"};
    (void)state;
    make_plate_label();
    for (size_t i = 0; i < sizeof(moods) / sizeof(moods[0]); i++) {
        fake_stop(fake); /* another printer: what is known of one is remembered */
        fake = fake_start(0, moods[i], NULL, NULL);
        snprintf(uri, sizeof(uri), "socket://127.0.0.1:%d", fake_port(fake));
        assert_sends_plate(true);
        assert_sends_plate(true);
        /* once asked, on a connection of its own; then not for a while */
        assert_int_equal(fake_counts(fake).connections, 3);
    }
}

static void
a_list_of_plates_is_read_strictly(void **state)
{
    static const char list[] = "\002\r\n- DIR R:*.* \r\n* R:TABCDEFG.ZPL       214          "
                               "\r\n* R:PRE.GRF     49924          \r\n\r\n-   7467008 "
                               "bytes free R: RAM \r\n\003";
    static const char old[] = "\002\r\nDIR R:\r\n*TABCDEFG.ZPL  002140\r\n\003";
    const size_t n = sizeof(list) - 1;
    bool is_whole;
    (void)state;
    assert_true(zebra_lists(list, n, "R:TABCDEFG.ZPL", &is_whole));
    assert_true(is_whole);
    assert_true(zebra_lists(old, sizeof(old) - 1, "R:TABCDEFG.ZPL", &is_whole));
    static const char *const others[] = {"E:TABCDEFG.ZPL", "R:TABCDEF.ZPL", "R:TABCDEFG.ZP",
                                         "R:PRE.GR", "R:RAM", "R:", "R:*.*"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(zebra_lists(list, n, others[i], &is_whole));
    for (size_t i = 0; i < n; i++) {
        assert_false(zebra_lists(list, i, "R:TABCDEFG.ZPL", &is_whole));
        assert_false(is_whole);
    }
}

/* --- answers ---------------------------------------------------------------------- */

#define STATUS_FLAGS                                                                     \
    "\002030,0,1,0609,002,0,0,0,000,0,0,0\003\r\n"                                        \
    "\002001,0,0,1,1,2,6,0,00000007,1,000\003\r\n\0021234,0\003\r\n"
#define STATUS_WORDS                                                                     \
    "\002\r\n  PRINTER STATUS     \r\n   ERRORS:         1 00000000 00000012   \r\n"       \
    "   WARNINGS:       1 00000000 00000008   \r\n\003"

static void
an_answer_is_read_whole_or_not_at_all(void **state)
{
    static const char flags[] = STATUS_FLAGS, words[] = STATUS_WORDS;
    struct zebra zebra;
    (void)state;
    for (size_t i = 0; i < sizeof(flags) - 3; i++) {
        zebra_read(flags, i, &zebra);
        assert_false(zebra.has_flags);
    }
    zebra_read(flags, sizeof(flags) - 1, &zebra);
    assert_true(zebra.has_flags);
    assert_true(zebra.flags.is_paused && zebra.flags.is_ribbon_out);
    assert_false(zebra.flags.is_head_open || zebra.flags.is_paper_out);
    assert_int_equal(zebra.flags.formats, 2);
    assert_int_equal(zebra.flags.labels, 7);
    for (size_t i = 0; i < sizeof(words) - 1; i++) {
        zebra_read(words, i, &zebra);
        assert_false(zebra.has_words);
    }
    zebra_read(words, sizeof(words) - 1, &zebra);
    assert_true(zebra.has_words && zebra.has_errors && zebra.has_warnings);
    assert_int_equal(zebra.errors, 0x12);
    assert_int_equal(zebra.warnings, 0x8);
    /* a wrong byte makes it another answer or none, never more than was asked */
    char bytes[sizeof(flags)];
    for (size_t i = 0; i < sizeof(flags) - 1; i++)
        for (int c = 0; c < 256; c++) {
            memcpy(bytes, flags, sizeof(flags));
            bytes[i] = (char)c;
            zebra_read(bytes, sizeof(flags) - 1, &zebra);
            assert_false(zebra.has_words || zebra.model[0]);
            assert_true(zebra.flags.labels >= 0 && zebra.flags.labels < 1000000000);
        }
}

static void
strings_of_two_answers_do_not_make_one(void **state)
{
    static const char mixed[] = "\002030,0,0,0609,000,0,0,0,000,0,0,0\003\r\n"
                                "\0021234,0\003\r\n"
                                "\002001,0,0,0,1,2,6,0,00000000,1,000\003\r\n";
    static const char restarted[] = "\002030,0,0,0609,0" STATUS_FLAGS;
    struct zebra zebra;
    (void)state;
    zebra_read(mixed, sizeof(mixed) - 1, &zebra);
    assert_false(zebra.has_flags);
    zebra_read(restarted, sizeof(restarted) - 1, &zebra);
    assert_true(zebra.has_flags);
}

static void
every_error_bit_stops_and_every_warning_only_warns(void **state)
{
    (void)state;
    for (int i = 0; i < 64; i++) {
        struct reasons errors = {.count = 0}, warnings = errors;
        struct zebra zebra = {.has_words = true, .has_errors = true, .errors = 1ull << i};
        zebra_reasons(&zebra, &errors);
        assert_int_equal(errors.count, 1);
        assert_true(reasons_stop(&errors));
        zebra = (struct zebra){
            .has_words = true, .has_warnings = true, .warnings = 1ull << i};
        zebra_reasons(&zebra, &warnings);
        assert_int_equal(warnings.count, 1);
        assert_false(reasons_stop(&warnings));
    }
}

/* --- names ------------------------------------------------------------------------ */

static pthread_mutex_t resolver_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t resolver_changed = PTHREAD_COND_INITIALIZER;
static int resolver_asked;
static bool resolver_answers;

/* A resolver of our own: the name servers of black-hole.test do not answer until they are
 * let to, and many.test has two addresses, of which only the second listens. */
int
getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
            struct addrinfo **ret)
{
    static int (*real)(const char *, const char *, const struct addrinfo *,
                       struct addrinfo **);
    pthread_mutex_lock(&resolver_lock);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    bool is_by_name = !(hints->ai_flags & AI_NUMERICHOST);
    if (is_by_name && strcmp(host, "black-hole.test") == 0) {
        resolver_asked++;
        while (!resolver_answers)
            pthread_cond_wait(&resolver_changed, &resolver_lock);
        host = "127.0.0.1";
    }
    pthread_mutex_unlock(&resolver_lock);
    if (!is_by_name || strcmp(host, "many.test") != 0)
        return real(host, port, hints, ret);
    struct addrinfo *second;
    int error = real("127.0.0.1", port, hints, &second);
    if (error == 0 && (error = real("127.0.0.2", port, hints, ret)) == 0)
        (*ret)->ai_next = second;
    return error;
}

static void *
ask_black_hole(void *data)
{
    struct printer lost = {.name = "lost", .uri = data, .connect_ms = 300};
    struct printer_report *report = malloc(sizeof(*report));
    struct patience patience = patience_of(HANG_MS);
    struct arena *own = arena_new(0);
    struct notes own_notes = {0};
    if (report && printer_ask(&lost, &patience, own, &own_notes, report) == STATUS_OK &&
        strstr(report->detail, "name servers"))
        report->detail = "name servers";
    else if (report)
        report->detail = "?";
    arena_free(own);
    return report;
}

static void
name_servers_that_do_not_answer_cost_the_patience_and_one_thread(void **state)
{
    pthread_t threads[4];
    char lost[100];
    (void)state;
    snprintf(lost, sizeof(lost), "socket://black-hole.test:%d", fake_port(fake));
    int64_t start_ms = clock_monotonic_ms();
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_black_hole, lost), 0);
    for (int i = 0; i < 4; i++) {
        struct printer_report *report = NULL;
        pthread_join(threads[i], (void **)&report);
        assert_non_null(report);
        assert_int_equal(report->state, PRINTER_GONE);
        assert_string_equal(report->detail, "name servers");
        free(report);
    }
    assert_true(clock_monotonic_ms() - start_ms < HANG_MS);
    assert_int_equal(resolver_asked, 1);
    /* they come back, and the printer with them */
    pthread_mutex_lock(&resolver_lock);
    resolver_answers = true;
    pthread_cond_broadcast(&resolver_changed);
    pthread_mutex_unlock(&resolver_lock);
    printer.uri = lost;
    assert_int_equal(ask().state, PRINTER_IDLE);
}

static void
a_cancelled_question_does_not_wait_for_name_servers(void **state)
{
    volatile int32_t cancel = 1;
    struct patience patience = {INT64_MAX, &cancel};
    struct printer_report report;
    (void)state;
    resolver_answers = false;
    printer.uri = "socket://black-hole.test";
    assert_int_equal(printer_ask(&printer, &patience, arena, &notes, &report),
                     STATUS_CANCELLED);
    pthread_mutex_lock(&resolver_lock);
    resolver_answers = true;
    pthread_cond_broadcast(&resolver_changed);
    pthread_mutex_unlock(&resolver_lock);
}

static void
the_next_address_of_a_host_is_tried(void **state)
{
    char many[100];
    (void)state;
    snprintf(many, sizeof(many), "socket://many.test:%d", fake_port(fake));
    printer.uri = many;
    assert_int_equal(ask().state, PRINTER_IDLE);
    assert_int_equal(send_label().delivery, DELIVERY_TAKEN);
}

/* --- following -------------------------------------------------------------------- */

static struct printer_progress
follow(int64_t device_job)
{
    struct printer_progress progress;
    struct patience patience = patience_of(5000);
    assert_int_equal(printer_follow(&printer, "job-1", device_job, &patience, arena,
                                    &notes, &progress),
                     STATUS_OK);
    return progress;
}

static void
a_label_is_followed_until_nothing_is_left_to_print(void **state)
{
    (void)state;
    fake_set(fake, "paused");
    struct printer_receipt receipt = send_label();
    struct printer_progress progress = follow(receipt.device_job);
    assert_int_equal(progress.fate, FATE_WAITING);
    assert_string_equal(progress.reasons, "paused");
    fake_set(fake, "print=100000");
    assert_int_equal(follow(receipt.device_job).fate, FATE_WAITING);
    fake_set(fake, "media-out");
    assert_int_equal(follow(receipt.device_job).fate, FATE_UNKNOWN);
    fake_set(fake, "");
    assert_int_equal(fake_counts(fake).labels_printed, 1);
    assert_int_equal(follow(receipt.device_job).fate, FATE_PRINTED);
    fake_set(fake, "refuse");
    struct patience patience = patience_of(5000);
    assert_int_equal(printer_follow(&printer, "job-1", receipt.device_job, &patience,
                                    arena, &notes, &progress),
                     STATUS_RETRY);
}

static void
an_idle_printer_proves_nothing_of_a_broken_transfer(void **state)
{
    (void)state;
    assert_int_equal(follow(0).fate, FATE_UNKNOWN);
}

/* --- URIs ------------------------------------------------------------------------- */

static void
hosts_and_ports_are_read(void **state)
{
    static const struct {
        const char *uri, *host, *port;
        bool waits_not;
    } good[] = {
        {"socket://label-3", "label-3", "9100", false},
        {"socket://label-3.shop.example:9101/", "label-3.shop.example", "9101", false},
        {"socket://10.0.0.7/?waiteof=false", "10.0.0.7", "9100", true},
        {"socket://10.0.0.7:65535?waiteof=true", "10.0.0.7", "65535", false},
        {"socket://[2001:db8::7]:9102", "2001:db8::7", "9102", false},
        {"socket://[fe80::1%25eth0]", "fe80::1%eth0", "9100", false},
    };
    static const char *const bad[] = {
        "socket:",         "socket://",          "socket://:9100",  "socket:/host",
        "socket://host:0", "socket://host:65536", "socket://host:x", "socket://host:-1",
        "socket://[::1",   "socket://[::1]x",    "socket://a b",    "socket://me@host",
        "socket://host/q", "socket://host/?x=1", "socket://-host",  "socket://::1",
    };
    struct tcp_target target;
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_null(tcp_parse(good[i].uri, &target));
        assert_string_equal(target.host, good[i].host);
        assert_string_equal(target.port, good[i].port);
        assert_int_equal(target.waits_not, good[i].waits_not);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        printer.uri = bad[i];
        memset(&notes, 0, sizeof(notes));
        assert_int_equal(printer_check(&printer, "tuck.xml", 7, &notes), STATUS_BAD_INPUT);
        assert_int_equal(notes.note[0].id, NOTE_PRINTER_URI);
    }
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_healthy_printer_tells_what_it_is),
        TEST(faults_are_told_in_the_words_of_ipp),
        TEST(a_full_buffer_is_no_error),
        TEST(silence_is_a_state_and_no_hang),
        TEST(answers_that_make_no_sense_are_silence_too),
        TEST(an_answer_among_chatter_is_found),
        TEST(an_answer_that_drips_is_not_waited_for_without_end),
        TEST(who_is_not_there_is_gone),
        TEST(a_printer_that_speaks_tspl_tells_by_its_byte),
        TEST(a_printer_without_questions_is_only_reached),
        TEST(a_label_arrives_as_it_is),
        TEST(a_printer_that_stays_open_or_says_nothing_has_it_all_the_same),
        TEST(a_printer_that_talks_all_the_while_does_not_stop_us),
        TEST(who_is_not_reached_gets_nothing),
        TEST(without_descriptors_nothing_is_sent_and_nothing_lost),
        TEST(what_may_not_begin_does_not_begin),
        TEST(a_transfer_that_breaks_is_in_doubt),
        TEST(the_cancel_flag_ends_everything),
        TEST(a_plate_is_left_out_only_where_the_printer_says_that_it_has_it),
        TEST(a_printer_that_does_not_list_its_plates_gets_them_each_time),
        TEST(a_list_of_plates_is_read_strictly),
        TEST(an_answer_is_read_whole_or_not_at_all),
        TEST(strings_of_two_answers_do_not_make_one),
        TEST(every_error_bit_stops_and_every_warning_only_warns),
        TEST(name_servers_that_do_not_answer_cost_the_patience_and_one_thread),
        TEST(a_cancelled_question_does_not_wait_for_name_servers),
        TEST(the_next_address_of_a_host_is_tried),
        TEST(a_label_is_followed_until_nothing_is_left_to_print),
        TEST(an_idle_printer_proves_nothing_of_a_broken_transfer),
        TEST(hosts_and_ports_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
