/* Finds conditions that no customer can meet.
 *
 * Each fact starts with all its values: a word with its list, a number with the range of
 * its unit. A condition wanted true (or, inside not(), false) takes values away; when one
 * fact has none left, it can never be. Alternatives are tried one by one and their
 * results joined. What is not understood takes nothing away, so an alarm is never false;
 * too much work is given up in silence. */
#include "campaign/expr.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

#define MOST_STEPS 20000
#define MOST_DEPTH 48

/* What one fact may still be. */
struct known {
    uint32_t values;  /* a WORD's by place; a TRUTH's: bit 0 no, bit 1 yes */
    double low, high; /* of a number; low > high: only unknown is left */
    bool low_is_open, high_is_open;
    bool may_be_unknown;
    const char *text; /* a TEXT or DAY that must be this; NULL: may be any */
};

struct state {
    struct known fact[FACT_COUNT];
};

struct search {
    const struct expr_world *world;
    struct arena *arena;
    long steps;
    int depth;
    bool has_given_up;
};

static bool apply(struct search *search, const struct expr *expr, bool want,
                  struct state *state);

/* --- what a fact may be at all ----------------------------------------------------- */

static uint32_t
all_values(const char *values)
{
    uint32_t count = 1;
    for (const char *p = values; *p != '\0'; p++)
        count += *p == ' ';
    return count >= 32 ? UINT32_MAX : (1u << count) - 1;
}

static void
limit_by_unit(struct known *known, const char *unit)
{
    static const char *const counted[] = {"orders", "items", "categories", "complaints",
                                          "months"};
    char low[16];
    double from = 0.0, to = 0.0;
    size_t n = strcspn(unit, "-");

    for (size_t i = 0; i < COUNT_OF(counted); i++)
        if (strcmp(unit, counted[i]) == 0)
            known->low = 0.0;
    if (strcmp(unit, "percent") == 0) {
        known->low = 0.0;
        known->high = 100.0;
    }
    if (unit[n] != '-' || n == 0 || n >= sizeof low)
        return;
    memcpy(low, unit, n); /* "1-12" */
    low[n] = '\0';
    if (text_to_double(low, &from) && text_to_double(unit + n + 1, &to)) {
        known->low = from;
        known->high = to;
    }
}

static void
state_init(struct state *state)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        const struct fact_def *def = &fact_table[i];
        struct known *known = &state->fact[def->id];
        *known = (struct known){
            .values = 3, .low = -INFINITY, .high = INFINITY, .may_be_unknown = true};
        if (def->type == FACT_WORD)
            known->values = all_values(def->values);
        else if (def->type == FACT_NUMBER)
            limit_by_unit(known, def->unit);
    }
}

/* --- joining alternatives ----------------------------------------------------------- */

static bool
range_is_empty(const struct known *known)
{
    return known->low > known->high ||
           (known->low == known->high && (known->low_is_open || known->high_is_open));
}

static void
join_ranges(struct known *into, const struct known *other)
{
    if (range_is_empty(other))
        return;
    if (range_is_empty(into)) {
        into->low = other->low;
        into->high = other->high;
        into->low_is_open = other->low_is_open;
        into->high_is_open = other->high_is_open;
        return;
    }
    if (other->low < into->low) {
        into->low = other->low;
        into->low_is_open = other->low_is_open;
    } else if (other->low == into->low) {
        into->low_is_open = into->low_is_open && other->low_is_open;
    }
    if (other->high > into->high) {
        into->high = other->high;
        into->high_is_open = other->high_is_open;
    } else if (other->high == into->high) {
        into->high_is_open = into->high_is_open && other->high_is_open;
    }
}

static void
join(struct state *into, const struct state *other)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        struct known *a = &into->fact[i];
        const struct known *b = &other->fact[i];
        a->values |= b->values;
        join_ranges(a, b);
        a->may_be_unknown = a->may_be_unknown || b->may_be_unknown;
        if (!text_equal(a->text, b->text))
            a->text = NULL;
    }
}

/* --- comparisons -------------------------------------------------------------------- */

/* The value of a number written out, signs and arithmetic included. */
static bool
find_number(const struct expr *expr, double *ret)
{
    double a = 0.0, b = 0.0;

    if (expr->kind == EXPR_NUMBER) {
        *ret = expr->number;
        return true;
    }
    if (expr->kind == EXPR_MINUS && find_number(expr->args[0], &a)) {
        *ret = -a;
        return true;
    }
    if (expr->kind != EXPR_ARITHMETIC || !find_number(expr->args[0], &a) ||
        !find_number(expr->args[1], &b))
        return false;
    switch (expr->op) {
    case EXPR_PLUS:
        *ret = a + b;
        return true;
    case EXPR_LESS_BY:
        *ret = a - b;
        return true;
    case EXPR_TIMES:
        *ret = a * b;
        return true;
    default: /* div and mod: seldom written out, and 0 has its rules */
        return false;
    }
}

static bool
compare_numbers(double a, enum expr_op op, double b)
{
    switch (op) {
    case EXPR_EQUAL:
        return a == b;
    case EXPR_DIFFERS:
        return a != b;
    case EXPR_LESS:
        return a < b;
    case EXPR_AT_MOST:
        return a <= b;
    case EXPR_MORE:
        return a > b;
    default:
        return a >= b;
    }
}

static enum expr_op
mirrored(enum expr_op op) /* a op b is b mirrored(op) a */
{
    static const enum expr_op mirror[] = {EXPR_EQUAL,    EXPR_DIFFERS, EXPR_MORE,
                                          EXPR_AT_LEAST, EXPR_LESS,    EXPR_AT_MOST};
    return mirror[op];
}

static enum expr_op
opposite(enum expr_op op) /* not (a op b), for known numbers */
{
    static const enum expr_op opposites[] = {EXPR_DIFFERS, EXPR_EQUAL,   EXPR_AT_LEAST,
                                             EXPR_MORE,    EXPR_AT_MOST, EXPR_LESS};
    return opposites[op];
}

static void
raise_low(struct known *known, double low, bool is_open)
{
    if (low > known->low) {
        known->low = low;
        known->low_is_open = is_open;
    } else if (low == known->low) {
        known->low_is_open = known->low_is_open || is_open;
    }
}

static void
lower_high(struct known *known, double high, bool is_open)
{
    if (high < known->high) {
        known->high = high;
        known->high_is_open = is_open;
    } else if (high == known->high) {
        known->high_is_open = known->high_is_open || is_open;
    }
}

static bool
apply_number(struct known *known, enum expr_op op, double number, bool want)
{
    /* an unknown number is NaN: only != holds for it */
    bool holds_unknown = (op == EXPR_DIFFERS) == want;

    if (!want)
        op = opposite(op);
    known->may_be_unknown = known->may_be_unknown && holds_unknown;
    if (op == EXPR_EQUAL || op == EXPR_MORE || op == EXPR_AT_LEAST)
        raise_low(known, number, op == EXPR_MORE);
    if (op == EXPR_EQUAL || op == EXPR_LESS || op == EXPR_AT_MOST)
        lower_high(known, number, op == EXPR_LESS);
    if (op == EXPR_DIFFERS && known->low == number)
        known->low_is_open = true;
    if (op == EXPR_DIFFERS && known->high == number)
        known->high_is_open = true;
    return !range_is_empty(known) || known->may_be_unknown;
}

static bool
apply_text(const struct fact_def *fact, struct known *known, const char *text,
           bool is_equal)
{
    size_t place = 0;

    if (fact->type == FACT_WORD) {
        uint32_t bit = expr_word_has(fact, text, &place) && place < 32 ? 1u << place : 0;
        known->values &= is_equal ? bit : ~bit;
        return known->values != 0;
    }
    if (!is_equal)
        return known->text == NULL || strcmp(known->text, text) != 0;
    if (known->text != NULL && strcmp(known->text, text) != 0)
        return false;
    known->text = text;
    return true;
}

static bool
is_call(const struct expr *expr, const char *name)
{
    return expr->kind == EXPR_CALL && strcmp(expr->text, name) == 0;
}

static bool
apply_fact(struct state *state, const struct fact_def *fact, enum expr_op op,
           const struct expr *value, bool want)
{
    struct known *known = &state->fact[fact->id];
    bool is_equal = (op == EXPR_EQUAL) == want;
    double number = 0.0;

    switch (fact->type) {
    case FACT_NUMBER:
    case FACT_MONEY:
        return !find_number(value, &number) || apply_number(known, op, number, want);
    case FACT_TRUTH:
        if (!is_call(value, "true") && !is_call(value, "false"))
            return true;
        known->values &= is_call(value, "true") == is_equal ? 2u : 1u;
        return known->values != 0;
    default:
        return value->kind != EXPR_LITERAL ||
               apply_text(fact, known, value->text, is_equal);
    }
}

static bool
apply_compare(const struct expr *compare, bool want, struct state *state)
{
    const struct expr *a = compare->args[0], *b = compare->args[1];
    double left = 0.0, right = 0.0;

    if (a->kind == EXPR_FACT && b->kind != EXPR_FACT)
        return apply_fact(state, a->fact, compare->op, b, want);
    if (b->kind == EXPR_FACT && a->kind != EXPR_FACT)
        return apply_fact(state, b->fact, mirrored(compare->op), a, want);
    if (a->kind == EXPR_LITERAL && b->kind == EXPR_LITERAL)
        return ((strcmp(a->text, b->text) == 0) == (compare->op == EXPR_EQUAL)) == want;
    if (find_number(a, &left) && find_number(b, &right))
        return compare_numbers(left, compare->op, right) == want;
    return true;
}

/* --- the walk ----------------------------------------------------------------------- */

static bool
apply_all(struct search *search, const struct expr *chain, bool want, struct state *state)
{
    for (size_t i = 0; i < chain->arg_count; i++)
        if (!apply(search, chain->args[i], want, state))
            return false;
    return true;
}

static bool
apply_any(struct search *search, const struct expr *chain, bool want, struct state *state)
{
    struct state *joined = arena_make(search->arena, sizeof *joined);
    struct state *tried = arena_make(search->arena, sizeof *tried);
    bool is_possible = false;

    if (joined == NULL || tried == NULL) {
        search->has_given_up = true;
        return true;
    }
    for (size_t i = 0; i < chain->arg_count; i++) {
        *tried = *state;
        if (!apply(search, chain->args[i], want, tried))
            continue;
        if (is_possible)
            join(joined, tried);
        else
            *joined = *tried;
        is_possible = true;
    }
    if (is_possible)
        *state = *joined;
    return is_possible;
}

static bool
apply_call(struct search *search, const struct expr *call, bool want, struct state *state)
{
    const struct expr_world *world = search->world;

    if (is_call(call, "true") || is_call(call, "false"))
        return is_call(call, "true") == want;
    if (is_call(call, "not"))
        return apply(search, call->args[0], !want, state);
    if (!is_call(call, "segment"))
        return true;
    for (size_t i = 0; i < world->segment_count; i++)
        if (strcmp(world->segments[i].name, call->args[0]->text) == 0)
            return apply(search, world->segments[i].expr, want, state);
    return true;
}

/* Takes away from `state` what contradicts `expr` being `want`; false: nothing is left.
 */
static bool
apply_kind(struct search *search, const struct expr *expr, bool want, struct state *state)
{
    switch (expr->kind) {
    case EXPR_AND:
        return want ? apply_all(search, expr, want, state)
                    : apply_any(search, expr, want, state);
    case EXPR_OR:
        return want ? apply_any(search, expr, want, state)
                    : apply_all(search, expr, want, state);
    case EXPR_COMPARE:
        return apply_compare(expr, want, state);
    case EXPR_CALL:
        return apply_call(search, expr, want, state);
    case EXPR_FACT:
        if (expr->fact->type != FACT_TRUTH)
            return true;
        state->fact[expr->fact->id].values &= want ? 2u : 1u;
        return state->fact[expr->fact->id].values != 0;
    default:
        return true;
    }
}

static bool
apply(struct search *search, const struct expr *expr, bool want, struct state *state)
{
    if (search->has_given_up || ++search->steps > MOST_STEPS ||
        search->depth >= MOST_DEPTH) {
        search->has_given_up = true;
        return true;
    }
    search->depth++;
    bool is_possible = apply_kind(search, expr, want, state);
    search->depth--;
    return is_possible;
}

bool
expr_never(const struct expr_world *world, const struct expr *const *exprs, size_t count)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct search search = {.world = world, .arena = arena};
    bool is_possible = true;

    struct state *state = arena != NULL ? arena_make(arena, sizeof *state) : NULL;
    if (state == NULL)
        return false;
    state_init(state);
    /* twice, because what stands later may limit what stands before */
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < count && is_possible; i++)
            is_possible = apply(&search, exprs[i], true, state);
    return !is_possible && !search.has_given_up;
}

void
expr_each_hopeless(const struct expr_world *world, const struct expr *expr,
                   expr_found_fn *found, void *data)
{
    if (expr->kind == EXPR_COMPARE && expr_never(world, &expr, 1)) {
        found(expr, data);
        return;
    }
    for (size_t i = 0; i < expr->arg_count; i++)
        expr_each_hopeless(world, expr->args[i], found, data);
}
