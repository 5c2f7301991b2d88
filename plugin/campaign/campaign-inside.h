/* What a campaign holds beyond its front door: compiled conditions, segments, the count
 * of its holders. For the files of this room only. */
#ifndef TUCK_CAMPAIGN_CAMPAIGN_INSIDE_H
#define TUCK_CAMPAIGN_CAMPAIGN_INSIDE_H

#include "campaign/campaign.h"
#include "campaign/expr.h"

#include <stdatomic.h>

/* A condition as a tree, and as the texts of the parts that "and" joins, so that the
 * reason can name the part that said no. */
struct condition {
    const char *source; /* NULL: none, holds for everybody */
    const struct expr *expr;
    const char **terms;
    size_t term_count;
    const size_t *segments; /* places of those it asks for, each once */
    size_t segment_count;
    int32_t line;
};

enum bar { /* bits */
    BAR_SELLING = 1, /* offers that sell */
    BAR_QUESTIONS = 2 /* offers with a reply */
};
/* Those that an offer falls under. */
uint32_t offer_bars(const struct offer *offer);

struct segment {
    const char *name;
    struct condition condition;
    uint32_t bars; /* enum bar */
};

struct campaign_inside {
    atomic_int holders;
    struct arena *arena; /* the campaign itself is in it */
    const struct segment *segments;
    size_t segment_count;
    const struct condition *conditions;       /* index as campaign->offers */
    const struct condition *ends;              /* index as campaign->series */
    const struct condition *chances, *margins; /* index as campaign->offers: numbers */
    struct condition group;                    /* a text: <learn by> */
    const struct expr_segment *expr_segments; /* index as segments */
};

/* The segment's place, or segment_count when there is none of that name. */
size_t segment_find(const struct campaign_inside *inside, const char *name);

/* --- reading (campaign.c, campaign-limit.c, campaign-offer.c) --------------------- */

struct reader {
    struct arena *arena;
    struct notes *notes;
    const char *path;
    struct campaign *campaign;
    struct campaign_inside *inside;
    struct placement *placements; /* the campaign's, while they may still change */
    struct offer *offers;
    struct limit *limits;
    size_t shared_limit_count; /* these come first */
    struct experiment *experiments;
    struct segment *segments;
    struct condition *conditions, *chances, *margins;
    int64_t piece_minor; /* of offers that say none of their own */
    struct expr_names names; /* of segments, experiments, badges and offers */
    bool has_failed;         /* a note was added that refuses the campaign */
    bool is_out_of_memory;
};

void reader_complain(struct reader *reader, enum note_id id, int32_t line,
                     const char *format, ...) PRINTF_LIKE(4, 5);
/* "12.5%" as basis points; a note when it is over 100 %. */
int32_t reader_share(struct reader *reader, const xmlNode *node, const char *name);
int64_t reader_number(struct reader *reader, const xmlNode *node, const char *name,
                      int64_t otherwise);
/* A decimal number, perhaps of "mm", in thousandths; 0 when there is none. */
int32_t reader_thousandths(struct reader *reader, const xmlNode *node, const char *name);
void reader_condition(struct reader *reader, const xmlNode *node, const char *who,
                      struct condition *ret);
/* An attribute that is a number or a text; NULL source when it is not there. */
void reader_expression(struct reader *reader, const xmlNode *node, const char *name,
                       enum expr_type want, const char *who, struct condition *ret);
/* What a piece costs and what is learnt: <costs>, <learn>; an offer's <worth>. */
void reader_costs(struct reader *reader, const xmlNode *root);
void reader_worth(struct reader *reader, const xmlNode *node, size_t place);
const struct offer_text *reader_texts(struct reader *reader, const xmlNode *parent,
                                      size_t *ret_count);
/* An amount of `currency`; one that it cannot be is noted as `id`. */
struct money reader_amount(struct reader *reader, const xmlNode *node, enum note_id id,
                           const char *name, const char *currency);
/* "2026-12-01", or DAY_NONE where there is none. */
struct day reader_day(struct reader *reader, const xmlNode *node, const char *name);
/* <badge>s, and the offers' names, which conditions may name before they are read. */
void reader_badges(struct reader *reader, const xmlNode *root);
void reader_offer_names(struct reader *reader, const xmlNode *root);
/* The odds of all the draws that `expr` joins with "and"; 0 when it has none, or one that
 * may be lost all the same. */
double odds_of(const struct expr *expr);
/* After the offers, which it makes steps. */
void reader_series(struct reader *reader, const xmlNode *root);
void reader_experiments(struct reader *reader, const xmlNode *root);
void reader_offer(struct reader *reader, const xmlNode *node, size_t place);
/* The campaign's shared limits, and room for those of offers. */
void reader_limits(struct reader *reader, const xmlNode *root);
/* The offer's own, and those that it names; its coupon is known. */
void reader_offer_limits(struct reader *reader, const xmlNode *node, struct offer *offer);
/* The coupon's <gs1>; NULL when it has none. */
const struct gs1_identity *reader_gs1(struct reader *reader, const xmlNode *coupon);
/* Memory of the campaign; NULL marks the reader. */
void *reader_array(struct reader *reader, size_t count, size_t size);

#endif
