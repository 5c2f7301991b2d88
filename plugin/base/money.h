/* Money: whole minor units with an ISO 4217 currency. */
#ifndef TUCK_BASE_MONEY_H
#define TUCK_BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

struct money {
    int64_t minor;     /* cents, pence, yen … */
    char currency[4];  /* "EUR"; "" when there is none */
};

/* Decimal places of a currency by ISO 4217 (EUR 2, JPY 0, KWD 3); 2 for a currency that
 * the table lacks. */
int money_digits(const char *currency);

/* True for three capital letters. */
bool money_is_currency(const char *text);

/* "12.5", "-3", "1234.56" → minor units. False when not a decimal number, when it has
 * more decimals than the currency (trailing zeros are fine), or does not fit. */
bool money_parse(const char *text, const char *currency, struct money *ret);

/* "1234.50": plain decimal, the currency's digits, no grouping. At most 31 characters. */
void money_text(struct money money, char out[32]);

#endif
