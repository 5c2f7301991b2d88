/* A page of dots as a ZPL II label.
 *
 * Settings first, then what the printer draws by itself, then what is left as graphics,
 * cut so that it is short. Darkness goes as ~SD, which is what the scale of 1 to 30
 * means; ^MD would add to whatever somebody set at the panel. Calibration of the printer
 * (^LT, ^LS) is not touched.
 *
 * Where plates are stored, the plate is one format of its own and a label recalls it and
 * adds what differs: first white boxes where the plate is black and the carton is not,
 * then the graphics over them. A format's name is a digest of its picture and settings,
 * so equal names are equal plates, whoever sent them. */
#include "press/zpl-write.h"

#include "base/hash.h"
#include "press/zpl-cut.h"
#include "press/zpl-native.h"

#include <string.h>

#define SIDE_MAX 32000 /* of ^PW and ^LL */

enum status
zpl_writer_init(struct zpl_writer *writer, const struct press_device *device,
                struct arena *arena, struct notes *notes, struct buf *out)
{
    const int32_t all = ZPL_HEX | ZPL_PACKED | ZPL_Z64;
    int32_t codings = device->zpl_codings ? device->zpl_codings : ZPL_HEX | ZPL_PACKED;
    *writer =
        (struct zpl_writer){.device = device, .arena = arena, .notes = notes, .out = out};
    if ((codings & ~all) != 0)
        return STATUS_BAD_CALL;
    zpl_coder_init(&writer->coder, codings);
    return writer->coder.failed ? STATUS_NO_MEMORY : STATUS_OK;
}

void
zpl_writer_done(struct zpl_writer *writer)
{
    zpl_coder_done(&writer->coder);
}

/* ---- settings ---- */

static void
put_settings(const struct press_device *device, const struct dots *dots, struct buf *out)
{
    static const char *const finish[] = {[FINISH_PRINTERS] = "",
                                         [FINISH_TEAR] = "^MMT",
                                         [FINISH_PEEL] = "^MMP",
                                         [FINISH_CUT] = "^MMC"};
    static const char *const sense[] = {[SENSE_PRINTERS] = "",
                                        [SENSE_GAP] = "^MNY",
                                        [SENSE_MARK] = "^MNM",
                                        [SENSE_CONTINUOUS] = "^MNN"};
    buf_printf(out, "^PW%d^LL%d^LH0,0^PON", dots->width, dots->height);
    if (device->speed > 0)
        buf_printf(out, "^PR%d", device->speed);
    if ((size_t)device->finish < COUNT_OF(finish))
        buf_puts(out, finish[device->finish]);
    if ((size_t)device->sense < COUNT_OF(sense))
        buf_puts(out, sense[device->sense]);
}

static void
put_darkness(struct zpl_writer *writer)
{
    int32_t darkness = writer->device->darkness;
    if (darkness > 0 && !writer->has_darkness)
        buf_printf(writer->out, "~SD%02d", darkness < 30 ? darkness : 30);
    writer->has_darkness = true;
}

static void
put_end(const struct zpl_writer *writer)
{
    if (writer->device->copies > 1)
        buf_printf(writer->out, "^PQ%d", writer->device->copies);
    buf_puts(writer->out, "^XZ\n");
}

/* ---- pictures ---- */

static bool
copy_dots(struct arena *arena, const struct dots *from, struct dots *ret)
{
    size_t n = from->stride * (size_t)from->height;
    *ret = *from;
    ret->bits = arena_make(arena, n);
    if (ret->bits)
        memcpy(ret->bits, from->bits, n);
    return ret->bits != NULL;
}

/* What is drawn in one go. */
struct layer {
    const struct dots *picture; /* how it shall be in the end */
    struct dots ink;            /* what is to be drawn for that */
    const struct dots_native *natives;
    size_t native_count;
    bool wants_plate, wants_imprint; /* whose natives count */
};

static void
put_filled(struct area at, const char *colour, struct buf *out)
{
    buf_printf(out, "^FO%d,%d^GB%d,%d,%d%s^FS", at.x, at.y, at.w, at.h,
               at.w < at.h ? at.w : at.h, colour);
}

static enum status
put_with(struct zpl_writer *writer, const struct layer *layer, bool has_boxes,
         struct buf *out)
{
    struct dots ink;
    struct cut_parts parts;
    if (!copy_dots(writer->scratch, &layer->ink, &ink))
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < layer->native_count; i++) {
        const struct dots_native *native = &layer->natives[i];
        bool is_symbol = native->item && native->item->kind == ITEM_SYMBOL;
        if ((native->is_imprint ? layer->wants_imprint : layer->wants_plate) &&
            (is_symbol ? !writer->device->has_symbols_as_dots : has_boxes))
            zpl_native_put(native, layer->picture, &ink, out);
    }
    if (!zpl_cut(&writer->coder, &ink, writer->scratch, &parts))
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < parts.count; i++)
        if (parts.part[i].is_solid)
            put_filled(parts.part[i].area, "", out);
        else
            zpl_code_put(&writer->coder, &ink, parts.part[i].area, out);
    return out->failed || writer->coder.failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static bool
has_box(const struct layer *layer)
{
    for (size_t i = 0; i < layer->native_count; i++)
        if (layer->natives[i].item && layer->natives[i].item->kind != ITEM_SYMBOL)
            return true;
    return false;
}

/* A box as a command is only sometimes shorter than as dots, so both are tried. */
static enum status
put_layer(struct zpl_writer *writer, const struct layer *layer)
{
    BUF_AUTO struct buf plain = {0}, boxed = {0};
    enum status status = put_with(writer, layer, false, &plain);
    if (status == STATUS_OK && has_box(layer))
        status = put_with(writer, layer, true, &boxed);
    if (status != STATUS_OK)
        return status;
    const struct buf *best = boxed.n > 0 && boxed.n < plain.n ? &boxed : &plain;
    buf_add(writer->out, best->p, best->n);
    return STATUS_OK;
}

/* ---- stored plates ---- */

static bool
has_ink(const struct dots *dots)
{
    if (dots->bits == NULL)
        return false;
    return area_of_ink(dots, (struct area){0, 0, dots->width, dots->height}).w > 0;
}

static const char *
name_of_plate(struct zpl_writer *writer, const struct dots_page *page)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    BUF_AUTO struct buf all = {0};
    char name[9] = "T";
    buf_puts(&all, page->plate_key ? page->plate_key : "");
    buf_add(&all, "", 1);
    put_settings(writer->device, &page->plate, &all);
    buf_add(&all, page->plate.bits, page->plate.stride * (size_t)page->plate.height);
    if (all.failed)
        return NULL;
    struct digest digest = hash_sha256(all.p, all.n);
    for (int i = 0; i < 7; i++) {
        int high = digest.hex[2 * i], low = digest.hex[2 * i + 1];
        int value = (high <= '9' ? high - '0' : high - 'a' + 10) * 16 +
                    (low <= '9' ? low - '0' : low - 'a' + 10);
        name[i + 1] = letters[value % 32];
    }
    return arena_printf(writer->arena, "%s%s.ZPL", writer->device->stored, name);
}

static enum status
send_plate(struct zpl_writer *writer, const struct dots_page *page, const char *name)
{
    struct layer layer = {.picture = &page->plate,
                          .ink = page->plate,
                          .natives = page->natives,
                          .native_count = page->native_count,
                          .wants_plate = true};
    for (size_t i = 0; i < writer->stored_count; i++)
        if (strcmp(writer->stored[i], name) == 0)
            return STATUS_OK;
    const char **added =
        arena_append(writer->arena, &writer->stored, &writer->stored_count,
                     &writer->stored_room, sizeof *added);
    if (added == NULL)
        return STATUS_NO_MEMORY;
    *added = name;
    buf_printf(writer->out, "^XA^DF%s^FS", name);
    put_settings(writer->device, &page->plate, writer->out);
    enum status status = put_layer(writer, &layer);
    buf_puts(writer->out, "^XZ\n");
    return status;
}

static void
add_rect(const struct dots *from, struct area area, struct dots *to)
{
    for (int32_t y = area.y; y < area.y + area.h; y++)
        for (int32_t x = area.x; x < area.x + area.w; x++)
            if (dots_at(from, x, y))
                to->bits[(size_t)y * to->stride + (size_t)x / 8] |=
                    (uint8_t)(0x80 >> x % 8);
}

/* White over what only the plate has. What was black there in the end is drawn anew. */
static enum status
put_erasures(struct zpl_writer *writer, const struct dots_page *page, struct dots *ink)
{
    struct dots gone;
    struct cut_parts parts;
    if (!copy_dots(writer->scratch, &page->plate, &gone))
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < gone.stride * (size_t)gone.height; i++)
        gone.bits[i] &= (uint8_t)~page->whole.bits[i];
    if (!zpl_cut(&writer->coder, &gone, writer->scratch, &parts))
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < parts.count; i++) {
        put_filled(parts.part[i].area, ",W", writer->out);
        add_rect(&page->whole, parts.part[i].area, ink);
    }
    return STATUS_OK;
}

static enum status
write_recall(struct zpl_writer *writer, const struct dots_page *page)
{
    struct layer layer = {.picture = &page->whole,
                          .natives = page->natives,
                          .native_count = page->native_count,
                          .wants_imprint = true};
    const char *name = name_of_plate(writer, page);
    if (name == NULL || !copy_dots(writer->scratch, &page->whole, &layer.ink))
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < layer.ink.stride * (size_t)layer.ink.height; i++)
        layer.ink.bits[i] &= (uint8_t)~page->plate.bits[i];
    enum status status = send_plate(writer, page, name);
    if (status != STATUS_OK)
        return status;
    put_darkness(writer);
    buf_printf(writer->out, "^XA^XF%s^FS", name);
    status = put_erasures(writer, page, &layer.ink);
    if (status == STATUS_OK)
        status = put_layer(writer, &layer);
    put_end(writer);
    return status;
}

/* ---- labels ---- */

static enum status
write_whole(struct zpl_writer *writer, const struct dots_page *page)
{
    struct layer layer = {.picture = &page->whole,
                          .ink = page->whole,
                          .natives = page->natives,
                          .native_count = page->native_count,
                          .wants_plate = true,
                          .wants_imprint = true};
    put_darkness(writer);
    buf_puts(writer->out, "^XA");
    put_settings(writer->device, &page->whole, writer->out);
    enum status status = put_layer(writer, &layer);
    put_end(writer);
    return status;
}

enum status
zpl_write_label(struct zpl_writer *writer, const struct dots_page *page)
{
    if (page->whole.width < 2 || page->whole.width > SIDE_MAX || page->whole.height < 1 ||
        page->whole.height > SIDE_MAX)
        return note_fail(writer->notes, STATUS_BAD_INPUT, NOTE_DRAWING_FAILED, NULL, 0,
                         "%d by %d dots are not what a ZPL label may have",
                         page->whole.width, page->whole.height);
    bool has_plate = writer->device->stored && has_ink(&page->plate) &&
                     page->plate.width == page->whole.width &&
                     page->plate.height == page->whole.height;
    ARENA_AUTO struct arena *scratch = arena_new(0);
    if (scratch == NULL)
        return STATUS_NO_MEMORY;
    writer->scratch = scratch;
    enum status status =
        has_plate ? write_recall(writer, page) : write_whole(writer, page);
    writer->scratch = NULL;
    return status == STATUS_OK && writer->out->failed ? STATUS_NO_MEMORY : status;
}
