/* The gallery: every piece that was previewed on one page that needs nothing else.
 *
 * Pictures, style and script are in the page; it filters by offer, language and placement
 * and enlarges what is clicked. Beside each piece may stand the same one as another
 * version of the campaign makes it; what differs is marked. Names come from the shop's
 * files and are escaped. */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char gallery_style[] =
#include "cli/gallery.css.inc"
    ;
static const char gallery_script[] =
#include "cli/gallery.js.inc"
    ;

struct shown {
    char *key; /* order, offer, language, placement, number */
    char *offer, *title, *placement, *language, *order, *detail;
    void *png[2]; /* of the campaign, and of the one beside it; NULL none */
    size_t length[2];
};

struct gallery {
    struct shown *items;
    size_t count, room;
    bool is_beside,
        has_beside; /* what is added now is the other version's; there is one */
    bool failed;
};

struct gallery *
gallery_new(void)
{
    return calloc(1, sizeof(struct gallery));
}

void
gallery_free(struct gallery *gallery)
{
    for (size_t i = 0; gallery && i < gallery->count; i++) {
        struct shown *shown = &gallery->items[i];
        free(shown->key);
        free(shown->offer);
        free(shown->title);
        free(shown->placement);
        free(shown->language);
        free(shown->order);
        free(shown->detail);
        free(shown->png[0]);
        free(shown->png[1]);
    }
    if (gallery)
        free(gallery->items);
    free(gallery);
}

void
gallery_turn(struct gallery *gallery)
{
    gallery->is_beside = gallery->has_beside = true;
}

static struct shown *
find(struct gallery *gallery, const char *key)
{
    for (size_t i = 0; i < gallery->count; i++)
        if (strcmp(gallery->items[i].key, key) == 0 &&
            !gallery->items[i].png[gallery->is_beside])
            return &gallery->items[i];
    if (gallery->count == gallery->room) {
        size_t room = gallery->room ? 2 * gallery->room : 64;
        struct shown *grown = realloc(gallery->items, room * sizeof(*grown));
        if (!grown)
            return NULL;
        gallery->items = grown;
        gallery->room = room;
    }
    struct shown *shown = &gallery->items[gallery->count++];
    *shown = (struct shown){.key = strdup(key)};
    return shown;
}

static char *
text_or_nothing(const char *text)
{
    return strdup(text ? text : "");
}

void
gallery_add(struct gallery *gallery, const struct tuck_piece *piece, const char *order,
            const char *language, const void *png, size_t length)
{
    char *key = NULL;
    const char *offer = piece->offer ? piece->offer : piece->template_name;
    if (asprintf(&key, "%s\n%s\n%s\n%s\n%d", order, offer ? offer : "",
                 language ? language : "", piece->placement, piece->number) < 0) {
        gallery->failed = true;
        return;
    }
    struct shown *shown = find(gallery, key);
    void *copy = malloc(length ? length : 1);
    free(key);
    if (!shown || !shown->key || !copy) {
        free(copy);
        gallery->failed = true;
        return;
    }
    memcpy(copy, png, length);
    shown->png[gallery->is_beside] = copy;
    shown->length[gallery->is_beside] = length;
    if (shown->offer)
        return;
    shown->offer = text_or_nothing(offer);
    shown->title = text_or_nothing(piece->title);
    shown->placement = text_or_nothing(piece->placement);
    shown->language = text_or_nothing(language);
    shown->order = text_or_nothing(order);
    shown->detail = text_or_nothing(piece->reason);
}

/* --- the page ------------------------------------------------------------------------
 */

struct page {
    char *bytes;
    size_t length;
    FILE *out;
};

static void
put_escaped(FILE *out, const char *text)
{
    for (; text && *text; text++)
        switch (*text) {
        case '<':
            fputs("&lt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
}

static void
put_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    put_escaped(out, value);
    fputc('"', out);
}

static void
put_base64(FILE *out, const uint8_t *p, size_t n)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        uint32_t three = (uint32_t)p[i] << 16 |
                         (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) |
                         (i + 2 < n ? p[i + 2] : 0);
        fputc(letters[three >> 18], out);
        fputc(letters[three >> 12 & 63], out);
        fputc(i + 1 < n ? letters[three >> 6 & 63] : '=', out);
        fputc(i + 2 < n ? letters[three & 63] : '=', out);
    }
}

static const char *
field_of(const struct shown *shown, int which)
{
    return which == 0 ? shown->offer : which == 1 ? shown->language : shown->placement;
}

static void
put_select(const struct gallery *gallery, const char *name, int which, FILE *out)
{
    fprintf(out,
            "<label>%s<select name=\"%s\" aria-label=\"%s\"><option value=\"\">all"
            "</option>",
            name, name, name);
    for (size_t i = 0; i < gallery->count; i++) {
        bool is_first = true;
        const char *value = field_of(&gallery->items[i], which);
        for (size_t j = 0; j < i && is_first; j++)
            is_first = strcmp(field_of(&gallery->items[j], which), value) != 0;
        if (!is_first || !*value)
            continue;
        fputs("<option", out);
        put_attribute(out, "value", value);
        fputs(">", out);
        put_escaped(out, value);
        fputs("</option>", out);
    }
    fputs("</select></label>", out);
}

static bool
is_changed(const struct shown *shown)
{
    return !shown->png[0] || !shown->png[1] || shown->length[0] != shown->length[1] ||
           memcmp(shown->png[0], shown->png[1], shown->length[0]) != 0;
}

static void
put_card(const struct gallery *gallery, const struct shown *shown, FILE *out)
{
    bool has_changed = gallery->has_beside && is_changed(shown);
    fputs("<figure class=\"card\" tabindex=\"0\"", out);
    put_attribute(out, "data-offer", shown->offer);
    put_attribute(out, "data-language", shown->language);
    put_attribute(out, "data-placement", shown->placement);
    fprintf(out, " data-changed=\"%s\"><div class=\"sheets\">",
            has_changed ? "yes" : "no");
    for (int side = 0; side < (gallery->has_beside ? 2 : 1); side++) {
        if (!shown->png[side]) {
            fprintf(out, "<div class=\"none\">not in the %s campaign</div>",
                    side ? "other" : "shop's");
            continue;
        }
        fputs("<img loading=\"lazy\"", out);
        put_attribute(out, "alt", shown->title[0] ? shown->title : shown->offer);
        fputs(" src=\"data:image/png;base64,", out);
        put_base64(out, shown->png[side], shown->length[side]);
        fputs("\">", out);
    }
    fputs("</div><figcaption><b>", out);
    put_escaped(out, shown->title[0] ? shown->title : shown->offer);
    fputs("</b><span>", out);
    put_escaped(out, shown->offer);
    fputs(" · ", out);
    put_escaped(out, shown->placement);
    if (shown->language[0]) {
        fputs(" · ", out);
        put_escaped(out, shown->language);
    }
    fputs(" · ", out);
    put_escaped(out, shown->order);
    fputs("</span><span>", out);
    put_escaped(out, shown->detail);
    fputs("</span>", out);
    if (has_changed)
        fputs("<span class=\"changed\">changed</span>", out);
    fputs("</figcaption></figure>\n", out);
}

char *
gallery_page(const struct gallery *gallery, const char *title, size_t *ret_length)
{
    struct page page = {0};
    page.out = gallery->failed ? NULL : open_memstream(&page.bytes, &page.length);
    if (!page.out)
        return NULL;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
          "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
          page.out);
    put_escaped(page.out, title);
    fprintf(page.out, "</title>\n<style>\n%s</style>\n</head>\n<body%s>\n<header><h1>",
            gallery_style, gallery->has_beside ? " class=\"pairs\"" : "");
    put_escaped(page.out, title);
    fputs("</h1><form onsubmit=\"return false\">", page.out);
    put_select(gallery, "offer", 0, page.out);
    put_select(gallery, "language", 1, page.out);
    put_select(gallery, "placement", 2, page.out);
    fputs("<label>search<input type=\"search\" name=\"text\" placeholder=\"/\"></label>",
          page.out);
    if (gallery->has_beside)
        fputs("<label class=\"tick\"><input type=\"checkbox\" name=\"changed\">changed "
              "only</label>",
              page.out);
    fputs("<output></output></form></header>\n<main>\n", page.out);
    for (size_t i = 0; i < gallery->count; i++)
        put_card(gallery, &gallery->items[i], page.out);
    fprintf(page.out,
            "</main>\n<dialog></dialog>\n<script>\n%s</script>\n</body>\n</html>\n",
            gallery_script);
    if (fclose(page.out) != 0) {
        free(page.bytes);
        return NULL;
    }
    *ret_length = page.length;
    return page.bytes;
}
