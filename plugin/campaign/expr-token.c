/* Cuts a condition into the tokens of XPath 1.0.
 *
 * Names may have dashes and dots, so "$a-1" is one variable; "and", "or", "div" and "mod"
 * come out as names, since only their place tells what they are. */
#include "campaign/expr-token.h"

#include <string.h>

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool
token_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static size_t
name_end(const char *p, size_t at)
{
    if (!is_name_start(p[at]))
        return at;
    while (is_name_start(p[at]) || token_is_digit(p[at]) || p[at] == '-' ||
           p[at] == '.' || p[at] == ':')
        at++;
    return at;
}

static size_t
number_end(const char *p, size_t at)
{
    while (token_is_digit(p[at]))
        at++;
    if (p[at] == '.')
        at++;
    while (token_is_digit(p[at]))
        at++;
    return at;
}

static struct token
read_sign(const char *p, size_t at)
{
    char c = p[at];
    bool has_equal = p[at + 1] == '=';

    if (c == '!')
        return (struct token){has_equal ? TOKEN_SIGN : TOKEN_BAD, 'n', at, at + 2};
    if (c == '<' || c == '>') {
        char both = c == '<' ? 'l' : 'g';
        return (struct token){TOKEN_SIGN, has_equal ? both : c, at, at + 1 + has_equal};
    }
    if (strchr("=+-*()[],/|@.", c) != NULL)
        return (struct token){TOKEN_SIGN, c, at, at + 1};
    return (struct token){TOKEN_BAD, c, at, at + 1};
}

struct token
token_read(const char *p, size_t at)
{
    while (is_blank(p[at]))
        at++;
    if (p[at] == '\0')
        return (struct token){TOKEN_END, 0, at, at};
    if (p[at] == '\'' || p[at] == '"') {
        const char *close = strchr(p + at + 1, p[at]);
        if (close == NULL)
            return (struct token){TOKEN_BAD, p[at], at, at + strlen(p + at)};
        return (struct token){TOKEN_LITERAL, 0, at, (size_t)(close - p) + 1};
    }
    if (token_is_digit(p[at]) || (p[at] == '.' && token_is_digit(p[at + 1])))
        return (struct token){TOKEN_NUMBER, 0, at, number_end(p, at)};
    if (p[at] == '$') {
        size_t to = name_end(p, at + 1);
        enum token_kind kind = to > at + 1 ? TOKEN_VARIABLE : TOKEN_BAD;
        return (struct token){kind, '$', at, to};
    }
    size_t to = name_end(p, at);
    return to > at ? (struct token){TOKEN_NAME, 0, at, to} : read_sign(p, at);
}
