/* The order on the bench and the customer's history: documents in, nouns out.
 *
 * Everything lives in the arena given and is immutable afterwards. Texts are collapsed
 * UTF-8; an absent optional text is NULL. Times are instants; days come from them only
 * through the merchant's zone. */
#ifndef TUCK_ORDER_ORDER_H
#define TUCK_ORDER_ORDER_H

#include "base/arena.h"
#include "base/day.h"
#include "base/hash.h"
#include "base/money.h"
#include "base/note.h"
#include "base/status.h"
#include "base/text.h"
#include "base/xml.h"

struct order_line {
    const char *sku;
    const char *name;
    const char *category; /* may be NULL */
    const char *tags;     /* words split by one space; may be NULL */
    int64_t quantity;     /* 1 or more */
    int64_t returned;     /* 0 to quantity */
    struct money unit_price;
};

struct address {
    const char *street, *city, *region, *postcode;
    const char *country; /* ISO 3166-1 alpha-2 */
};

enum consent { /* bits */
               CONSENT_MARKETING = 1,
               CONSENT_PERSONALISATION = 2,
               CONSENT_SURVEY = 4,
               CONSENT_LEADERBOARD = 8,
};

struct customer {
    const char *id; /* NULL: a guest, nothing is known */
    const char *given_name, *family_name, *email;
    const char *language; /* BCP 47, e.g. "he", "fa-IR"; NULL unknown */
    struct date birthday; /* year 0: no year given; month 0: unknown */
    struct address address;
    const char *channel; /* preferred channel: email, sms, post, app, none */
    uint32_t consents;   /* given */
    uint32_t refused;    /* said no to; neither bit: never asked */
};

struct order {
    const char *merchant;
    const char *id;
    const char *package; /* of a split shipment; "1" by default */
    int64_t placed_at_s;
    const char *currency;
    bool is_gift;
    const char *gift_message;
    struct customer customer;
    struct order_line *lines;
    size_t line_count;
    /* carton, mm100; 0 when not given */
    const char *carton_code; /* e.g. "FEFCO-0427-S" */
    int32_t carton_length_mm100, carton_width_mm100, carton_height_mm100;
    int32_t carton_mg; /* packed, without the paper; 0 when not given */
    struct address destination;
    /* context, told by the host; each may be NULL */
    const char *weather;       /* sun, cloud, rain, snow, wind, heat, frost */
    const char *sales_channel; /* web, app, store, marketplace, phone */
    const char *store, *station, *wave;
    /* SHA-256 of the canonical dump less station and wave: a changed order is a new
     * revision, a carton moved to another bench is not */
    struct digest digest;
};

/* --- history ------------------------------------------------------------------- */

enum past_state { PAST_OPEN, PAST_DONE, PAST_CANCELLED };

struct past_order {
    const char *id;
    int64_t placed_at_s;
    enum past_state state;
    struct money total;    /* what was paid for goods, before refunds */
    struct money refunded; /* same currency; minor >= 0 */
    const char *channel;
    bool is_gift;
    struct order_line *lines;
    size_t line_count;
};

struct complaint {
    const char *id, *about, *order;
    const char *mended; /* what was done about it; NULL: not told */
    int64_t opened_at_s;
    int64_t closed_at_s; /* TIME_NONE: open */
};

struct answer { /* NPS 0–10, customer effort 1–7 (7 hardest) */
    int64_t at_s;
    int32_t score;
    const char *order; /* may be NULL */
};

struct conversation {
    int64_t at_s;
    const char *channel;
    const char *sought;   /* SKU or words looked for and not found */
    const char *occasion; /* e.g. "wedding" */
    const char *text;
};

struct question { /* asked of the shop, by whatever way */
    const char *id, *asked, *order; /* order: may be NULL */
    const char *answer;             /* what was said; NULL: not told */
    int64_t at_s;
    int64_t answered_s; /* TIME_NONE: not yet */
};

struct style_answer {
    int64_t at_s;
    const char *question, *value;
};

struct points_spent { /* given for a reward, or taken back */
    int64_t at_s;
    int64_t points;     /* 1 or more */
    const char *reward; /* may be NULL */
};

struct shown { /* an offer that went out on paper */
    int64_t at_s;
    const char *offer;
    const char *order;   /* in whose carton; may be NULL */
    int64_t answered_s;  /* what it asked was answered, or its coupon redeemed; TIME_NONE */
};

struct rating { /* how the customer liked a piece, 1 not at all … 5 very much */
    int64_t at_s;
    const char *offer;
    int32_t score;
    const char *order; /* in whose carton; may be NULL */
};

enum pin_kind { PIN_ALWAYS, PIN_NEVER };
struct pin { /* an advisor's word on an offer */
    enum pin_kind kind;
    const char *offer;
    const char *order; /* only for this order; NULL: every order */
    const char *by, *reason;
    int64_t at_s; /* TIME_NONE: since ever */
};

struct history {
    const char *customer;
    struct past_order *orders; /* by placed_at_s, then id; one entry an id */
    size_t order_count;
    struct complaint *complaints;
    size_t complaint_count;
    struct answer *nps;
    size_t nps_count;
    struct answer *effort;
    size_t effort_count;
    struct conversation *conversations;
    size_t conversation_count;
    struct question *questions;
    size_t question_count;
    struct style_answer *styles;
    size_t style_count;
    struct pin *pins;
    size_t pin_count;
    const char **interests;
    size_t interest_count;
    struct points_spent *spent;
    size_t spent_count;
    struct shown *shown;
    size_t shown_count;
    struct rating *ratings;
    size_t rating_count;
    /* what the brand's own points service says: all of one as-of */
    const char *tier;       /* NULL unknown */
    int64_t points;         /* -1 unknown */
    int64_t points_to_next; /* -1 unknown or top tier */
    const char *next_tier;
    int64_t points_as_of_s; /* TIME_NONE unknown */
    int64_t points_expiring, points_expire_s; /* 0 none: the time means nothing */
    const char *risen_from;  /* the tier just left for this one; NULL: none */
    int64_t place, place_of; /* on the leaderboard, 1 the first; 0 unknown */
    const char *household;  /* may be NULL */
    bool is_partial;        /* a source could not be asked: there may be more */
};

struct order_reader; /* the compiled schemas; immutable, any thread */
enum status order_reader_open(struct notes *notes, struct order_reader **ret);
void order_reader_close(struct order_reader *reader);

/* Reads one order document (order.rnc). `name` stands in notes. `zone` is the merchant's,
 * for plain dates; NULL is UTC. Limit 16 MiB. */
enum status order_read(const struct order_reader *reader, const char *bytes, size_t n,
                       const char *name, const struct zone *zone, struct arena *arena,
                       struct notes *notes, struct order **ret);

/* Reads one customer's history document (history.rnc); limit 64 MiB. Orders that stand
 * twice: the later `revision` attribute wins, else the later in the document, with a
 * note. */
enum status history_read(const struct order_reader *reader, const char *bytes, size_t n,
                         const char *name, const struct zone *zone, struct arena *arena,
                         struct notes *notes, struct history **ret);

/* Streams a file with many histories (<histories>) or one (<history>): `each` is called
 * with every customer's history, in an arena that is reset afterwards. */
typedef enum status history_each_fn(const struct history *history, void *data);
enum status history_stream_file(const struct order_reader *reader, const char *path,
                                const struct zone *zone, struct notes *notes,
                                history_each_fn *each, void *data);

/* An empty history for `customer`. NULL when memory is out. */
struct history *history_make(struct arena *arena, const char *customer);

/* One history from two (the ledger's and a file's): orders by id (b wins), other things
 * joined without duplicates, standing (tier, points) from the one with the later as-of.
 * Neither is changed. */
struct history *history_merge(struct arena *arena, const struct history *a,
                              const struct history *b);

/* CSV with named columns: each row is a purchase. `columns` maps tuck's names (customer,
 * date, order, amount, quantity, sku, name, category, currency) to the file's names, or
 * to numbers from 1, as "customer=CustomerID,date=2"; NULL takes the header's names as
 * they are. Rows are handed out one by one; strings are lent for the call. Without an
 * order column, a customer's rows of one day are one order, "CUSTOMER-YYYYMMDD". */
struct csv_options {
    char delimiter; /* 0: comma; ' ': any run of blanks */
    bool has_header;
    const char *columns;
    const char *date_format; /* strptime-like subset: %Y %m %d %H %M %S; NULL: %Y-%m-%d */
    const char *currency;    /* when no column gives one */
};
struct csv_purchase {
    const char *customer, *order, *sku, *name, *category;
    int64_t placed_at_s;
    int64_t quantity;
    struct money amount; /* of the whole row */
    int64_t row;         /* 1-based line in the file */
};
typedef enum status csv_each_fn(const struct csv_purchase *purchase, void *data);
enum status csv_stream_file(const char *path, const struct csv_options *options,
                            const struct zone *zone, struct notes *notes,
                            csv_each_fn *each, void *data);

/* Canonical text dumps, one fact a line: what golden tests compare. */
void order_dump(const struct order *order, struct buf *out);
void history_dump(const struct history *history, struct buf *out);

/* The documents again, canonical XML: what the ledger keeps and a fuzzer reads back. */
void order_write_xml(const struct order *order, struct buf *out);
void history_write_xml(const struct history *history, struct buf *out);

const char *consent_name(enum consent consent);

#endif
