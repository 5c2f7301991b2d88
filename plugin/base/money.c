/* Money: decimals to minor units and back, by the currency's digits. */
#include "base/money.h"

#include <stdio.h>
#include <string.h>

/* ISO 4217, the currencies whose minor unit is not 1/100. */
int
money_digits(const char *currency)
{
    static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF "
                               "XOF XPF";
    static const char three[] = "BHD IQD JOD KWD LYD OMR TND";
    if (!money_is_currency(currency))
        return 2;
    if (strstr(none, currency))
        return 0;
    return strstr(three, currency) ? 3 : 2;
}

bool
money_is_currency(const char *text)
{
    if (!text || strlen(text) != 3)
        return false;
    for (int i = 0; i < 3; i++)
        if (text[i] < 'A' || text[i] > 'Z')
            return false;
    return true;
}

static bool
add_digit(int64_t *value, char c)
{
    return !__builtin_mul_overflow(*value, 10, value) &&
           !__builtin_add_overflow(*value, c - '0', value);
}

bool
money_parse(const char *text, const char *currency, struct money *ret)
{
    int digits = money_digits(currency), places = 0, seen = 0;
    int64_t value = 0;
    bool is_negative = text && text[0] == '-', is_fraction = false;
    if (!text || !money_is_currency(currency))
        return false;
    for (const char *p = text + (is_negative || text[0] == '+'); *p; p++) {
        if (*p == '.' && !is_fraction) {
            is_fraction = true;
        } else if (*p < '0' || *p > '9' || (is_fraction && places >= digits && *p != '0')) {
            return false;
        } else {
            seen++;
            if (is_fraction && places >= digits)
                continue; /* trailing zeros */
            places += is_fraction;
            if (!add_digit(&value, *p))
                return false;
        }
    }
    for (; places < digits; places++)
        if (!add_digit(&value, '0'))
            return false;
    if (seen == 0)
        return false;
    ret->minor = is_negative ? -value : value;
    memcpy(ret->currency, currency, 4);
    return true;
}

void
money_text(struct money money, char out[32])
{
    int digits = money_digits(money.currency);
    uint64_t size = money.minor < 0 ? -(uint64_t)money.minor : (uint64_t)money.minor;
    uint64_t unit = digits == 0 ? 1 : digits == 2 ? 100 : 1000;
    const char *sign = money.minor < 0 ? "-" : "";
    if (digits == 0)
        snprintf(out, 32, "%s%llu", sign, (unsigned long long)size);
    else
        snprintf(out, 32, "%s%llu.%0*llu", sign, (unsigned long long)(size / unit), digits,
                 (unsigned long long)(size % unit));
}
