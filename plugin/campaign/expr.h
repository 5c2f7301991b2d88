/* Conditions as trees: inside the room.
 *
 * libxml2 evaluates a condition; this tree is for what libxml2 does not tell: a variable
 * that does not exist, a word compared with a number, a condition that can never hold.
 * The grammar is that of XPath 1.0 without location paths. A tree lives in the arena of
 * its campaign and never changes. */
#ifndef TUCK_CAMPAIGN_EXPR_H
#define TUCK_CAMPAIGN_EXPR_H

#include "base/arena.h"
#include "base/note.h"
#include "customer/facts.h"

#include <libxml/xpath.h>
#include <stdbool.h>
#include <stddef.h>

#define EXPR_MAX_BYTES 4096 /* long chains overflow small stacks inside libxml2 */
#define EXPR_MAX_DEPTH 32   /* of parentheses, calls and signs */
#define EXPR_MAX_OPERATORS 300

enum expr_type {
    EXPR_TYPE_NUMBER,
    EXPR_TYPE_WORD, /* a fact out of a list */
    EXPR_TYPE_TEXT,
    EXPR_TYPE_LITERAL, /* a text as written: takes the type of what it meets */
    EXPR_TYPE_TRUTH,
    EXPR_TYPE_DAY,
    EXPR_TYPE_UNKNOWN, /* after a mistake that was told: fits everything */
};

enum expr_kind {
    EXPR_NUMBER,
    EXPR_LITERAL,
    EXPR_FACT,
    EXPR_CALL,
    EXPR_AND, /* any number of args, never nested in one another */
    EXPR_OR,
    EXPR_COMPARE,
    EXPR_ARITHMETIC,
    EXPR_MINUS, /* the sign */
};

enum expr_op {
    EXPR_EQUAL,
    EXPR_DIFFERS,
    EXPR_LESS,
    EXPR_AT_MOST,
    EXPR_MORE,
    EXPR_AT_LEAST,
    EXPR_PLUS,
    EXPR_LESS_BY,
    EXPR_TIMES,
    EXPR_DIV,
    EXPR_MOD,
};

/* One row serves the linter, the registration with libxml2 and the man page. `args` has a
 * letter an argument: e name of an experiment, t text, n number, q question (yes or no), a any, d day, s name of a
 * segment, b name of a badge, o name of an offer, l a name that is written out, p odds, c name of a SKU, category or the like; '?' after one that may be missing, '*'
 * after one that may be repeated. */
struct expr_function {
    const char *name;
    const char *args;
    enum expr_type result;
    xmlXPathFunction evaluate; /* NULL: libxml2's own */
    const char *meaning;
};
extern const struct expr_function expr_functions[];
extern const size_t expr_function_count;
const struct expr_function *expr_function_find(const char *name);

struct experiment;

/* What libxml2 hands back to our functions and our error handler, as userData. */
struct expr_run {
    const struct facts *facts; /* of the decision in hand */
    /* 1 in, 0 not in, -1 failed */
    int (*is_in_segment)(struct expr_run *run, const char *name);
    /* the customer's arm; "": takes no part; NULL: there is no such experiment */
    const char *(*arm_in)(struct expr_run *run, const char *experiment);
    /* where the draw of that name falls for this order, 0…1 */
    double (*draw)(struct expr_run *run, const char *name);
    char error[200]; /* the first error of the evaluation in hand; "" none */
};
/* Registers our functions and the facts as variables; errors go to run->error. */
bool expr_register(xmlXPathContext *context, struct expr_run *run);

struct expr {
    enum expr_kind kind;
    enum expr_op op;
    double number;
    const char *text;            /* of a literal; the name of a fact or function */
    const struct fact_def *fact; /* NULL: there is none of that name */
    const struct expr_function *function;
    struct expr **args; /* operands, in order */
    size_t arg_count;
    size_t from, to; /* place in the source: bytes [from, to) */
};

/* Where complaints go, and whose expression it is ("offer 'tea': when"). */
struct expr_place {
    struct notes *notes;
    const char *file;
    int32_t line;
    const char *who;
    const char *source;
    bool has_failed;
};
void expr_complain(struct expr_place *place, enum note_id id, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Names that exist beside facts and functions. */
struct expr_names {
    const char *const *segments;
    size_t segment_count;
    const struct experiment *experiments;
    size_t experiment_count;
    const char *const *badges;
    size_t badge_count;
    const char *const *offers;
    size_t offer_count;
};
/* The number that an expression without facts and functions comes to; NAN when it has
 * any. */
double expr_constant(const struct expr *expr);
#define ODDS_LEAST 1e-6 /* a draw knows no finer ones */

/* The tree of place->source, or NULL with place->has_failed and a note (memory out: NULL
 * and no note). Unknown names are noted and the parse goes on. */
struct expr *expr_parse(struct expr_place *place, struct arena *arena);

/* Types. The whole must be what is wanted: EXPR_TYPE_TRUTH a question (yes or no),
 * EXPR_TYPE_NUMBER, or EXPR_TYPE_TEXT any kind of text. */
void expr_lint(struct expr_place *place, const struct expr *expr,
               const struct expr_names *names, enum expr_type want);

/* Whether a WORD's list has `value`, and where; `ret_place` may be NULL. */
bool expr_word_has(const struct fact_def *fact, const char *value, size_t *ret_place);

/* --- what can never hold (expr-never.c) ----------------------------------------- */

struct expr_segment { /* for following segment('name') */
    const char *name;
    const struct expr *expr;
};
struct expr_world {
    const struct expr_segment *segments;
    size_t segment_count;
};
/* True only when no customer whatever can make all of `exprs` true at once. */
bool expr_never(const struct expr_world *world, const struct expr *const *exprs,
                size_t count);
/* Calls `found` for every comparison that no value of its fact can make true. */
typedef void expr_found_fn(const struct expr *compare, void *data);
void expr_each_hopeless(const struct expr_world *world, const struct expr *expr,
                        expr_found_fn *found, void *data);

#endif
