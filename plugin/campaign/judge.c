/* One thread's compiled conditions.
 *
 * libxml2 writes into a compiled expression when it evaluates it, so each thread compiles
 * its own from the campaign's texts. Steps are limited anew for every question; errors
 * come to us and not to stderr. A segment is asked once a decision, before the first
 * condition that names it rather than within it, so that the stack holds one evaluation
 * at a time. */
#include "campaign/judge.h"

#include "base/text.h"

#include <libxml/xpathInternals.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_STEPS 100000 /* ordinary rules need under 3,000 */
#define EVALUATION_BYTES (48u << 10)

struct compiled { /* index as condition->terms */
    xmlXPathCompExpr **terms;
    size_t count;
};

struct asked {
    bool is_known;
    enum ruling ruling;
    struct refusal refusal; /* of an answer that is not yes */
};

struct judge {
    struct expr_run run; /* first: libxml2 hands it back, and the judge is around it */
    struct campaign *campaign;
    xmlXPathContext *context;
    struct arena *arena;
    struct compiled *offers;   /* index as campaign->offers */
    struct compiled *segments; /* index as inside->segments */
    struct compiled *ends;                /* index as campaign->series */
    struct compiled *chances, *margins; /* index as campaign->offers */
    struct compiled group;
    struct asked *asked;       /* index as segments; of the decision in hand */
    int32_t shop_holdout_bp;
    const char *shop_seed; /* lent */
    bool is_telling_chances;
    /* index as campaign->experiments; of the decision in hand; NULL: takes no part */
    const struct experiment_arm **arms;
};

struct campaign *
judge_campaign(const struct judge *judge)
{
    return judge->campaign;
}

/* --- open and close ----------------------------------------------------------------- */

static enum status
compile(struct judge *judge, const struct condition *condition, struct notes *notes,
        struct compiled *ret)
{
    if (condition->source == NULL)
        return STATUS_OK;
    ret->terms =
        arena_make_array(judge->arena, condition->term_count, sizeof *ret->terms);
    if (ret->terms == NULL)
        return STATUS_NO_MEMORY;
    ret->count = condition->term_count;
    for (size_t i = 0; i < ret->count; i++) {
        judge->run.error[0] = '\0';
        ret->terms[i] = xmlXPathCtxtCompile(judge->context, BAD_CAST condition->terms[i]);
        if (ret->terms[i] == NULL)
            return note_fail(notes, STATUS_BUG, NOTE_CONDITION_SYNTAX,
                             judge->campaign->path, condition->line,
                             "libxml2 refuses \"%s\": %s", condition->terms[i],
                             judge->run.error);
    }
    return STATUS_OK;
}

static enum status
compile_all(struct judge *judge, struct notes *notes)
{
    const struct campaign *campaign = judge->campaign;
    const struct campaign_inside *inside = campaign->inside;
    enum status status = STATUS_OK;

    judge->offers =
        arena_make_array(judge->arena, campaign->offer_count, sizeof *judge->offers);
    judge->segments =
        arena_make_array(judge->arena, inside->segment_count, sizeof *judge->segments);
    judge->asked =
        arena_make_array(judge->arena, inside->segment_count, sizeof *judge->asked);
    judge->arms = arena_make_array(judge->arena, campaign->experiment_count,
                                   sizeof *judge->arms);
    judge->chances =
        arena_make_array(judge->arena, campaign->offer_count, sizeof *judge->chances);
    judge->ends =
        arena_make_array(judge->arena, campaign->series_count, sizeof *judge->ends);
    judge->margins =
        arena_make_array(judge->arena, campaign->offer_count, sizeof *judge->margins);
    if (!judge->offers || !judge->segments || !judge->asked || !judge->arms ||
        !judge->ends || !judge->chances || !judge->margins)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < inside->segment_count && status == STATUS_OK; i++)
        status =
            compile(judge, &inside->segments[i].condition, notes, &judge->segments[i]);
    for (size_t i = 0; i < campaign->offer_count && status == STATUS_OK; i++)
        status = compile(judge, &inside->conditions[i], notes, &judge->offers[i]);
    for (size_t i = 0; i < campaign->series_count && status == STATUS_OK; i++)
        status = compile(judge, &inside->ends[i], notes, &judge->ends[i]);
    for (size_t i = 0; i < campaign->offer_count && status == STATUS_OK; i++)
        status = compile(judge, &inside->chances[i], notes, &judge->chances[i]);
    for (size_t i = 0; i < campaign->offer_count && status == STATUS_OK; i++)
        status = compile(judge, &inside->margins[i], notes, &judge->margins[i]);
    if (status == STATUS_OK)
        status = compile(judge, &inside->group, notes, &judge->group);
    return status;
}

static int is_in_segment(struct expr_run *run, const char *name);
static const char *arm_in(struct expr_run *run, const char *experiment);
static double draw(struct expr_run *run, const char *name);

enum status
judge_open(struct campaign *campaign, struct notes *notes, struct judge **ret)
{
    struct judge *judge = calloc(1, sizeof *judge);
    enum status status = STATUS_NO_MEMORY;

    if (judge != NULL) {
        judge->campaign = campaign_ref(campaign);
        judge->arena = arena_new(0);
        judge->context = xmlXPathNewContext(NULL);
        judge->run.is_in_segment = is_in_segment;
        judge->run.arm_in = arm_in;
        judge->run.draw = draw;
        if (judge->arena != NULL && judge->context != NULL &&
            expr_register(judge->context, &judge->run)) {
            judge->context->opLimit = MOST_STEPS;
            xmlXPathContextSetCache(judge->context, 1, -1, 0);
            status = compile_all(judge, notes);
        }
    }
    if (status == STATUS_OK) {
        *ret = judge;
        return STATUS_OK;
    }
    judge_close(judge);
    if (status == STATUS_NO_MEMORY)
        note_add(notes, NOTE_NO_MEMORY, campaign->path, 0,
                 "memory is out for compiling the conditions");
    return status;
}

static void
free_compiled(struct compiled *compiled, size_t count)
{
    for (size_t i = 0; compiled != NULL && i < count; i++)
        for (size_t k = 0; k < compiled[i].count; k++)
            xmlXPathFreeCompExpr(compiled[i].terms[k]);
}

void
judge_close(struct judge *judge)
{
    if (judge == NULL)
        return;
    free_compiled(judge->offers, judge->campaign->offer_count);
    free_compiled(judge->segments, judge->campaign->inside->segment_count);
    free_compiled(judge->ends, judge->campaign->series_count);
    free_compiled(judge->chances, judge->campaign->offer_count);
    free_compiled(judge->margins, judge->campaign->offer_count);
    free_compiled(&judge->group, 1);
    xmlXPathFreeContext(judge->context);
    arena_free(judge->arena);
    campaign_unref(judge->campaign);
    free(judge);
}

/* --- questions ---------------------------------------------------------------------- */

void
judge_begin(struct judge *judge, const struct facts *facts)
{
    judge->run.facts = facts;
    for (size_t i = 0; i < judge->campaign->inside->segment_count; i++)
        judge->asked[i].is_known = false;
    const char *customer = facts->order->customer.id;
    for (size_t i = 0; i < judge->campaign->experiment_count; i++)
        judge->arms[i] = customer == NULL
                             ? NULL
                             : experiment_arm(&judge->campaign->experiments[i], customer,
                                              facts->today);
}

const struct experiment_arm *
judge_arm(const struct judge *judge, size_t experiment)
{
    return judge->arms[experiment];
}

/* libxml2 2.9 crashes where an evaluation runs out of memory, so one begins only when
 * more than it can need was to be had just now. */
static bool
has_memory(void)
{
    void *probe = xmlMalloc(EVALUATION_BYTES);
    xmlFree(probe);
    return probe != NULL;
}

static enum ruling
ask(struct judge *judge, const struct condition *condition,
    const struct compiled *compiled, struct refusal *ret)
{
    judge->run.error[0] = '\0';
    judge->context->opCount = 0;
    for (size_t i = 0; i < compiled->count; i++) {
        int result = -1;
        if (has_memory())
            result = xmlXPathCompiledEvalToBoolean(compiled->terms[i], judge->context);
        else
            snprintf(judge->run.error, sizeof judge->run.error, "memory is out");
        bool has_failed = result < 0 || judge->run.error[0] != '\0';
        if (result == 1 && !has_failed)
            continue;
        ret->condition = condition;
        ret->term = i;
        snprintf(ret->error, sizeof ret->error, "%s", judge->run.error);
        return has_failed ? RULING_FAILED : RULING_NO;
    }
    return RULING_YES;
}

/* Asks the segments that a condition names, and first those that they name: no more than
 * 16 deep and never in a circle, as campaign.c has made sure. */
static void
ask_segments_of(struct judge *judge, const struct condition *condition)
{
    for (size_t i = 0; i < condition->segment_count; i++) {
        size_t place = condition->segments[i];
        struct asked *asked = &judge->asked[place];
        const struct condition *of = &judge->campaign->inside->segments[place].condition;
        if (asked->is_known)
            continue;
        ask_segments_of(judge, of);
        asked->ruling = ask(judge, of, &judge->segments[place], &asked->refusal);
        asked->is_known = true;
    }
}

/* From inside libxml2: the answer is there already. */
static int
is_in_segment(struct expr_run *run, const char *name)
{
    struct judge *judge = (struct judge *)run;
    const struct campaign_inside *inside = judge->campaign->inside;
    size_t place = segment_find(inside, name);

    if (place == inside->segment_count || !judge->asked[place].is_known)
        return -1;
    const struct asked *asked = &judge->asked[place];
    if (asked->ruling != RULING_FAILED)
        return asked->ruling == RULING_YES;
    snprintf(run->error, sizeof run->error, "%s", asked->refusal.error);
    return -1;
}

static const char *
arm_in(struct expr_run *run, const char *experiment)
{
    const struct judge *judge = (const struct judge *)run;

    for (size_t i = 0; i < judge->campaign->experiment_count; i++)
        if (text_equal(judge->campaign->experiments[i].name, experiment))
            return judge->arms[i] != NULL ? judge->arms[i]->name : "";
    return NULL;
}

static double
draw(struct expr_run *run, const char *name)
{
    const struct judge *judge = (const struct judge *)run;

    return draw_number(judge->campaign->seed, name, run->facts->order->id);
}

enum ruling
judge_offer(struct judge *judge, size_t offer, struct refusal *ret)
{
    const struct condition *condition = &judge->campaign->inside->conditions[offer];

    ask_segments_of(judge, condition);
    return ask(judge, condition, &judge->offers[offer], ret);
}

enum ruling
judge_end(struct judge *judge, size_t series, struct refusal *ret)
{
    const struct condition *condition = &judge->campaign->inside->ends[series];

    ask_segments_of(judge, condition);
    return ask(judge, condition, &judge->ends[series], ret);
}

enum ruling
judge_segment(struct judge *judge, size_t segment, struct refusal *ret)
{
    const struct condition asks_it = {.segments = &segment, .segment_count = 1};
    const struct asked *asked = &judge->asked[segment];

    ask_segments_of(judge, &asks_it);
    if (asked->ruling != RULING_YES)
        *ret = asked->refusal;
    return asked->ruling;
}

const char *
judge_segments(struct judge *judge, struct arena *arena)
{
    const struct campaign_inside *inside = judge->campaign->inside;
    struct buf names BUF_AUTO = {0};
    struct refusal refusal;

    for (size_t i = 0; i < inside->segment_count; i++)
        if (judge_segment(judge, i, &refusal) == RULING_YES)
            buf_printf(&names, "%s%s", names.n > 0 ? " " : "", inside->segments[i].name);
    return names.failed ? NULL : arena_strdup(arena, names.n > 0 ? names.p : "");
}

void
judge_tell_chances(struct judge *judge, bool is_telling)
{
    judge->is_telling_chances = is_telling;
}

bool
judge_is_telling_chances(const struct judge *judge)
{
    return judge->is_telling_chances;
}

void
judge_hold_out(struct judge *judge, int32_t share_bp, const char *seed)
{
    judge->shop_holdout_bp = share_bp;
    judge->shop_seed = seed;
}

int32_t
judge_shop_holdout(const struct judge *judge, const char **ret_seed)
{
    *ret_seed = judge->shop_seed;
    return judge->shop_holdout_bp;
}

/* --- numbers and texts -------------------------------------------------------------- */

/* NULL: it failed. The caller frees it. */
static xmlXPathObject *
evaluate(struct judge *judge, const struct condition *condition,
         const struct compiled *compiled)
{
    xmlXPathObject *object = NULL;

    ask_segments_of(judge, condition);
    judge->run.error[0] = '\0';
    judge->context->opCount = 0;
    if (has_memory())
        object = xmlXPathCompiledEval(compiled->terms[0], judge->context);
    if (object == NULL || judge->run.error[0] == '\0')
        return object;
    xmlXPathFreeObject(object);
    return NULL;
}

static double
number(struct judge *judge, const struct condition *condition,
       const struct compiled *compiled)
{
    if (compiled->count == 0)
        return NAN;
    xmlXPathObject *object = evaluate(judge, condition, compiled);
    double value = object != NULL && object->type == XPATH_NUMBER ? object->floatval : NAN;
    xmlXPathFreeObject(object);
    return value;
}

double
judge_chance(struct judge *judge, size_t offer)
{
    return number(judge, &judge->campaign->inside->chances[offer],
                  &judge->chances[offer]);
}

double
judge_margin(struct judge *judge, size_t offer)
{
    return number(judge, &judge->campaign->inside->margins[offer],
                  &judge->margins[offer]);
}

bool
judge_has_margin(const struct judge *judge, size_t offer)
{
    return judge->margins[offer].count > 0;
}

const char *
judge_group(struct judge *judge, struct arena *arena)
{
    const char *group = "";

    if (judge->group.count == 0)
        return group;
    xmlXPathObject *object =
        evaluate(judge, &judge->campaign->inside->group, &judge->group);
    if (object != NULL && object->type == XPATH_STRING)
        group = arena_strdup(arena, (const char *)object->stringval);
    xmlXPathFreeObject(object);
    return group;
}
