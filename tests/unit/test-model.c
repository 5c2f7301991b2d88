/* Models as bytes, and customers scored by recency, frequency and spend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fit/model.h"

static struct notes notes;

static const struct model_section next = {"NEXT", "what goes with what", 19};
static const struct model_parts whole = {
    .trained = {20400},
    .customers = 2357,
    .currency = "EUR",
    .has_bgnbd = true,
    .bgnbd = {.r = 0.2426, .alpha_weeks = 4.4136, .a = 0.7929, .b = 2.4259,
              .relative_error = {0.05, 0.08, 0.2, 0.3}, .log_likelihood = -9582.4,
              .customers = 2357},
    .has_spend = true,
    .spend = {.p = 6.25, .q = 3.74, .gamma_minor = 1544, .relative_error = {0.2, 0.1, 0.3},
              .log_likelihood = -4055, .correlation = 0.11, .customers = 946,
              .left_out = 1411},
    .has_rfm = true,
    .rfm = {{10, 40, 90, 200}, {1, 2, 3, 5}, {1000, 3000, 5000, 9000}, 2357},
    .sections = &next,
    .section_count = 1};

static void
write_model(const struct model_parts *parts, struct buf *out)
{
    struct model *model CLEANUP(model_unrefp) = NULL;
    assert_int_equal(model_new(parts, &notes, &model), STATUS_OK);
    model_write(model, out);
    assert_false(out->failed);
}

static enum status
read_back(const void *bytes, size_t n, struct model **ret)
{
    notes.count = 0;
    return model_read(bytes, n, "model", &notes, ret);
}

static void
a_model_comes_back_as_it_was(void **state)
{
    struct buf bytes BUF_AUTO = {0}, again BUF_AUTO = {0};
    struct model *model CLEANUP(model_unrefp) = NULL;
    (void)state;
    write_model(&whole, &bytes);
    assert_int_equal(read_back(bytes.p, bytes.n, &model), STATUS_OK);
    const struct model_parts *parts = model_parts(model);
    assert_int_equal(parts->trained.n, 20400);
    assert_int_equal(parts->customers, 2357);
    assert_string_equal(parts->currency, "EUR");
    assert_memory_equal(&parts->rfm, &whole.rfm, sizeof(whole.rfm));
    assert_true(parts->bgnbd.a == 0.7929 && parts->bgnbd.log_likelihood == -9582.4);
    assert_true(parts->spend.gamma_minor == 1544 && parts->spend.left_out == 1411);
    const struct model_section *section = model_find(model, "NEXT");
    assert_non_null(section);
    assert_int_equal(section->n, next.n);
    assert_memory_equal(section->bytes, next.bytes, next.n);
    assert_null(model_find(model, "ELSE"));
    model_write(model, &again);
    assert_int_equal(again.n, bytes.n);
    assert_memory_equal(again.p, bytes.p, bytes.n);
}

static void
what_could_not_be_fitted_stays_away(void **state)
{
    struct model_parts parts = {.trained = {20400}, .customers = 3};
    struct buf bytes BUF_AUTO = {0};
    struct model *model CLEANUP(model_unrefp) = NULL;
    (void)state;
    write_model(&parts, &bytes);
    assert_int_equal(read_back(bytes.p, bytes.n, &model), STATUS_OK);
    assert_false(model_parts(model)->has_bgnbd || model_parts(model)->has_spend ||
                 model_parts(model)->has_rfm);
}

/* Every byte but those of the version, which a later tuck may have written. */
static void
one_changed_byte_anywhere_is_noticed(void **state)
{
    struct buf bytes BUF_AUTO = {0};
    (void)state;
    write_model(&whole, &bytes);
    for (size_t i = 0; i < bytes.n; i++) {
        struct model *model = NULL;
        bytes.p[i] ^= 0x41;
        assert_int_equal(read_back(bytes.p, bytes.n, &model), STATUS_BAD_INPUT);
        assert_int_equal(notes.note[0].id, NOTE_MODEL_DAMAGED);
        bytes.p[i] ^= 0x41;
    }
}

static void
a_model_cut_short_anywhere_is_none(void **state)
{
    struct buf bytes BUF_AUTO = {0};
    struct model *model = NULL;
    (void)state;
    write_model(&whole, &bytes);
    for (size_t n = 0; n < bytes.n; n++) {
        /* in a block of its own, so that a reader over its end is caught */
        void *copy = malloc(n ? n : 1);
        memcpy(copy, bytes.p, n);
        assert_int_equal(read_back(copy, n, &model), STATUS_BAD_INPUT);
        free(copy);
    }
    buf_puts(&bytes, "!");
    assert_int_equal(read_back(bytes.p, bytes.n, &model), STATUS_BAD_INPUT);
}

static void
parts_that_make_no_sense_are_refused(void **state)
{
    const struct model_section twice[] = {next, next};
    const struct model_section own = {"BASE", "", 0}, small = {"next", "", 0};
    struct model_parts bad[8];
    struct model *model = NULL;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        bad[i] = whole;
    bad[0].trained = DAY_NONE;
    bad[1].customers = -1;
    strcpy(bad[2].currency, "eur");
    bad[3].bgnbd.r = 0;
    bad[4].spend.q = 1;
    bad[5].rfm.orders[3] = 0;
    bad[6].sections = twice;
    bad[6].section_count = 2;
    bad[7].sections = &own;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        notes.count = 0;
        assert_int_equal(model_new(&bad[i], &notes, &model), STATUS_BAD_CALL);
        assert_int_equal(notes.note[0].id, NOTE_MODEL_PARTS);
    }
    bad[7].sections = &small;
    assert_int_equal(model_new(&bad[7], &notes, &model), STATUS_BAD_CALL);
}

static void
a_model_can_be_read_by_people(void **state)
{
    struct buf text BUF_AUTO = {0};
    struct model *model CLEANUP(model_unrefp) = NULL;
    (void)state;
    assert_int_equal(model_new(&whole, &notes, &model), STATUS_OK);
    model_dump(model, &text);
    assert_non_null(strstr(text.p, "2357"));
    assert_non_null(strstr(text.p, "0.2426"));
    assert_non_null(strstr(text.p, "NEXT"));
}

/* --- RFM ------------------------------------------------------------------------------ */

static void
scores_are_fifths_of_the_customers(void **state)
{
    struct rfm_figures figures[100];
    struct rfm rfm;
    int counts[3][6] = {{0}};
    (void)state;
    for (int i = 0; i < 100; i++)
        figures[i] = (struct rfm_figures){(i * 37) % 100, 1 + (i * 11) % 100,
                                          100 * ((i * 73) % 100)};
    assert_int_equal(rfm_learn(figures, 100, &notes, &rfm), STATUS_OK);
    assert_int_equal(rfm_check(&rfm, &notes), STATUS_OK);
    for (int i = 0; i < 100; i++) {
        struct rfm_scores scores = rfm_score(&rfm, &figures[i]);
        counts[0][scores.recency]++;
        counts[1][scores.frequency]++;
        counts[2][scores.spend]++;
    }
    for (int k = 0; k < 3; k++)
        for (int score = 1; score <= 5; score++)
            assert_int_equal(counts[k][score], 20);
    assert_int_equal(rfm_score(&rfm, &(struct rfm_figures){0, 1, 0}).recency, 5);
    assert_int_equal(rfm_score(&rfm, &(struct rfm_figures){99, 1, 0}).recency, 1);
}

static void
who_is_alike_gets_the_same_score_and_not_a_better_one(void **state)
{
    struct rfm_figures figures[20];
    struct rfm rfm;
    (void)state;
    for (int i = 0; i < 20; i++) /* three quarters bought once */
        figures[i] = (struct rfm_figures){i, i < 15 ? 1 : i - 13, 500};
    assert_int_equal(rfm_learn(figures, 20, &notes, &rfm), STATUS_OK);
    assert_int_equal(rfm_score(&rfm, &figures[0]).frequency, 1);
    assert_int_equal(rfm_score(&rfm, &figures[14]).frequency, 1);
    assert_int_equal(rfm_score(&rfm, &figures[15]).frequency, 4);
    assert_int_equal(rfm_score(&rfm, &figures[19]).frequency, 5);
    /* all spent the same: that tells nothing */
    assert_int_equal(rfm_score(&rfm, &figures[3]).spend, 3);
    assert_int_equal(rfm_learn(figures, 4, &notes, &rfm), STATUS_BAD_INPUT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_comes_back_as_it_was),
        cmocka_unit_test(what_could_not_be_fitted_stays_away),
        cmocka_unit_test(one_changed_byte_anywhere_is_noticed),
        cmocka_unit_test(a_model_cut_short_anywhere_is_none),
        cmocka_unit_test(parts_that_make_no_sense_are_refused),
        cmocka_unit_test(a_model_can_be_read_by_people),
        cmocka_unit_test(scores_are_fifths_of_the_customers),
        cmocka_unit_test(who_is_alike_gets_the_same_score_and_not_a_better_one),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
