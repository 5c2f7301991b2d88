/* What the readers of orders and histories share. Inside order/. */
#ifndef TUCK_ORDER_INSIDE_H
#define TUCK_ORDER_INSIDE_H

#include "base/length.h"
#include "order/order.h"

struct order_reader {
    struct xml_schema *order, *history;
};

/* A document being read: where its texts go and how its notes are named. */
struct document {
    struct arena *arena;
    struct notes *notes;
    const struct zone *zone;
    const char *name;
    const char *currency; /* of the order being read */
};

/* Each tells what is wrong at the node's line. An absent attribute leaves *ret as it is
 * and is STATUS_OK. */
enum status read_money(const struct document *document, const xmlNode *node,
                       const char *attr, struct money *ret);
enum status read_time(const struct document *document, const xmlNode *node,
                      const char *attr, int64_t *ret_s);
enum status read_length(const struct document *document, const xmlNode *node,
                        const char *attr, int32_t *ret_mm100);
enum status read_lines(const struct document *document, const xmlNode *parent,
                       struct order_line **ret, size_t *ret_count);
int64_t read_count(const struct document *document, const xmlNode *node, const char *attr,
                   int64_t otherwise);
bool read_truth(const struct document *document, const xmlNode *node, const char *attr);

/* A valid <history> element. */
enum status history_from_node(const struct document *document, const xmlNode *node,
                              struct history **ret);
/* Where a past order stood in its document. */
struct standing {
    int64_t revision;
    int32_t line;
};

/* Sorts orders by time and id and drops those that stand twice, with a note when the
 * document has a name. `standings` belong to the orders, in their order. */
enum status history_settle(const struct document *document, struct history *history,
                           const struct standing *standings);

#endif
