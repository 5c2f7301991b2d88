/* The tokens of a condition: inside the room. */
#ifndef TUCK_CAMPAIGN_EXPR_TOKEN_H
#define TUCK_CAMPAIGN_EXPR_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_LITERAL,
    TOKEN_VARIABLE,
    TOKEN_NAME,
    TOKEN_SIGN, /* an operator or bracket; `sign` tells which */
    TOKEN_BAD,
};

struct token {
    enum token_kind kind;
    char sign; /* the character; 'n' for !=, 'l' for <=, 'g' for >= */
    size_t from, to;
};

/* The token at or after `at`. One that is TOKEN_BAD is not to be read past. */
struct token token_read(const char *p, size_t at);
bool token_is_digit(char c);

#endif
