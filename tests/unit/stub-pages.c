/* A typesetter for tests of the press: pages made by hand from a list of commands.
 *
 * The values of a piece are lines, each a command and its argument: what to put on an A6
 * card, or what to do to the process (spin, abort, eat memory, open a file). So the press
 * can be tested without templates, and against workers that go wrong. */
#include "page/page.h"

#include <pango/pangocairo.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct pages {
    PangoContext *context;
};

enum status
pages_open(const struct pages_settings *settings, struct notes *notes, struct pages **ret)
{
    if (settings->fonts_conf && strstr(settings->fonts_conf, "hang"))
        poll(NULL, 0, -1);
    if (settings->fonts_conf && access(settings->fonts_conf, R_OK) != 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE,
                         settings->fonts_conf, 0,
                         "the fonts' configuration is not there");
    PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    struct pages *pages = calloc(1, sizeof *pages);
    pages->context = pango_font_map_create_context(map);
    g_object_unref(map);
    *ret = pages;
    return STATUS_OK;
}

void
pages_close(struct pages *pages)
{
    g_object_unref(pages->context);
    free(pages);
}

PangoContext *
pages_context(struct pages *pages, const char *lang)
{
    (void)lang;
    return pages->context;
}

static struct page_item *
add_item(struct arena *arena, struct page *page, size_t *room, enum page_item_kind kind,
         enum page_layer layer, struct rect at)
{
    struct page_item *item =
        arena_append(arena, &page->items, &page->item_count, room, sizeof *item);
    *item = (struct page_item){.kind = kind, .layer = layer, .at = at, .opacity = 1};
    return item;
}

static void
add_text(struct pages *pages, struct page_item *item, const char *text)
{
    PangoFontDescription *font = pango_font_description_from_string("Karla, Sans");
    pango_font_description_set_absolute_size(font, 500 * PANGO_SCALE);
    item->layout = pango_layout_new(pages->context);
    pango_layout_set_font_description(item->layout, font);
    pango_layout_set_width(item->layout, item->at.w * PANGO_SCALE);
    pango_layout_set_text(item->layout, text, -1);
    pango_font_description_free(font);
    item->fill = (struct rgba){0.1, 0.1, 0.1, 1};
    item->text = text;
}

/* A checkered square with a quiet zone: no code, but modules. */
static void
add_symbol(struct arena *arena, struct page_item *item)
{
    uint8_t *modules = arena_make(arena, 20 * 20);
    for (int y = 4; y < 16; y++)
        for (int x = 4; x < 16; x++)
            modules[y * 20 + x] = (uint8_t)((x * y + x / 3) % 3 == 0);
    item->modules = modules;
    item->columns = item->rows = 20;
    item->fill = (struct rgba){0, 0, 0, 1};
    item->stroke = (struct rgba){1, 1, 1, 1};
}

static void
eat_memory(void)
{
    for (;;)
        memset(g_malloc(1 << 20), 1, 1 << 20);
}

static enum status
obey(struct pages *pages, struct arena *arena, struct page *page, size_t *room,
     const char *verb, const char *what, struct notes *notes)
{
    const struct rect whole = {-300, -300, 11100, 15400};
    const enum page_layer plate = LAYER_PLATE, imprint = LAYER_IMPRINT;
    if (strcmp(verb, "text") == 0)
        add_text(pages,
                 add_item(arena, page, room, ITEM_TEXT, imprint,
                          (struct rect){1000, 1000, 8500, 2000}),
                 what);
    else if (strcmp(verb, "plate-text") == 0)
        add_text(pages,
                 add_item(arena, page, room, ITEM_TEXT, plate,
                          (struct rect){1000, 11000, 8500, 2000}),
                 what);
    else if (strcmp(verb, "plate-over") == 0)
        add_item(arena, page, room, ITEM_BOX, plate, (struct rect){1500, 1000, 6000, 900})
            ->fill = (struct rgba){1, 0, 0, 1};
    else if (strcmp(verb, "art") == 0)
        add_item(arena, page, room, ITEM_ART, plate, whole)->file = what;
    else if (strcmp(verb, "image") == 0)
        add_item(arena, page, room, ITEM_IMAGE, plate,
                 (struct rect){2000, 4000, 6000, 4000})
            ->file = what;
    else if (strcmp(verb, "tile") == 0) {
        struct page_item *item = add_item(arena, page, room, ITEM_ART, plate, whole);
        item->file = what;
        item->tile_mm100 = 2000;
        item->is_half_drop = true;
    } else if (strcmp(verb, "symbol") == 0)
        add_symbol(arena, add_item(arena, page, room, ITEM_SYMBOL, imprint,
                                   (struct rect){6000, 8000, 3500, 3500}));
    else if (strcmp(verb, "symbol-under") == 0)
        add_symbol(arena, add_item(arena, page, room, ITEM_SYMBOL, imprint,
                                   (struct rect){1500, 1000, 900, 900}));
    else if (strcmp(verb, "outline") == 0)
        page->wants_outline = true;
    else if (strcmp(verb, "fail") == 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_ART_BROKEN, "stub.xml", 7, "%s",
                         what);
    else if (strcmp(verb, "abort") == 0)
        abort();
    else if (strcmp(verb, "eat") == 0)
        eat_memory();
    else if (strcmp(verb, "spin") == 0)
        for (volatile int i = 0;; i = !i)
            continue;
    else if (strcmp(verb, "open") == 0) {
        FILE *file = fopen(what, "r");
        if (file == NULL)
            return note_fail(notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE, what, 0,
                             "refused");
        fclose(file);
    } else if (strcmp(verb, "connect") == 0) {
        if (socket(AF_INET, SOCK_STREAM, 0) < 0)
            return note_fail(notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE, NULL, 0,
                             "refused");
    } else if (strcmp(verb, "exec") == 0)
        execl("/bin/true", "true", (char *)NULL);
    return STATUS_OK;
}

enum status
page_make(struct pages *pages, const char *template_path, const char *values,
          size_t values_n, struct arena *arena, struct notes *notes, struct page **ret)
{
    struct page *page = arena_make(arena, sizeof *page);
    char *text = arena_copy(arena, values, values_n), *line, *rest = text;
    size_t room = 0;
    *page = (struct page){.template_name = "stub",
                          .title = "Stub",
                          .lang = "en",
                          .width_mm100 = 10500,
                          .height_mm100 = 14800,
                          .bleed_mm100 = 300,
                          .ground = {1, 0.8, 0.6, 1},
                          .plate_key = arena_strdup(arena, template_path)};
    while ((line = strsep(&rest, "\n"))) {
        char *what = strchr(line, ' ');
        if (what)
            *what++ = '\0';
        /* Equal keys must mean equal plates. */
        if (strncmp(line, "plate", 5) == 0 || strcmp(line, "art") == 0 ||
            strcmp(line, "tile") == 0 || strcmp(line, "image") == 0)
            page->plate_key =
                arena_printf(arena, "%s;%s %s", page->plate_key, line, what ? what : "");
        enum status status =
            obey(pages, arena, page, &room, line, what ? what : "", notes);
        if (status != STATUS_OK) {
            page_done(page);
            return status;
        }
    }
    *ret = page;
    return STATUS_OK;
}

void
page_done(struct page *page)
{
    for (size_t i = 0; i < page->item_count; i++)
        g_clear_object(&page->items[i].layout);
}

void
page_dump(const struct page *page, struct buf *out)
{
    for (size_t i = 0; i < page->item_count; i++)
        buf_printf(out, "%d %d\n", page->items[i].kind, page->items[i].layer);
}

void
pages_set_strict(struct pages *pages, bool is_strict)
{
    (void)pages;
    (void)is_strict;
}

void
page_check_overlap(const struct page *page, const char *file, struct notes *notes)
{
    (void)page;
    (void)file;
    (void)notes;
}
