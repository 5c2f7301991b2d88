/* Decisions of other systems: who was in which arm, what was printed, with which chance.
 *
 * They come into the ledger as our own do, without order, facts or plan, so that reports
 * count them. A row is one customer's decision: a place in an experiment, or one piece of
 * paper (or its being held out), or both. */
#include "station/load-decision.h"

#include "base/hash.h"

#include <stdio.h>
#include <string.h>

#define WORD_MOST 128

enum column {
    CUSTOMER,
    DATE,
    ORDER,
    CAMPAIGN,
    EXPERIMENT,
    ARM,
    OFFER,
    PLACEMENT,
    PROBABILITY,
    HELD_OUT,
    PRINTED,
    CODE,
    SEGMENTS
};
const char *const told_decision_columns[TOLD_DECISION_COLUMNS] = {
    "customer", "date",      "order",       "campaign", "experiment", "arm", "offer",
    "placement", "probability", "held-out", "printed",    "code", "segments"};
const uint32_t told_decision_needed = 1u << CUSTOMER | 1u << DATE;

struct loading {
    const struct csv *csv;
    const struct zone *zone;
    struct arena *arena;
    struct decision decision;
    struct piece_record piece;
    struct exposure_record exposure;
    bool is_printed;
};

static enum status
read_truth(const struct loading *loading, enum column column, bool *ret)
{
    const char *text = csv_value(loading->csv, column);
    *ret = text && text_equal(text, "yes");
    return !text || *ret || text_equal(text, "no")
               ? STATUS_OK
               : csv_bad_value(loading->csv, column, true, "yes or no");
}

/* The row's bytes; values are lent by the row, so all are copied. */
static const char *
value(struct loading *loading, enum column column, enum status *status)
{
    const char *text = csv_value(loading->csv, column);
    if (!text || *status != STATUS_OK)
        return NULL;
    if (strlen(text) > WORD_MOST) {
        *status = csv_bad_value(loading->csv, column, column != CUSTOMER,
                                "at most 128 characters");
        return NULL;
    }
    const char *copy = arena_strdup(loading->arena, text);
    if (!copy)
        *status = STATUS_NO_MEMORY;
    return copy;
}

static enum status
read_piece(struct loading *loading, enum status status)
{
    struct piece_record *piece = &loading->piece;
    const char *chance = csv_value(loading->csv, PROBABILITY);
    const char *placement = value(loading, PLACEMENT, &status);
    *piece = (struct piece_record){.placement = placement ? placement : "insert",
                                   .offer = value(loading, OFFER, &status),
                                   .arm = loading->exposure.experiment
                                              ? NULL
                                              : loading->exposure.arm,
                                   .reason = "told by another system",
                                   .probability = 1.0,
                                   .code = value(loading, CODE, &status),
                                   .expires = DAY_NONE,
                                   .ends_s = TIME_NONE};
    if (status == STATUS_OK)
        status = read_truth(loading, HELD_OUT, &piece->is_held_out);
    if (status == STATUS_OK)
        status = read_truth(loading, PRINTED, &loading->is_printed);
    if (status != STATUS_OK)
        return status;
    if (chance && (!text_to_double(chance, &piece->probability) ||
                   !(piece->probability > 0.0 && piece->probability <= 1.0)))
        return csv_bad_value(loading->csv, PROBABILITY, true,
                             "a number above 0, at most 1");
    if (piece->is_held_out && (loading->is_printed || piece->code))
        return csv_bad_value(loading->csv, HELD_OUT, true,
                             "no, for a piece that was printed or has a code");
    if (piece->code)
        piece->wish.kind = CODE_GIVEN;
    return STATUS_OK;
}

/* A name for a decision without an order: the same row has the same. */
static const char *
name_decision(const struct loading *loading)
{
    const struct decision *decision = &loading->decision;
    const char *of = decision->campaign ? decision->campaign : "";
    const char *experiment =
        loading->exposure.experiment ? loading->exposure.experiment : "";
    return arena_printf(loading->arena, "told:%s:%s:%s:%lld",
                        hash_sha256(decision->customer, strlen(decision->customer)).hex,
                        of, experiment, (long long)decision->decided_s);
}

static enum status
read_row(struct loading *loading, const char *merchant)
{
    struct decision *decision = &loading->decision;
    const char *date = csv_value(loading->csv, DATE);
    enum status status = STATUS_OK;
    *decision = (struct decision){.merchant = merchant,
                                  .package = "1",
                                  .customer = value(loading, CUSTOMER, &status),
                                  .order = value(loading, ORDER, &status),
                                  .campaign = value(loading, CAMPAIGN, &status),
                                  .segments = value(loading, SEGMENTS, &status)};
    loading->exposure.experiment = value(loading, EXPERIMENT, &status);
    loading->exposure.arm = value(loading, ARM, &status);
    if (status != STATUS_OK)
        return status;
    if (!decision->customer)
        return csv_bad_value(loading->csv, CUSTOMER, false, "an id");
    if (!date || !csv_read_date(loading->csv, date, true, &decision->decided_s))
        return csv_bad_value(loading->csv, DATE, true,
                             "a day as 2026-11-22, or 2026-11-22T09:30:00Z");
    if (loading->exposure.experiment && !loading->exposure.arm)
        return csv_bad_value(loading->csv, ARM, true, "an arm of the experiment");
    return read_piece(loading, status);
}

enum status
told_decision_load(const struct csv *csv, struct ledger *ledger, const char *merchant,
                   const struct zone *zone, struct arena *arena, struct notes *notes,
                   bool *ret_is_new)
{
    struct loading loading = {.csv = csv, .zone = zone, .arena = arena};
    struct decision *decision = &loading.decision;
    enum status status = read_row(&loading, merchant);
    if (status != STATUS_OK || !ledger)
        return status;
    if (!decision->order)
        decision->order = name_decision(&loading);
    decision->order_digest =
        arena_printf(arena, "told/%s/%s/%s", loading.exposure.arm ? loading.exposure.arm : "",
                     loading.piece.offer ? loading.piece.offer : "",
                     loading.piece.is_held_out ? "held-out" : "");
    if (!decision->order || !decision->order_digest)
        return STATUS_NO_MEMORY;
    decision->today = zone_day(zone, decision->decided_s, NULL);
    decision->pieces = &loading.piece;
    decision->piece_count = 1;
    decision->exposures = &loading.exposure;
    decision->exposure_count = loading.exposure.experiment ? 1 : 0;
    return ledger_import_decision(ledger, decision, loading.is_printed, arena, notes,
                                  ret_is_new);
}
