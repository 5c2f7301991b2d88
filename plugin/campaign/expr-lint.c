/* The types of a condition: what XPath would let pass and a shop did not mean.
 *
 * XPath turns anything into anything: a word compared with a number is false for ever,
 * `'2026-12-01' < $today` too. Here each operand has a type, comparisons are between like
 * ones, a word is compared only with values of its list, and "and" joins only questions.
 * Every mistake is told; after one, its part fits everything. */
#include "campaign/campaign.h"
#include "campaign/expr.h"

#include "base/day.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct lint {
    struct expr_place *place;
    const struct expr_names *names;
};

static enum expr_type type_of(struct lint *lint, const struct expr *expr);

static const char *
type_name(enum expr_type type)
{
    static const char *const names[] = {"a number",    "a word", "a text", "a text",
                                        "a yes or no", "a day",  "unknown"};
    return names[type];
}

/* The source of a part, cut to fit a sentence. */
struct excerpt {
    char text[72];
};

static struct excerpt
excerpt(const struct lint *lint, const struct expr *expr)
{
    struct excerpt cut;
    size_t n = expr->to - expr->from;
    const char *p = lint->place->source + expr->from;

    if (n < 60) {
        snprintf(cut.text, sizeof cut.text, "%.*s", (int)n, p);
        return cut;
    }
    for (n = 56; n > 0 && ((unsigned char)p[n] & 0xc0) == 0x80;)
        n--; /* not inside a character */
    snprintf(cut.text, sizeof cut.text, "%.*s …", (int)n, p);
    return cut;
}

bool
expr_word_has(const struct fact_def *fact, const char *value, size_t *ret_place)
{
    size_t n = strlen(value), place = 0;

    for (const char *p = fact->values; *p != '\0'; place++) {
        size_t length = strcspn(p, " ");
        if (length == n && memcmp(p, value, n) == 0) {
            if (ret_place != NULL)
                *ret_place = place;
            return true;
        }
        p += length;
        p += strspn(p, " ");
    }
    return false;
}

/* The nearest value of a word's list, as text_nearest() wants them. */
static void
nearest_value(const struct fact_def *fact, const char *value, char *out, size_t room)
{
    char values[512];
    const char *list[32];
    size_t count = 0;
    char *rest = NULL;

    snprintf(values, sizeof values, "%s", fact->values);
    for (char *word = strtok_r(values, " ", &rest); word != NULL && count < 32;
         word = strtok_r(NULL, " ", &rest))
        list[count++] = word;
    const char *near = text_nearest(value, list, count);
    snprintf(out, room, "%s", near != NULL ? near : "");
}

/* --- comparisons ------------------------------------------------------------------ */

static void
check_word_value(struct lint *lint, const struct fact_def *fact, const char *value)
{
    char near[64];

    if (expr_word_has(fact, value, NULL))
        return;
    nearest_value(fact, value, near, sizeof near);
    if (near[0] != '\0')
        expr_complain(lint->place, NOTE_CONDITION_VALUE,
                      "$%s is never '%s'; did you mean '%s'?", fact->name, value, near);
    else
        expr_complain(lint->place, NOTE_CONDITION_VALUE,
                      "$%s is never '%s'; it is one of: %s", fact->name, value,
                      fact->values);
}

static void
check_two_words(struct lint *lint, const struct fact_def *a, const struct fact_def *b)
{
    char values[512];
    char *rest = NULL;

    snprintf(values, sizeof values, "%s", a->values);
    for (char *word = strtok_r(values, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest))
        if (expr_word_has(b, word, NULL))
            return;
    expr_complain(lint->place, NOTE_CONDITION_VALUE,
                  "$%s and $%s have no value in common", a->name, b->name);
}

static void
check_day_literal(struct lint *lint, const char *value, bool may_recur)
{
    struct day day;
    char leap[16]; /* --02-29 is a day of some years */

    if (may_recur && strncmp(value, "--", 2) == 0 && strlen(value) == 7) {
        snprintf(leap, sizeof leap, "2024-%s", value + 2);
        value = leap;
    }
    if (!day_parse(value, &day))
        expr_complain(lint->place, NOTE_CONDITION_DAY, "'%s' is not a day: %s", value,
                      may_recur ? "write yyyy-mm-dd, or --mm-dd for every year"
                                : "write yyyy-mm-dd");
}

static bool
is_textual(enum expr_type type)
{
    return type == EXPR_TYPE_WORD || type == EXPR_TYPE_TEXT ||
           type == EXPR_TYPE_LITERAL || type == EXPR_TYPE_DAY;
}

static void
refuse_unlike(struct lint *lint, const struct expr *compare, enum expr_type left,
              enum expr_type right)
{
    const struct expr *a = compare->args[0], *b = compare->args[1];
    enum expr_type one = left, other = right;

    if (a->kind != EXPR_FACT && b->kind == EXPR_FACT) { /* speak of the fact first */
        const struct expr *swap = a;
        a = b;
        b = swap;
        one = right;
        other = left;
    }
    const char *advice = "";
    if (one == EXPR_TYPE_TRUTH)
        advice = "; use it alone, or with not()";
    else if (one == EXPR_TYPE_NUMBER && other == EXPR_TYPE_LITERAL)
        advice = "; a number stands without quotes";
    else if (is_textual(one) && other == EXPR_TYPE_NUMBER)
        advice = "; a text stands in quotes";
    expr_complain(lint->place, NOTE_CONDITION_TYPES, "%s is %s, but %s is %s%s",
                  excerpt(lint, a).text, type_name(one), excerpt(lint, b).text,
                  type_name(other), advice);
}

static const struct experiment *
find_experiment(const struct lint *lint, const struct expr *call)
{
    if (call->kind != EXPR_CALL || strcmp(call->text, "arm") != 0 ||
        call->arg_count != 1 || call->args[0]->kind != EXPR_LITERAL)
        return NULL;
    for (size_t i = 0; i < lint->names->experiment_count; i++)
        if (strcmp(lint->names->experiments[i].name, call->args[0]->text) == 0)
            return &lint->names->experiments[i];
    return NULL;
}

static void
check_arm(struct lint *lint, const struct experiment *experiment, const char *value)
{
    if (value[0] == '\0')
        return;
    for (size_t i = 0; i < experiment->arm_count; i++)
        if (strcmp(experiment->arms[i].name, value) == 0)
            return;
    expr_complain(lint->place, NOTE_CONDITION_VALUE, "experiment '%s' has no arm '%s'",
                  experiment->name, value);
}

static void
check_like_texts(struct lint *lint, const struct expr *a, enum expr_type type_a,
                 const struct expr *b, enum expr_type type_b)
{
    const struct experiment *experiment = find_experiment(lint, a);

    if (experiment != NULL && type_b == EXPR_TYPE_LITERAL)
        check_arm(lint, experiment, b->text);
    else if (type_a == EXPR_TYPE_WORD && type_b == EXPR_TYPE_LITERAL)
        check_word_value(lint, a->fact, b->text);
    else if (type_a == EXPR_TYPE_DAY && type_b == EXPR_TYPE_LITERAL)
        check_day_literal(lint, b->text, false);
}

static enum expr_type
lint_compare(struct lint *lint, const struct expr *compare)
{
    const struct expr *a = compare->args[0], *b = compare->args[1];
    enum expr_type left = type_of(lint, a), right = type_of(lint, b);
    bool is_order = compare->op != EXPR_EQUAL && compare->op != EXPR_DIFFERS;

    if (left == EXPR_TYPE_UNKNOWN || right == EXPR_TYPE_UNKNOWN)
        return EXPR_TYPE_TRUTH;
    if (is_textual(left) != is_textual(right) || (!is_textual(left) && left != right)) {
        refuse_unlike(lint, compare, left, right);
    } else if (is_order && left != EXPR_TYPE_NUMBER) {
        bool is_day = left == EXPR_TYPE_DAY || right == EXPR_TYPE_DAY;
        expr_complain(lint->place, NOTE_CONDITION_ORDER,
                      "%s: only numbers have an order%s", excerpt(lint, compare).text,
                      is_day ? "; use within(), or the offer's from and until" : "");
    } else if (left == EXPR_TYPE_WORD && right == EXPR_TYPE_WORD) {
        check_two_words(lint, a->fact, b->fact);
    } else if (is_textual(left)) {
        check_like_texts(lint, a, left, b, right);
        check_like_texts(lint, b, right, a, left);
    }
    return EXPR_TYPE_TRUTH;
}

/* --- the other kinds -------------------------------------------------------------- */

static void
want_number(struct lint *lint, const struct expr *expr)
{
    enum expr_type type = type_of(lint, expr);
    if (type != EXPR_TYPE_NUMBER && type != EXPR_TYPE_UNKNOWN)
        expr_complain(lint->place, NOTE_CONDITION_TYPES,
                      "%s is %s where a number is needed", excerpt(lint, expr).text,
                      type_name(type));
}

static void
want_question(struct lint *lint, const struct expr *expr)
{
    enum expr_type type = type_of(lint, expr);
    const char *advice = "";

    if (type == EXPR_TYPE_TRUTH || type == EXPR_TYPE_UNKNOWN)
        return;
    if (type == EXPR_TYPE_NUMBER)
        advice = ", such as > 0";
    else if (type == EXPR_TYPE_WORD)
        advice = ", such as = 'value'";
    else if (type == EXPR_TYPE_TEXT || type == EXPR_TYPE_DAY)
        advice = ", such as != ''";
    expr_complain(lint->place, NOTE_CONDITION_NO_QUESTION,
                  "%s is %s, not a yes or no: compare it%s", excerpt(lint, expr).text,
                  type_name(type), advice);
}

static void
check_segment(struct lint *lint, const struct expr *arg)
{
    if (arg->kind != EXPR_LITERAL) {
        expr_complain(lint->place, NOTE_CONDITION_TYPES,
                      "segment(): the name must be written out in quotes");
        return;
    }
    for (size_t i = 0; i < lint->names->segment_count; i++)
        if (strcmp(lint->names->segments[i], arg->text) == 0)
            return;
    const char *near =
        text_nearest(arg->text, lint->names->segments, lint->names->segment_count);
    expr_complain(lint->place, NOTE_CAMPAIGN_SEGMENT, "there is no segment '%s'%s%s%s",
                  arg->text, near ? "; did you mean '" : "", near ? near : "",
                  near ? "'?" : "");
}

/* A name of one of a list, written out. */
static void
check_name(struct lint *lint, const struct expr *call, const char *const *names,
           size_t count, enum note_id id, const char *what)
{
    const char *name = call->args[0]->text;

    if (call->args[0]->kind != EXPR_LITERAL) {
        expr_complain(lint->place, NOTE_CONDITION_TYPES,
                      "%s(): the name must be written out in quotes", call->text);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return;
    const char *near = text_nearest(name, names, count);
    expr_complain(lint->place, id, "there is no %s '%s'%s%s%s", what, name,
                  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Odds are printed and promised, so they are numbers that stand there, not what a fact
 * makes of them, and none that the draw is too coarse for. */
static void
check_draw(struct lint *lint, const struct expr *call, const struct expr *arg)
{
    double odds = expr_constant(arg);

    if (arg == call->args[0] && (arg->kind != EXPR_LITERAL || arg->text[0] == '\0'))
        expr_complain(lint->place, NOTE_CONDITION_ODDS,
                      "draw(): the name must be written out in quotes");
    else if (arg != call->args[0] && isnan(odds))
        expr_complain(lint->place, NOTE_CONDITION_ODDS,
                      "draw(): the odds must be a number, such as 0.04 or 1 div 25; %s is "
                      "none",
                      excerpt(lint, arg).text);
    else if (arg != call->args[0] && !(odds >= ODDS_LEAST && odds <= 1.0))
        expr_complain(lint->place, NOTE_CONDITION_ODDS,
                      "draw(): odds are from 0.000001 to 1; %s is not",
                      excerpt(lint, arg).text);
}

static void
check_experiment(struct lint *lint, const struct expr *call)
{
    if (call->args[0]->kind != EXPR_LITERAL)
        expr_complain(lint->place, NOTE_CONDITION_TYPES,
                      "arm(): the name must be written out in quotes");
    else if (find_experiment(lint, call) == NULL)
        expr_complain(lint->place, NOTE_CAMPAIGN_EXPERIMENT,
                      "there is no experiment '%s'", call->args[0]->text);
}

static void
check_arg(struct lint *lint, const struct expr *call, const struct expr *arg, char letter)
{
    if (letter == 'q') {
        want_question(lint, arg);
        return;
    }
    enum expr_type type = type_of(lint, arg);
    if (type == EXPR_TYPE_UNKNOWN || letter == 'a')
        return;
    if (letter == 's') {
        check_segment(lint, arg);
        return;
    }
    if (letter == 'e') {
        check_experiment(lint, call);
        return;
    }
    if (letter == 'b') {
        check_name(lint, call, lint->names->badges, lint->names->badge_count,
                   NOTE_CAMPAIGN_BADGE, "badge");
        return;
    }
    if (letter == 'o') {
        check_name(lint, call, lint->names->offers, lint->names->offer_count,
                   NOTE_CAMPAIGN_NO_OFFER, "offer");
        return;
    }
    if (letter == 'l' || letter == 'p') {
        check_draw(lint, call, arg);
        return;
    }
    bool is_unlike = (letter == 'n') != (type == EXPR_TYPE_NUMBER) ||
                     type == EXPR_TYPE_TRUTH || (letter == 'd' && type == EXPR_TYPE_WORD);
    if (is_unlike)
        expr_complain(lint->place, NOTE_CONDITION_TYPES,
                      "%s(): %s is %s where %s is needed", call->text,
                      excerpt(lint, arg).text, type_name(type),
                      letter == 'n'   ? "a number"
                      : letter == 'd' ? "a day"
                                      : "a text");
    else if (letter == 'd' && type == EXPR_TYPE_LITERAL)
        check_day_literal(lint, arg->text, true);
    else if (letter == 'c' && type == EXPR_TYPE_LITERAL && arg->text[0] == '\0')
        expr_complain(lint->place, NOTE_CONDITION_VALUE, "%s(''): the text is empty",
                      call->text);
}

/* Reads the letters of a function's arguments: fewest, most (SIZE_MAX: no end). */
static void
count_args(const char *letters, size_t *ret_fewest, size_t *ret_most)
{
    size_t fewest = 0, most = 0;
    for (const char *p = letters; *p != '\0'; p++) {
        if (*p == '?') {
            fewest--;
        } else if (*p == '*') {
            *ret_fewest = fewest;
            *ret_most = SIZE_MAX;
            return;
        } else {
            fewest++;
            most++;
        }
    }
    *ret_fewest = fewest;
    *ret_most = most;
}

static enum expr_type
lint_call(struct lint *lint, const struct expr *call)
{
    const struct expr_function *function = call->function;
    size_t fewest = 0, most = 0;

    if (function == NULL) {
        for (size_t i = 0; i < call->arg_count; i++)
            type_of(lint, call->args[i]);
        return EXPR_TYPE_UNKNOWN;
    }
    count_args(function->args, &fewest, &most);
    if (call->arg_count < fewest || call->arg_count > most) {
        const char *least = most == SIZE_MAX ? "at least " : "";
        if (fewest != most && most != SIZE_MAX)
            expr_complain(lint->place, NOTE_CONDITION_ARITY,
                          "%s() takes %zu or %zu arguments, here it has %zu", call->text,
                          fewest, most, call->arg_count);
        else
            expr_complain(lint->place, NOTE_CONDITION_ARITY,
                          "%s() takes %s%zu argument%s, here it has %zu", call->text,
                          least, fewest, fewest == 1 ? "" : "s", call->arg_count);
        return function->result;
    }
    const char *letter = function->args;
    for (size_t i = 0; i < call->arg_count; i++) {
        check_arg(lint, call, call->args[i], *letter);
        if (letter[1] != '*') /* a repeated one stays */
            letter += letter[1] == '?' ? 2 : 1;
    }
    return function->result;
}

static enum expr_type
type_of_fact(const struct fact_def *fact)
{
    if (fact == NULL)
        return EXPR_TYPE_UNKNOWN;
    switch (fact->type) {
    case FACT_NUMBER:
    case FACT_MONEY:
        return EXPR_TYPE_NUMBER;
    case FACT_WORD:
        return EXPR_TYPE_WORD;
    case FACT_TRUTH:
        return EXPR_TYPE_TRUTH;
    case FACT_DAY:
        return EXPR_TYPE_DAY;
    default:
        return EXPR_TYPE_TEXT;
    }
}

static enum expr_type
type_of(struct lint *lint, const struct expr *expr)
{
    switch (expr->kind) {
    case EXPR_NUMBER:
        return EXPR_TYPE_NUMBER;
    case EXPR_LITERAL:
        return EXPR_TYPE_LITERAL;
    case EXPR_FACT:
        return type_of_fact(expr->fact);
    case EXPR_CALL:
        return lint_call(lint, expr);
    case EXPR_COMPARE:
        return lint_compare(lint, expr);
    case EXPR_ARITHMETIC:
    case EXPR_MINUS:
        for (size_t i = 0; i < expr->arg_count; i++)
            want_number(lint, expr->args[i]);
        return EXPR_TYPE_NUMBER;
    default:
        for (size_t i = 0; i < expr->arg_count; i++)
            want_question(lint, expr->args[i]);
        return EXPR_TYPE_TRUTH;
    }
}

static void
want_text(struct lint *lint, const struct expr *expr)
{
    enum expr_type type = type_of(lint, expr);
    if (!is_textual(type) && type != EXPR_TYPE_UNKNOWN)
        expr_complain(lint->place, NOTE_CONDITION_TYPES,
                      "%s is %s where a text is needed", excerpt(lint, expr).text,
                      type_name(type));
}

void
expr_lint(struct expr_place *place, const struct expr *expr,
          const struct expr_names *names, enum expr_type want)
{
    struct lint lint = {.place = place, .names = names};
    if (want == EXPR_TYPE_NUMBER)
        want_number(&lint, expr);
    else if (want == EXPR_TYPE_TEXT)
        want_text(&lint, expr);
    else
        want_question(&lint, expr);
}
