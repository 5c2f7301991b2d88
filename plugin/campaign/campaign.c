/* Reads a campaign file: placements, segments, conditions; limits (campaign-limit.c) and
 * offers (campaign-offer.c).
 *
 * The schema says what may stand where; here names are resolved and conditions parsed and
 * typed, and every mistake is told before the file is refused, so that a shop mends all
 * of them in one go. What comes out is immutable and shared by counting its holders. */
#include "campaign/campaign-inside.h"

#include "base/hash.h"
#include "base/text.h"
#include "base/xml.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAMPAIGN_MAX_BYTES (4u << 20)
#define SEGMENTS_MAX_DEPTH 16 /* followed by recursion, here and in judge.c */

static const char campaign_rng[] =
#include "campaign/campaign.rng.inc"
    ;

const char *
placement_kind_name(enum placement_kind kind)
{
    static const char *const names[] = {"insert", "coupon", "box"};
    return names[kind];
}

/* --- what all readers need ---------------------------------------------------------- */

void
reader_complain(struct reader *reader, enum note_id id, int32_t line, const char *format,
                ...)
{
    char text[360];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    reader->has_failed = true;
    note_add(reader->notes, id, reader->path, line, "%s", text);
}

void *
reader_array(struct reader *reader, size_t count, size_t size)
{
    void *array = arena_make_array(reader->arena, count, size);
    if (array == NULL)
        reader->is_out_of_memory = true;
    return array;
}

int64_t
reader_number(struct reader *reader, const xmlNode *node, const char *name,
              int64_t otherwise)
{
    int64_t number = otherwise;
    char *text = xml_attr(reader->arena, node, name);

    if (text == NULL)
        return otherwise;
    text[strcspn(text, "d")] = '\0'; /* "90d" */
    const char *digits = text[0] == '+' ? text + 1 : text;
    return text_to_int64(digits, &number) ? number : otherwise;
}

int32_t
reader_share(struct reader *reader, const xmlNode *node, const char *name)
{
    double percent = 0.0;
    char *text = xml_attr(reader->arena, node, name);

    if (text == NULL)
        return 0;
    text[strcspn(text, "%")] = '\0';
    if (!text_to_double(text, &percent))
        return 0;
    if (percent > 100.0)
        reader_complain(reader, NOTE_CAMPAIGN_SHARE, xml_line(node),
                        "%s=\"%s%%\" is over 100%%", name, text);
    return (int32_t)lround(percent * 100.0);
}

int32_t
reader_thousandths(struct reader *reader, const xmlNode *node, const char *name)
{
    double number = 0.0;
    char *text = xml_attr(reader->arena, node, name);

    if (text == NULL)
        return 0;
    text[strcspn(text, "m")] = '\0'; /* "2.5mm" */
    return text_to_double(text, &number) ? (int32_t)lround(number * 1000.0) : 0;
}

static const char *
value_lang(struct reader *reader, xmlNode *node)
{
    xmlChar *lang = xmlGetNsProp(node, BAD_CAST "lang", XML_XML_NAMESPACE);
    const char *copy = NULL;
    if (lang != NULL && lang[0] != '\0')
        copy = arena_strdup(reader->arena, (const char *)lang);
    xmlFree(lang);
    return copy;
}

const struct offer_text *
reader_texts(struct reader *reader, const xmlNode *parent, size_t *ret_count)
{
    size_t count = 0, i = 0;

    for (xmlNode *n = xml_first(parent, "value"); n != NULL; n = xml_next(n, "value"))
        count++;
    struct offer_text *texts = reader_array(reader, count, sizeof *texts);
    if (texts == NULL)
        return NULL;
    for (xmlNode *n = xml_first(parent, "value"); n != NULL; n = xml_next(n, "value")) {
        struct offer_text *text = &texts[i++];
        text->name = xml_attr(reader->arena, n, "name");
        text->lang = value_lang(reader, n);
        const char *content = xml_text(reader->arena, n);
        text->text = content != NULL ? content : "";
        for (size_t k = 0; k + 1 < i; k++)
            if (text_equal(texts[k].name, text->name) &&
                text_equal(texts[k].lang, text->lang))
                reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, xml_line(n),
                                "value '%s' stands twice%s%s", text->name,
                                text->lang ? " for language " : "",
                                text->lang ? text->lang : "");
    }
    *ret_count = count;
    return texts;
}

/* --- conditions --------------------------------------------------------------------- */

static void
split_terms(struct reader *reader, struct condition *condition)
{
    const struct expr *expr = condition->expr;
    size_t count = expr->kind == EXPR_AND ? expr->arg_count : 1;

    condition->terms = reader_array(reader, count, sizeof *condition->terms);
    if (condition->terms == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        const struct expr *term = expr->kind == EXPR_AND ? expr->args[i] : expr;
        condition->terms[i] = arena_copy(reader->arena, condition->source + term->from,
                                         term->to - term->from);
        if (condition->terms[i] == NULL)
            reader->is_out_of_memory = true;
    }
    condition->term_count = count;
}

/* A number or a text is one term. */
static void
keep_whole(struct reader *reader, struct condition *condition)
{
    condition->terms = reader_array(reader, 1, sizeof *condition->terms);
    if (condition->terms == NULL)
        return;
    condition->terms[0] = condition->source;
    condition->term_count = 1;
}

/* Which segments a condition asks for. `ret` has a place for each that there is. */
static void
gather_segments(const struct expr_names *names, const struct expr *expr, size_t *ret,
                size_t *count)
{
    size_t place = 0, i = 0;

    for (size_t k = 0; k < expr->arg_count; k++)
        gather_segments(names, expr->args[k], ret, count);
    if (expr->kind != EXPR_CALL || strcmp(expr->text, "segment") != 0)
        return;
    while (strcmp(names->segments[place], expr->args[0]->text) != 0)
        place++; /* the linter has found it */
    while (i < *count && ret[i] != place)
        i++;
    if (i == *count)
        ret[(*count)++] = place;
}

static void
keep_segments(struct reader *reader, struct condition *condition)
{
    if (strstr(condition->source, "segment") == NULL)
        return;
    size_t *places = reader_array(reader, reader->names.segment_count, sizeof *places);
    if (places == NULL)
        return;
    gather_segments(&reader->names, condition->expr, places, &condition->segment_count);
    condition->segments = places;
}

void
reader_expression(struct reader *reader, const xmlNode *node, const char *name,
                  enum expr_type want, const char *who, struct condition *ret)
{
    struct condition condition = {.line = xml_line(node)};
    struct expr_place place = {
        .notes = reader->notes, .file = reader->path, .line = condition.line, .who = who};

    condition.source = xml_attr(reader->arena, node, name);
    if (condition.source == NULL)
        return;
    place.source = condition.source;
    condition.expr = expr_parse(&place, reader->arena);
    if (condition.expr != NULL)
        expr_lint(&place, condition.expr, &reader->names, want);
    else if (!place.has_failed)
        reader->is_out_of_memory = true;
    if (place.has_failed)
        reader->has_failed = true;
    if (condition.expr != NULL && !place.has_failed) {
        if (want == EXPR_TYPE_TRUTH)
            split_terms(reader, &condition);
        else
            keep_whole(reader, &condition);
        keep_segments(reader, &condition);
    }
    *ret = condition;
}

void
reader_condition(struct reader *reader, const xmlNode *node, const char *who,
                 struct condition *ret)
{
    reader_expression(reader, node, "when", EXPR_TYPE_TRUTH, who, ret);
}

/* --- placements and segments ---------------------------------------------------------
 */

static void
read_placement(struct reader *reader, const xmlNode *node, size_t place)
{
    struct placement *placement = &reader->placements[place];
    const xmlNode *fallback = xml_first(node, "fallback");
    const char *kind = xml_attr(reader->arena, node, "kind");

    placement->name = xml_attr(reader->arena, node, "name");
    placement->kind = text_equal(kind, "box")      ? PLACEMENT_BOX
                      : text_equal(kind, "coupon") ? PLACEMENT_COUPON
                                                   : PLACEMENT_INSERT;
    placement->most = (int32_t)reader_number(reader, node, "most", 1);
    const char *rank = xml_attr(reader->arena, node, "rank");
    placement->rank = text_equal(rank, "value")   ? RANK_VALUE
                      : text_equal(rank, "learn") ? RANK_LEARN
                                                  : RANK_WEIGHT;
    placement->line = xml_line(node);
    if (fallback != NULL) {
        placement->fallback_template = xml_attr(reader->arena, fallback, "template");
        placement->fallback_texts =
            reader_texts(reader, fallback, &placement->fallback_text_count);
    }
    for (size_t i = 0; i < place; i++)
        if (text_equal(reader->placements[i].name, placement->name))
            reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, placement->line,
                            "placement '%s' stands already in line %d", placement->name,
                            (int)reader->placements[i].line);
}

size_t
segment_find(const struct campaign_inside *inside, const char *name)
{
    size_t i = 0;
    while (i < inside->segment_count && !text_equal(inside->segments[i].name, name))
        i++;
    return i;
}

/* All names first, because a segment may name one that stands further down. */
static void
read_segment_names(struct reader *reader, const xmlNode *root)
{
    const char **names =
        reader_array(reader, reader->inside->segment_count, sizeof *names);
    size_t i = 0;

    if (names == NULL)
        return;
    for (xmlNode *n = xml_first(root, "segment"); n != NULL; n = xml_next(n, "segment")) {
        struct segment *segment = &reader->segments[i];
        segment->name = xml_attr(reader->arena, n, "name");
        segment->condition.line = xml_line(n);
        names[i] = segment->name;
        for (size_t k = 0; k < i; k++)
            if (text_equal(names[k], names[i]))
                reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, xml_line(n),
                                "segment '%s' stands already in line %d", names[i],
                                (int)reader->segments[k].condition.line);
        i++;
    }
    reader->names.segments = names;
    reader->names.segment_count = i;
}

uint32_t
offer_bars(const struct offer *offer)
{
    return (offer->sells ? BAR_SELLING : 0u) |
           (offer->reply.valid_days > 0 ? BAR_QUESTIONS : 0u);
}

/* The schema knows no other words. */
static uint32_t
read_bars(const char *text)
{
    return (text && strstr(text, "selling") ? BAR_SELLING : 0u) |
           (text && strstr(text, "questions") ? BAR_QUESTIONS : 0u);
}

static void
read_segments(struct reader *reader, const xmlNode *root)
{
    size_t i = 0;

    read_segment_names(reader, root);
    if (reader->is_out_of_memory)
        return;
    for (xmlNode *n = xml_first(root, "segment"); n != NULL; n = xml_next(n, "segment")) {
        char who[100];
        snprintf(who, sizeof who, "segment '%s'", reader->segments[i].name);
        reader_condition(reader, n, who, &reader->segments[i].condition);
        reader->segments[i].bars = read_bars(xml_attr(reader->arena, n, "bars"));
        i++;
    }
}

/* What is known of each segment on the way: 0 nothing yet, -1 it is being followed, else
 * how many segments deep it goes. */
#define BEING_FOLLOWED (-1)

static int
follow_segment(struct reader *reader, int *heights, size_t place, int depth)
{
    const struct segment *segment = &reader->segments[place];

    if (heights[place] == BEING_FOLLOWED) {
        reader_complain(reader, NOTE_CAMPAIGN_CIRCLE, segment->condition.line,
                        "segment '%s' is defined by itself", segment->name);
        return 0;
    }
    if (heights[place] == 0 && depth < SEGMENTS_MAX_DEPTH) {
        int highest = 0;
        heights[place] = BEING_FOLLOWED;
        for (size_t i = 0; i < segment->condition.segment_count; i++) {
            int height = follow_segment(reader, heights, segment->condition.segments[i],
                                        depth + 1);
            highest = height > highest ? height : highest;
        }
        heights[place] = 1 + highest;
    }
    if (depth + heights[place] > SEGMENTS_MAX_DEPTH ||
        (heights[place] == 0 && depth >= SEGMENTS_MAX_DEPTH))
        reader_complain(reader, NOTE_CONDITION_TOO_LONG, segment->condition.line,
                        "segment '%s' is one of a chain of more than %d segments",
                        segment->name, SEGMENTS_MAX_DEPTH);
    return heights[place];
}

static void
check_circles(struct reader *reader)
{
    size_t count = reader->inside->segment_count;
    int *heights = reader_array(reader, count, sizeof *heights);

    for (size_t i = 0; heights != NULL && i < count && !reader->has_failed; i++)
        follow_segment(reader, heights, i, 0);
}

static void
keep_expr_segments(struct reader *reader)
{
    size_t count = reader->inside->segment_count;
    struct expr_segment *kept = reader_array(reader, count, sizeof *kept);

    for (size_t i = 0; kept != NULL && i < count; i++)
        kept[i] = (struct expr_segment){reader->segments[i].name,
                                        reader->segments[i].condition.expr};
    reader->inside->expr_segments = kept;
}

/* --- the whole -----------------------------------------------------------------------
 */

static size_t
count_children(const xmlNode *root, const char *name)
{
    size_t count = 0;
    for (xmlNode *n = xml_first(root, name); n != NULL; n = xml_next(n, name))
        count++;
    return count;
}

static void
make_room(struct reader *reader, const xmlNode *root)
{
    struct campaign *campaign = reader->campaign;
    struct campaign_inside *inside = reader->inside;

    campaign->placement_count = count_children(root, "placement");
    campaign->offer_count = count_children(root, "offer");
    inside->segment_count = count_children(root, "segment");
    campaign->placements = reader->placements =
        reader_array(reader, campaign->placement_count, sizeof *reader->placements);
    campaign->experiment_count = count_children(root, "experiment");
    campaign->experiments = reader->experiments =
        reader_array(reader, campaign->experiment_count, sizeof *reader->experiments);
    campaign->offers = reader->offers =
        reader_array(reader, campaign->offer_count, sizeof *reader->offers);
    inside->segments = reader->segments =
        reader_array(reader, inside->segment_count, sizeof *reader->segments);
    inside->conditions = reader->conditions =
        reader_array(reader, campaign->offer_count, sizeof *reader->conditions);
    inside->chances = reader->chances =
        reader_array(reader, campaign->offer_count, sizeof *reader->chances);
    inside->margins = reader->margins =
        reader_array(reader, campaign->offer_count, sizeof *reader->margins);
}

static void
read_root(struct reader *reader, const xmlNode *root)
{
    struct campaign *campaign = reader->campaign;
    size_t i = 0;

    make_room(reader, root);
    if (reader->is_out_of_memory)
        return;
    campaign->name = xml_attr(reader->arena, root, "name");
    campaign->seed = xml_attr(reader->arena, root, "seed");
    if (campaign->seed == NULL)
        campaign->seed = campaign->name;
    campaign->holdout_bp = reader_share(reader, root, "holdout");
    campaign->most_pieces = (int32_t)reader_number(reader, root, "most-pieces", 0);
    campaign->most_mg = reader_thousandths(reader, root, "most-grams");
    campaign->most_thickness_mm100 = reader_thousandths(reader, root, "most-thickness") / 10;
    campaign->cooldown_days = (int32_t)reader_number(reader, root, "cooldown", 0);
    for (xmlNode *n = xml_first(root, "placement"); n != NULL;
         n = xml_next(n, "placement"))
        read_placement(reader, n, i++);
    reader_experiments(reader, root);
    reader_badges(reader, root);
    reader_offer_names(reader, root);
    if (reader->is_out_of_memory)
        return;
    read_segments(reader, root);
    if (reader->is_out_of_memory)
        return;
    if (!reader->has_failed)
        check_circles(reader);
    keep_expr_segments(reader);
    reader_limits(reader, root);
    reader_costs(reader, root);
    if (reader->is_out_of_memory)
        return;
    i = 0;
    for (xmlNode *n = xml_first(root, "offer"); n != NULL; n = xml_next(n, "offer"))
        reader_offer(reader, n, i++);
    reader_series(reader, root);
}

static enum status
read_document(const char *path, const char *bytes, size_t n, struct notes *notes,
              xmlDoc **ret)
{
    struct xml_schema *schema = NULL;
    enum status status = xml_schema_open(campaign_rng, "campaign.rng", notes, &schema);

    if (status == STATUS_OK)
        status = xml_read_memory(bytes, n, path, schema, CAMPAIGN_MAX_BYTES, notes, ret);
    xml_schema_close(schema);
    return status;
}

/* The campaign and its insides, empty, in an arena of their own. */
static struct campaign *
make_campaign(struct arena *arena, const char *path)
{
    struct campaign *campaign = arena_make(arena, sizeof *campaign);
    if (campaign == NULL)
        return NULL;
    campaign->path = arena_strdup(arena, path);
    campaign->inside = arena_make(arena, sizeof *campaign->inside);
    if (campaign->path == NULL || campaign->inside == NULL)
        return NULL;
    campaign->inside->arena = arena;
    atomic_init(&campaign->inside->holders, 1);
    return campaign;
}

static void
free_bytes(char **bytes)
{
    free(*bytes);
}

enum status
campaign_open(const char *path, struct notes *notes, struct campaign **ret)
{
    CLEANUP(free_bytes) char *bytes = NULL;
    XML_DOC_AUTO xmlDoc *doc = NULL;
    ARENA_AUTO struct arena *arena = NULL;
    size_t n = 0;

    xml_init();
    enum status status = file_read(path, CAMPAIGN_MAX_BYTES, notes, &bytes, &n);
    if (status == STATUS_OK)
        status = read_document(path, bytes, n, notes, &doc);
    if (status != STATUS_OK)
        return status;
    arena = arena_new(0);
    struct campaign *campaign = arena != NULL ? make_campaign(arena, path) : NULL;
    if (campaign == NULL)
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, path, 0,
                         "memory is out for this campaign");
    struct reader reader = {.arena = arena,
                            .notes = notes,
                            .path = campaign->path,
                            .campaign = campaign,
                            .inside = campaign->inside};
    struct digest digest = hash_sha256(bytes, n);
    memcpy(campaign->digest, digest.hex, sizeof campaign->digest);
    read_root(&reader, xmlDocGetRootElement(doc));
    if (reader.is_out_of_memory)
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, path, 0,
                         "memory is out for this campaign");
    if (reader.has_failed)
        return STATUS_BAD_INPUT;
    take(arena); /* the campaign's own now */
    *ret = campaign;
    return STATUS_OK;
}

struct campaign *
campaign_ref(struct campaign *campaign)
{
    atomic_fetch_add_explicit(&campaign->inside->holders, 1, memory_order_relaxed);
    return campaign;
}

void
campaign_unref(struct campaign *campaign)
{
    if (campaign == NULL)
        return;
    struct campaign_inside *inside = campaign->inside;
    if (atomic_fetch_sub_explicit(&inside->holders, 1, memory_order_acq_rel) == 1)
        arena_free(inside->arena); /* the campaign lies in it */
}
