/* JSON on standard output, a member at a time. */
#include "cli/cli.h"

#include <stdio.h>

void
json_text(const char *text)
{
    if (!text) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((unsigned char)*text < ' ')
            printf("\\u%04x", (unsigned)*text);
        else
            putchar(*text);
    putchar('"');
}

static void
name_member(struct json *json, const char *name)
{
    fputs(json->count++ ? ", " : "{", stdout);
    json_text(name);
    fputs(": ", stdout);
}

void
json_member(struct json *json, const char *name, const char *text)
{
    name_member(json, name);
    json_text(text);
}

void
json_number(struct json *json, const char *name, int64_t number)
{
    name_member(json, name);
    printf("%lld", (long long)number);
}

void
json_truth(struct json *json, const char *name, bool is_true)
{
    name_member(json, name);
    fputs(is_true ? "true" : "false", stdout);
}

void
json_money(struct json *json, const char *name, const char *text, const char *currency)
{
    name_member(json, name);
    if (!text) {
        fputs("null", stdout);
        return;
    }
    struct json money = {0};
    json_member(&money, "amount", text);
    json_member(&money, "currency", currency);
    json_end(&money);
}

void
json_list(struct json *json, const char *name)
{
    name_member(json, name);
    putchar('[');
}

void
json_end(struct json *json)
{
    fputs(json->count ? "}" : "{}", stdout);
}
