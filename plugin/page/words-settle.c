/* Copyfitting: words find the size at which they lie in their frame.
 *
 * First as the style says; then, where the frame allows it, in whole percents down to
 * its least size, by halving; at last cut after the character that leaves room for an
 * ellipsis. A frame that allows no cut is cut all the same, because nothing may lie over
 * its neighbours, and tells it. What has settled is kept, since most frames of a wave
 * say the same. */
#include "page/words.h"

#include "base/length.h"

#include <string.h>

#define KEPT_MAX 512
#define SLACK (PANGO_SCALE * 5) /* 0.05 mm */

static bool
is_cursive(GUnicodeScript script)
{
    return script == G_UNICODE_SCRIPT_ARABIC || script == G_UNICODE_SCRIPT_SYRIAC ||
           script == G_UNICODE_SCRIPT_DEVANAGARI || script == G_UNICODE_SCRIPT_BENGALI ||
           script == G_UNICODE_SCRIPT_MONGOLIAN || script == G_UNICODE_SCRIPT_NKO;
}

static const struct script_rule *
rule_for(const struct template *tpl, GUnicodeScript script, const struct style *style)
{
    const struct script_rule *found = NULL;
    for (size_t i = 0; i < tpl->script_count; i++) {
        const struct script_rule *rule = &tpl->scripts[i];
        bool is_hit = false;
        for (size_t j = 0; j < rule->script_count; j++)
            is_hit = is_hit || rule->scripts[j] == script;
        if (!is_hit || (rule->style && strcmp(rule->style, style->name) != 0))
            continue;
        /* A rule for this style goes over one for all; the earlier over the later. */
        if (!found || (rule->style && !found->style))
            found = rule;
    }
    return found;
}

static void
insert(PangoAttrList *list, PangoAttribute *attr, size_t from, size_t to)
{
    attr->start_index = (guint)from;
    attr->end_index = (guint)to;
    pango_attr_list_insert(list, attr);
}

static PangoFontDescription *
font_for(const struct style *style, const struct script_rule *rule, double scale)
{
    PangoFontDescription *font = pango_font_description_new();
    double size = style->size_mm100 * scale * (rule ? rule->factor : 1);
    /* What a script's face lacks, such as a full stop, comes from the style's own. */
    char *family = rule && rule->font ? g_strjoin(",", rule->font, style->font, NULL)
                                      : g_strdup(style->font);
    pango_font_description_set_family(font, family);
    g_free(family);
    pango_font_description_set_weight(font, (PangoWeight)style->weight);
    pango_font_description_set_style(font, style->is_italic ? PANGO_STYLE_ITALIC
                                                            : PANGO_STYLE_NORMAL);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    return font;
}

static void
dress(PangoAttrList *list, const struct words *words, const struct word_run *run,
      const struct template *tpl, GUnicodeScript script, size_t from, size_t to,
      double scale)
{
    const struct style *style = run->style;
    const struct script_rule *rule = rule_for(tpl, script, style);
    PangoFontDescription *font = font_for(style, rule, scale);
    double size = style->size_mm100 * scale * PANGO_SCALE;
    insert(list, pango_attr_font_desc_new(font), from, to);
    pango_font_description_free(font);
    if (style->leading > 0)
        insert(list, pango_attr_line_height_new_absolute((int)(size * style->leading)),
               from, to);
    if (style->tracking != 0 && !is_cursive(script))
        insert(list, pango_attr_letter_spacing_new((int)(size * style->tracking / 1000)),
               from, to);
    if (style->features)
        insert(list, pango_attr_font_features_new(style->features), from, to);
    if (memcmp(&run->colour, &words->colour, sizeof run->colour) != 0)
        insert(list,
               pango_attr_foreground_new((guint16)(run->colour.r * 65535),
                                         (guint16)(run->colour.g * 65535),
                                         (guint16)(run->colour.b * 65535)),
               from, to);
}

static PangoAttrList *
attributes(const struct words *words, const struct template *tpl, double scale)
{
    PangoAttrList *list = pango_attr_list_new();
    for (size_t i = 0; i < words->run_count; i++)
        for (size_t j = 0; j < words->script_count; j++) {
            const struct word_run *run = &words->runs[i];
            const struct script_run *script = &words->scripts[j];
            size_t from = MAX(run->from, script->from), to = MIN(run->to, script->to);
            if (from < to)
                dress(list, words, run, tpl, script->script, from, to, scale);
        }
    return list;
}

PangoLayout *
words_lay_out(struct lay *lay, const struct words *words, const struct fit *fit, double scale,
        PangoWrapMode wrap)
{
    PangoContext *context =
        fonts_context(lay->pages->fonts, lay->values->lang, words->is_rtl);
    PangoLayout *layout = pango_layout_new(context);
    PangoFontDescription *font = font_for(words->style, NULL, scale);
    PangoAttrList *list = attributes(words, lay->tpl, scale);
    /* With the direction found by hand, left and right are those of the paper. */
    pango_layout_set_auto_dir(layout, FALSE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, words->text, (int)words->n);
    pango_layout_set_attributes(layout, list);
    pango_layout_set_width(layout, fit->w * PANGO_SCALE);
    pango_layout_set_wrap(layout, wrap);
    pango_layout_set_alignment(layout, fit->align);
    pango_attr_list_unref(list);
    pango_font_description_free(font);
    return layout;
}

static bool
is_within(PangoLayout *layout, const struct fit *fit)
{
    PangoRectangle all;
    pango_layout_get_extents(layout, NULL, &all);
    if (all.y + all.height > fit->h * PANGO_SCALE + SLACK)
        return false;
    if (fit->lines > 0 && pango_layout_get_line_count(layout) > fit->lines)
        return false;
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    bool is_wide = false;
    do {
        PangoRectangle line;
        pango_layout_iter_get_line_extents(iter, NULL, &line);
        is_wide = is_wide || line.width > fit->w * PANGO_SCALE + SLACK;
    } while (!is_wide && pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    return !is_wide;
}

/* The largest whole percent below 100 at which the words lie within. NULL: none does. */
static PangoLayout *
shrink(struct lay *lay, const struct words *words, const struct fit *fit,
       double *ret_scale)
{
    int low = fit->min_percent, high = 99;
    PangoLayout *best = NULL;
    while (low <= high) {
        int middle = (low + high) / 2;
        PangoLayout *layout = words_lay_out(lay, words, fit, middle / 100.0, PANGO_WRAP_WORD);
        if (is_within(layout, fit)) {
            g_clear_object(&best);
            best = layout;
            *ret_scale = middle / 100.0;
            low = middle + 1;
        } else {
            g_object_unref(layout);
            high = middle - 1;
        }
    }
    return best;
}

/* The bytes of the lines that lie within the frame: their end, and where the last of
 * them begins. At least one line counts. */
static void
lines_within(PangoLayout *layout, const struct fit *fit, size_t *ret_from, size_t *ret_to)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    int count = 0;
    do {
        PangoRectangle rect;
        pango_layout_iter_get_line_extents(iter, NULL, &rect);
        bool is_over = rect.y + rect.height > fit->h * PANGO_SCALE + SLACK ||
                       (fit->lines > 0 && count >= fit->lines);
        if (is_over && count > 0)
            break;
        const PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
        *ret_from = (size_t)line->start_index;
        *ret_to = (size_t)(line->start_index + line->length);
        count++;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

/* Byte offsets between `from` and `to` at which a reader sees a character end. */
static size_t *
stops(PangoLayout *layout, const char *text, size_t from, size_t to, size_t *ret_count)
{
    int attr_count;
    const PangoLogAttr *attrs = pango_layout_get_log_attrs_readonly(layout, &attr_count);
    size_t *offsets = g_new(size_t, to - from + 1), count = 0;
    int i = (int)g_utf8_pointer_to_offset(text, text + from);
    for (const char *p = text + from; p <= text + to && i < attr_count; i++) {
        if (attrs[i].is_cursor_position)
            offsets[count++] = (size_t)(p - text);
        if (p == text + to)
            break;
        p = g_utf8_next_char(p);
    }
    *ret_count = count;
    return offsets;
}

static PangoLayout *
lay_out_cut(struct lay *lay, const struct words *words, const struct fit *fit,
            double scale, size_t n)
{
    struct words shorter;
    if (words_cut(lay->arena, words, n, &shorter))
        return words_lay_out(lay, &shorter, fit, scale, PANGO_WRAP_WORD_CHAR);
    lay->status = STATUS_NO_MEMORY;
    return NULL;
}

static PangoLayout *
cut(struct lay *lay, const struct words *words, const struct fit *fit, double scale,
    PangoLayout *whole)
{
    size_t from = 0, to = 0, count;
    lines_within(whole, fit, &from, &to);
    size_t *offsets = stops(whole, words->text, from, to, &count);
    /* The first line is taken even when the frame is lower than a line. */
    struct fit room = *fit;
    if (from == 0) {
        room.h = LENGTH_MAX_MM100;
        room.lines = 1;
    }
    PangoLayout *best = NULL;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        PangoLayout *layout = lay_out_cut(lay, words, &room, scale, offsets[middle]);
        bool is_good = layout && is_within(layout, &room);
        if (is_good) {
            g_clear_object(&best);
            best = g_steal_pointer(&layout);
            low = middle + 1;
        } else {
            high = middle;
        }
        g_clear_object(&layout);
    }
    g_free(offsets);
    return best ? best : lay_out_cut(lay, words, &room, scale, from);
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
    settled->scale = 1;
    settled->layout = words_lay_out(lay, words, fit, 1, PANGO_WRAP_WORD);
    if (!is_within(settled->layout, fit)) {
        PangoLayout *smaller =
            fit->may_shrink ? shrink(lay, words, fit, &settled->scale) : NULL;
        g_object_unref(settled->layout);
        settled->layout = smaller;
    }
    if (!settled->layout) {
        settled->scale = fit->may_shrink ? fit->min_percent / 100.0 : 1;
        settled->layout = words_lay_out(lay, words, fit, settled->scale, PANGO_WRAP_WORD_CHAR);
        settled->is_overflow = !fit->may_cut;
        if (!is_within(settled->layout, fit)) {
            PangoLayout *shorter = cut(lay, words, fit, settled->scale, settled->layout);
            if (shorter) {
                g_object_unref(settled->layout);
                settled->layout = shorter;
                settled->is_cut = true;
            }
        }
    }
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

/* Everything that the outcome hangs on, as text. */
static char *
key_of(const struct lay *lay, const struct words *words, const struct fit *fit)
{
    GString *key = g_string_new(NULL);
    g_string_printf(key, "%" G_GUINT64_FORMAT " %d %d %d %d %d %d %d %d %s\n",
                    lay->tpl->serial, fit->w, fit->h, fit->lines, fit->may_shrink,
                    fit->may_cut, fit->min_percent, (int)fit->align, words->is_rtl,
                    lay->values->lang);
    for (size_t i = 0; i < words->run_count; i++) {
        const struct word_run *run = &words->runs[i];
        bool is_own = memcmp(&run->colour, &words->colour, sizeof run->colour) != 0;
        g_string_append_printf(key, "%zu %zu %s %d %g %g %g\n", run->from, run->to,
                               run->style->name, is_own, is_own ? run->colour.r : 0,
                               is_own ? run->colour.g : 0, is_own ? run->colour.b : 0);
    }
    g_string_append_printf(key, "%s\n", words->style->name);
    g_string_append_len(key, words->text, (gssize)words->n);
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
