/* Standings out to text and in again. */
#include "station/standing-text.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
standing_write(const struct campaign *campaign, const struct standings *standings,
               bool is_partial, struct buf *out)
{
    if (is_partial)
        buf_puts(out, "history partial\n");
    for (size_t i = 0; standings->limits && i < campaign->limit_count; i++) {
        const struct limit_use *use = &standings->limits[i];
        const char *key = campaign->limits[i].key;
        if (!use->is_known)
            buf_printf(out, "limit %s unknown\n", key);
        else if (use->units || use->minor)
            buf_printf(out, "limit %s %lld %lld\n", key, (long long)use->units,
                       (long long)use->minor);
    }
    for (size_t i = 0; standings->offers && i < campaign->offer_count; i++) {
        const struct standing *standing = &standings->offers[i];
        const char *name = campaign->offers[i].name;
        char day[16];
        day_text(standing->last_decided, day);
        if (day[0])
            buf_printf(out, "last %s %s\n", name, day);
        if (standing->refusal)
            buf_printf(out, "refused %s %s\n", name, standing->refusal);
    }
}

static size_t
find_limit(const struct campaign *campaign, const char *key)
{
    size_t i = 0;
    while (i < campaign->limit_count && !text_equal(campaign->limits[i].key, key))
        i++;
    return i;
}

static size_t
find_offer(const struct campaign *campaign, const char *name)
{
    size_t i = 0;
    while (i < campaign->offer_count && !text_equal(campaign->offers[i].name, name))
        i++;
    return i;
}

static void
read_limit(const struct campaign *campaign, const char *key, const char *rest,
           struct limit_use *uses)
{
    size_t i = find_limit(campaign, key);
    long long units = 0, minor = 0;
    if (i == campaign->limit_count)
        return;
    uses[i].is_known = sscanf(rest, "%lld %lld", &units, &minor) == 2;
    uses[i].units = units;
    uses[i].minor = minor;
}

static void
read_line(const struct campaign *campaign, char *line, struct standing *offers,
          struct limit_use *uses, bool *is_partial)
{
    char *kind = strsep(&line, " "), *name = strsep(&line, " ");
    if (text_equal(kind, "history"))
        *is_partial = true;
    else if (name && line && text_equal(kind, "limit"))
        read_limit(campaign, name, line, uses);
    else if (name && line) {
        size_t i = find_offer(campaign, name);
        if (i == campaign->offer_count)
            return;
        if (text_equal(kind, "last"))
            (void)day_parse(line, &offers[i].last_decided);
        else if (text_equal(kind, "refused"))
            offers[i].refusal = line;
    }
}

enum status
standing_read(const struct campaign *campaign, const char *text, struct arena *arena,
              struct standings *ret, bool *ret_is_partial)
{
    struct standing *offers =
        arena_make_array(arena, campaign->offer_count + 1, sizeof(*offers));
    struct limit_use *uses =
        arena_make_array(arena, campaign->limit_count + 1, sizeof(*uses));
    char *copy = arena_strdup(arena, text), *line = NULL;
    bool is_partial = false;
    if (!offers || !uses || !copy)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < campaign->offer_count; i++)
        offers[i].last_decided = DAY_NONE;
    for (size_t i = 0; i < campaign->limit_count; i++)
        uses[i].is_known = true;
    while ((line = strsep(&copy, "\n")))
        if (line[0])
            read_line(campaign, line, offers, uses, &is_partial);
    *ret = (struct standings){.offers = offers, .limits = uses};
    *ret_is_partial = is_partial;
    return STATUS_OK;
}
