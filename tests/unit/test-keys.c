/* Key files: made for the owner's eyes, changed as a whole, refused when anything is
 * wrong with them; and the pseudonyms that the customer key makes. */
#include "mint-bench.h"

#include "base/attr.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>

#define TODAY ((struct day){20779}) /* 2026-11-22 */

static enum status
make(struct desk *desk)
{
    return keys_make(desk->path, "fern", TODAY, &desk->notes);
}

static enum status
rotate(struct desk *desk, int days_later)
{
    return keys_rotate(desk->path, "fern", (struct day){TODAY.n + days_later},
                       &desk->notes);
}

static enum status
retire(struct desk *desk, const char *id)
{
    return keys_retire(desk->path, "fern", id, TODAY, &desk->notes);
}

static void
assert_told(const struct desk *desk, enum note_id id)
{
    assert_non_null(notes_find(&desk->notes, id));
}

/* --- making ------------------------------------------------------------------------- */

static void
a_new_file_is_for_its_owner_only(void **state)
{
    struct desk *desk = *state;
    struct stat file;
    mode_t mask = umask(0);
    assert_int_equal(make(desk), STATUS_OK);
    umask(mask);
    assert_int_equal(stat(desk->path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    struct keys *keys = open_keys(desk);
    struct key_info info;
    assert_int_equal(keys_count(keys), 1);
    keys_info(keys, 0, &info);
    assert_string_equal(info.id, "2026-11-22");
    assert_int_equal(info.from.n, TODAY.n);
    assert_true(day_is_none(info.retired));
    assert_true(info.mints);
    assert_string_equal(keys_merchant(keys), "fern");
    keys_unref(keys);
}

static void
a_file_that_is_there_is_never_written_over(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(make(desk), STATUS_OK);
    char *before = get(desk->path);
    assert_int_equal(make(desk), STATUS_BAD_INPUT);
    assert_told(desk, NOTE_KEYS_UNWRITABLE);
    char *after = get(desk->path);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void
two_files_have_nothing_secret_in_common(void **state)
{
    struct desk *desk = *state;
    char one[PSEUDONYM_SIZE], other[PSEUDONYM_SIZE];
    assert_int_equal(make(desk), STATUS_OK);
    struct keys *keys = open_keys(desk);
    keys_pseudonym(keys, "customer", "c-1", one);
    keys_unref(keys);
    unlink(desk->path);
    assert_int_equal(make(desk), STATUS_OK);
    keys = open_keys(desk);
    keys_pseudonym(keys, "customer", "c-1", other);
    keys_unref(keys);
    assert_string_not_equal(one, other);
}

static void
a_folder_that_is_missing_is_made_and_one_that_cannot_be_is_told(void **state)
{
    struct desk *desk = *state;
    char path[400], folder[400];
    snprintf(folder, sizeof(folder), "%s/a", desk->dir);
    snprintf(path, sizeof(path), "%s/a/keys", desk->dir);
    assert_int_equal(keys_make(path, "fern", TODAY, &desk->notes), STATUS_OK);
    struct stat made;
    assert_int_equal(stat(folder, &made), 0);
    assert_int_equal(made.st_mode & 077, 0);
    snprintf(path, sizeof(path), "%s/a/keys/keys", desk->dir);
    assert_int_equal(keys_make(path, "fern", TODAY, &desk->notes), STATUS_OUTSIDE);
    assert_told(desk, NOTE_KEYS_UNWRITABLE);
    snprintf(path, sizeof(path), "%s/a/keys", desk->dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

/* --- opening ------------------------------------------------------------------------ */

static void
a_file_that_others_may_read_is_refused(void **state)
{
    struct desk *desk = *state;
    static const mode_t open_modes[] = {0640, 0604, 0620, 0602, 0644, 0666, 0610};
    struct keys *keys = NULL;
    assert_int_equal(make(desk), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(open_modes); i++) {
        struct notes notes = {0};
        assert_int_equal(chmod(desk->path, open_modes[i]), 0);
        assert_int_equal(keys_open(desk->path, "fern", &notes, &keys), STATUS_BAD_INPUT);
        assert_int_equal(notes.note[0].id, NOTE_KEYS_OPEN);
        assert_null(keys);
    }
    assert_int_equal(chmod(desk->path, 0400), 0);
    keys_unref(open_keys(desk));
}

static void
another_merchants_file_and_a_missing_one_are_refused(void **state)
{
    struct desk *desk = *state;
    struct keys *keys = NULL;
    assert_int_equal(keys_open(desk->path, "fern", &desk->notes, &keys),
                     STATUS_BAD_INPUT);
    assert_told(desk, NOTE_KEYS_UNREADABLE);
    assert_int_equal(make(desk), STATUS_OK);
    assert_int_equal(keys_open(desk->path, "oak", &desk->notes, &keys), STATUS_BAD_INPUT);
    assert_told(desk, NOTE_KEYS_OF_OTHER_MERCHANT);
    assert_int_equal(keys_rotate(desk->path, "oak", TODAY, &desk->notes),
                     STATUS_BAD_INPUT);
}

#define SECRET "YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn8="
#define ROOT "<keys xmlns='urn:tuck:keys:1' merchant='fern'>\n"
#define CUSTOMER "<customer secret='" SECRET "'/>\n"
#define CODE(id, rest) "<code id='" id "' from='2026-11-22' " rest ">\n"
#define GOOD "secret='" SECRET "'/"

static void
a_file_with_a_fault_is_refused_with_its_line_and_without_its_secrets(void **state)
{
    struct desk *desk = *state;
    static const struct {
        const char *text;
        enum note_id id;
        int32_t line;
    } rows[] = {
        {ROOT CUSTOMER "</keys>", NOTE_XML_INVALID, 1},
        {ROOT CODE("a", GOOD) "</keys>", NOTE_XML_INVALID, 2},
        {ROOT CUSTOMER CODE("a", GOOD) CODE("a", GOOD) "</keys>", NOTE_KEYS_WRONG, 4},
        {ROOT CUSTOMER CODE("a", "retired='2026-12-01' " GOOD) "</keys>", NOTE_KEYS_WRONG,
         1},
        {ROOT CUSTOMER CODE("a", "secret='" SECRET "x'/") "</keys>", NOTE_XML_INVALID, 3},
        /* 43 digits end with two bits that must be 0 */
        {ROOT CUSTOMER CODE(
             "a", "secret='YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn9='/") "</keys>",
         NOTE_KEYS_WRONG, 3},
        {ROOT CUSTOMER "<code id='a' from='2026-02-30' " GOOD "></keys>",
         NOTE_XML_INVALID, 3},
        {ROOT CUSTOMER CODE("a", GOOD) CODE("b", GOOD) CODE("c", GOOD) CODE("d", GOOD)
             CODE("e", GOOD) CODE("f", GOOD) CODE("g", GOOD) CODE("h", GOOD)
                 CODE("i", GOOD) "</keys>",
         NOTE_KEYS_WRONG, 11},
        {"<!DOCTYPE keys>\n" ROOT CUSTOMER CODE("a", GOOD) "</keys>", NOTE_XML_DOCTYPE,
         0},
        {ROOT CUSTOMER CODE("a", GOOD), NOTE_XML_MALFORMED, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct keys *keys = NULL;
        struct notes notes = {0};
        put(desk->path, rows[i].text, strlen(rows[i].text));
        assert_int_equal(keys_open(desk->path, "fern", &notes, &keys), STATUS_BAD_INPUT);
        assert_int_equal(notes.note[0].id, rows[i].id);
        assert_non_null(strstr(notes.note[0].file, "/keys"));
        if (rows[i].line)
            assert_int_equal(notes.note[0].line, rows[i].line);
        for (size_t n = 0; n < notes.count; n++)
            assert_null(strstr(notes.note[n].text, "YGFiY2RlZmd"));
        assert_null(keys);
    }
}

/* --- changing ----------------------------------------------------------------------- */

static void
a_rotation_adds_a_key_that_mints_and_keeps_the_customers(void **state)
{
    struct desk *desk = *state;
    char before[PSEUDONYM_SIZE], after[PSEUDONYM_SIZE];
    struct key_info info;
    struct stat file;
    assert_int_equal(make(desk), STATUS_OK);
    struct keys *keys = open_keys(desk);
    keys_pseudonym(keys, "customer", "c-1", before);
    keys_unref(keys);
    assert_int_equal(rotate(desk, 0), STATUS_OK);
    assert_int_equal(rotate(desk, 30), STATUS_OK);
    assert_int_equal(stat(desk->path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    keys = open_keys(desk);
    static const char *const ids[] = {"2026-11-22", "2026-11-22-2", "2026-12-22"};
    assert_int_equal(keys_count(keys), COUNT_OF(ids));
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        keys_info(keys, i, &info);
        assert_string_equal(info.id, ids[i]);
        assert_int_equal(info.mints, i + 1 == COUNT_OF(ids));
    }
    keys_pseudonym(keys, "customer", "c-1", after);
    keys_unref(keys);
    assert_string_equal(before, after);
}

static void
a_retired_key_stays_listed_and_the_last_one_in_use_cannot_be_retired(void **state)
{
    struct desk *desk = *state;
    struct key_info info;
    assert_int_equal(make(desk), STATUS_OK);
    assert_int_equal(retire(desk, "2026-11-22"), STATUS_BAD_INPUT);
    assert_told(desk, NOTE_KEYS_WRONG);
    assert_int_equal(rotate(desk, 30), STATUS_OK);
    assert_int_equal(retire(desk, "2026-12-22"),
                     STATUS_OK); /* it leaked: the old mints */
    assert_int_equal(retire(desk, "2026-12-22"), STATUS_OK);
    assert_int_equal(retire(desk, "2026-11-22"), STATUS_BAD_INPUT);
    assert_int_equal(retire(desk, "2020-01-01"), STATUS_BAD_INPUT);
    struct keys *keys = open_keys(desk);
    assert_int_equal(keys_count(keys), 2);
    keys_info(keys, 0, &info);
    assert_true(info.mints);
    keys_info(keys, 1, &info);
    assert_int_equal(info.retired.n, TODAY.n);
    assert_false(info.mints);
    keys_unref(keys);
}

static void
the_ninth_key_takes_the_place_of_the_oldest_retired_one(void **state)
{
    struct desk *desk = *state;
    struct key_info info;
    assert_int_equal(make(desk), STATUS_OK);
    for (int i = 1; i < KEYS_MOST; i++)
        assert_int_equal(rotate(desk, i), STATUS_OK);
    assert_int_equal(rotate(desk, 8), STATUS_BAD_INPUT);
    assert_told(desk, NOTE_KEYS_WRONG);
    assert_int_equal(retire(desk, "2026-11-25"), STATUS_OK);
    assert_int_equal(retire(desk, "2026-11-23"), STATUS_OK);
    assert_int_equal(rotate(desk, 8), STATUS_OK);
    struct keys *keys = open_keys(desk);
    assert_int_equal(keys_count(keys), KEYS_MOST);
    static const char *const ids[] = {"2026-11-22", "2026-11-24", "2026-11-25",
                                      "2026-11-26", "2026-11-27", "2026-11-28",
                                      "2026-11-29", "2026-11-30"};
    for (size_t i = 0; i < KEYS_MOST; i++) {
        keys_info(keys, i, &info);
        assert_string_equal(info.id, ids[i]);
    }
    keys_unref(keys);
}

static void *
rotate_twice(void *arg)
{
    struct desk *desk = arg;
    for (int i = 0; i < 2; i++)
        if (keys_rotate(desk->path, "fern", TODAY, NULL) != STATUS_OK)
            return desk;
    return NULL;
}

static void
rotations_at_once_lose_no_key(void **state)
{
    struct desk *desk = *state;
    pthread_t threads[3];
    void *failed = NULL;
    assert_int_equal(make(desk), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, rotate_twice, desk), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    struct keys *keys = open_keys(desk);
    assert_int_equal(keys_count(keys), 7);
    keys_unref(keys);
}

static pid_t
make_in_a_child(const struct desk *desk, const int go[2])
{
    char byte;
    pid_t child = fork();
    if (child != 0)
        return child;
    close(go[1]);
    if (read(go[0], &byte, 1) != 0) /* all begin when the parent closes its end */
        _exit(99);
    _exit((int)keys_make(desk->path, "fern", TODAY, NULL));
}

/* Stations that are first started together must not each keep keys of their own. */
static void
of_processes_that_make_a_file_at_once_one_does(void **state)
{
    struct desk *desk = *state;
    pid_t children[6];
    int go[2], made = 0, refused = 0, status;
    assert_int_equal(pipe2(go, O_CLOEXEC), 0);
    for (size_t i = 0; i < COUNT_OF(children); i++) {
        children[i] = make_in_a_child(desk, go);
        assert_true(children[i] > 0);
    }
    close(go[0]);
    close(go[1]);
    for (size_t i = 0; i < COUNT_OF(children); i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        made += WEXITSTATUS(status) == STATUS_OK;
        refused += WEXITSTATUS(status) == STATUS_BAD_INPUT;
    }
    assert_int_equal(made, 1);
    assert_int_equal(refused, COUNT_OF(children) - 1);
    keys_unref(open_keys(desk));
}

/* --- pseudonyms --------------------------------------------------------------------- */

/* The customer key is bytes 0 to 31; expected values by Python's hmac and base64. */
static const char known_keys[] =
    ROOT "<customer secret='AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='/>\n" CODE(
        "a", GOOD) "</keys>";

static void
a_pseudonym_hangs_on_the_key_the_kind_and_the_id(void **state)
{
    struct desk *desk = *state;
    static const struct {
        const char *kind, *id, *expected;
    } rows[] = {
        {"customer", "c-1", "fzpbqe5dagcjzsavryr7ro6zp7"},
        {"household", "c-1", "qijas3dqt3pygf4dnkvcfifnzz"},
        {"customer", "c-2", "3oaz2tkvqqxdmhgh5ql7eisyml"},
        {"customer", "", "pksrdcfkdui5gib5pjfe6dcnoa"},
    };
    put(desk->path, known_keys, strlen(known_keys));
    struct keys *keys = open_keys(desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char found[PSEUDONYM_SIZE];
        keys_pseudonym(keys, rows[i].kind, rows[i].id, found);
        assert_string_equal(found, rows[i].expected);
    }
    keys_unref(keys);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up_desk, tear_down_desk)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(a_new_file_is_for_its_owner_only),
        EACH(a_file_that_is_there_is_never_written_over),
        EACH(two_files_have_nothing_secret_in_common),
        EACH(a_folder_that_is_missing_is_made_and_one_that_cannot_be_is_told),
        EACH(a_file_that_others_may_read_is_refused),
        EACH(another_merchants_file_and_a_missing_one_are_refused),
        EACH(a_file_with_a_fault_is_refused_with_its_line_and_without_its_secrets),
        EACH(a_rotation_adds_a_key_that_mints_and_keeps_the_customers),
        EACH(a_retired_key_stays_listed_and_the_last_one_in_use_cannot_be_retired),
        EACH(the_ninth_key_takes_the_place_of_the_oldest_retired_one),
        EACH(rotations_at_once_lose_no_key),
        EACH(of_processes_that_make_a_file_at_once_one_does),
        EACH(a_pseudonym_hangs_on_the_key_the_kind_and_the_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
