/* Histories in: one customer's past, from a document or from a stream of many. */
#include "order/order-inside.h"

#include <stdlib.h>
#include <string.h>

/* --- parts -------------------------------------------------------------------------- */

static int64_t
sum_lines(const struct order_line *lines, size_t count)
{
    int64_t total = 0; /* read_lines() has checked that it fits */
    for (size_t i = 0; i < count; i++)
        total += lines[i].unit_price.minor * lines[i].quantity;
    return total;
}

static enum past_state
read_state(const struct document *document, const xmlNode *node)
{
    const char *text = xml_attr(document->arena, node, "state");
    if (text_equal(text, "open"))
        return PAST_OPEN;
    return text_equal(text, "cancelled") ? PAST_CANCELLED : PAST_DONE;
}

static enum status
read_sums(const struct document *document, const xmlNode *node, struct past_order *ret)
{
    ret->total = ret->refunded = (struct money){0};
    memcpy(ret->total.currency, document->currency, 4);
    memcpy(ret->refunded.currency, document->currency, 4);
    ret->total.minor = sum_lines(ret->lines, ret->line_count);
    enum status status = read_money(document, node, "total", &ret->total);
    if (status == STATUS_OK)
        status = read_money(document, node, "refunded", &ret->refunded);
    if (status == STATUS_OK && ret->refunded.minor < 0)
        return note_fail(document->notes, STATUS_BAD_INPUT, NOTE_BAD_AMOUNT,
                         document->name, xml_line(node),
                         "refunded is below 0; expected 0 or more");
    if (status == STATUS_OK && ret->refunded.minor > 0 &&
        ret->refunded.minor > ret->total.minor) {
        note_add(
            document->notes, NOTE_REFUND_TOO_LARGE, document->name, xml_line(node),
            "more was refunded than the order's total; it counts as wholly refunded");
        ret->refunded.minor = ret->total.minor > 0 ? ret->total.minor : 0;
    }
    return status;
}

static enum status
read_past_order(const struct document *shared, const xmlNode *node,
                struct past_order *ret)
{
    struct document document = *shared;
    document.currency = xml_attr(document.arena, node, "currency");
    *ret = (struct past_order){
        .id = xml_attr(document.arena, node, "id"),
        .state = read_state(&document, node),
        .channel = xml_attr(document.arena, node, "channel"),
        .is_gift = read_truth(&document, node, "gift"),
    };
    if (!document.currency || !ret->id)
        return STATUS_NO_MEMORY;
    enum status status = read_time(&document, node, "placed-at", &ret->placed_at_s);
    if (status == STATUS_OK)
        status = read_lines(&document, node, &ret->lines, &ret->line_count);
    return status == STATUS_OK ? read_sums(&document, node, ret) : status;
}

static enum status
read_complaint(const struct document *document, const xmlNode *node,
               struct complaint *ret)
{
    struct arena *arena = document->arena;
    *ret = (struct complaint){
        .id = xml_attr(arena, node, "id"),
        .about = xml_attr(arena, node, "about"),
        .mended = xml_attr(arena, node, "mended"),
        .order = xml_attr(arena, node, "order"),
        .closed_at_s = TIME_NONE,
    };
    enum status status = read_time(document, node, "opened", &ret->opened_at_s);
    if (status == STATUS_OK)
        status = read_time(document, node, "closed", &ret->closed_at_s);
    if (status == STATUS_OK && ret->closed_at_s != TIME_NONE &&
        ret->closed_at_s < ret->opened_at_s) {
        note_add(document->notes, NOTE_CLOSED_BEFORE_OPENED, document->name,
                 xml_line(node),
                 "the complaint was closed before it was opened; it counts as open");
        ret->closed_at_s = TIME_NONE;
    }
    return status;
}

static enum status
read_answer(const struct document *document, const xmlNode *node, struct answer *ret)
{
    *ret = (struct answer){
        .score = (int32_t)read_count(document, node, "score", 0),
        .order = xml_attr(document->arena, node, "order"),
    };
    return read_time(document, node, "at", &ret->at_s);
}

static enum status
read_conversation(const struct document *document, const xmlNode *node,
                  struct conversation *ret)
{
    struct arena *arena = document->arena;
    *ret = (struct conversation){
        .channel = xml_attr(arena, node, "channel"),
        .sought = xml_attr(arena, node, "sought"),
        .occasion = xml_attr(arena, node, "occasion"),
        .text = xml_text(arena, node),
    };
    return read_time(document, node, "at", &ret->at_s);
}

static enum status
read_question(const struct document *document, const xmlNode *node, struct question *ret)
{
    *ret = (struct question){
        .id = xml_attr(document->arena, node, "id"),
        .asked = xml_attr(document->arena, node, "asked"),
        .order = xml_attr(document->arena, node, "order"),
        .answer = xml_text(document->arena, node),
        .answered_s = TIME_NONE,
    };
    enum status status = read_time(document, node, "at", &ret->at_s);
    return status == STATUS_OK
               ? read_time(document, node, "answered", &ret->answered_s)
               : status;
}

static enum status
read_style(const struct document *document, const xmlNode *node, struct style_answer *ret)
{
    *ret = (struct style_answer){
        .at_s = TIME_NONE,
        .question = xml_attr(document->arena, node, "question"),
        .value = xml_attr(document->arena, node, "value"),
    };
    return read_time(document, node, "at", &ret->at_s);
}

static enum status
read_pin(const struct document *document, const xmlNode *node, struct pin *ret)
{
    struct arena *arena = document->arena;
    bool is_never = text_equal(xml_attr(arena, node, "verdict"), "never");
    *ret = (struct pin){
        .kind = is_never ? PIN_NEVER : PIN_ALWAYS,
        .offer = xml_attr(arena, node, "offer"),
        .order = xml_attr(arena, node, "order"),
        .by = xml_attr(arena, node, "by"),
        .reason = xml_attr(arena, node, "reason"),
        .at_s = TIME_NONE,
    };
    return read_time(document, node, "at", &ret->at_s);
}

static enum status
read_spent(const struct document *document, const xmlNode *node, struct points_spent *ret)
{
    *ret = (struct points_spent){
        .points = read_count(document, node, "points", 0),
        .reward = xml_attr(document->arena, node, "reward"),
    };
    return read_time(document, node, "at", &ret->at_s);
}

static enum status
read_rating(const struct document *document, const xmlNode *node, struct rating *ret)
{
    *ret = (struct rating){
        .offer = xml_attr(document->arena, node, "offer"),
        .score = (int32_t)read_count(document, node, "score", 0),
        .order = xml_attr(document->arena, node, "order"),
    };
    return read_time(document, node, "at", &ret->at_s);
}

static enum status
read_shown(const struct document *document, const xmlNode *node, struct shown *ret)
{
    *ret = (struct shown){
        .offer = xml_attr(document->arena, node, "offer"),
        .order = xml_attr(document->arena, node, "order"),
        .answered_s = TIME_NONE,
    };
    enum status status = read_time(document, node, "at", &ret->at_s);
    return status == STATUS_OK
               ? read_time(document, node, "answered", &ret->answered_s)
               : status;
}

static enum status
read_loyalty(const struct document *document, const xmlNode *node, struct history *ret)
{
    struct arena *arena = document->arena;
    ret->tier = xml_attr(arena, node, "tier");
    ret->next_tier = xml_attr(arena, node, "next-tier");
    ret->points = read_count(document, node, "points", -1);
    ret->points_to_next = read_count(document, node, "points-to-next", -1);
    ret->points_expire_s = TIME_NONE;
    ret->points_expiring = read_count(document, node, "expiring", 0);
    ret->risen_from = xml_attr(arena, node, "risen-from");
    ret->place = read_count(document, node, "place", 0);
    ret->place_of = read_count(document, node, "of", 0);
    enum status status = read_time(document, node, "expires", &ret->points_expire_s);
    if (status != STATUS_OK)
        return status;
    if (ret->points_expiring > 0 && ret->points_expire_s == TIME_NONE)
        return note_fail(document->notes, STATUS_BAD_INPUT, NOTE_BAD_LOYALTY,
                         document->name, xml_line(node),
                         "points are expiring, but expires does not say when");
    if (ret->place > ret->place_of)
        return note_fail(document->notes, STATUS_BAD_INPUT, NOTE_BAD_LOYALTY,
                         document->name, xml_line(node),
                         "place %lld of %lld: there are fewer places than that",
                         (long long)ret->place, (long long)ret->place_of);
    return read_time(document, node, "as-of", &ret->points_as_of_s);
}

/* --- a history ---------------------------------------------------------------------- */

/* Room to grow of every list, while a history is read. */
struct rooms {
    size_t orders, complaints, nps, effort, conversations, styles, pins, interests,
        spent, shown, ratings, questions;
    size_t standings_room, standing_count;
    struct standing *standings; /* of the orders */
};

#define APPEND(list, count, room_of)                                                     \
    arena_append(document->arena, &history->list, &history->count, &rooms->room_of,      \
                 sizeof(*history->list))

static enum status
add_order(const struct document *document, const xmlNode *node, struct history *history,
          struct rooms *rooms)
{
    struct past_order *order = APPEND(orders, order_count, orders);
    struct standing *standing =
        arena_append(document->arena, &rooms->standings, &rooms->standing_count,
                     &rooms->standings_room, sizeof(*standing));
    if (!order || !standing)
        return STATUS_NO_MEMORY;
    *standing =
        (struct standing){read_count(document, node, "revision", 0), xml_line(node)};
    return read_past_order(document, node, order);
}

static enum status
add_interest(const struct document *document, const xmlNode *node,
             struct history *history, struct rooms *rooms)
{
    const char *text = xml_text(document->arena, node);
    if (!text)
        return STATUS_OK;
    const char **interest = APPEND(interests, interest_count, interests);
    if (!interest)
        return STATUS_NO_MEMORY;
    *interest = text;
    return STATUS_OK;
}

static enum status
read_child(const struct document *document, const xmlNode *node, struct history *history,
           struct rooms *rooms)
{
    void *item = NULL;
    if (xml_is(node, "order"))
        return add_order(document, node, history, rooms);
    if (xml_is(node, "interest"))
        return add_interest(document, node, history, rooms);
    if (xml_is(node, "loyalty"))
        return read_loyalty(document, node, history);
    if (xml_is(node, "complaint"))
        return (item = APPEND(complaints, complaint_count, complaints))
                   ? read_complaint(document, node, item)
                   : STATUS_NO_MEMORY;
    if (xml_is(node, "nps"))
        return (item = APPEND(nps, nps_count, nps)) ? read_answer(document, node, item)
                                                    : STATUS_NO_MEMORY;
    if (xml_is(node, "effort"))
        return (item = APPEND(effort, effort_count, effort))
                   ? read_answer(document, node, item)
                   : STATUS_NO_MEMORY;
    if (xml_is(node, "conversation"))
        return (item = APPEND(conversations, conversation_count, conversations))
                   ? read_conversation(document, node, item)
                   : STATUS_NO_MEMORY;
    if (xml_is(node, "question"))
        return (item = APPEND(questions, question_count, questions))
                   ? read_question(document, node, item)
                   : STATUS_NO_MEMORY;
    if (xml_is(node, "style"))
        return (item = APPEND(styles, style_count, styles))
                   ? read_style(document, node, item)
                   : STATUS_NO_MEMORY;
    if (xml_is(node, "points-spent"))
        return (item = APPEND(spent, spent_count, spent))
                   ? read_spent(document, node, item)
                   : STATUS_NO_MEMORY;
    if (xml_is(node, "rating"))
        return (item = APPEND(ratings, rating_count, ratings))
                   ? read_rating(document, node, item)
                   : STATUS_NO_MEMORY;
    if (xml_is(node, "shown"))
        return (item = APPEND(shown, shown_count, shown))
                   ? read_shown(document, node, item)
                   : STATUS_NO_MEMORY;
    return (item = APPEND(pins, pin_count, pins)) ? read_pin(document, node, item)
                                                  : STATUS_NO_MEMORY;
}

#undef APPEND

struct history *
history_make(struct arena *arena, const char *customer)
{
    struct history *history = arena_make(arena, sizeof(*history));
    if (history)
        *history = (struct history){.customer = customer,
                                    .points = -1,
                                    .points_to_next = -1,
                                    .points_as_of_s = TIME_NONE};
    return history;
}

enum status
history_from_node(const struct document *document, const xmlNode *node,
                  struct history **ret)
{
    struct rooms rooms = {0};
    struct history *history =
        history_make(document->arena, xml_attr(document->arena, node, "customer"));
    if (!history || !history->customer)
        return STATUS_NO_MEMORY;
    history->household = xml_attr(document->arena, node, "household");
    for (const xmlNode *child = xml_first(node, NULL); child;
         child = xml_next(child, NULL)) {
        enum status status = read_child(document, child, history, &rooms);
        if (status != STATUS_OK)
            return status;
    }
    enum status status = history_settle(document, history, rooms.standings);
    if (status == STATUS_OK)
        *ret = history;
    return status;
}

enum status
history_read(const struct order_reader *reader, const char *bytes, size_t n,
             const char *name, const struct zone *zone, struct arena *arena,
             struct notes *notes, struct history **ret)
{
    xmlDoc *doc XML_DOC_AUTO = NULL;
    const struct document document = {arena, notes, zone, name, NULL};
    enum status status =
        xml_read_memory(bytes, n, name, reader->history, XML_MAX_BYTES, notes, &doc);
    if (status != STATUS_OK)
        return status;
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (!xml_is(root, "history"))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_HISTORY_UNNAMED, name,
                         xml_line(root), "expected one <history> here");
    return history_from_node(&document, root, ret);
}

/* --- streams of histories ------------------------------------------------------------
 */

struct streaming {
    const struct order_reader *reader;
    struct document document;
    history_each_fn *each;
    void *data;
    bool is_single; /* the root is one <history> */
};

static enum status
stream_root(xmlNode *root, void *data)
{
    struct streaming *streaming = data;
    streaming->is_single = xml_is(root, "history");
    if (streaming->is_single || xml_is(root, "histories"))
        return STATUS_OK;
    return note_fail(streaming->document.notes, STATUS_BAD_INPUT, NOTE_HISTORY_UNNAMED,
                     streaming->document.name, xml_line(root),
                     "expected <history> or <histories>, found <%.40s>",
                     (const char *)root->name);
}

/* A child of <histories>, validated as a document of its own. */
static enum status
stream_child(xmlNode *child, void *data)
{
    struct streaming *streaming = data;
    const struct document *document = &streaming->document;
    struct history *history = NULL;
    if (streaming->is_single)
        return STATUS_CANCELLED; /* read as a whole instead */
    xmlDoc *doc XML_DOC_AUTO = xmlNewDoc((const xmlChar *)"1.0");
    xmlNode *copy = doc ? xmlDocCopyNode(child, doc, 1) : NULL;
    if (!copy)
        return STATUS_NO_MEMORY;
    xmlDocSetRootElement(doc, copy);
    enum status status =
        xml_validate(streaming->reader->history, doc, document->name, document->notes);
    if (status == STATUS_OK && !xml_is(copy, "history"))
        status = note_fail(document->notes, STATUS_BAD_INPUT, NOTE_HISTORY_UNNAMED,
                           document->name, xml_line(child), "expected <history> here");
    if (status == STATUS_OK)
        status = history_from_node(document, copy, &history);
    if (status == STATUS_OK)
        status = streaming->each(history, streaming->data);
    arena_reset(document->arena);
    return status;
}

static enum status
read_single(struct streaming *streaming, const char *path)
{
    char *bytes = NULL;
    size_t n = 0;
    struct history *history = NULL;
    const struct document *document = &streaming->document;
    enum status status = file_read(path, XML_MAX_BYTES, document->notes, &bytes, &n);
    if (status == STATUS_OK)
        status = history_read(streaming->reader, bytes, n, path, document->zone,
                              document->arena, document->notes, &history);
    free(bytes);
    return status == STATUS_OK ? streaming->each(history, streaming->data) : status;
}

enum status
history_stream_file(const struct order_reader *reader, const char *path,
                    const struct zone *zone, struct notes *notes, history_each_fn *each,
                    void *data)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    if (!arena)
        return STATUS_NO_MEMORY;
    struct streaming streaming = {
        reader, {arena, notes, zone, path, NULL}, each, data, false};
    const struct xml_stream stream = {stream_root, stream_child, &streaming};
    enum status status = xml_stream_file(path, &stream, (size_t)INT32_MAX, notes);
    if (streaming.is_single && (status == STATUS_CANCELLED || status == STATUS_OK))
        return read_single(&streaming, path);
    return status;
}
