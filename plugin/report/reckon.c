/* From sums to what may be said: means, differences, their intervals, and one word. */
#include "report/inside.h"

#include "stats/sequential.h"
#include "stats/several.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the groups of a test -------------------------------------------------------------
 */

static const struct report_deal *
find_deal(const struct report_wish *wish, const struct test *test)
{
    for (size_t i = 0; i < wish->deal_count; i++) {
        const struct report_deal *deal = &wish->deals[i];
        if (deal->kind == test->kind && text_equal(deal->campaign, test->campaign) &&
            text_equal(deal->name, test->name))
            return deal;
    }
    return NULL;
}

static const struct group *
find_group(const struct test *test, const char *name)
{
    for (size_t i = 0; i < test->group_count; i++)
        if (strcmp(test->groups[i].name, name) == 0)
            return &test->groups[i];
    return NULL;
}

/* The group that the others are held against: the first as dealt, or the one whose name
 * says so, or that which got the least paper. NULL: there is nothing to compare. */
static const struct group *
find_control(const struct test *test, const struct report_deal *deal)
{
    static const char *const names[] = {"held-out", "control", "none", "rules"};
    const struct group *least = NULL;
    size_t compared = 0;
    for (size_t i = 0; i < test->group_count; i++) {
        const struct group *group = &test->groups[i];
        if (group->is_apart)
            continue;
        compared++;
        if (!least || (double)group->counts.printed * (double)least->counts.decided <
                          (double)least->counts.printed * (double)group->counts.decided)
            least = group;
    }
    if (compared < 2)
        return NULL;
    if (deal && find_group(test, deal->arms[0]))
        return find_group(test, deal->arms[0]);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (find_group(test, names[i]))
            return find_group(test, names[i]);
    return least;
}

static double
weight_of(const struct report_deal *deal, const struct group *group, double told)
{
    for (size_t i = 0; deal && i < deal->arm_count; i++)
        if (strcmp(deal->arms[i], group->name) == 0)
            return deal->weights[i];
    return deal || group->told == 0 ? NAN : group->chances / (double)group->told / told;
}

/* Where another system dealt, the probabilities that came with its decisions say how,
 * when they add up. 0: they do not. */
static double
told_chances(const struct test *test)
{
    double sum = 0;
    for (size_t i = 0; i < test->group_count; i++) {
        const struct group *group = &test->groups[i];
        if (group->is_apart)
            continue;
        if (group->told == 0 || group->told < group->counts.decided)
            return 0;
        sum += group->chances / (double)group->told;
    }
    return sum > 0.98 && sum < 1.02 ? sum : 0;
}

static void
check_ratio(struct report_test *made, struct reckoning *reckoning)
{
    const struct report_part *all = &made->parts[0];
    double *counts = arena_make_array(reckoning->arena, all->arm_count, sizeof(*counts));
    double *weights =
        arena_make_array(reckoning->arena, all->arm_count, sizeof(*weights));
    size_t n = 0;
    for (size_t i = 0; counts && weights && i < all->arm_count; i++) {
        const struct report_arm *arm = &all->arms[i];
        if (arm->is_apart)
            continue;
        if (isnan(arm->weight))
            return;
        counts[n] = arm->customers + arm->waiting;
        weights[n++] = arm->weight;
    }
    if (n < 2)
        return;
    made->ratio = sample_ratio_check(counts, weights, n);
    made->is_ratio_checked = true;
}

/* --- segments and the word ------------------------------------------------------------
 */

/* Looking at every segment is looking often. */
static enum status
correct_segments(struct reckoning *reckoning, struct report_test *test)
{
    double *p = arena_make_array(reckoning->arena, test->part_count + 1, sizeof(*p));
    if (!p)
        return STATUS_NO_MEMORY;
    for (size_t arm = 1; arm < test->parts[0].arm_count; arm++)
        for (int m = 0; m < REPORT_METRICS; m++) {
            for (size_t i = 1; i < test->part_count; i++)
                p[i - 1] = test->parts[i].arms[arm].effects[m].p;
            if (!several_benjamini_hochberg(p, test->part_count - 1, p))
                return STATUS_NO_MEMORY;
            for (size_t i = 1; i < test->part_count; i++)
                test->parts[i].arms[arm].effects[m].p = p[i - 1];
        }
    return STATUS_OK;
}

static bool
is_told(const struct report_arm *arm, enum report_metric metric, double p)
{
    return !isnan(p) && p < 1 - LEVEL && estimate_tells(&arm->effects[metric].difference);
}

static void
find_word(const struct report_test *test, const struct report_arm *control,
          struct report_arm *arm)
{
    struct sequence sequence = SEQUENCE_DEFAULT;
    arm->word = WORD_UNSURE;
    if (arm == control || arm->is_apart)
        arm->word = WORD_NOTHING;
    else if (test->kind == REPORT_ADVISOR)
        arm->word = WORD_NO_CHANCE;
    else if (test->is_ratio_checked && test->ratio.is_alarm)
        arm->word = WORD_STOP;
    else if (arm->customers < sequence.least || control->customers < sequence.least)
        arm->word = WORD_EARLY;
}

static void
settle_word(struct report_arm *arm, enum report_metric by, double p)
{
    arm->by = by;
    if (arm->word == WORD_UNSURE && is_told(arm, by, p))
        arm->word = arm->effects[by].difference.value > 0 ? WORD_BETTER : WORD_WORSE;
}

/* By what customers bring in, then by whether they come again, for both looked at. */
static void
find_words(const struct report *report, struct report_test *test)
{
    const enum report_metric money = report->has_margin ? REPORT_MARGIN : REPORT_REVENUE;
    const struct report_part *all = &test->parts[0];
    for (size_t i = 0; i < all->arm_count; i++) {
        struct report_arm *arm = &all->arms[i];
        double p[2] = {arm->effects[money].p, arm->effects[REPORT_ORDERED].p};
        find_word(test, &all->arms[0], arm);
        if (!several_holm(p, 2, p))
            p[0] = p[1] = NAN;
        settle_word(arm, money, p[0]);
        if (arm->word == WORD_UNSURE && is_told(arm, REPORT_ORDERED, p[1]))
            settle_word(arm, REPORT_ORDERED, p[1]);
        /* segments are asked about the same */
        for (size_t j = 1; j < test->part_count; j++) {
            struct report_arm *part = &test->parts[j].arms[i];
            find_word(test, &test->parts[j].arms[0], part);
            settle_word(part, arm->by, part->effects[arm->by].p);
        }
    }
}

/* --- tests ----------------------------------------------------------------------------
 */

static int
compare_segments(const void *left, const void *right, void *data)
{
    const char *const *names = data;
    return strcmp(names[*(const size_t *)left], names[*(const size_t *)right]);
}

/* Places of the segments by name; NULL: memory is out. */
static size_t *
order_segments(struct reckoning *reckoning, const struct test *test)
{
    size_t *order =
        arena_make_array(reckoning->arena, test->segment_count, sizeof(*order));
    for (size_t i = 0; order && i < test->segment_count; i++)
        order[i] = i;
    if (order && test->segment_count > 0)
        qsort_r(order, test->segment_count, sizeof(*order), compare_segments,
                test->segments);
    return order;
}

static enum status
reckon_part(struct reckoning *reckoning, const struct test *test, const char *segment,
            size_t index, const struct group *const order[], struct report_test *made,
            struct report_part *part)
{
    static const struct sums none;
    const struct report_deal *deal = find_deal(reckoning->gathered->wish, test);
    double told = told_chances(test), dealt = 0;
    const struct sums **sums =
        arena_make_array(reckoning->arena, test->group_count, sizeof(*sums));
    *part =
        (struct report_part){.segment = segment,
                             .arm_count = test->group_count,
                             .arms = arena_make_array(reckoning->arena, test->group_count,
                                                      sizeof(*part->arms))};
    if (!sums || !part->arms)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < test->group_count; i++) {
        const struct group *group = order[i];
        sums[i] = !segment                      ? &group->all
                  : index < group->segment_room ? &group->segments[index]
                                                : &none;
        fill_arm(group, sums[i], segment ? &sums[i]->counts : &group->counts,
                 &part->arms[i]);
        part->arms[i].weight =
            deal || told > 0 ? weight_of(deal, group, told > 0 ? told : 1) : NAN;
        dealt += group->is_apart ? 0 : sums[i]->customers + sums[i]->waiting;
    }
    part->arms[0].is_control = made->has_control;
    return made->has_control ? set_effects(reckoning, made, part, sums, dealt)
                             : STATUS_OK;
}

static int
compare_groups(const void *left, const void *right)
{
    const struct group *const *a = left, *const *b = right;
    return a[0]->is_apart != b[0]->is_apart ? a[0]->is_apart - b[0]->is_apart
                                            : strcmp(a[0]->name, b[0]->name);
}

static enum status
order_groups(struct reckoning *reckoning, const struct test *test,
             const struct group *control, const struct group ***ret)
{
    const struct group **order =
        arena_make_array(reckoning->arena, test->group_count, sizeof(*order));
    size_t n = 0;
    if (!order)
        return STATUS_NO_MEMORY;
    if (control)
        order[n++] = control;
    for (size_t i = 0; i < test->group_count; i++)
        if (&test->groups[i] != control)
            order[n++] = &test->groups[i];
    size_t first = control != NULL;
    qsort(order + first, n - first, sizeof(struct group *), compare_groups);
    *ret = order;
    return STATUS_OK;
}

static enum status
reckon_test(struct reckoning *reckoning, const struct test *test, struct report_test *ret)
{
    const struct report_deal *deal = find_deal(reckoning->gathered->wish, test);
    const struct group *control = find_control(test, deal);
    const struct group **order = NULL;
    size_t parts = control ? 1 + test->segment_count : 1;
    *ret = (struct report_test){
        .kind = test->kind,
        .campaign = test->campaign,
        .name = test->name,
        .has_control = control != NULL,
        .first_s = test->first_s,
        .last_s = test->last_s,
        .part_count = parts,
        .parts = arena_make_array(reckoning->arena, parts, sizeof(*ret->parts))};
    size_t *places = order_segments(reckoning, test);
    enum status status = ret->parts && places
                             ? order_groups(reckoning, test, control, &order)
                             : STATUS_NO_MEMORY;
    for (size_t i = 0; i < parts && status == STATUS_OK; i++) {
        size_t place = i ? places[i - 1] : 0;
        status = reckon_part(reckoning, test, i ? test->segments[place] : NULL, place,
                             order, ret, &ret->parts[i]);
    }
    if (status != STATUS_OK || !control)
        return status;
    for (size_t i = 0; i < test->group_count; i++)
        ret->crossed += test->groups[i].all.crossed;
    check_ratio(ret, reckoning);
    if (parts > 1)
        status = correct_segments(reckoning, ret);
    if (status == STATUS_OK)
        find_words(reckoning->report, ret);
    return status;
}

static int
compare_words(const char *one, const char *other)
{
    return !one || !other ? (one != NULL) - (other != NULL) : strcmp(one, other);
}

static int
compare_tests(const void *left, const void *right)
{
    const struct test *a = left, *b = right;
    bool of_all_a = a->kind == REPORT_SHOP, of_all_b = b->kind == REPORT_SHOP;
    int by_campaign = compare_words(a->campaign, b->campaign);
    if (of_all_a != of_all_b)
        return of_all_a ? -1 : 1;
    if ((a->kind == REPORT_ADVISOR) != (b->kind == REPORT_ADVISOR))
        return a->kind == REPORT_ADVISOR ? 1 : -1;
    if (by_campaign != 0)
        return by_campaign;
    return a->kind != b->kind ? (int)a->kind - (int)b->kind
                              : compare_words(a->name, b->name);
}

static enum status
reckon_classes(struct reckoning *reckoning, struct report *report)
{
    static const char *const efforts[] = {"low", "medium", "high"};
    static const char *const scores[] = {"promoter", "passive", "detractor"};
    report->classes = arena_make_array(reckoning->arena, 6, sizeof(*report->classes));
    if (!report->classes)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < 6; i++) {
        const struct gathered *gathered = reckoning->gathered;
        const struct sums *sums = i < 3 ? &gathered->effort[i] : &gathered->nps[i - 3];
        if (sums->customers == 0)
            continue;
        report->classes[report->class_count++] = (struct report_class){
            i < 3 ? "effort" : "nps",
            i < 3 ? efforts[i] : scores[i - 3],
            sums->customers,
            measure(REPORT_ORDERED, &sums->by_past[REPORT_ORDERED]),
            measure(REPORT_REVENUE, &sums->by_past[REPORT_REVENUE]),
            measure(REPORT_LIFETIME, &sums->by_past[REPORT_LIFETIME])};
    }
    return STATUS_OK;
}

enum status
reckon(struct gathered *gathered, struct report **ret)
{
    const struct report_wish *wish = gathered->wish;
    struct report *report = arena_make(gathered->arena, sizeof(*report));
    struct reckoning reckoning = {gathered, report, gathered->arena};
    if (!report)
        return STATUS_NO_MEMORY;
    *report = (struct report){.currency = wish->currency,
                              .zone = wish->zone,
                              .now_s = wish->now_s,
                              .from_s = wish->range.from_s,
                              .until_s = wish->range.until_s,
                              .within_days = wish->within_days,
                              .least_effect_bp = wish->least_effect_bp,
                              .has_margin = wish->margin_bp > 0,
                              .has_model = wish->model && wish->model->has_bgnbd &&
                                           wish->model->has_spend,
                              .customers = gathered->customers,
                              .orders = (int64_t)gathered->past.order_count,
                              .decisions = gathered->decisions,
                              .pieces = gathered->pieces,
                              .answers = (int64_t)gathered->past.answer_count};
    report->tests =
        arena_make_array(gathered->arena, gathered->test_count, sizeof(*report->tests));
    if (!report->tests)
        return STATUS_NO_MEMORY;
    qsort(gathered->tests, gathered->test_count, sizeof(*gathered->tests), compare_tests);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < gathered->test_count && status == STATUS_OK; i++) {
        const struct test *test = &gathered->tests[i];
        if (test->kind != REPORT_ADVISOR || find_group(test, "advisor"))
            status = reckon_test(&reckoning, test, &report->tests[report->test_count++]);
    }
    if (status == STATUS_OK)
        status = reckon_classes(&reckoning, report);
    *ret = report;
    return status;
}

enum status
report_make(struct ledger *ledger, const struct report_wish *wish, struct arena *arena,
            struct notes *notes, struct report **ret)
{
    struct gathered gathered = {.wish = wish, .arena = arena};
    enum status status = gather(ledger, &gathered, notes);
    if (status == STATUS_OK && gathered.decisions == 0)
        status = note_fail(notes, STATUS_WITHOUT, NOTE_REPORT_NOTHING, NULL, 0,
                           "the ledger holds no decision of that time to report on");
    if (status == STATUS_OK)
        status = sum_outcomes(&gathered);
    if (status == STATUS_OK)
        status = reckon(&gathered, ret);
    past_done(&gathered.past);
    units_done(&gathered.units);
    free(gathered.index);
    return status == STATUS_NO_MEMORY && notes->count == 0
               ? note_fail(notes, status, NOTE_NO_MEMORY, NULL, 0,
                           "memory is out for the report")
               : status;
}
