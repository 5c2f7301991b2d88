/* Expressions in a template: XPath 1.0, between braces or in xsl: attributes.
 *
 * libxslt tells an unknown variable only when a page is made, and an unknown function
 * not even then where a condition hides it. So each expression is compiled once on its
 * own, for its grammar, and its words are walked here, for its names. The same walk finds
 * what the expression hangs on: the template's own params, or this carton. */
#include "page/page-inside.h"

#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <string.h>

#define EXPR_MAX 4096 /* longer chains of operators overflow small stacks */

static const char *const functions[] = {
    "boolean",
    "ceiling",
    "concat",
    "contains",
    "count",
    "current",
    "false",
    "floor",
    "format-number",
    "lang",
    "last",
    "local-name",
    "name",
    "normalize-space",
    "not",
    "number",
    "position",
    "round",
    "starts-with",
    "string",
    "string-length",
    "substring",
    "substring-after",
    "substring-before",
    "sum",
    "translate",
    "true",
};
static const char *const node_tests[] = {"node", "text", "comment"};

static bool
is_name_start(char c)
{
    return g_ascii_isalpha(c) || c == '_' || (unsigned char)c >= 0x80;
}

static size_t
name_length(const char *p, const char *end)
{
    const char *start = p;
    if (p == end || !is_name_start(*p))
        return 0;
    while (p < end &&
           (is_name_start(*p) || g_ascii_isdigit(*p) || *p == '-' || *p == '.'))
        p++;
    return (size_t)(p - start);
}

static bool
is_among(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

void
needs_add(struct needs *needs, const struct needs *more)
{
    needs->is_live = needs->is_live || more->is_live;
    buf_add(&needs->params, more->params.p, more->params.n);
}

void
needs_done(struct needs *needs)
{
    buf_done(&needs->params);
}

static void
need_param(struct needs *needs, const char *name)
{
    buf_printf(&needs->params, "%s ", name);
}

static void
check_variable(struct loader *loader, const xmlNode *node, const char *name,
               struct needs *needs)
{
    struct template *tpl = loader->tpl;
    for (size_t i = 0; i < loader->local_count; i++)
        if (strcmp(loader->locals[i], name) == 0) {
            needs->is_live = true;
            return;
        }
    if (template_has_param(tpl, name)) {
        need_param(needs, name);
    } else if (value_def_find(name)) {
        needs->is_live = true;
    } else {
        const char *near = text_nearest(name, value_names(), value_def_count);
        loader_fault(loader, NOTE_TEMPLATE_UNKNOWN_VARIABLE, node,
                     "$%s is neither a value nor a param of this template%s%s%s", name,
                     near ? "; did you mean $" : "", near ? near : "", near ? "?" : "");
        return;
    }
    template_use(tpl, name);
}

static void
check_function(struct loader *loader, const xmlNode *node, const char *name)
{
    if (is_among(name, functions, COUNT_OF(functions)) ||
        is_among(name, node_tests, COUNT_OF(node_tests)))
        return;
    const char *near = text_nearest(name, functions, COUNT_OF(functions));
    loader_fault(loader, NOTE_TEMPLATE_UNKNOWN_FUNCTION, node,
                 "%s() is no function that a template may call%s%s%s", name,
                 near ? "; did you mean " : "", near ? near : "", near ? "()?" : "");
}

static const char *
skip_blank(const char *p, const char *end)
{
    while (p < end && strchr(" \t\r\n", *p))
        p++;
    return p;
}

/* A word that is an operator where an operand has just ended. */
static bool
is_operator(const char *word, bool is_after_operand)
{
    static const char *const operators[] = {"and", "or", "div", "mod"};
    return is_after_operand && is_among(word, operators, COUNT_OF(operators));
}

/* One word and what follows it: a function's name, or a step into the rows. */
static void
check_word(struct loader *loader, const xmlNode *node, const char *word,
           const char *after, const char *end, struct needs *needs)
{
    bool is_call = after < end && *after == '(';
    if (is_call)
        check_function(loader, node, word);
    if (!is_call || is_among(word, node_tests, COUNT_OF(node_tests)) ||
        strcmp(word, "position") == 0 || strcmp(word, "last") == 0 ||
        strcmp(word, "current") == 0)
        needs->is_live = true;
}

static void
walk(struct loader *loader, const xmlNode *node, const char *p, const char *end,
     struct needs *needs)
{
    char word[EXPR_MAX + 1];
    bool is_after_operand = false;
    while ((p = skip_blank(p, end)) < end) {
        bool is_variable = *p == '$';
        size_t n = name_length(p + is_variable, end);
        if (*p == '"' || *p == '\'') {
            const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));
            p = close ? close + 1 : end;
            is_after_operand = true;
        } else if (n > 0) {
            memcpy(word, p + is_variable, n);
            word[n] = '\0';
            p += is_variable + n;
            const char *after = skip_blank(p, end);
            if (is_variable) {
                check_variable(loader, node, word, needs);
                is_after_operand = true;
            } else if (is_operator(word, is_after_operand)) {
                is_after_operand = false;
            } else {
                check_word(loader, node, word, after, end, needs);
                is_after_operand = after == end || *after != '(';
            }
        } else {
            /* A star between operands multiplies; a dot in a number is no step. */
            bool is_step =
                !is_after_operand &&
                (*p == '*' || (*p == '.' && !(p + 1 < end && g_ascii_isdigit(p[1]))));
            if (*p == '@' || *p == '/' || is_step)
                needs->is_live = true;
            is_after_operand = is_step || g_ascii_isdigit(*p) || strchr(").]", *p);
            p++;
        }
    }
}

static void
ignore_error(void *data, xmlError *error)
{
    xmlError *kept = data;
    if (kept->message == NULL && error->message)
        kept->message = g_strchomp(g_strdup(error->message));
}

static bool
compiles(struct loader *loader, const char *expr, xmlError *error)
{
    if (!loader->xpath)
        loader->xpath = xmlXPathNewContext(NULL);
    if (!loader->xpath)
        return false;
    loader->xpath->error = ignore_error;
    loader->xpath->userData = error;
    xmlXPathCompExpr *compiled =
        xmlXPathCtxtCompile(loader->xpath, (const xmlChar *)expr);
    xmlXPathFreeCompExpr(compiled);
    return compiled != NULL;
}

void
expr_check(struct loader *loader, const xmlNode *node, const char *expr, size_t n,
           struct needs *needs)
{
    xmlError error = {0};
    if (n > EXPR_MAX) {
        loader_fault(loader, NOTE_TEMPLATE_BAD_EXPRESSION, node,
                     "an expression is longer than %d bytes", EXPR_MAX);
        return;
    }
    char *text = g_strndup(expr, n);
    if (skip_blank(text, text + n) == text + n)
        loader_fault(loader, NOTE_TEMPLATE_BAD_EXPRESSION, node,
                     "there is nothing between the braces; write {{ for a brace");
    else if (!compiles(loader, text, &error))
        loader_fault(loader, NOTE_TEMPLATE_BAD_EXPRESSION, node,
                     "{%.80s} is no XPath expression (%s)", text,
                     error.message ? error.message : "it cannot be compiled");
    else
        walk(loader, node, text, text + n, needs);
    g_free(error.message);
    g_free(text);
}

/* The closing brace of the expression at `p`, beyond quoted words; NULL when none. */
static const char *
expr_end(const char *p)
{
    char quote = 0;
    for (; *p; p++) {
        if (quote) {
            if (*p == quote)
                quote = 0;
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (*p == '{') {
            return NULL;
        } else if (*p == '}') {
            return p;
        }
    }
    return NULL;
}

bool
hole_next(const char **at, struct hole_piece *piece)
{
    const char *p = *at;
    buf_reset(&piece->literal);
    piece->expr = NULL;
    piece->is_fault = false;
    if (*p == '\0')
        return false;
    if (*p == '{' && p[1] != '{') {
        const char *end = expr_end(p + 1);
        piece->expr = p + 1;
        piece->expr_n = end ? (size_t)(end - p - 1) : 0;
        piece->is_fault = !end;
        *at = end ? end + 1 : p + strlen(p);
        return true;
    }
    while (*p && !(*p == '{' && p[1] != '{')) {
        size_t is_doubled = (*p == '{' || *p == '}') && p[1] == *p;
        piece->is_fault = piece->is_fault || (*p == '}' && !is_doubled);
        buf_add(&piece->literal, p, 1);
        p += 1 + is_doubled;
    }
    *at = p;
    return true;
}

void
avt_check(struct loader *loader, const xmlNode *node, const char *text,
          struct needs *needs)
{
    struct hole_piece piece = {0};
    while (hole_next(&text, &piece)) {
        if (piece.is_fault)
            loader_fault(
                loader, NOTE_TEMPLATE_BAD_EXPRESSION, node,
                "a brace has no partner; write {{ or }} for a brace that is one");
        else if (piece.expr)
            expr_check(loader, node, piece.expr, piece.expr_n, needs);
    }
    buf_done(&piece.literal);
}
