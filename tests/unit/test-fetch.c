/* Fetch against a server that goes wrong: tests/fault/faulty-http.py on the loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fetch/fetch.h"

#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BODY "<histories/>\n"
#define MOST (1u << 20)
#define EVER ((struct patience){.deadline_ms = INT64_MAX})

extern char **environ;

static struct {
    pid_t pid;
    int leash; /* the server ends when this closes */
    int port;  /* 0: there is no Python to run it */
} server;

static void
start_server(void)
{
    const char *python = getenv("PYTHON"), *srcdir = getenv("srcdir");
    char script[4096], port[16] = "";
    int in[2], out[2];
    snprintf(script, sizeof(script), "%s/tests/fault/faulty-http.py",
             srcdir ? srcdir : ".");
    char *arguments[] = {(char *)(python && python[0] ? python : "python3"), script,
                         NULL};
    posix_spawn_file_actions_t actions;
    if (pipe(in) != 0 || pipe(out) != 0)
        return;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_addclose(&actions, in[1]);
    posix_spawn_file_actions_addclose(&actions, out[0]);
    int failed =
        posix_spawnp(&server.pid, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    server.leash = in[1];
    if (failed)
        server.pid = 0;
    for (size_t n = 0; n + 1 < sizeof(port) && read(out[0], port + n, 1) == 1; n++)
        if (port[n] == '\n')
            break;
    close(out[0]);
    server.port = atoi(port);
}

static void
stop_server(void)
{
    close(server.leash);
    if (server.pid > 0)
        waitpid(server.pid, NULL, 0);
}

static const char *
at(const char *path)
{
    static char url[200];
    snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", server.port, path);
    return url;
}

/* Each test has a client of its own. */
struct bench {
    struct fetch *fetch;
    struct fetch_reply reply;
    struct notes notes;
};

static int
set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    *state = bench;
    return !bench || fetch_open(60000, &bench->notes, &bench->fetch) != STATUS_OK;
}

static int
tear_down(void **state)
{
    struct bench *bench = *state;
    fetch_reply_done(&bench->reply);
    fetch_close(bench->fetch);
    free(bench);
    return 0;
}

static enum status
get(struct bench *bench, const char *path, struct patience patience)
{
    return fetch_get(bench->fetch, at(path), NULL, MOST, &patience, &bench->notes,
                     &bench->reply);
}

static struct patience
in_ms(int64_t ms)
{
    return (struct patience){.deadline_ms = clock_monotonic_ms() + ms};
}

#define NEEDS_SERVER()                                                                   \
    if (server.port == 0) {                                                              \
        print_message("no Python 3 to run the faulty server: skipped\n");                \
        skip();                                                                          \
    }

/* --- tests ----------------------------------------------------------------------------
 */

static void
a_document_comes_with_its_type_and_tag(void **state)
{
    struct bench *bench = *state;
    NEEDS_SERVER();
    assert_int_equal(get(bench, "/etag", EVER), STATUS_OK);
    assert_int_equal(bench->reply.http_status, 200);
    assert_false(bench->reply.is_not_modified);
    assert_string_equal(bench->reply.body.p, BODY);
    assert_string_equal(bench->reply.content_type, "application/xml");
    assert_string_equal(bench->reply.etag, "\"v1\"");
    assert_int_equal(get(bench, "/gzip", EVER), STATUS_OK);
    assert_string_equal(bench->reply.body.p, BODY);
    assert_string_equal(bench->reply.etag, "");
    assert_int_equal(bench->notes.count, 0);
}

static void
a_known_document_is_not_sent_again(void **state)
{
    struct bench *bench = *state;
    NEEDS_SERVER();
    assert_int_equal(fetch_get(bench->fetch, at("/etag"), "\"v1\"", MOST, &EVER,
                               &bench->notes, &bench->reply),
                     STATUS_OK);
    assert_true(bench->reply.is_not_modified);
    assert_int_equal(bench->reply.http_status, 304);
    assert_int_equal(bench->reply.body.n, 0);
    /* A tag from an untrusted cache cannot add a header of its own. */
    assert_int_equal(fetch_get(bench->fetch, at("/asked"), "\"a\"\r\nX-Sly: yes", MOST,
                               &EVER, &bench->notes, &bench->reply),
                     STATUS_OK);
    assert_null(strstr(bench->reply.body.p, "x-sly"));
}

static void
a_server_s_answer_decides_what_to_do_next(void **state)
{
    static const struct {
        const char *path;
        enum status status;
        enum note_id note; /* 0: none is needed */
    } cases[] = {
        {"/404", STATUS_WITHOUT, 0},
        {"/410", STATUS_WITHOUT, 0},
        {"/403", STATUS_OUTSIDE, NOTE_FETCH_STATUS},
        {"/ok", STATUS_OK, 0},
        {"/429", STATUS_RETRY, NOTE_FETCH_STATUS},
        {"/500", STATUS_RETRY, NOTE_FETCH_STATUS},
        {"/ok", STATUS_OK, 0},
        {"/reset", STATUS_RETRY, NOTE_FETCH_FAILED},
        {"/truncated", STATUS_RETRY, NOTE_FETCH_FAILED},
        {"/ok", STATUS_OK, 0},
        {"/truncated-chunks", STATUS_RETRY, NOTE_FETCH_FAILED},
        {"/ok", STATUS_OK, 0},
        {"/garbage", STATUS_OUTSIDE, NOTE_FETCH_FAILED},
        {"/gzip-broken", STATUS_OUTSIDE, NOTE_FETCH_FAILED},
        {"/ok", STATUS_OK, 0},
        {"/moved-to-file", STATUS_OUTSIDE, NOTE_FETCH_FAILED},
        {"/moved-for-ever", STATUS_OUTSIDE, NOTE_FETCH_FAILED},
    };
    struct bench *bench = *state;
    NEEDS_SERVER();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bench->notes = (struct notes){0};
        enum status status = get(bench, cases[i].path, EVER);
        if (status != cases[i].status)
            fail_msg("%s gave %d, not %d", cases[i].path, status, cases[i].status);
        assert_int_equal(bench->notes.count, cases[i].note ? 1 : 0);
        if (cases[i].note)
            assert_int_equal(bench->notes.note[0].id, cases[i].note);
    }
}

static void
a_redirect_is_followed_and_its_tag_forgotten(void **state)
{
    struct bench *bench = *state;
    NEEDS_SERVER();
    assert_int_equal(get(bench, "/moved", EVER), STATUS_OK);
    assert_string_equal(bench->reply.body.p, BODY);
    assert_string_equal(bench->reply.etag, "\"v1\"");
}

static void
what_cannot_be_known_here_is_left_to_the_reader(void **state)
{
    /* A login page is a 200 too, a body without a length ends where it ends, and to
     * libcurl compressed data too. */
    struct bench *bench = *state;
    NEEDS_SERVER();
    assert_int_equal(get(bench, "/login", EVER), STATUS_OK);
    assert_string_equal(bench->reply.content_type, "text/html");
    assert_int_equal(get(bench, "/truncated-without-length", EVER), STATUS_OK);
    assert_int_equal(bench->reply.body.n, 4);
    assert_int_equal(get(bench, "/gzip-cut", EVER), STATUS_OK);
    assert_true(bench->reply.body.n < sizeof(BODY) - 1);
    assert_int_equal(get(bench, "/empty", EVER), STATUS_OK);
    assert_int_equal(bench->reply.body.n, 0);
}

static void
a_flood_is_cut(void **state)
{
    struct bench *bench = *state;
    static const char *const paths[] = {"/flood", "/gzip-bomb", "/header-flood"};
    NEEDS_SERVER();
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        bench->notes = (struct notes){0};
        assert_int_equal(get(bench, paths[i], EVER), STATUS_OUTSIDE);
        assert_int_equal(bench->notes.note[0].id, NOTE_FETCH_TOO_BIG);
        assert_true(bench->reply.body.n <= MOST);
        assert_int_equal(get(bench, "/ok", EVER), STATUS_OK);
    }
    assert_int_equal(fetch_get(bench->fetch, at("/ok"), NULL, sizeof(BODY) - 1, &EVER,
                               &bench->notes, &bench->reply),
                     STATUS_OK);
    assert_int_equal(fetch_get(bench->fetch, at("/ok"), NULL, sizeof(BODY) - 2, &EVER,
                               &bench->notes, &bench->reply),
                     STATUS_OUTSIDE);
}

static void
a_silent_or_dripping_server_is_left_when_the_time_is_over(void **state)
{
    struct bench *bench = *state;
    static const char *const paths[] = {"/hang", "/slow"};
    NEEDS_SERVER();
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        bench->notes = (struct notes){0};
        int64_t begun_ms = clock_monotonic_ms();
        assert_int_equal(get(bench, paths[i], in_ms(100)), STATUS_RETRY);
        assert_int_equal(bench->notes.note[0].id, NOTE_FETCH_LATE);
        /* Not the exact time, which is the machine's: neither server is ready by then. */
        assert_true(clock_monotonic_ms() - begun_ms < 2000);
    }
    /* What was on its way then does not turn up in the next answer. */
    assert_int_equal(get(bench, "/ok", EVER), STATUS_OK);
    assert_string_equal(bench->reply.body.p, BODY);
}

static void *
cancel_after_a_moment(void *flag)
{
    usleep(30000);
    __atomic_store_n((int32_t *)flag, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void
a_host_may_cancel_while_a_server_is_silent(void **state)
{
    struct bench *bench = *state;
    int32_t flag = 0;
    pthread_t thread;
    NEEDS_SERVER();
    assert_int_equal(pthread_create(&thread, NULL, cancel_after_a_moment, &flag), 0);
    struct patience patience = {.deadline_ms = INT64_MAX, .cancel = &flag};
    assert_int_equal(get(bench, "/hang", patience), STATUS_CANCELLED);
    pthread_join(thread, NULL);
    /* Nobody is to blame, so the server is asked again. */
    for (int i = 0; i < 5; i++)
        assert_int_equal(get(bench, "/hang", patience), STATUS_CANCELLED);
    assert_int_equal(get(bench, "/ok", EVER), STATUS_OK);
}

/* What the server has counted, without asking it by the client under test. */
static void
seen(int *requests, int *connections)
{
    struct bench other = {0};
    assert_int_equal(fetch_open(0, &other.notes, &other.fetch), STATUS_OK);
    assert_int_equal(get(&other, "/seen", EVER), STATUS_OK);
    assert_int_equal(
        sscanf(other.reply.body.p, "requests %d connections %d", requests, connections),
        2);
    fetch_reply_done(&other.reply);
    fetch_close(other.fetch);
}

static void
a_connection_is_kept_for_the_next_question(void **state)
{
    struct bench *bench = *state;
    int requests[2], connections[2];
    NEEDS_SERVER();
    seen(&requests[0], &connections[0]);
    for (int i = 0; i < 10; i++)
        assert_int_equal(get(bench, "/ok", EVER), STATUS_OK);
    seen(&requests[1], &connections[1]);
    assert_int_equal(requests[1] - requests[0], 11); /* and the question itself */
    assert_int_equal(connections[1] - connections[0], 2);
}

static void
a_server_that_keeps_failing_is_left_alone_for_a_while(void **state)
{
    struct bench *bench = *state;
    int requests[2], connections;
    NEEDS_SERVER();
    for (int i = 0; i < 3; i++)
        assert_int_equal(get(bench, "/500", EVER), STATUS_RETRY);
    seen(&requests[0], &connections);
    bench->notes = (struct notes){0};
    assert_int_equal(get(bench, "/ok", EVER), STATUS_RETRY);
    assert_int_equal(bench->notes.note[0].id, NOTE_FETCH_RESTING);
    seen(&requests[1], &connections);
    assert_int_equal(requests[1] - requests[0], 1);
}

static void
a_rested_server_gets_one_chance(void **state)
{
    struct bench *bench = *state;
    NEEDS_SERVER();
    fetch_close(bench->fetch);
    assert_int_equal(fetch_open(0, &bench->notes, &bench->fetch), STATUS_OK);
    for (int i = 0; i < 4; i++) /* a rest of 0 ms is over at once */
        assert_int_equal(get(bench, "/500", EVER), STATUS_RETRY);
    assert_int_equal(get(bench, "/ok", EVER), STATUS_OK);
    assert_null(notes_find(&bench->notes, NOTE_FETCH_RESTING));
}

static void
time_that_was_over_before_is_not_held_against_the_server(void **state)
{
    struct bench *bench = *state;
    NEEDS_SERVER();
    for (int i = 0; i < 5; i++)
        assert_int_equal(get(bench, "/ok", in_ms(-1)), STATUS_RETRY);
    assert_int_equal(get(bench, "/ok", EVER), STATUS_OK);
}

static void
a_closed_door_is_told_at_once(void **state)
{
    struct bench *bench = *state;
    /* Port 1 of the loopback: nobody listens. */
    assert_int_equal(fetch_get(bench->fetch, "http://127.0.0.1:1/", NULL, MOST, &EVER,
                               &bench->notes, &bench->reply),
                     STATUS_RETRY);
    assert_int_equal(bench->notes.note[0].id, NOTE_FETCH_FAILED);
}

static void
only_the_web_is_asked(void **state)
{
    struct bench *bench = *state;
    static const char *const urls[] = {"file:///etc/passwd", "gopher://127.0.0.1/",
                                       "/etc/passwd",        "",
                                       "httpx://127.0.0.1/", "http:/127.0.0.1"};
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        bench->notes = (struct notes){0};
        assert_int_equal(fetch_get(bench->fetch, urls[i], NULL, MOST, &EVER,
                                   &bench->notes, &bench->reply),
                         STATUS_BAD_INPUT);
        assert_int_equal(bench->notes.note[0].id, NOTE_FETCH_BAD_URL);
    }
}

struct posting {
    struct fetch_post post;
    struct fetch_post_reply reply;
    int32_t calls;
    enum status says;
};

static enum status
on_before(void *data)
{
    struct posting *posting = data;
    posting->calls++;
    return posting->says;
}

static enum status
post(struct bench *bench, const char *path, const char *document, struct posting *posting)
{
    posting->post = (struct fetch_post){.url = at(path),
                                        .content_type = "application/x-head",
                                        .head = "HEAD",
                                        .head_n = 4,
                                        .document = document,
                                        .document_n = strlen(document),
                                        .before = on_before,
                                        .data = posting,
                                        .connect_ms = 2000,
                                        .max_bytes = MOST};
    const struct patience patience = in_ms(5000);
    return fetch_post(bench->fetch, &posting->post, &patience, &posting->reply);
}

static void
a_post_goes_up_whole_after_a_word(void **state)
{
    struct bench *bench = *state;
    struct posting posting = {.calls = 0};
    size_t n = 300000; /* more than any buffer on the way */
    char *document = calloc(1, n + 1);
    NEEDS_SERVER();
    memset(document, 'd', n);
    assert_int_equal(post(bench, "/posted", document, &posting), STATUS_OK);
    assert_int_equal(posting.calls, 1);
    assert_int_equal(posting.reply.http_status, 200);
    assert_true(posting.reply.is_reached);
    assert_true(posting.reply.is_begun);
    assert_string_equal(posting.reply.content_type, "application/x-head");
    assert_int_equal(posting.reply.body.n, n + 4);
    assert_memory_equal(posting.reply.body.p, "HEAD", 4);
    assert_memory_equal(posting.reply.body.p + 4, document, n);
    free(document);
    buf_done(&posting.reply.body);
}

static void
a_post_goes_up_once_whatever_the_answer(void **state)
{
    static const struct {
        const char *path;
        int32_t http_status; /* 0: no answer */
    } cases[] = {{"/moved", 302}, {"/500", 500}, {"/429", 429}, {"/reset", 0},
                 {"/truncated", 0}, {"/garbage", 0}};
    struct bench *bench = *state;
    NEEDS_SERVER();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct posting posting = {.calls = 0};
        int requests[2], connections;
        seen(&requests[0], &connections);
        enum status status = post(bench, cases[i].path, "document", &posting);
        seen(&requests[1], &connections);
        assert_int_equal(status, cases[i].http_status ? STATUS_OK : STATUS_OUTSIDE);
        assert_int_equal(posting.reply.http_status, cases[i].http_status);
        assert_int_equal(requests[1] - requests[0], 2); /* and the question itself */
        assert_int_equal(posting.calls, 1);
        assert_int_equal(posting.reply.why[0] != '\0', cases[i].http_status == 0);
        buf_done(&posting.reply.body);
    }
}

static void
a_post_that_is_held_back_never_begins(void **state)
{
    struct bench *bench = *state;
    struct posting posting = {.says = STATUS_CANCELLED};
    NEEDS_SERVER();
    assert_int_equal(post(bench, "/posted", "document", &posting), STATUS_CANCELLED);
    assert_int_equal(posting.calls, 1);
    assert_false(posting.reply.is_begun);
    assert_true(posting.reply.is_reached);
    buf_done(&posting.reply.body);
    /* nor one that finds nobody */
    posting = (struct posting){.calls = 0};
    posting.post.url = "http://127.0.0.1:1/";
    posting.post.content_type = "text/plain";
    posting.post.head = "HEAD";
    posting.post.head_n = 4;
    posting.post.before = on_before;
    posting.post.data = &posting;
    assert_int_equal(fetch_post(bench->fetch, &posting.post, &EVER, &posting.reply),
                     STATUS_OUTSIDE);
    assert_int_equal(posting.calls, 0);
    assert_false(posting.reply.is_reached);
    buf_done(&posting.reply.body);
}

static void
an_address_is_made_from_its_pattern(void **state)
{
    static const struct {
        const char *pattern, *customer, *expected; /* NULL: refused */
    } cases[] = {
        {"http://h/{customer}.xml", "C-2041", "http://h/C-2041.xml"},
        {"http://h/{customer}/{customer}?a={b}", "1", "http://h/1/1?a=two"},
        {"http://h/{customer}", "a/../b?x=1&y#z", "http://h/a%2F..%2Fb%3Fx%3D1%26y%23z"},
        {"http://h/{customer}", "Jürgen O'Neil", "http://h/J%C3%BCrgen%20O%27Neil"},
        {"http://h/{customer}", "{b}", "http://h/%7Bb%7D"},
        {"http://h/{customer}", "", "http://h/"},
        {"http://h/{customer", "1", "http://h/{customer"},
        {"http://h/{customer}/x", "..", NULL},
        {"http://h/{customer}/x", ".", NULL},
        {"http://h/{Customer}", "1", NULL},
        {"http://h/{}", "1", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out BUF_AUTO = {0};
        const struct fetch_param params[] = {{"b", "two"},
                                             {"customer", cases[i].customer}};
        buf_puts(&out, "=");
        enum status status =
            fetch_expand(cases[i].pattern, params, COUNT_OF(params), &out);
        assert_int_equal(status, cases[i].expected ? STATUS_OK : STATUS_BAD_INPUT);
        /* What could not be made leaves nothing behind. */
        assert_string_equal(out.p + 1, cases[i].expected ? cases[i].expected : "");
    }
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BENCH(a_document_comes_with_its_type_and_tag),
        WITH_BENCH(a_known_document_is_not_sent_again),
        WITH_BENCH(a_server_s_answer_decides_what_to_do_next),
        WITH_BENCH(a_redirect_is_followed_and_its_tag_forgotten),
        WITH_BENCH(what_cannot_be_known_here_is_left_to_the_reader),
        WITH_BENCH(a_flood_is_cut),
        WITH_BENCH(a_silent_or_dripping_server_is_left_when_the_time_is_over),
        WITH_BENCH(a_host_may_cancel_while_a_server_is_silent),
        WITH_BENCH(a_connection_is_kept_for_the_next_question),
        WITH_BENCH(a_server_that_keeps_failing_is_left_alone_for_a_while),
        WITH_BENCH(a_rested_server_gets_one_chance),
        WITH_BENCH(time_that_was_over_before_is_not_held_against_the_server),
        WITH_BENCH(a_closed_door_is_told_at_once),
        WITH_BENCH(only_the_web_is_asked),
        WITH_BENCH(a_post_goes_up_whole_after_a_word),
        WITH_BENCH(a_post_goes_up_once_whatever_the_answer),
        WITH_BENCH(a_post_that_is_held_back_never_begins),
        cmocka_unit_test(an_address_is_made_from_its_pattern),
    };
    alarm(120); /* a deadline that does not hold ends the test, not the day */
    start_server();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    stop_server();
    return failed;
}
