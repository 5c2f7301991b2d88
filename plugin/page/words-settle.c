/* Copyfitting: words find the look in which they lie in their frame.
 *
 * First as the style says; then the frame's rules, in the order the template gives them,
 * each as little as is enough: closer together, smaller, without written breaks,
 * hyphenated, in shorter words. A rule that is not enough stays at its limit and the next
 * goes on from there; words that a rule changed begin anew, and what stood before it is
 * tried on them. At last the text is cut. A frame that allows no cut is cut all the same,
 * because nothing may lie over its neighbours, and tells it. What has settled is kept,
 * since most frames of a wave say the same. */
#include "page/words.h"

#include <string.h>

#define KEPT_MAX 512

struct settling {
    struct lay *lay;
    const struct fit *fit;
    const struct words *words;
    struct words changed; /* words may point here */
    struct look look;
    PangoLayout *layout; /* lies within, or NULL */
    bool is_hyphenated;
};

static bool
attempt(struct settling *settling, struct look look)
{
    PangoLayout *layout =
        words_lay_out(settling->lay, settling->words, settling->fit, &look);
    if (!words_within(layout, settling->fit)) {
        g_object_unref(layout);
        return false;
    }
    g_clear_object(&settling->layout);
    settling->layout = layout;
    settling->look = look;
    return true;
}

/* The largest whole percent at which the words lie within, by halving. */
static bool
shrink(struct settling *settling)
{
    int low = settling->fit->min_percent, high = 99;
    struct look look = settling->look;
    while (low <= high) {
        int middle = (low + high) / 2;
        look.scale = middle / 100.0;
        if (attempt(settling, look))
            low = middle + 1;
        else
            high = middle - 1;
    }
    if (!settling->layout)
        settling->look.scale = settling->fit->min_percent / 100.0;
    return settling->layout != NULL;
}

/* The least thousandth of the size between letters that is enough. */
static bool
tighten(struct settling *settling)
{
    int low = 1, high = settling->fit->max_tighten;
    struct look look = settling->look;
    while (low <= high) {
        int middle = (low + high) / 2;
        look.tighten = middle;
        if (attempt(settling, look))
            high = middle - 1;
        else
            low = middle + 1;
    }
    if (!settling->layout)
        settling->look.tighten = settling->fit->max_tighten;
    return settling->layout != NULL;
}

/* Other words: as the style says, then by the rules that stand before this one. */
static bool
begin_anew(struct settling *settling, const struct words *words, size_t rule)
{
    settling->words = words;
    settling->look = (struct look){.scale = 1};
    bool is_good = attempt(settling, settling->look);
    for (size_t i = 0; !is_good && i < rule; i++) {
        enum fit_rule before = settling->fit->rules[i];
        is_good = before == RULE_SHRINK    ? shrink(settling)
                  : before == RULE_TIGHTEN ? tighten(settling)
                                           : false;
    }
    return is_good;
}

/* Written breaks become spaces, so that fewer lines are needed. */
static bool
run_on(struct settling *settling, size_t rule)
{
    struct words words = *settling->words;
    char *text = arena_copy(settling->lay->arena, words.text, words.n);
    if (!text || !memchr(text, '\n', words.n))
        return false;
    for (size_t i = 0; i < words.n; i++)
        text[i] = text[i] == '\n' ? ' ' : text[i];
    words.text = text;
    settling->changed = words;
    return begin_anew(settling, &settling->changed, rule);
}

static bool
hyphenate(struct settling *settling, size_t rule)
{
    struct words words;
    if (!words_hyphenate(settling->lay, settling->words, &words))
        return false;
    settling->changed = words;
    settling->is_hyphenated = true;
    return begin_anew(settling, &settling->changed, rule);
}

static bool
use_shorter(struct settling *settling, size_t rule)
{
    const struct words *whole = settling->words;
    settling->is_hyphenated = settling->is_hyphenated && whole->shorter_count == 0;
    for (size_t i = 0; i < whole->shorter_count; i++)
        if (begin_anew(settling, &whole->shorter[i], rule))
            return true;
    return false;
}

static void
apply_rules(struct settling *settling)
{
    bool is_good = attempt(settling, (struct look){.scale = 1});
    settling->look = is_good ? settling->look : (struct look){.scale = 1};
    for (size_t i = 0; !is_good && i < settling->fit->rule_count; i++)
        switch (settling->fit->rules[i]) {
        case RULE_SHRINK:
            is_good = shrink(settling);
            break;
        case RULE_TIGHTEN:
            is_good = tighten(settling);
            break;
        case RULE_FEWER_LINES:
            is_good = run_on(settling, i);
            break;
        case RULE_HYPHENATE:
            is_good = hyphenate(settling, i);
            break;
        case RULE_SHORTER:
            is_good = use_shorter(settling, i);
            break;
        }
}

/* Lines end better by the style's wish; hyphens that no line's end needs go. */
static void
finish(struct settling *settling, struct settled *settled)
{
    struct words plain;
    int32_t w = 0;
    PangoLayout *better = words_wrap(settling->lay, settling->words, settling->fit,
                                     &settling->look, settling->layout, &w);
    if (better) {
        g_object_unref(settling->layout);
        settling->layout = better;
        settling->look.w = w;
    }
    if (settling->is_hyphenated &&
        words_keep_hyphens(settling->lay->arena, settling->words, settling->layout,
                           &plain)) {
        g_object_unref(settling->layout);
        settling->layout =
            words_lay_out(settling->lay, &plain, settling->fit, &settling->look);
    }
    int32_t spare = w ? settling->fit->w - w : 0;
    settled->shift = settling->fit->align == PANGO_ALIGN_RIGHT    ? spare
                     : settling->fit->align == PANGO_ALIGN_CENTER ? spare / 2
                                                                  : 0;
    settled->w = w ? w : settling->fit->w;
}

static void
cut_short(struct settling *settling, struct settled *settled)
{
    const struct fit *fit = settling->fit;
    settling->look.may_break = true;
    settling->layout =
        words_lay_out(settling->lay, settling->words, fit, &settling->look);
    settled->is_overflow = !fit->may_cut;
    if (words_within(settling->layout, fit))
        return;
    PangoLayout *shorter = words_lay_out_cut(settling->lay, settling->words, fit,
                                             &settling->look, settling->layout);
    if (shorter) {
        g_object_unref(settling->layout);
        settling->layout = shorter;
        settled->is_cut = true;
    }
}

void
settled_measure(struct settled *settled)
{
    PangoRectangle rect;
    pango_layout_get_extents(settled->layout, NULL, &rect);
    settled->ink = (struct rect){rect.x / PANGO_SCALE, rect.y / PANGO_SCALE,
                                 rect.width / PANGO_SCALE, rect.height / PANGO_SCALE};
    settled->unknown = pango_layout_get_unknown_glyphs_count(settled->layout);
}

static struct settled *
settle(struct lay *lay, const struct words *words, const struct fit *fit)
{
    struct settled *settled = g_new0(struct settled, 1);
    struct settling settling = {.lay = lay, .fit = fit, .words = words};
    apply_rules(&settling);
    if (!settling.layout)
        cut_short(&settling, settled);
    settled->w = fit->w;
    if (!settled->is_cut)
        finish(&settling, settled);
    for (size_t i = 0; i < words->shorter_count; i++)
        if (settling.words == &words->shorter[i])
            settled->shorter = (int32_t)i + 1;
    settled->layout = settling.layout;
    settled->scale = settling.look.scale;
    settled->tighten = settling.look.tighten;
    settled->is_run_on = settling.words == &settling.changed && !settling.is_hyphenated;
    settled_measure(settled);
    return settled;
}

void
settled_free(void *data)
{
    struct settled *settled = data;
    g_object_unref(settled->layout);
    g_free(settled);
}

static void
key_words(GString *key, const struct words *words)
{
    g_string_append_printf(key, "\n%d %s %zu\n", words->is_rtl, words->style->name,
                           words->n);
    for (size_t i = 0; i < words->run_count; i++) {
        const struct word_run *run = &words->runs[i];
        bool is_own = memcmp(&run->colour, &words->colour, sizeof run->colour) != 0;
        g_string_append_printf(key, "%zu %zu %s %d %g %g %g\n", run->from, run->to,
                               run->style->name, is_own, is_own ? run->colour.r : 0,
                               is_own ? run->colour.g : 0, is_own ? run->colour.b : 0);
    }
    g_string_append_len(key, words->text, (gssize)words->n);
}

/* Everything that the outcome hangs on, as text. */
static char *
key_of(const struct lay *lay, const struct words *words, const struct fit *fit)
{
    GString *key = g_string_new(NULL);
    g_string_printf(key, "%" G_GUINT64_FORMAT " %d %d %d %d %d %d %d %s",
                    lay->tpl->serial, fit->w, fit->h, fit->lines, fit->may_cut,
                    fit->min_percent, fit->max_tighten, (int)fit->align,
                    lay->values->lang);
    for (size_t i = 0; i < fit->rule_count; i++)
        g_string_append_printf(key, " %d", (int)fit->rules[i]);
    key_words(key, words);
    for (size_t i = 0; i < words->shorter_count; i++)
        key_words(key, &words->shorter[i]);
    return g_string_free(key, FALSE);
}

const struct settled *
words_settle(struct lay *lay, const struct words *words, const struct fit *fit)
{
    GHashTable *kept = lay->pages->settled;
    char *key = key_of(lay, words, fit);
    struct settled *settled = g_hash_table_lookup(kept, key);
    if (settled) {
        g_free(key);
        return settled;
    }
    if (g_hash_table_size(kept) >= KEPT_MAX)
        g_hash_table_remove_all(kept);
    settled = settle(lay, words, fit);
    g_hash_table_insert(kept, key, settled);
    return settled;
}
