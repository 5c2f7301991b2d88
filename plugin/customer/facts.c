/* Facts: the table, the making of one customer's facts, and their dumps.
 *
 * An order and a history come in, typed values go out, one for every line of fact-list.h;
 * the files facts-*.c fill a part each. Nothing can go wrong but memory: what is not
 * known has a value that says so. */
#include "customer/facts.h"

#include "customer/facts-inside.h"

#include <string.h>

const struct fact_def fact_table[FACT_COUNT] = {
#define FACT(symbol, name, type, unit, values, meaning)                                  \
    [FACT_##symbol] = {FACT_##symbol, FACT_##type, name, unit, values, meaning},
#include "customer/fact-list.h"
#undef FACT
};

const struct fact_def *
fact_find(const char *name)
{
    for (size_t i = 0; i < FACT_COUNT; i++)
        if (fact_table[i].name[0] == name[0] && strcmp(fact_table[i].name, name) == 0)
            return &fact_table[i];
    return NULL;
}

static struct facts_settings
with_defaults(const struct facts_settings *given)
{
    struct facts_settings settings = given ? *given : (struct facts_settings){0};

    if (settings.lapsing_after_bp == 0)
        settings.lapsing_after_bp = 15000;
    if (settings.lapsed_after_days == 0)
        settings.lapsed_after_days = 365;
    if (settings.active_gap_days == 0)
        settings.active_gap_days = 90;
    if (settings.loyal_orders == 0)
        settings.loyal_orders = 5;
    if (!settings.language)
        settings.language = "en";
    return settings;
}

enum status
facts_make(const struct order *order, const struct history *history,
           const struct facts_settings *settings, struct arena *arena,
           struct notes *notes, struct facts **ret)
{
    static const struct history no_history = {
        .points = -1, .points_to_next = -1, .points_as_of_s = TIME_NONE};
    struct making making = {
        .order = order,
        .history = history && order->customer.id ? history : &no_history,
        .settings = with_defaults(settings),
        .arena = arena,
        .notes = notes,
    };
    struct facts *facts = arena_make(arena, sizeof *facts);

    if (!facts)
        return STATUS_NO_MEMORY;
    making.facts = facts;
    facts->order = order;
    facts->history = making.history;
    facts->zone = making.settings.zone;
    facts->today = zone_day(facts->zone, order->placed_at_s, NULL);
    enum status status = fill_orders(&making);
    if (status != STATUS_OK)
        return status;
    fill_tastes(&making);
    status = fill_badges(&making);
    if (status != STATUS_OK)
        return status;
    fill_standing(&making);
    status = fill_loyalty(&making);
    if (status != STATUS_OK)
        return status;
    fill_person(&making);
    fill_moment(&making);
    status = fill_learnt(&making);
    if (status == STATUS_OK)
        *ret = facts;
    return status;
}

/* --- values --------------------------------------------------------------------- */

bool
words_have(const char *words, const char *word, size_t n)
{
    if (n == 0)
        return false;
    for (const char *p = words; p && *p;) {
        size_t length = strcspn(p, " ");
        if (length == n && memcmp(p, word, n) == 0)
            return true;
        p += length + (p[length] == ' ');
    }
    return false;
}

void
set_word(struct making *making, enum fact_id id, const char *word, const char *otherwise)
{
    bool is_listed = word && words_have(fact_table[id].values, word, strlen(word));

    set_text(making, id, is_listed ? word : otherwise);
}

static unsigned char
folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : (unsigned char)c;
}

bool
text_equal_folded(const char *a, const char *b)
{
    while (*a && folded(*a) == folded(*b))
        a++, b++;
    return folded(*a) == folded(*b);
}

bool
text_has_folded(const char *text, const char *part)
{
    for (;; text++) {
        size_t i = 0;
        while (part[i] && folded(text[i]) == folded(part[i]))
            i++;
        if (!part[i])
            return true;
        if (!*text)
            return false;
    }
}

/* --- dumps ---------------------------------------------------------------------- */

/* What a number is called in a dump, or NULL when it is unknown. */
static const char *
number_text(double number, char out[32])
{
    if (isnan(number))
        return NULL;
    text_from_double(number, out);
    return out;
}

void
facts_dump(const struct facts *facts, struct buf *out)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        const struct fact *fact = &facts->fact[i];
        char number[32];
        const char *text = fact->text;
        if (fact_table[i].type == FACT_TRUTH)
            text = fact->number != 0 ? "true" : "false";
        else if (!text)
            text = number_text(fact->number, number);
        buf_printf(out, "%s = %s\n", fact_table[i].name, text ? text : "unknown");
    }
}

void
facts_json(const struct facts *facts, struct buf *out)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        const struct fact *fact = &facts->fact[i];
        char number[32];
        buf_puts(out, i == 0 ? "{" : ", ");
        buf_json(out, fact_table[i].name);
        buf_puts(out, ": ");
        if (fact->text) {
            buf_json(out, fact->text);
        } else if (fact_table[i].type == FACT_TRUTH) {
            buf_puts(out, fact->number != 0 ? "true" : "false");
        } else {
            const char *text = number_text(fact->number, number);
            buf_puts(out, text ? text : "null");
        }
    }
    buf_puts(out, "}");
}

/* Copies as much as fits, never half a character. */
static void
copy_cut(const char *text, char *out, size_t room)
{
    size_t n = strlen(text);

    if (room == 0)
        return;
    if (n >= room) {
        n = room - 1;
        while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
            n--;
    }
    memcpy(out, text, n);
    out[n] = '\0';
}

void
fact_text(const struct facts *facts, enum fact_id id, char *out, size_t room)
{
    const struct fact *fact = &facts->fact[id];
    char text[48] = "";

    if (fact->text) {
        copy_cut(fact->text, out, room);
        return;
    }
    if (fact_table[id].type == FACT_TRUTH) {
        copy_cut(fact->number != 0 ? "yes" : "no", out, room);
        return;
    }
    if (!isnan(fact->number) && fact_table[id].type == FACT_MONEY) {
        struct money money = {.minor = (int64_t)fact->number};
        copy_cut(facts->order->currency, money.currency, sizeof money.currency);
        money_text(money, text);
        size_t n = strlen(text);
        text[n] = ' ';
        copy_cut(money.currency, text + n + 1, sizeof text - n - 1);
    } else if (!isnan(fact->number)) {
        text_from_double(fact->number, text);
    }
    copy_cut(text, out, room);
}
