/* Signed codes: the vectors of samples/checkers, which checkers in other languages read,
 * too; round trips; every slip; and what a leaked, retired or foreign key is worth. */
#include "mint-bench.h"

#include "base/text.h"
#include "mint/code.h"

#define TODAY_N 20779 /* 2026-11-22, as the newest key of the vectors */
#define TODAY ((struct day){TODAY_N})
#define FIRST_DAY (TODAY_N - 512)
#define LAST_DAY (TODAY_N + 1535)
static const char alphabet[] = "23456789CDFHJKMNPRTVWXY";

struct mint {
    struct desk desk;
    struct keys *keys;
    struct arena *arena;
};

static int
set_up(void **state)
{
    struct desk *desk = NULL;
    struct mint *mint = calloc(1, sizeof(*mint));
    assert_non_null(mint);
    set_up_desk((void **)&desk);
    char *text = get(CHECKERS "/vectors-keys.xml");
    put(desk->path, text, strlen(text));
    free(text);
    mint->desk = *desk;
    free(desk);
    mint->keys = open_keys(&mint->desk);
    mint->arena = arena_new(0);
    assert_non_null(mint->arena);
    *state = mint;
    return 0;
}

static int
tear_down(void **state)
{
    struct mint *mint = *state;
    keys_unref(mint->keys);
    arena_free(mint->arena);
    unlink(mint->desk.path);
    int rc = rmdir(mint->desk.dir);
    free(mint);
    return rc;
}

/* The same numbers in every run. */
static uint32_t
chance(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)*state * below >> 32);
}

static struct code_fields
any_fields(uint32_t *state)
{
    return (struct code_fields){
        .offer_number = 1 + (int32_t)chance(state, 511),
        .station = (int32_t)chance(state, 128),
        .serial = (int32_t)chance(state, 32768),
        .expires = {FIRST_DAY + (int32_t)chance(state, 2048)},
    };
}

static enum status
try_mint(struct mint *mint, const char *prefix, const struct code_fields *fields,
         const char **ret)
{
    return code_mint(mint->keys, prefix, fields, mint->arena, &mint->desk.notes, ret);
}

/* With this serial or the next that spells nothing: keys are new each time. */
static const char *
next_code(struct mint *mint, struct code_fields *fields)
{
    const char *code = NULL;
    enum status status = STATUS_WITHOUT;
    for (; status == STATUS_WITHOUT; fields->serial += status == STATUS_WITHOUT)
        status = try_mint(mint, "FERN", fields, &code);
    assert_int_equal(status, STATUS_OK);
    return code;
}

/* One that spells nothing. */
static const char *
any_code(struct mint *mint, uint32_t *state, struct code_fields *ret)
{
    const char *code = NULL;
    enum status status = STATUS_WITHOUT;
    while (status == STATUS_WITHOUT) {
        *ret = any_fields(state);
        status = try_mint(mint, "FERN", ret, &code);
    }
    assert_int_equal(status, STATUS_OK);
    return code;
}

/* Where each of the sixteen letters stands in FERN-XXXX-XXXX-XXXX-XXXX. */
static size_t
place_of(size_t i)
{
    return 5 + i + i / 4;
}

static enum code_verdict
verdict_of(const struct mint *mint, const char *text)
{
    struct code_reading reading;
    return code_read(mint->keys, text, TODAY, &reading);
}

static void
assert_same_fields(const struct code_fields *found, const struct code_fields *expected)
{
    assert_int_equal(found->offer_number, expected->offer_number);
    assert_int_equal(found->station, expected->station);
    assert_int_equal(found->serial, expected->serial);
    assert_int_equal(found->expires.n, expected->expires.n);
}

/* --- the vectors -------------------------------------------------------------------- */

enum column {
    TEXT,
    VERDICT,
    WRONG_AT,
    CANONICAL,
    PREFIX,
    KEY,
    OFFER,
    STATION,
    SERIAL,
    EXPIRES,
    WHY,
    COLUMNS
};
static const char *const verdicts[] = {[CODE_GENUINE] = "genuine",
                                       [CODE_NOT_ONE] = "not-one",
                                       [CODE_MISTYPED] = "mistyped",
                                       [CODE_FORGED] = "forged"};

static void
check_vector(struct mint *mint, char *const cells[COLUMNS])
{
    struct code_reading reading;
    const char *minted = NULL;
    char day[16];
    enum code_verdict verdict = code_read(mint->keys, cells[TEXT], TODAY, &reading);
    assert_string_equal(verdicts[verdict], cells[VERDICT]);
    assert_int_equal(reading.wrong_at, atoi(cells[WRONG_AT]));
    assert_string_equal(reading.canonical, cells[CANONICAL]);
    assert_string_equal(reading.prefix, cells[PREFIX]);
    assert_string_equal(reading.key_id, cells[KEY]);
    if (verdict != CODE_GENUINE)
        return;
    assert_int_equal(reading.fields.offer_number, atoi(cells[OFFER]));
    assert_int_equal(reading.fields.station, atoi(cells[STATION]));
    assert_int_equal(reading.fields.serial, atoi(cells[SERIAL]));
    day_text(reading.fields.expires, day);
    assert_string_equal(day, cells[EXPIRES]);
    assert_string_equal(code_canonical(cells[TEXT], mint->arena), cells[CANONICAL]);
    if (strcmp(cells[KEY], "2026-11-22") != 0)
        return;
    assert_int_equal(try_mint(mint, cells[PREFIX], &reading.fields, &minted), STATUS_OK);
    assert_string_equal(minted, cells[CANONICAL]);
}

static void
the_vectors_are_read_as_they_say_and_minted_the_same(void **state)
{
    struct mint *mint = *state;
    size_t counts[COUNT_OF(verdicts)] = {0};
    char *text = get(CHECKERS "/vectors.tsv"), *rest = text;
    strsep(&rest, "\n"); /* the names of the columns */
    for (char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n")) {
        char *cells[COLUMNS] = {NULL};
        for (size_t i = 0; i < COLUMNS; i++) {
            cells[i] = strsep(&line, "\t");
            assert_non_null(cells[i]);
        }
        check_vector(mint, cells);
        for (size_t i = 0; i < COUNT_OF(verdicts); i++)
            counts[i] += strcmp(cells[VERDICT], verdicts[i]) == 0;
    }
    free(text);
    for (size_t i = 0; i < COUNT_OF(verdicts); i++)
        assert_true(counts[i] >= 4);
}

/* --- round trips -------------------------------------------------------------------- */

static void
what_is_minted_is_read_again(void **state)
{
    struct mint *mint = *state;
    uint32_t seed = 1;
    for (int i = 0; i < 3000; i++) {
        struct code_fields fields;
        struct code_reading reading;
        const char *code = any_code(mint, &seed, &fields);
        assert_int_equal(strlen(code), 24);
        assert_int_equal(code_read(mint->keys, code, TODAY, &reading), CODE_GENUINE);
        assert_same_fields(&reading.fields, &fields);
        assert_string_equal(reading.canonical, code);
        assert_int_equal(reading.is_expired, fields.expires.n < TODAY_N);
    }
}

static void
the_extremes_of_each_field_fit_and_what_is_beyond_is_refused(void **state)
{
    struct mint *mint = *state;
    static const struct {
        const char *prefix;
        struct code_fields fields;
        bool fits;
    } rows[] = {
        {"FERN", {1, 5, 82, {TODAY_N}}, true},
        {"FERN", {511, 5, 82, {TODAY_N}}, true},
        {"FERN", {0, 5, 82, {TODAY_N}}, false},
        {"FERN", {512, 5, 82, {TODAY_N}}, false},
        {"FERN", {-1, 5, 82, {TODAY_N}}, false},
        {"FERN", {9, 0, 82, {TODAY_N}}, true},
        {"FERN", {9, 127, 82, {TODAY_N}}, true},
        {"FERN", {9, 128, 82, {TODAY_N}}, false},
        {"FERN", {9, -1, 82, {TODAY_N}}, false},
        {"FERN", {9, 5, 0, {TODAY_N}}, true},
        {"FERN", {9, 5, 32767, {TODAY_N}}, true},
        {"FERN", {9, 5, 32768, {TODAY_N}}, false},
        {"FERN", {9, 5, -1, {TODAY_N}}, false},
        {"FERN", {9, 5, 82, {FIRST_DAY}}, true},
        {"FERN", {9, 5, 82, {LAST_DAY}}, true},
        {"FERN", {9, 5, 82, {FIRST_DAY - 1}}, false},
        {"FERN", {9, 5, 82, {LAST_DAY + 1}}, false},
        {"FERN", {9, 5, 82, {INT32_MIN}}, false},
        {"", {9, 5, 82, {TODAY_N}}, true},
        {"FERN24", {9, 5, 82, {TODAY_N}}, true},
        {"FERN245", {9, 5, 82, {TODAY_N}}, false},
        {"fern", {9, 5, 82, {TODAY_N}}, false},
        {"FE-N", {9, 5, 82, {TODAY_N}}, false},
        {"F\xc3\x8bRN", {9, 5, 82, {TODAY_N}}, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct code_reading reading;
        const char *code = NULL;
        enum status status = try_mint(mint, rows[i].prefix, &rows[i].fields, &code);
        assert_int_equal(status, rows[i].fits ? STATUS_OK : STATUS_BAD_CALL);
        if (!rows[i].fits) {
            assert_non_null(notes_find(&mint->desk.notes, NOTE_CODE_FIELDS));
            mint->desk.notes.count = 0;
            continue;
        }
        assert_int_equal(code_read(mint->keys, code, TODAY, &reading), CODE_GENUINE);
        assert_same_fields(&reading.fields, &rows[i].fields);
        assert_string_equal(reading.prefix, rows[i].prefix);
    }
    assert_true(code_can_expire(mint->keys, (struct day){LAST_DAY}));
    assert_false(code_can_expire(mint->keys, (struct day){LAST_DAY + 1}));
}

static void
a_code_that_is_over_stays_over(void **state)
{
    struct mint *mint = *state;
    struct code_fields fields = {9, 5, 78, TODAY};
    struct code_reading reading;
    const char *code = next_code(mint, &fields);
    for (int32_t days = -3000; days < 20000; days += 25) {
        struct day read_on = {TODAY_N + days};
        assert_int_equal(code_read(mint->keys, code, read_on, &reading), CODE_GENUINE);
        assert_int_equal(reading.fields.expires.n, TODAY_N);
        assert_int_equal(reading.is_expired, days > 0);
    }
}

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
stations_never_mint_the_same(void **state)
{
    struct mint *mint = *state;
    enum { STATIONS = 128, SERIALS = 300 };
    const char **codes = calloc((size_t)STATIONS * SERIALS, sizeof(*codes));
    size_t count = 0;
    assert_non_null(codes);
    for (int32_t station = 0; station < STATIONS; station++)
        for (int32_t serial = 0; serial < SERIALS; serial++) {
            const struct code_fields fields = {9, station, serial, TODAY};
            if (try_mint(mint, "FERN", &fields, &codes[count]) == STATUS_OK)
                count++;
        }
    assert_true(count > (size_t)STATIONS * SERIALS * 8 / 10);
    qsort(codes, count, sizeof(*codes), compare_texts);
    for (size_t i = 1; i < count; i++)
        assert_string_not_equal(codes[i - 1], codes[i]);
    free(codes);
}

/* How often each letter came at each place, each bit of the number was set, and a letter
 * was that of the code before. */
struct tally {
    int32_t letters[16][23], bits[67], same;
};

static void
count_code(const char *code, const char *before, struct tally *tally)
{
    unsigned __int128 number = 0;
    for (size_t i = 0; i < 16; i++) {
        size_t symbol = (size_t)(strchr(alphabet, code[place_of(i)]) - alphabet);
        tally->letters[i][symbol]++;
        tally->same += i > 0 && before && code[place_of(i)] == before[place_of(i)];
        number = i < 15 ? number * 23 + symbol : number;
    }
    for (size_t i = 0; i < COUNT_OF(tally->bits); i++)
        tally->bits[i] += (int32_t)(number >> i & 1);
}

/* One station's codes for one offer and day, in the order they are minted. The first
 * digit is below 13, as the number is below 2^67. The key is of the vectors, so the
 * counts are the same in every run. */
static void
codes_in_a_row_look_drawn_by_chance(void **state)
{
    struct mint *mint = *state;
    enum { CODES = 23 * 1000 };
    struct tally tally = {0};
    const char *before = NULL;
    for (int32_t serial = 0, minted = 0; minted < CODES; serial++) {
        const struct code_fields fields = {7, 3, serial, TODAY};
        const char *code = NULL;
        if (try_mint(mint, "FERN", &fields, &code) != STATUS_OK)
            continue;
        count_code(code, before, &tally);
        before = code;
        minted++;
    }
    for (size_t letter = 0; letter < 23; letter++) {
        assert_true((tally.letters[0][letter] > 0) == (letter < 13));
        for (size_t i = 1; i < 16; i++)
            assert_in_range(tally.letters[i][letter], 800, 1200);
    }
    for (size_t i = 0; i < COUNT_OF(tally.bits); i++)
        assert_in_range(tally.bits[i], CODES * 47 / 100, CODES * 53 / 100);
    assert_in_range(tally.same, CODES * 15 / 23 * 95 / 100, CODES * 15 / 23 * 105 / 100);
}

/* --- slips -------------------------------------------------------------------------- */

static void
every_wrong_letter_is_caught_by_the_check_symbol(void **state)
{
    struct mint *mint = *state;
    uint32_t seed = 2;
    for (int round = 0; round < 100; round++) {
        struct code_fields fields;
        char text[40];
        snprintf(text, sizeof(text), "%s", any_code(mint, &seed, &fields));
        for (size_t i = 0; i < 16; i++) {
            char right = text[place_of(i)];
            for (const char *wrong = alphabet; *wrong; wrong++) {
                text[place_of(i)] = *wrong;
                assert_int_equal(verdict_of(mint, text),
                                 *wrong == right ? CODE_GENUINE : CODE_MISTYPED);
            }
            text[place_of(i)] = right;
        }
    }
}

static void
every_swap_of_two_letters_is_caught_by_the_check_symbol(void **state)
{
    struct mint *mint = *state;
    uint32_t seed = 3;
    for (int round = 0; round < 200; round++) {
        struct code_fields fields;
        char text[40];
        snprintf(text, sizeof(text), "%s", any_code(mint, &seed, &fields));
        for (size_t i = 0; i < 16; i++)
            for (size_t j = i + 1; j < 16; j++) {
                char *one = &text[place_of(i)], *other = &text[place_of(j)], kept = *one;
                *one = *other;
                *other = kept;
                assert_int_equal(verdict_of(mint, text),
                                 *one == *other ? CODE_GENUINE : CODE_MISTYPED);
                *other = *one;
                *one = kept;
            }
    }
}

static void
a_letter_missing_doubled_or_wrong_in_the_prefix_is_never_genuine(void **state)
{
    struct mint *mint = *state;
    uint32_t seed = 4;
    for (int round = 0; round < 100; round++) {
        struct code_fields fields;
        const char *code = any_code(mint, &seed, &fields);
        size_t n = strlen(code);
        for (size_t i = 0; i < n; i++) {
            char text[40];
            if (code[i] == '-')
                continue;
            snprintf(text, sizeof(text), "%.*s%s", (int)i, code, code + i + 1);
            assert_int_not_equal(verdict_of(mint, text), CODE_GENUINE);
            snprintf(text, sizeof(text), "%.*s%s", (int)i + 1, code, code + i);
            assert_int_not_equal(verdict_of(mint, text), CODE_GENUINE);
            if (i >= 4)
                continue;
            snprintf(text, sizeof(text), "%s", code);
            text[i] = 'X';
            assert_int_equal(verdict_of(mint, text), CODE_FORGED);
        }
    }
}

static void
guesses_with_a_right_check_symbol_are_forged(void **state)
{
    struct mint *mint = *state;
    uint32_t seed = 5;
    int forged = 0;
    for (int i = 0; i < 20000; i++) {
        char text[40] = "FERN-";
        int sum = 0;
        for (int place = 0; place < 15; place++) {
            int symbol = (int)chance(&seed, 23);
            text[5 + place] = alphabet[symbol];
            sum += (place + 1) * symbol;
        }
        for (int symbol = 0; symbol < 23; symbol++)
            if ((sum + 16 * symbol) % 23 == 0)
                text[20] = alphabet[symbol];
        forged += verdict_of(mint, text) == CODE_FORGED;
    }
    assert_int_equal(forged, 20000);
}

/* --- keys --------------------------------------------------------------------------- */

static void
after_a_rotation_old_codes_hold_until_their_key_is_retired(void **state)
{
    struct mint *mint = *state;
    struct desk *desk = &mint->desk;
    struct code_fields fields = {9, 5, 79, {TODAY_N + 90}};
    struct code_reading reading;
    const char *old = next_code(mint, &fields);

    struct day later = {TODAY_N + 30};
    assert_int_equal(keys_rotate(desk->path, "fern", later, &desk->notes), STATUS_OK);
    keys_unref(mint->keys);
    mint->keys = open_keys(desk);
    struct code_fields new_fields = fields;
    const char *new = next_code(mint, &new_fields);
    assert_string_not_equal(old, new);
    assert_int_equal(code_read(mint->keys, new, later, &reading), CODE_GENUINE);
    assert_string_equal(reading.key_id, "2026-12-22");
    assert_int_equal(code_read(mint->keys, old, later, &reading), CODE_GENUINE);
    assert_string_equal(reading.key_id, "2026-11-22");
    assert_same_fields(&reading.fields, &fields);

    assert_int_equal(keys_retire(desk->path, "fern", "2026-11-22", later, &desk->notes),
                     STATUS_OK);
    keys_unref(mint->keys);
    mint->keys = open_keys(desk);
    assert_int_equal(code_read(mint->keys, old, later, &reading), CODE_FORGED);
    assert_int_equal(code_read(mint->keys, new, later, &reading), CODE_GENUINE);
}

static void
a_code_of_other_keys_is_forged(void **state)
{
    struct mint *mint = *state;
    struct desk *desk = &mint->desk;
    struct code_fields fields = {9, 5, 80, TODAY};
    const char *code = next_code(mint, &fields);
    unlink(desk->path);
    assert_int_equal(keys_make(desk->path, "fern", TODAY, &desk->notes), STATUS_OK);
    struct keys *other = open_keys(desk);
    struct code_reading reading;
    assert_int_equal(code_read(other, code, TODAY, &reading), CODE_FORGED);
    keys_unref(other);
}

/* --- words -------------------------------------------------------------------------- */

/* By other eyes than code_is_offensive(): digits are turned into letters, then what must
 * not be there is looked for in plain text. */
static bool
spells_something(const char *code)
{
    static const char *const words[] = {"FCK", "CNT", "DCK", "SHT", "KKK", "NGR", "CRAP",
                                        "TWT", "FAG", "ASS", "SEX", "NAZ", "KAK", "TEAT"};
    static const char from[] = "3456789V", to[] = "EASGTBGU";
    char plain[40];
    size_t n = 0;
    for (; *code; code++)
        if (*code != '-') {
            const char *at = strchr(from, *code);
            plain[n++] = at ? to[at - from] : *code;
        }
    plain[n] = '\0';
    for (size_t i = 0; i + 2 < COUNT_OF(words); i++)
        if (strstr(plain, words[i]))
            return true;
    return strstr(plain, "KACK") || strstr(plain, "TEAT") || strstr(plain, "FUCK");
}

static void
none_of_many_codes_spells_what_nobody_should_be_handed(void **state)
{
    struct mint *mint = *state;
    uint32_t seed = 6;
    int minted = 0, left_out = 0;
    while (minted < 200000) {
        struct arena *arena ARENA_AUTO = arena_new(0);
        for (int i = 0; i < 1000; i++) {
            const struct code_fields fields = any_fields(&seed);
            const char *code = NULL;
            enum status status =
                code_mint(mint->keys, "FERN", &fields, arena, NULL, &code);
            left_out += status == STATUS_WITHOUT;
            if (status != STATUS_OK)
                continue;
            minted++;
            assert_false(spells_something(code));
        }
    }
    /* Some are, or nothing was looked for; but a serial is lost seldom. */
    assert_in_range(left_out, minted / 100, minted / 8);
}

static void
words_are_found_in_any_disguise(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_offensive;
    } rows[] = {
        {"FCK", true},    {"xx-f-ck-xx", true}, {"2F-VCK9", true},
        {"CR4P", true},   {"5HT", true},        {"SHT", true},
        {"N4Z", true},    {"666", true},        {"XXXK-KKXX", true},
        {"b1tch", false}, {"BYTCH", true},      {"F49", true},
        {"", false},      {"FERN", false},      {"FERN-6JPT-CRTM-698X-YH5T", false},
        {"CAKE", false},  {"TEST", false},      {"KETTLE", false},
        {"66-6", true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(code_is_offensive(rows[i].text), rows[i].is_offensive);
}

static void
a_brand_that_spells_something_itself_still_gets_codes(void **state)
{
    struct mint *mint = *state;
    int minted = 0;
    for (int32_t serial = 0; serial < 100; serial++) {
        const struct code_fields fields = {9, 5, serial, TODAY};
        const char *code = NULL;
        minted += try_mint(mint, "ESSEX", &fields, &code) == STATUS_OK;
    }
    assert_true(minted > 80);
}

static void
prefix_and_code_together_spell_nothing_either(void **state)
{
    struct mint *mint = *state;
    int minted = 0;
    for (int32_t serial = 0; serial < 3000; serial++) {
        const struct code_fields fields = {9, 5, serial, TODAY};
        const char *code = NULL;
        if (try_mint(mint, "XFC", &fields, &code) != STATUS_OK)
            continue;
        minted++;
        assert_true(code[4] != 'K');
    }
    assert_true(minted > 2000);
}

/* --- other codes -------------------------------------------------------------------- */

static void
codes_of_a_shops_own_are_compared_without_blanks_and_case(void **state)
{
    struct mint *mint = *state;
    static const char *const rows[][2] = {
        {" spring-24 \t", "SPRING-24"},
        {"Spring 24", "SPRING 24"},
        {"gr\xc3\xbc\xc3\x9f", "GR\xc3\xbc\xc3\x9f"},
        {"", ""},
        {"FERN-6JTP-CRTM-698X-YH5t", "FERN-6JTP-CRTM-698X-YH5T"},
        {"fern6jtpcrtm698xyh5t", "FERN6JTPCRTM698XYH5T"}, /* mistyped: as it is */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(code_canonical(rows[i][0], mint->arena), rows[i][1]);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(the_vectors_are_read_as_they_say_and_minted_the_same),
        EACH(what_is_minted_is_read_again),
        EACH(the_extremes_of_each_field_fit_and_what_is_beyond_is_refused),
        EACH(a_code_that_is_over_stays_over),
        EACH(stations_never_mint_the_same),
        EACH(codes_in_a_row_look_drawn_by_chance),
        EACH(every_wrong_letter_is_caught_by_the_check_symbol),
        EACH(every_swap_of_two_letters_is_caught_by_the_check_symbol),
        EACH(a_letter_missing_doubled_or_wrong_in_the_prefix_is_never_genuine),
        EACH(guesses_with_a_right_check_symbol_are_forged),
        EACH(after_a_rotation_old_codes_hold_until_their_key_is_retired),
        EACH(a_code_of_other_keys_is_forged),
        EACH(none_of_many_codes_spells_what_nobody_should_be_handed),
        EACH(words_are_found_in_any_disguise),
        EACH(a_brand_that_spells_something_itself_still_gets_codes),
        EACH(prefix_and_code_together_spell_nothing_either),
        EACH(codes_of_a_shops_own_are_compared_without_blanks_and_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
