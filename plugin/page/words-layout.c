/* Words as a Pango layout: faces, sizes and features by style and script.
 *
 * In come words, their frame and how they are to look there (their share of the size, how
 * much tighter they stand, how lines may be broken); out goes a layout, which may or may
 * not lie within the frame. Whether it does is told here, too; what is done about it is
 * words-settle.c's affair. */
#include "page/words.h"

#include "base/length.h"

#include <string.h>

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
      const struct look *look)
{
    const struct style *style = run->style;
    const struct script_rule *rule = rule_for(tpl, script, style);
    PangoFontDescription *font = font_for(style, rule, look->scale);
    double size = style->size_mm100 * look->scale * PANGO_SCALE;
    double tracking = style->tracking - look->tighten;
    insert(list, pango_attr_font_desc_new(font), from, to);
    pango_font_description_free(font);
    if (style->leading > 0)
        insert(list, pango_attr_line_height_new_absolute((int)(size * style->leading)),
               from, to);
    if (tracking != 0 && !is_cursive(script))
        insert(list, pango_attr_letter_spacing_new((int)(size * tracking / 1000)), from,
               to);
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
attributes(const struct words *words, const struct template *tpl, const struct look *look)
{
    PangoAttrList *list = pango_attr_list_new();
    for (size_t i = 0; i < words->run_count; i++)
        for (size_t j = 0; j < words->script_count; j++) {
            const struct word_run *run = &words->runs[i];
            const struct script_run *script = &words->scripts[j];
            size_t from = MAX(run->from, script->from), to = MIN(run->to, script->to);
            if (from < to)
                dress(list, words, run, tpl, script->script, from, to, look);
        }
    return list;
}

PangoLayout *
words_lay_out(struct lay *lay, const struct words *words, const struct fit *fit,
              const struct look *look)
{
    PangoContext *context =
        fonts_context(lay->pages->fonts, lay->values->lang, words->is_rtl);
    PangoLayout *layout = pango_layout_new(context);
    PangoFontDescription *font = font_for(words->style, NULL, look->scale);
    PangoAttrList *list = attributes(words, lay->tpl, look);
    /* With the direction found by hand, left and right are those of the paper. */
    pango_layout_set_auto_dir(layout, FALSE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, words->text, (int)words->n);
    pango_layout_set_attributes(layout, list);
    pango_layout_set_width(layout, (look->w ? look->w : fit->w) * PANGO_SCALE);
    pango_layout_set_wrap(layout,
                          look->may_break ? PANGO_WRAP_WORD_CHAR : PANGO_WRAP_WORD);
    pango_layout_set_alignment(layout, fit->align);
    pango_attr_list_unref(list);
    pango_font_description_free(font);
    return layout;
}

bool
words_within(PangoLayout *layout, const struct fit *fit)
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
