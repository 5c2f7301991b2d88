/* tuck-press's trade: pages, plots, and looks at pages. The loop around it is trade.c. */
#include "press/worker.h"

#include "press/plot-draw.h"
#include "press/plot-wire.h"
#include "press/proof.h"
#include "press/studio.h"
#include "press/symbols.h"
#include "press/trade.h"

static enum status
open_studio(void *data, const struct wire_setup *setup, struct notes *notes)
{
    struct pages_settings pages = {setup->fonts_conf, setup->read_dirs};
    return studio_open(data, &pages, notes);
}

static enum status
do_job(struct studio *studio, struct wire_reader *reader, struct trade_reply *reply)
{
    struct press_job job;
    int64_t left_ms;
    enum status status = wire_get_job(reader, reply->arena, &job, &left_ms);
    if (status != STATUS_OK)
        return status;
    trade_set_alarm(left_ms);
    return studio_make(studio, &job, reply->arena, reply->notes, reply->bytes,
                       &reply->sheet);
}

static enum status
do_proof(struct studio *studio, struct wire_reader *reader, struct trade_reply *reply)
{
    struct press_job job;
    int64_t left_ms;
    enum status status = wire_get_job(reader, reply->arena, &job, &left_ms);
    if (status != STATUS_OK)
        return status;
    trade_set_alarm(left_ms);
    for (size_t i = 0; status == STATUS_OK && !job.wants_symbols && i < job.piece_count;
         i++)
        status = proof_piece(studio, &job.pieces[i], reply->notes);
    struct making making = {.studio = studio,
                            .job = &job,
                            .arena = reply->arena,
                            .notes = reply->notes,
                            .bytes = reply->bytes,
                            .sheet = {.format = SHEET_PROOF,
                                      .bytes = (const uint8_t *)".",
                                      .size = 1,
                                      .pages = 1,
                                      .width_mm100 = 1,
                                      .height_mm100 = 1}};
    if (status == STATUS_OK && job.wants_symbols)
        status = symbols_gather(&making);
    reply->sheet = making.sheet;
    return status;
}

static enum status
do_plot(struct studio *studio, struct wire_reader *reader, struct trade_reply *reply)
{
    struct plot plot;
    int64_t left_ms;
    enum status status = wire_get_plot(reader, reply->arena, &plot, &left_ms);
    if (status != STATUS_OK)
        return status;
    trade_set_alarm(left_ms);
    return plot_draw(studio, &plot, reply->arena, reply->notes, reply->bytes,
                     &reply->sheet);
}

static enum status
work(void *data, enum wire_kind kind, struct wire_reader *reader,
     struct trade_reply *reply)
{
    switch (kind) {
    case WIRE_JOB:
        return do_job(data, reader, reply);
    case WIRE_PLOT:
        return do_plot(data, reader, reply);
    case WIRE_PROOF:
        return do_proof(data, reader, reply);
    default:
        return STATUS_BUG;
    }
}

static void
close_studio(void *data)
{
    studio_close(data);
}

int
worker_main(void)
{
    struct studio studio = {0};
    const struct trade trade = {&studio, open_studio, work, close_studio};
    return trade_main("tuck-press", &trade);
}
