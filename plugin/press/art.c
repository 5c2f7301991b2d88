/* Art: SVG in, cairo calls out.
 *
 * librsvg parses from memory without a base address, so a drawing cannot reach another
 * file or the network. What goes wrong in one (not XML, no size, an error while drawing)
 * is the shop's input, with the file's name in the note; what never ends is ended by the
 * client's patience. */
#include "press/art.h"

#include "base/xml.h"

#include <librsvg/rsvg.h>
#include <stdlib.h>
#include <string.h>

#define ART_MAX_BYTES ((size_t)8 << 20)
#define ARTS_MAX_BYTES                                                                   \
    ((size_t)32 << 20) /* of source text; parsed it is some ten times */

struct art {
    RsvgHandle *handle;
    double width, height;
    char *path;
};

static void
free_art(void *value)
{
    struct art *art = value;
    if (art->handle)
        g_object_unref(art->handle);
    free(art->path);
    free(art);
}

void
arts_init(struct arts *arts)
{
    *arts = (struct arts){.shelf = {.free_value = free_art, .most_size = ARTS_MAX_BYTES}};
}

void
arts_done(struct arts *arts)
{
    shelf_done(&arts->shelf);
}

/* width and height, else the viewBox, else what is drawn. */
static bool
measure(RsvgHandle *handle, double *ret_width, double *ret_height)
{
    gboolean has_width, has_height, has_box;
    RsvgLength width, height;
    RsvgRectangle box, ink;
    if (rsvg_handle_get_intrinsic_size_in_pixels(handle, ret_width, ret_height) &&
        *ret_width > 0 && *ret_height > 0)
        return true;
    rsvg_handle_get_intrinsic_dimensions(handle, &has_width, &width, &has_height, &height,
                                         &has_box, &box);
    if (!has_box) {
        if (!rsvg_handle_get_geometry_for_element(handle, NULL, &ink, &box, NULL))
            return false;
    }
    *ret_width = box.width;
    *ret_height = box.height;
    return box.width > 0 && box.height > 0;
}

static enum status
parse_art(const char *path, struct notes *notes, struct art **ret, size_t *ret_size)
{
    char *bytes = NULL;
    enum status status = file_read(path, ART_MAX_BYTES, notes, &bytes, ret_size);
    if (status != STATUS_OK)
        return status;
    struct art *art = calloc(1, sizeof *art);
    if (art == NULL) {
        free(bytes);
        return STATUS_NO_MEMORY;
    }
    GError *error = NULL;
    art->path = strdup(path);
    art->handle = rsvg_handle_new_from_data((const guint8 *)bytes, *ret_size, &error);
    free(bytes);
    if (art->handle == NULL || !measure(art->handle, &art->width, &art->height)) {
        note_add(notes, NOTE_ART_BROKEN, path, 0, "the drawing cannot be read: %s",
                 error ? error->message : "it has no size");
        g_clear_error(&error);
        free_art(art);
        return STATUS_BAD_INPUT;
    }
    rsvg_handle_set_dpi(art->handle, 96);
    *ret = art;
    return STATUS_OK;
}

enum status
arts_find(struct arts *arts, const char *path, struct notes *notes, struct art **ret)
{
    BUF_AUTO struct buf key = {0};
    size_t size;
    if (!shelf_key_add_file(&key, path))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_ART_BROKEN, path, 0,
                         "the drawing is not there");
    if (key.failed)
        return STATUS_NO_MEMORY;
    struct art *art = shelf_find(&arts->shelf, key.p);
    if (art == NULL) {
        enum status status = parse_art(path, notes, &art, &size);
        if (status == STATUS_OK)
            status = shelf_add(&arts->shelf, key.p, art, size);
        if (status != STATUS_OK)
            return status;
    }
    *ret = art;
    return STATUS_OK;
}

void
art_size(const struct art *art, double *ret_width, double *ret_height)
{
    *ret_width = art->width;
    *ret_height = art->height;
}

/* librsvg keeps a drawing's proportions inside its viewport; drawn in its own size and
 * scaled by us, it fills the box whatever its preserveAspectRatio says. */
enum status
art_draw(const struct art *art, cairo_t *cr, double x, double y, double w, double h,
         struct notes *notes)
{
    GError *error = NULL;
    const RsvgRectangle viewport = {0, 0, art->width, art->height};
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, w / art->width, h / art->height);
    bool is_drawn = rsvg_handle_render_document(art->handle, cr, &viewport, &error);
    cairo_restore(cr);
    if (is_drawn)
        return STATUS_OK;
    /* librsvg tells cairo's want of memory in words only. */
    if (cairo_status(cr) == CAIRO_STATUS_NO_MEMORY ||
        (error && strstr(error->message, "NoMemory"))) {
        g_clear_error(&error);
        return STATUS_NO_MEMORY;
    }
    note_add(notes, NOTE_ART_BROKEN, art->path, 0, "the drawing cannot be drawn: %s",
             error ? error->message : "librsvg does not say why");
    g_clear_error(&error);
    return STATUS_BAD_INPUT;
}
