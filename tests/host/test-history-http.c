/* A host whose histories come from a server with moods (moody-histories.py): a shop that
 * stays open and is answered well, late, wrongly or not at all. A carton is decided
 * whatever the server does; the server's last good answer is kept by pack and by nothing
 * else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tuck.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PLENTY_MS 30000
#define PAST_ORDERS 9 /* of C-2002 in the sample shop's histories */
#define LATE 202      /* notes by number, as a host sees them */
#define BROKEN_OFF 203
#define USELESS 204
#define RESTING 206
#define UNAVAILABLE 1005
#define STALE 1006
#define FOR_ANOTHER 1014

extern char **environ;

static const struct tuck_carton_face *tuck;
static char work[] = "/tmp/tuck-history-XXXXXX";
static char mood_path[64], *story;

static struct {
    pid_t pid;
    int leash; /* the server ends when this closes */
    int port;  /* 0: there is no Python to run it */
} server;

static void
set_mood(const char *mood)
{
    FILE *file = fopen(mood_path, "w");
    assert_non_null(file);
    fputs(mood, file);
    assert_int_equal(fclose(file), 0);
}

static void
start_server(const char *top)
{
    char script[600], folder[600], port[16] = "";
    const char *python = getenv("PYTHON");
    char *arguments[] = {(char *)(python && python[0] ? python : "python3"), script,
                         folder, mood_path, NULL};
    int in[2], out[2];
    posix_spawn_file_actions_t actions;
    snprintf(script, sizeof(script), "%s/tests/host/moody-histories.py", top);
    snprintf(folder, sizeof(folder), "%s/samples/shop/histories", top);
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        return;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    if (posix_spawnp(&server.pid, arguments[0], &actions, NULL, arguments, environ) != 0)
        server.pid = 0;
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    server.leash = in[1];
    for (size_t n = 0; n + 1 < sizeof(port) && read(out[0], port + n, 1) == 1; n++)
        if (port[n] == '\n')
            break;
    close(out[0]);
    server.port = atoi(port);
}

/* --- a shop and its cartons --------------------------------------------------------- */

/* A shop of its own with a ledger of its own: the sample shop's campaign and templates,
 * and history from the server only. */
static struct tuck_shop *
open_shop(const char *name, const char *deadline, const char *rest)
{
    char dir[128], path[160], ledger[160];
    const char *top = getenv("abs_top_srcdir");
    struct tuck_shop *shop = NULL;
    snprintf(dir, sizeof(dir), "%s/%s", work, name);
    assert_int_equal(mkdir(dir, 0700), 0);
    snprintf(ledger, sizeof(ledger), "%s/ledger", dir);
    snprintf(path, sizeof(path), "%s/tuck.xml", dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "<shop xmlns='urn:tuck:shop:1' merchant='fern-kettle' name='Fern'\n"
            "      time-zone='Europe/Berlin' language='en' currency='EUR'>\n"
            "  <campaign href='%s/samples/shop/campaign.xml'/>\n"
            "  <templates href='%s/templates'/>\n"
            "  <history url='http://127.0.0.1:%d/customers/{customer}.xml'\n"
            "           deadline='%s' rest='%s'/>\n"
            "  <link url='https://fern-kettle.example/{offer}?c={code}'/>\n"
            "</shop>\n",
            top, top, server.port, deadline, rest);
    assert_int_equal(fclose(file), 0);
    const struct tuck_open open = {.size = sizeof(open),
                                   .shop = path,
                                   .ledger = ledger,
                                   .press = getenv("TUCK_PRESS"),
                                   .data_dir = getenv("TUCK_DATA"),
                                   .budget_ms = PLENTY_MS};
    assert_int_equal(tuck->open(&open, &shop, NULL), TUCK_OK);
    return shop;
}

/* The story under another order's number of the same length. */
static struct tuck_carton *
ask(struct tuck_shop *shop, const char *id, uint32_t flags, const int32_t *cancel,
    tuck_status expected)
{
    struct tuck_carton *carton = NULL;
    char *text = strdup(story);
    assert_non_null(text);
    memcpy(strstr(text, "FK-2002"), id, strlen("FK-2002"));
    const struct tuck_order order = {.size = sizeof(order),
                                     .flags = flags | TUCK_NO_SHEETS,
                                     .bytes = text,
                                     .length = strlen(text),
                                     .cancel = cancel,
                                     .budget_ms = PLENTY_MS};
    assert_int_equal(tuck->pack(shop, &order, &carton), expected);
    assert_non_null(carton);
    free(text);
    return carton;
}

static struct tuck_carton *
preview(struct tuck_shop *shop, const char *mood)
{
    set_mood(mood);
    return ask(shop, "FK-2002", TUCK_PREVIEW, NULL, TUCK_OK);
}

static void
pack(struct tuck_shop *shop, const char *id, const char *mood)
{
    set_mood(mood);
    tuck->carton_free(ask(shop, id, 0, NULL, TUCK_OK));
}

static bool
has_note(const struct tuck_carton *carton, int32_t number)
{
    struct tuck_note note = {.size = sizeof(note)};
    for (int64_t i = 0; tuck->note(carton, i, &note) == TUCK_OK; i++)
        if (note.number == number)
            return true;
    return false;
}

static void
expect_note(const struct tuck_carton *carton, const char *mood, int32_t number)
{
    if (!has_note(carton, number))
        fail_msg("a server that is %s: note %d is not told", mood, number);
}

static const char *
fact(struct tuck_carton *carton, const char *name)
{
    static char value[64];
    const char *text = NULL;
    size_t length = 0, n = strlen(name);
    assert_int_equal(tuck->text(carton, TUCK_TEXT_FACTS, &text, &length), TUCK_OK);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, n) == 0 && strncmp(line + n, " = ", 3) == 0) {
            snprintf(value, sizeof(value), "%.*s", (int)strcspn(line + n + 3, "\n"),
                     line + n + 3);
            return value;
        }
    }
    fail_msg("there is no fact %s", name);
    return NULL;
}

static int
past_orders(struct tuck_carton *carton)
{
    return atoi(fact(carton, "orders"));
}

#define NEEDS_SERVER()                                                                   \
    if (server.port == 0) {                                                              \
        print_message("no Python 3 to run the history server: skipped\n");               \
        skip();                                                                          \
    }

/* --- tests -------------------------------------------------------------------------- */

static void
the_server_s_history_reaches_the_facts(void **state)
{
    (void)state;
    NEEDS_SERVER();
    struct tuck_shop *shop = open_shop("well", "20000ms", "0ms");
    struct tuck_carton *carton = preview(shop, "well");
    assert_int_equal(past_orders(carton), PAST_ORDERS);
    assert_string_equal(fact(carton, "history-complete"), "true");
    assert_false(has_note(carton, UNAVAILABLE));
    assert_false(has_note(carton, STALE));
    tuck->carton_free(carton);
    tuck->close(shop);
}

static const struct {
    const char *mood;
    int32_t note;
} troubles[] = {
    {"slow", LATE},         {"hanging", LATE},         {"dripping", LATE},
    {"dead", BROKEN_OFF},   {"truncated", BROKEN_OFF}, {"failing", USELESS},
    {"login", UNAVAILABLE}, {"half", UNAVAILABLE},     {"empty", UNAVAILABLE},
    {"lying", FOR_ANOTHER},
};

static void
a_carton_is_decided_without_a_server_in_trouble(void **state)
{
    (void)state;
    NEEDS_SERVER();
    struct tuck_shop *shop = open_shop("trouble", "150ms", "0ms");
    for (size_t i = 0; i < COUNT_OF(troubles); i++) {
        struct tuck_carton *carton = preview(shop, troubles[i].mood);
        struct tuck_carton_info info = {.size = sizeof(info)};
        expect_note(carton, troubles[i].mood, troubles[i].note);
        expect_note(carton, troubles[i].mood, UNAVAILABLE);
        assert_false(has_note(carton, STALE));
        assert_int_equal(past_orders(carton), 0);
        assert_string_equal(fact(carton, "history-complete"), "false");
        assert_int_equal(tuck->info(carton, &info), TUCK_OK);
        assert_true(info.pieces > 0);
        /* The slow answer comes after 6 s: nobody waited for it. */
        assert_true(info.took_ms < 4000);
        tuck->carton_free(carton);
    }
    tuck->close(shop);
}

static void
the_last_good_answer_stands_in_for_a_server_in_trouble(void **state)
{
    (void)state;
    NEEDS_SERVER();
    struct tuck_shop *shop = open_shop("kept", "1000ms", "0ms");
    pack(shop, "FK-9001", "well");
    for (size_t i = 0; i < COUNT_OF(troubles); i++) {
        struct tuck_carton *carton = preview(shop, troubles[i].mood);
        expect_note(carton, troubles[i].mood, STALE);
        assert_false(has_note(carton, UNAVAILABLE));
        assert_true(past_orders(carton) >= PAST_ORDERS);
        assert_string_equal(fact(carton, "history-complete"), "true");
        tuck->carton_free(carton);
    }
    tuck->close(shop);
}

/* Neither what a server answers in trouble nor another customer's history takes the place
 * of the answer that is kept. */
static void
no_bad_answer_takes_the_place_of_the_kept_one(void **state)
{
    (void)state;
    NEEDS_SERVER();
    struct tuck_shop *shop = open_shop("place", "1000ms", "0ms");
    pack(shop, "FK-9001", "well");
    for (size_t i = 0; i < COUNT_OF(troubles); i++) {
        char id[] = "FK-9010";
        id[6] = (char)('0' + i);
        pack(shop, id, troubles[i].mood);
        struct tuck_carton *carton = preview(shop, "dead");
        expect_note(carton, "dead", STALE);
        assert_false(has_note(carton, FOR_ANOTHER));
        assert_true(past_orders(carton) >= PAST_ORDERS);
        tuck->carton_free(carton);
    }
    struct tuck_carton *carton = preview(shop, "well"); /* 304: the kept one holds */
    assert_false(has_note(carton, STALE));
    assert_false(has_note(carton, UNAVAILABLE));
    assert_true(past_orders(carton) >= PAST_ORDERS);
    tuck->carton_free(carton);
    tuck->close(shop);
}

static void
a_preview_keeps_no_answer(void **state)
{
    (void)state;
    NEEDS_SERVER();
    struct tuck_shop *shop = open_shop("preview", "1000ms", "0ms");
    struct tuck_carton *carton = preview(shop, "well");
    assert_int_equal(past_orders(carton), PAST_ORDERS);
    tuck->carton_free(carton);
    carton = preview(shop, "dead");
    expect_note(carton, "dead", UNAVAILABLE);
    assert_false(has_note(carton, STALE));
    assert_int_equal(past_orders(carton), 0);
    tuck->carton_free(carton);
    tuck->close(shop);
}

static void
a_server_that_keeps_failing_is_left_alone(void **state)
{
    (void)state;
    NEEDS_SERVER();
    struct tuck_shop *shop = open_shop("rest", "1000ms", "600000ms");
    for (int i = 0; i < 3; i++)
        tuck->carton_free(preview(shop, "dead"));
    struct tuck_carton *carton = preview(shop, "well");
    expect_note(carton, "resting", RESTING);
    expect_note(carton, "resting", UNAVAILABLE);
    tuck->carton_free(carton);
    tuck->close(shop);
}

static void *
cancel_after_a_moment(void *flag)
{
    usleep(30000);
    __atomic_store_n((int32_t *)flag, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void
a_host_may_cancel_while_the_server_is_silent(void **state)
{
    int32_t cancel = 0;
    pthread_t thread;
    (void)state;
    NEEDS_SERVER();
    struct tuck_shop *shop = open_shop("cancel", "25000ms", "0ms");
    set_mood("hanging");
    assert_int_equal(pthread_create(&thread, NULL, cancel_after_a_moment, &cancel), 0);
    struct tuck_carton *carton =
        ask(shop, "FK-2002", TUCK_PREVIEW, &cancel, TUCK_CANCELLED);
    pthread_join(thread, NULL);
    assert_false(has_note(carton, UNAVAILABLE)); /* not the server's fault */
    tuck->carton_free(carton);
    tuck->close(shop);
}

/* --- the group ---------------------------------------------------------------------- */

static int
load(void **state)
{
    char path[600];
    const char *top = getenv("abs_top_srcdir");
    void *plugin = dlopen(getenv("TUCK_PLUGIN"), RTLD_NOW | RTLD_LOCAL);
    const struct tuck_entry *entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    (void)state;
    if (!entry || !top || !mkdtemp(work))
        return -1;
    tuck = entry->face(TUCK_CARTON_FACE, 1);
    snprintf(mood_path, sizeof(mood_path), "%s/mood", work);
    snprintf(path, sizeof(path), "%s/samples/shop/orders/tenth-order.xml", top);
    FILE *file = fopen(path, "rb");
    story = calloc(1, 1 << 16);
    if (!file || !story || fread(story, 1, (1 << 16) - 1, file) == 0)
        return -1;
    fclose(file);
    start_server(top);
    return 0;
}

static int
unload(void **state)
{
    char command[100];
    (void)state;
    close(server.leash);
    if (server.pid > 0)
        waitpid(server.pid, NULL, 0);
    free(story);
    snprintf(command, sizeof(command), "rm -rf '%s'", work);
    return system(command);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_server_s_history_reaches_the_facts),
        cmocka_unit_test(a_carton_is_decided_without_a_server_in_trouble),
        cmocka_unit_test(the_last_good_answer_stands_in_for_a_server_in_trouble),
        cmocka_unit_test(no_bad_answer_takes_the_place_of_the_kept_one),
        cmocka_unit_test(a_preview_keeps_no_answer),
        cmocka_unit_test(a_server_that_keeps_failing_is_left_alone),
        cmocka_unit_test(a_host_may_cancel_while_the_server_is_silent),
    };
    alarm(300); /* a deadline that does not hold ends the test, not the day */
    return cmocka_run_group_tests(tests, load, unload);
}
