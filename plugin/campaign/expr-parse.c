/* Reads a condition into a tree, by descent through the ranks of its operators.
 *
 * XPath 1.0 without location paths, since a condition has no document to walk. A bare
 * name that is a fact's is told as a forgotten `$`. Sizes and depth are bounded, so that
 * neither this nor libxml2 runs out of a small thread stack. Types are expr-lint.c's. */
#include "campaign/expr-token.h"
#include "campaign/expr.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct parser {
    struct expr_place *place;
    struct arena *arena;
    const char *p;
    struct token token; /* the one to be looked at */
    size_t end;         /* of the token before it */
    int depth, operators;
};

static struct expr *parse_or(struct parser *parser);

void
expr_complain(struct expr_place *place, enum note_id id, const char *format, ...)
{
    char text[300];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    place->has_failed = true;
    note_add(place->notes, id, place->file, place->line, "%s: %s", place->who, text);
}

/* --- tokens ----------------------------------------------------------------------- */

static void
advance(struct parser *parser)
{
    parser->end = parser->token.to;
    parser->token = token_read(parser->p, parser->token.to);
}

static bool
is_sign(const struct parser *parser, char sign)
{
    return parser->token.kind == TOKEN_SIGN && parser->token.sign == sign;
}

static bool
is_word(const struct parser *parser, const char *word)
{
    const struct token *token = &parser->token;
    size_t n = strlen(word);
    return token->kind == TOKEN_NAME && token->to - token->from == n &&
           memcmp(parser->p + token->from, word, n) == 0;
}

static int
token_length(const struct token *token)
{
    size_t n = token->to - token->from;
    return n > 60 ? 60 : (int)n;
}

/* --- complaints ------------------------------------------------------------------- */

static struct expr *
refuse(struct parser *parser, const char *expected)
{
    const struct token *token = &parser->token;
    const char *at = parser->p + token->from;

    if (token->kind == TOKEN_END)
        expr_complain(parser->place, NOTE_CONDITION_SYNTAX,
                      "the condition ends where %s was expected", expected);
    else if (token->kind == TOKEN_BAD && token->sign == '$')
        expr_complain(parser->place, NOTE_CONDITION_SYNTAX,
                      "character %zu: a fact's name must follow $ at once",
                      token->from + 1);
    else if (token->kind == TOKEN_BAD && (token->sign == '\'' || token->sign == '"'))
        expr_complain(parser->place, NOTE_CONDITION_SYNTAX,
                      "character %zu: the text that begins here has no closing quote",
                      token->from + 1);
    else
        expr_complain(parser->place, NOTE_CONDITION_SYNTAX,
                      "character %zu: \"%.*s\" where %s was expected", token->from + 1,
                      token_length(token), at, expected);
    return NULL;
}

static struct expr *
refuse_path(struct parser *parser)
{
    const struct token *token = &parser->token;
    expr_complain(
        parser->place, NOTE_CONDITION_PATH,
        "\"%.*s\" is a path into a document; a condition has only facts ($name), "
        "functions, numbers and texts",
        token_length(token), parser->p + token->from);
    return NULL;
}

static struct expr *
refuse_bare_name(struct parser *parser)
{
    const struct token *token = &parser->token;
    char name[80];

    snprintf(name, sizeof name, "%.*s", (int)(token->to - token->from),
             parser->p + token->from);
    if (fact_find(name) != NULL)
        expr_complain(parser->place, NOTE_CONDITION_DOLLAR,
                      "\"%s\" is a fact and needs its $: write $%s", name, name);
    else if (expr_function_find(name) != NULL)
        expr_complain(parser->place, NOTE_CONDITION_SYNTAX,
                      "\"%s\" is a function and needs its (arguments)", name);
    else
        expr_complain(parser->place, NOTE_CONDITION_PATH,
                      "\"%s\" is neither a fact ($name), a function nor a text: a text "
                      "stands in quotes, '%s'",
                      name, name);
    return NULL;
}

/* --- names ------------------------------------------------------------------------ */

static const struct fact_def *
find_fact(struct parser *parser, const char *name)
{
    const struct fact_def *fact = fact_find(name);
    const char *names[FACT_COUNT];
    char part[80];

    if (fact != NULL)
        return fact;
    /* "$orders-1" is one name to XPath */
    snprintf(part, sizeof part, "%s", name);
    for (char *dash = strrchr(part, '-'); dash != NULL; dash = strrchr(part, '-')) {
        *dash = '\0';
        if (fact_find(part) != NULL && token_is_digit(name[dash - part + 1])) {
            expr_complain(parser->place, NOTE_CONDITION_FACT,
                          "there is no fact $%s; blanks belong around a minus: $%s - %s",
                          name, part, name + (dash - part) + 1);
            return NULL;
        }
    }
    for (size_t i = 0; i < FACT_COUNT; i++)
        names[i] = fact_table[i].name;
    const char *near = text_nearest(name, names, FACT_COUNT);
    expr_complain(parser->place, NOTE_CONDITION_FACT, "there is no fact $%s%s%s%s", name,
                  near ? "; did you mean $" : "", near ? near : "", near ? "?" : "");
    return NULL;
}

static const struct expr_function *
find_function(struct parser *parser, const char *name)
{
    const struct expr_function *function = expr_function_find(name);
    const char *names[64];
    size_t count = expr_function_count < 64 ? expr_function_count : 64;

    if (function != NULL)
        return function;
    for (size_t i = 0; i < count; i++)
        names[i] = expr_functions[i].name;
    const char *near = text_nearest(name, names, count);
    expr_complain(parser->place, NOTE_CONDITION_FUNCTION,
                  "there is no function %s() for conditions%s%s%s", name,
                  near ? "; did you mean " : "", near ? near : "", near ? "()?" : "");
    return NULL;
}

/* --- the tree --------------------------------------------------------------------- */

static struct expr *
make(struct parser *parser, enum expr_kind kind, size_t from)
{
    struct expr *expr = arena_make(parser->arena, sizeof *expr);
    if (expr != NULL) {
        expr->kind = kind;
        expr->from = from;
        expr->to = parser->end;
    }
    return expr;
}

static struct expr *
make_two(struct parser *parser, enum expr_kind kind, enum expr_op op, struct expr *left,
         struct expr *right)
{
    struct expr *expr = make(parser, kind, left->from);
    struct expr **args = arena_make_array(parser->arena, 2, sizeof *args);

    if (expr == NULL || args == NULL)
        return NULL;
    args[0] = left;
    args[1] = right;
    expr->op = op;
    expr->args = args;
    expr->arg_count = 2;
    return expr;
}

static struct expr *
parse_number(struct parser *parser)
{
    struct token token = parser->token;
    char digits[64];
    double number = 0.0;

    if (token.to - token.from >= sizeof digits)
        return refuse(parser, "a number of sensible length");
    memcpy(digits, parser->p + token.from, token.to - token.from);
    digits[token.to - token.from] = '\0';
    if (digits[token.to - token.from - 1] == '.') /* XPath has "5." */
        digits[token.to - token.from - 1] = '\0';
    if (!text_to_double(digits, &number))
        return refuse(parser, "a number");
    advance(parser);
    struct expr *expr = make(parser, EXPR_NUMBER, token.from);
    if (expr != NULL)
        expr->number = number;
    return expr;
}

static struct expr *
parse_literal(struct parser *parser)
{
    struct token token = parser->token;
    advance(parser);
    struct expr *expr = make(parser, EXPR_LITERAL, token.from);
    if (expr == NULL)
        return NULL;
    expr->text =
        arena_copy(parser->arena, parser->p + token.from + 1, token.to - token.from - 2);
    return expr->text != NULL ? expr : NULL;
}

static struct expr *
parse_variable(struct parser *parser)
{
    struct token token = parser->token;
    advance(parser);
    struct expr *expr = make(parser, EXPR_FACT, token.from);
    if (expr == NULL)
        return NULL;
    expr->text =
        arena_copy(parser->arena, parser->p + token.from + 1, token.to - token.from - 1);
    if (expr->text == NULL)
        return NULL;
    expr->fact = find_fact(parser, expr->text);
    return expr;
}

static bool
parse_args(struct parser *parser, struct expr *call)
{
    size_t room = 0;
    advance(parser); /* ( */
    while (!is_sign(parser, ')')) {
        if (call->arg_count > 0) {
            if (!is_sign(parser, ','))
                return refuse(parser, "a comma or )") != NULL;
            advance(parser);
        }
        struct expr *arg = parse_or(parser);
        if (arg == NULL)
            return false;
        struct expr **place = arena_append(parser->arena, &call->args, &call->arg_count,
                                           &room, sizeof(struct expr *));
        if (place == NULL)
            return false;
        *place = arg;
    }
    advance(parser);
    return true;
}

static struct expr *
parse_call(struct parser *parser)
{
    struct token token = parser->token;
    char after = parser->p[token_read(parser->p, token.to).from];

    if (after != '(')
        return after == '/' ? refuse_path(parser) : refuse_bare_name(parser);
    struct expr *call = make(parser, EXPR_CALL, token.from);
    if (call == NULL)
        return NULL;
    call->text = arena_copy(parser->arena, parser->p + token.from, token.to - token.from);
    if (call->text == NULL)
        return NULL;
    call->function = find_function(parser, call->text);
    advance(parser);
    if (!parse_args(parser, call))
        return NULL;
    call->to = parser->end;
    return call;
}

static struct expr *
parse_parenthesis(struct parser *parser)
{
    size_t from = parser->token.from;
    advance(parser);
    struct expr *expr = parse_or(parser);
    if (expr == NULL)
        return NULL;
    if (!is_sign(parser, ')'))
        return refuse(parser, "an operator or )");
    advance(parser);
    expr->from = from; /* so that a part cut out of the source keeps its parentheses */
    expr->to = parser->end;
    return expr;
}

static struct expr *
parse_operand(struct parser *parser)
{
    struct expr *expr = NULL;

    switch (parser->token.kind) {
    case TOKEN_NUMBER:
        expr = parse_number(parser);
        break;
    case TOKEN_LITERAL:
        expr = parse_literal(parser);
        break;
    case TOKEN_VARIABLE:
        expr = parse_variable(parser);
        break;
    case TOKEN_NAME:
        expr = parse_call(parser);
        break;
    case TOKEN_SIGN:
        if (is_sign(parser, '('))
            expr = parse_parenthesis(parser);
        else if (strchr("/@.*[", parser->token.sign) != NULL)
            return refuse_path(parser);
        else
            return refuse(parser, "a fact, function, number or text");
        break;
    default:
        return refuse(parser, "a fact, function, number or text");
    }
    if (expr != NULL && parser->token.kind == TOKEN_SIGN &&
        strchr("[/|", parser->token.sign) != NULL)
        return refuse_path(parser);
    return expr;
}

static struct expr *
parse_signed(struct parser *parser)
{
    if (parser->depth >= EXPR_MAX_DEPTH) {
        expr_complain(parser->place, NOTE_CONDITION_TOO_LONG,
                      "nested deeper than %d: use a segment for a part of it",
                      EXPR_MAX_DEPTH);
        return NULL;
    }
    parser->depth++;
    struct expr *expr = NULL;
    if (is_sign(parser, '-')) {
        size_t from = parser->token.from;
        advance(parser);
        struct expr *right = parse_signed(parser);
        expr = right != NULL ? make_two(parser, EXPR_MINUS, EXPR_LESS_BY, right, right)
                             : NULL;
        if (expr != NULL) {
            expr->from = from;
            expr->arg_count = 1;
        }
    } else {
        expr = parse_operand(parser);
    }
    parser->depth--;
    return expr;
}

/* Steps over an operator; false when there are too many, since libxml2 goes one call
 * deeper for each. */
static bool
advance_operator(struct parser *parser)
{
    if (++parser->operators <= EXPR_MAX_OPERATORS) {
        advance(parser);
        return true;
    }
    expr_complain(parser->place, NOTE_CONDITION_TOO_LONG,
                  "more than %d operators: use segments for parts of it",
                  EXPR_MAX_OPERATORS);
    return false;
}

/* Binary operators of one rank, left to right. `next` parses the rank above; `find_op`
 * tells whether the current token is an operator of this rank. */
typedef struct expr *parse_fn(struct parser *parser);
typedef bool find_op_fn(const struct parser *parser, enum expr_op *ret);

static struct expr *
parse_rank(struct parser *parser, enum expr_kind kind, find_op_fn *find_op,
           parse_fn *next)
{
    struct expr *left = next(parser);
    enum expr_op op = EXPR_EQUAL;

    while (left != NULL && find_op(parser, &op)) {
        struct expr *right = advance_operator(parser) ? next(parser) : NULL;
        if (right == NULL)
            return NULL;
        left = make_two(parser, kind, op, left, right);
    }
    return left;
}

static bool
find_times(const struct parser *parser, enum expr_op *ret)
{
    if (is_sign(parser, '*'))
        *ret = EXPR_TIMES;
    else if (is_word(parser, "div"))
        *ret = EXPR_DIV;
    else if (is_word(parser, "mod"))
        *ret = EXPR_MOD;
    else
        return false;
    return true;
}

static bool
find_plus(const struct parser *parser, enum expr_op *ret)
{
    if (!is_sign(parser, '+') && !is_sign(parser, '-'))
        return false;
    *ret = is_sign(parser, '+') ? EXPR_PLUS : EXPR_LESS_BY;
    return true;
}

static bool
find_order(const struct parser *parser, enum expr_op *ret)
{
    static const char signs[] = "<l>g";
    static const enum expr_op ops[] = {EXPR_LESS, EXPR_AT_MOST, EXPR_MORE, EXPR_AT_LEAST};

    if (parser->token.kind != TOKEN_SIGN)
        return false;
    const char *at = strchr(signs, parser->token.sign);
    if (at == NULL)
        return false;
    *ret = ops[at - signs];
    return true;
}

static bool
find_equal(const struct parser *parser, enum expr_op *ret)
{
    if (!is_sign(parser, '=') && !is_sign(parser, 'n'))
        return false;
    *ret = is_sign(parser, '=') ? EXPR_EQUAL : EXPR_DIFFERS;
    return true;
}

static struct expr *
parse_times(struct parser *parser)
{
    return parse_rank(parser, EXPR_ARITHMETIC, find_times, parse_signed);
}

static struct expr *
parse_plus(struct parser *parser)
{
    return parse_rank(parser, EXPR_ARITHMETIC, find_plus, parse_times);
}

static struct expr *
parse_order(struct parser *parser)
{
    return parse_rank(parser, EXPR_COMPARE, find_order, parse_plus);
}

static struct expr *
parse_equal(struct parser *parser)
{
    return parse_rank(parser, EXPR_COMPARE, find_equal, parse_order);
}

static bool
add_term(struct parser *parser, struct expr *chain, size_t *room, struct expr *term)
{
    /* an inner chain of the same kind is only parentheses: its terms join */
    size_t count = term->kind == chain->kind ? term->arg_count : 1;
    for (size_t i = 0; i < count; i++) {
        struct expr **place = arena_append(parser->arena, &chain->args, &chain->arg_count,
                                           room, sizeof(struct expr *));
        if (place == NULL)
            return false;
        *place = term->kind == chain->kind ? term->args[i] : term;
    }
    return true;
}

static struct expr *
parse_chain(struct parser *parser, enum expr_kind kind, const char *word, parse_fn *next)
{
    struct expr *first = next(parser);
    size_t room = 0;

    if (first == NULL || !is_word(parser, word))
        return first;
    struct expr *chain = make(parser, kind, first->from);
    if (chain == NULL || !add_term(parser, chain, &room, first))
        return NULL;
    while (is_word(parser, word)) {
        struct expr *term = advance_operator(parser) ? next(parser) : NULL;
        if (term == NULL || !add_term(parser, chain, &room, term))
            return NULL;
    }
    chain->to = parser->end;
    return chain;
}

static struct expr *
parse_and(struct parser *parser)
{
    return parse_chain(parser, EXPR_AND, "and", parse_equal);
}

static struct expr *
parse_or(struct parser *parser)
{
    return parse_chain(parser, EXPR_OR, "or", parse_and);
}

struct expr *
expr_parse(struct expr_place *place, struct arena *arena)
{
    struct parser parser = {.place = place, .arena = arena, .p = place->source};

    if (strlen(place->source) > EXPR_MAX_BYTES) {
        expr_complain(place, NOTE_CONDITION_TOO_LONG,
                      "%zu bytes are over the limit of %d: use segments for parts of it",
                      strlen(place->source), EXPR_MAX_BYTES);
        return NULL;
    }
    advance(&parser);
    struct expr *expr = parse_or(&parser);
    if (expr != NULL && parser.token.kind != TOKEN_END)
        return refuse(&parser, "an operator or the end");
    return expr;
}
