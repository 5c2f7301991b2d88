/* What a carton says of itself: info, pieces, and the texts behind `tuck why`. */
#include "station/carton.h"
#include "station/found.h"

#include <stdio.h>
#include <string.h>

void
carton_info(const struct tuck_carton *carton, struct tuck_carton_info *ret)
{
    *ret = (struct tuck_carton_info){
        .size = sizeof(*ret),
        .revision = carton->revision,
        .merchant = carton->order ? carton->order->merchant : NULL,
        .order = carton->order ? carton->order->id : NULL,
        .package = carton->order ? carton->order->package : NULL,
        .pieces = (int64_t)carton->piece_count,
        .notes = (int64_t)carton->notes.count,
        .is_repeat = carton->is_repeat,
        .took_ms = carton->took_ms,
        .format = (int32_t)carton->output.format,
        .dpi = carton->output.dpi,
    };
}

const struct notes *
carton_notes(const struct tuck_carton *carton)
{
    return &carton->notes;
}

bool
carton_piece(const struct tuck_carton *carton, int64_t index, struct tuck_piece *ret)
{
    if (index < 0 || (size_t)index >= carton->piece_count)
        return false;
    const struct piece *piece = &carton->pieces[index];
    char expires[16];
    day_text(piece->expires, expires);
    *ret = (struct tuck_piece){
        .size = sizeof(*ret),
        .outcome = piece->outcome,
        .placement = piece->placement->name,
        .kind = placement_kind_name(piece->placement->kind),
        .offer = piece->offer,
        .title = piece->title,
        .arm = piece->arm,
        .template_name = piece->template_name,
        .reason = piece->reason,
        .code = piece->code,
        .expires = expires[0] ? arena_strdup(carton->arena, expires) : NULL,
        .sku = piece->sku,
        .bin = piece->bin,
        .ticket = piece->ticket,
        .state = piece->state,
        .probability = piece->probability,
        .width_mm100 = piece->width_mm100,
        .height_mm100 = piece->height_mm100,
        .number = piece->number,
    };
    return true;
}

static const char *
outcome_name(int32_t outcome)
{
    static const char *const names[] = {"",         "chosen",   "pick",
                                        "fallback", "held-out", "nothing"};
    return names[outcome];
}

static void
put_member(struct buf *out, const char *name, const char *value)
{
    buf_json(out, name);
    buf_puts(out, ": ");
    buf_json(out, value);
}

static void
put_piece_json(struct buf *out, const struct piece *piece)
{
    char expires[16], probability[32];
    day_text(piece->expires, expires);
    text_from_double(piece->probability, probability);
    const struct {
        const char *name, *value;
    } members[] = {
        {"placement", piece->placement->name},
        {"outcome", outcome_name(piece->outcome)},
        {"offer", piece->offer},
        {"arm", piece->arm},
        {"template", piece->template_name},
        {"code", piece->code},
        {"expires", expires[0] ? expires : NULL},
        {"sku", piece->sku},
        {"bin", piece->bin},
        {"state", piece->state},
        {"reason", piece->reason},
    };
    buf_puts(out, "    {");
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        put_member(out, members[i].name, members[i].value);
        buf_puts(out, ", ");
    }
    buf_printf(out, "\"probability\": %s}", probability);
}

static void
put_notes_json(struct buf *out, const struct notes *notes)
{
    static const char *const levels[] = {"", "error", "warning", "info"};
    buf_puts(out, "  \"notes\": [");
    for (size_t i = 0; i < notes->count; i++) {
        const struct note *note = &notes->note[i];
        buf_printf(out, "%s\n    {\"number\": %d, \"level\": \"%s\", \"room\": \"%s\", ",
                   i ? "," : "", (int)note->id, levels[note->level], note->room);
        put_member(out, "file", note->file[0] ? note->file : NULL);
        buf_printf(out, ", \"line\": %d, ", note->line);
        put_member(out, "text", note->text);
        buf_puts(out, "}");
    }
    buf_puts(out, notes->count ? "\n  ]\n" : "]\n");
}

static void
write_why(const struct tuck_carton *carton, struct buf *out)
{
    buf_puts(out, "{\n  ");
    put_member(out, "merchant", carton->order ? carton->order->merchant : NULL);
    buf_puts(out, ",\n  ");
    put_member(out, "order", carton->order ? carton->order->id : NULL);
    buf_puts(out, ",\n  ");
    put_member(out, "package", carton->order ? carton->order->package : NULL);
    buf_printf(out, ",\n  \"revision\": %d,\n  \"repeat\": %s,\n  \"pieces\": [",
               carton->revision, carton->is_repeat ? "true" : "false");
    for (size_t i = 0; i < carton->piece_count; i++) {
        buf_puts(out, i ? ",\n" : "\n");
        put_piece_json(out, &carton->pieces[i]);
    }
    buf_puts(out, "\n  ],\n  \"decision\": ");
    buf_puts(out, carton->trace ? carton->trace : "null");
    buf_puts(out, ",\n");
    put_notes_json(out, &carton->notes);
    buf_puts(out, "}\n");
}

static void
write_pages(const struct tuck_carton *carton, struct buf *out)
{
    for (size_t i = 0; i < carton->piece_count; i++)
        if (carton->pieces[i].dump)
            buf_printf(out, "## %s %d\n%s\n", carton->pieces[i].placement->name,
                       carton->pieces[i].number, carton->pieces[i].dump);
}

/* What was written of the decision then; some may be erased by now. */
static enum status
read_documents(struct tuck_carton *carton)
{
    const struct {
        const char *kind, **text;
    } documents[] = {{"trace", &carton->trace},
                     {"facts", &carton->facts_text},
                     {"plan", &carton->plan_text}};
    const struct notes none = {.count = 0}; /* the carton's were logged by pack() */
    struct desk desk;
    if (!carton->is_repeat || !carton->decision_id || carton->has_texts)
        return STATUS_OK;
    enum status status = desk_open(carton->shop, LEDGER_READ, 0, NULL, &carton->notes, &desk);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(documents); i++) {
        status = ledger_document(desk.ledger, carton->decision_id, documents[i].kind,
                                 carton->arena, &carton->notes, documents[i].text);
        status = status == STATUS_WITHOUT ? STATUS_OK : status;
    }
    desk_close(&desk, &none);
    carton->has_texts = status == STATUS_OK;
    return status;
}

static enum status
write_text(const struct tuck_carton *carton, int32_t what, struct buf *out)
{
    switch (what) {
    case TUCK_TEXT_FACTS:
        buf_puts(out, carton->facts_text);
        return carton->facts_text ? STATUS_OK : STATUS_WITHOUT;
    case TUCK_TEXT_PLAN:
        buf_puts(out, carton->plan_text);
        return carton->plan_text ? STATUS_OK : STATUS_WITHOUT;
    case TUCK_TEXT_WHY:
        write_why(carton, out);
        return STATUS_OK;
    case TUCK_TEXT_PAGES:
        write_pages(carton, out);
        return STATUS_OK;
    case TUCK_TEXT_ORDER:
        if (!carton->order)
            return STATUS_WITHOUT;
        order_dump(carton->order, out);
        return STATUS_OK;
    case TUCK_TEXT_HISTORY:
        if (!carton->history)
            return STATUS_WITHOUT;
        history_dump(carton->history, out);
        return STATUS_OK;
    default:
        return STATUS_BAD_CALL;
    }
}

enum status
carton_text(struct tuck_carton *carton, int32_t what, const char **ret,
            size_t *ret_length)
{
    if (what < 1 || (size_t)what >= COUNT_OF(carton->text))
        return STATUS_BAD_CALL;
    struct buf *out = &carton->text[what];
    bool is_of_decision = what == TUCK_TEXT_FACTS || what == TUCK_TEXT_PLAN ||
                          what == TUCK_TEXT_WHY;
    buf_reset(out);
    enum status status = is_of_decision ? read_documents(carton) : STATUS_OK;
    if (status == STATUS_OK)
        status = write_text(carton, what, out);
    if (status != STATUS_OK)
        return status;
    buf_puts(out, "");
    if (out->failed)
        return STATUS_NO_MEMORY;
    *ret = out->p ? out->p : "";
    *ret_length = out->n;
    return STATUS_OK;
}
