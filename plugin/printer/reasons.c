/* Reasons collected from what a device says of itself, told in IPP's words. */
#include "printer/reasons.h"

#include <string.h>

void
reasons_add(struct reasons *reasons, const char *keyword, const char *sentence)
{
    for (size_t i = 0; i < reasons->count; i++)
        if (strcmp(reasons->keyword[i], keyword) == 0 &&
            strcmp(reasons->sentence[i], sentence) == 0)
            return;
    if (reasons->count == REASONS_MAX)
        return;
    reasons->keyword[reasons->count] = keyword;
    reasons->sentence[reasons->count++] = sentence;
}

static bool
is_told(const char *const *texts, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(texts[i], texts[at]) == 0)
            return true;
    return false;
}

static const char *
join(const struct reasons *reasons, const char *const *texts, const char *between,
     struct arena *arena)
{
    const char *all = "";
    for (size_t i = 0; all && i < reasons->count; i++)
        if (!is_told(texts, i))
            all = arena_printf(arena, "%s%s%s", all, *all ? between : "", texts[i]);
    return all;
}

const char *
reasons_keywords(const struct reasons *reasons, struct arena *arena)
{
    return join(reasons, reasons->keyword, " ", arena);
}

const char *
reasons_sentence(const struct reasons *reasons, struct arena *arena)
{
    return join(reasons, reasons->sentence, "; ", arena);
}

bool
reasons_stop(const struct reasons *reasons)
{
    for (size_t i = 0; i < reasons->count; i++) {
        const char *dash = strrchr(reasons->keyword[i], '-');
        if (!dash || (strcmp(dash, "-report") != 0 && strcmp(dash, "-warning") != 0))
            return true;
    }
    return false;
}
