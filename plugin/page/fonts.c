/* Fonts: a fontconfig of our own, a font map over it, and Pango contexts.
 *
 * The machine's configuration is never read, so a page is the same on every station. A
 * layout unit is 1/100 mm: the map's resolution is 2540 dots an inch, and nothing is
 * bent to a grid. A family that is missing is told by the template that asks for it. */
#include "base/length.h"
#include "page/page-inside.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#define CONTEXTS_MAX 64

struct fonts {
    FcConfig *config;
    PangoFontMap *map;
    GHashTable *contexts; /* "rtl lang" → PangoContext */
};

static FcConfig *
read_config(const char *conf)
{
    FcConfig *config = FcConfigCreate();
    if (!config)
        return NULL;
    if (!FcConfigParseAndLoad(config, (const FcChar8 *)conf, FcTrue) ||
        !FcConfigBuildFonts(config)) {
        FcConfigDestroy(config);
        return NULL;
    }
    return config;
}

static bool
has_any_font(FcConfig *config)
{
    FcFontSet *set = FcConfigGetFonts(config, FcSetSystem);
    return set && set->nfont > 0;
}

enum status
fonts_open(const char *conf, struct notes *notes, struct fonts **ret)
{
    FcConfig *config = conf ? read_config(conf) : NULL;
    if (!config)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FONTS_UNUSABLE, conf, 0,
                         "the font configuration cannot be read");
    if (!has_any_font(config)) {
        FcConfigDestroy(config);
        return note_fail(notes, STATUS_OUTSIDE, NOTE_FONTS_UNUSABLE, conf, 0,
                         "none of the folders in the font configuration has a font");
    }
    /* Pango reads the process's own configuration in a thread, whether it is wanted or
     * not; with ours in that place the machine's is never looked for. */
    FcConfigSetCurrent(config);
    struct fonts *fonts = g_new0(struct fonts, 1);
    fonts->config = config;
    fonts->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts->map), config);
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts->map), MM100_PER_INCH);
    fonts->contexts =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    *ret = fonts;
    return STATUS_OK;
}

void
fonts_close(struct fonts *fonts)
{
    if (!fonts)
        return;
    g_hash_table_destroy(fonts->contexts);
    g_object_unref(fonts->map);
    FcConfigDestroy(fonts->config);
    g_free(fonts);
}

static PangoContext *
make_context(struct fonts *fonts, const char *lang, bool is_rtl)
{
    PangoContext *context = pango_font_map_create_context(fonts->map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_context_set_language(context, pango_language_from_string(lang));
    pango_context_set_base_dir(context,
                               is_rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    return context;
}

PangoContext *
fonts_context(struct fonts *fonts, const char *lang, bool is_rtl)
{
    char key[96];
    g_snprintf(key, sizeof key, "%c %s", is_rtl ? 'r' : 'l', lang);
    PangoContext *context = g_hash_table_lookup(fonts->contexts, key);
    if (context)
        return context;
    /* Layouts hold their context, so dropping ours takes nothing from them. */
    if (g_hash_table_size(fonts->contexts) >= CONTEXTS_MAX)
        g_hash_table_remove_all(fonts->contexts);
    context = make_context(fonts, lang, is_rtl);
    g_hash_table_insert(fonts->contexts, g_strdup(key), context);
    return context;
}

bool
fonts_has_family(struct fonts *fonts, const char *family)
{
    return pango_font_map_get_family(fonts->map, family) != NULL;
}
