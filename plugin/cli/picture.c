/* Pictures in the terminal, by chafa: in letters everywhere, in dots where the terminal
 * can.
 *
 * What a terminal can is read from what it says of itself in the environment; nothing is
 * asked of it, for an answer that never comes would hang a script. Without chafa there
 * are no pictures, and nobody misses them but who asked for one. */
#include "config.h"

#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_CHAFA

#include <chafa.h>
#include <png.h>

#define COLUMNS_MOST 60
#define ROWS_MOST 30
#define CELL_RATIO 0.5 /* width to height */

extern char **environ;

static const struct {
    const char *name;
    ChafaPixelMode mode;
} modes[] = {{"symbols", CHAFA_PIXEL_MODE_SYMBOLS},
             {"sixel", CHAFA_PIXEL_MODE_SIXELS},
             {"kitty", CHAFA_PIXEL_MODE_KITTY}};

static ChafaPixelMode
best_mode(ChafaTermInfo *info)
{
    if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1))
        return CHAFA_PIXEL_MODE_KITTY;
    if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_SIXELS))
        return CHAFA_PIXEL_MODE_SIXELS;
    return CHAFA_PIXEL_MODE_SYMBOLS;
}

static ChafaCanvasMode
best_colours(ChafaTermInfo *info)
{
    if (getenv("NO_COLOR"))
        return CHAFA_CANVAS_MODE_FGBG;
    if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_SET_COLOR_FGBG_DIRECT))
        return CHAFA_CANVAS_MODE_TRUECOLOR;
    if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_SET_COLOR_FGBG_256))
        return CHAFA_CANVAS_MODE_INDEXED_240;
    return CHAFA_CANVAS_MODE_INDEXED_16;
}

static ChafaPixelMode
mode_named(const char *name, ChafaTermInfo *info)
{
    for (size_t i = 0; name && i < sizeof(modes) / sizeof(modes[0]); i++)
        if (strcmp(modes[i].name, name) == 0)
            return modes[i].mode;
    return best_mode(info);
}

static ChafaCanvasConfig *
configure(ChafaTermInfo *info, const char *how, int width, int height, int columns)
{
    ChafaCanvasConfig *config = chafa_canvas_config_new();
    ChafaPixelMode mode = mode_named(how, info);
    int cells = columns > 0 && columns < COLUMNS_MOST ? columns : COLUMNS_MOST;
    int rows = ROWS_MOST;
    chafa_calc_canvas_geometry(width, height, &cells, &rows, CELL_RATIO, FALSE, FALSE);
    chafa_canvas_config_set_geometry(config, cells, rows);
    chafa_canvas_config_set_pixel_mode(config, mode);
    chafa_canvas_config_set_canvas_mode(config, best_colours(info));
    if (mode == CHAFA_PIXEL_MODE_SYMBOLS) {
        ChafaSymbolMap *map = chafa_symbol_map_new();
        chafa_symbol_map_add_by_tags(map, CHAFA_SYMBOL_TAG_BLOCK | CHAFA_SYMBOL_TAG_HALF |
                                              CHAFA_SYMBOL_TAG_QUAD |
                                              CHAFA_SYMBOL_TAG_SPACE);
        chafa_canvas_config_set_symbol_map(config, map);
        chafa_symbol_map_unref(map);
    } else {
        chafa_canvas_config_set_cell_geometry(config, 10, 20);
    }
    return config;
}

/* Who names a way knows the terminal better than its name does. */
static ChafaTermInfo *
terminal(const char *how)
{
    ChafaTermDb *known = chafa_term_db_get_default();
    bool is_named = how && strcmp(how, "auto") != 0;
    return is_named ? chafa_term_db_get_fallback_info(known)
                    : chafa_term_db_detect(known, environ);
}

static void
draw(const uint8_t *pixels, int width, int height, const char *how, int columns)
{
    ChafaTermInfo *info = terminal(how);
    ChafaCanvasConfig *config = configure(info, how, width, height, columns);
    ChafaCanvas *canvas = chafa_canvas_new(config);
    chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, pixels, width,
                                 height, width * 4);
    GString *text = chafa_canvas_print(canvas, info);
    fwrite(text->str, 1, text->len, stdout);
    putchar('\n');
    g_string_free(text, TRUE);
    chafa_canvas_unref(canvas);
    chafa_canvas_config_unref(config);
    chafa_term_info_unref(info);
}

bool
picture_show(const void *png, size_t length, const char *how, int columns)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, png, length))
        return false;
    image.format = PNG_FORMAT_RGBA;
    uint8_t *pixels = malloc(PNG_IMAGE_SIZE(image));
    bool is_read = pixels && png_image_finish_read(&image, NULL, pixels, 0, NULL);
    if (is_read)
        draw(pixels, (int)image.width, (int)image.height, how, columns);
    png_image_free(&image);
    free(pixels);
    return is_read;
}

bool
picture_is_possible(void)
{
    return true;
}

#else

bool
picture_show(const void *png, size_t length, const char *how, int columns)
{
    (void)png;
    (void)length;
    (void)how;
    (void)columns;
    return false;
}

bool
picture_is_possible(void)
{
    return false;
}

#endif

bool
picture_wish(const char *how, bool *ret_wants)
{
    static const char *const words[] = {"auto", "symbols", "sixel", "kitty", "none"};
    bool is_known = !how;
    for (size_t i = 0; how && i < sizeof(words) / sizeof(words[0]); i++)
        is_known = is_known || strcmp(words[i], how) == 0;
    bool is_auto = !how || strcmp(how, "auto") == 0;
    const char *term = getenv("TERM");
    bool may = isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
    *ret_wants = picture_is_possible() && (is_auto ? may : strcmp(how, "none") != 0);
    if (is_known && !is_auto && strcmp(how, "none") != 0 && !picture_is_possible())
        complain(
            "this tuck was built without chafa: there are no pictures in the terminal");
    return is_known;
}
