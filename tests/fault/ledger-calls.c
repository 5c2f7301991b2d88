/* The calls, and the past that they need.
 *
 * All that chance would make is given instead, so that a call made again after a failure
 * can be held against one that never failed. Orders: O-1 printed, O-2 with a code of a
 * pool, O-3 never printed and due to lapse, O-4 due to expire, O-5 printed, O-6 void, O-7
 * failed, O-8 failed and its units are others' by now. */
#include "ledger-calls.h"

#define HOUR_S 3600
#define TODAY ((struct day){(int32_t)(NOW_S / DAY_S)})

static const struct piece_key coupon = {"coupon", 0};

/* --- cartons ------------------------------------------------------------------------ */

struct carton {
    const char *order, *package, *customer, *version, *offer;
    const char *code, *pool; /* neither: signed */
    int64_t at_s;            /* 0: now */
    int64_t ends_s;          /* 0: in thirty days */
    int64_t most;            /* of the limit that all share; 0: 100 */
};

static enum status
decide_carton(struct scene *scene, const struct carton *carton, int64_t *ret_id)
{
    static const struct decision_document documents[] = {{"facts", "<facts/>"},
                                                         {"order", "<order/>"}};
    struct bench *bench = &scene->bench;
    struct arena *arena = bench->arena;
    int64_t at_s = carton->at_s ? carton->at_s : NOW_S;
    int64_t ends_s = carton->ends_s ? carton->ends_s : INT64_C(20401) * DAY_S;
    struct order order = make_order(carton->order, carton->customer, carton->version);
    struct decision *existing = NULL;
    size_t spent = 0;
    char name[40];
    order.package = carton->package ? carton->package : "1";
    snprintf(name, sizeof(name), "%s/customer", carton->offer);
    const struct unit_claim claims[] = {
        {.name = name,
         .customer = carton->customer,
         .first_day = DAY_NONE,
         .most = 10,
         .most_minor = -1},
        {.name = "spring",
         .first_day = DAY_NONE,
         .most = carton->most ? carton->most : 100,
         .most_minor = -1},
        {.name = "spring@30d", .rolling_days = 30, .most = -1, .most_minor = 100000}};
    struct piece_record piece = {
        .placement = "coupon",
        .offer = carton->offer,
        .template_name = "card",
        .reason = "the best of two",
        .probability = 1,
        .code = carton->code,
        .expires = {(int32_t)(ends_s / DAY_S) - 1},
        .ends_s = ends_s,
        .liability = {500, "EUR"},
        .values = "<values/>",
        .wish = {.kind = carton->code   ? CODE_GIVEN
                         : carton->pool ? CODE_POOL
                                        : CODE_SIGNED,
                 .prefix = "FERN",
                 .offer_number = 7,
                 .pool = carton->pool},
        .claims = claims,
        .claim_count = COUNT_OF(claims)};
    struct decision decision = make_decision(&order, &piece, 1);
    decision.package = order.package;
    decision.decided_s = at_s;
    decision.today.n = (int32_t)(at_s / DAY_S);
    decision.documents = documents;
    decision.document_count = COUNT_OF(documents);
    enum status status = ledger_decide(bench->ledger, &order, &decision, NULL, NULL, arena,
                                       &bench->notes, &existing, &spent);
    if (ret_id)
        *ret_id = status == STATUS_RETRY && existing ? existing->id : decision.id;
    return status;
}

/* The decision on an order of the past; its number is not told by the calls. */
static enum status
find_id(struct scene *scene, const char *order, int64_t *ret)
{
    struct bench *bench = &scene->bench;
    struct decision *found = NULL;
    enum status status = ledger_find(bench->ledger, "fern", order, "1", bench->arena,
                                     &bench->notes, &found);
    *ret = status == STATUS_OK ? found->id : 0;
    return status;
}

static enum status
happen(struct scene *scene, const char *order, const char *event, const char *reason)
{
    struct bench *bench = &scene->bench;
    int64_t id = 0;
    enum status status = find_id(scene, order, &id);
    return status == STATUS_OK ? ledger_event(bench->ledger, id, &coupon, event, NOW_S,
                                              reason, &bench->notes)
                               : status;
}

static struct history *
make_history(struct scene *scene, const char *order)
{
    static struct past_order past = {.placed_at_s = NOW_S - 90 * DAY_S,
                                     .state = PAST_DONE,
                                     .total = {4080, "EUR"},
                                     .refunded = {0, "EUR"},
                                     .lines = bench_lines,
                                     .line_count = 2};
    static struct complaint complaint = {.id = "K-1",
                                         .about = "tea",
                                         .opened_at_s = NOW_S - 80 * DAY_S,
                                         .closed_at_s = TIME_NONE};
    static struct answer nps = {.at_s = NOW_S - 70 * DAY_S, .score = 9};
    struct history *history = history_make(scene->bench.arena, "C-1");
    assert_non_null(history);
    past.id = order;
    history->orders = &past;
    history->order_count = 1;
    history->complaints = &complaint;
    history->complaint_count = 1;
    history->nps = &nps;
    history->nps_count = 1;
    history->tier = "gold";
    history->points = 7;
    history->points_as_of_s = NOW_S;
    history->household = "H-1";
    return history;
}

static enum status
import_codes(struct scene *scene, const char *const *codes, size_t count)
{
    struct bench *bench = &scene->bench;
    bool is_new = false;
    enum status status = ledger_import_begin(bench->ledger, &bench->notes);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = ledger_pool_add(bench->ledger, "fern", "pool", codes[i], &bench->notes,
                                 &is_new);
    enum status ended =
        ledger_import_end(bench->ledger, status == STATUS_OK, &bench->notes);
    return status == STATUS_OK ? ended : status;
}

#define ORDER_OF(customer)                                                               \
    "<order xmlns='urn:tuck:order:1' merchant='fern' id='A-" customer                    \
    "' placed-at='2026-10-02T09:12:00+02:00' currency='EUR'><customer id='" customer     \
    "'/><lines><line sku='A' quantity='1' unit-price='7.90'/></lines></order>"

static enum status
add_wave(struct scene *scene, const char *wave)
{
    static const char one[] = ORDER_OF("C-1"), two[] = ORDER_OF("C-2");
    const struct wave_order orders[] = {
        {.place = 1, .name = "one", .document = one, .document_n = sizeof(one) - 1},
        {.place = 2, .name = "two", .document = two, .document_n = sizeof(two) - 1}};
    int64_t waiting = 0;
    return ledger_wave_add(scene->bench.ledger, "fern", wave, NOW_S, orders, 2,
                           &scene->bench.notes, &waiting);
}

static enum status
take_wave(struct scene *scene, const char *wave)
{
    struct wave_order *orders = NULL;
    size_t count = 0;
    enum status status =
        ledger_wave_take(scene->bench.ledger, "fern", wave, "hand", DAY_S, 10,
                         scene->bench.arena, &scene->bench.notes, &orders, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        buf_printf(&scene->answer, "%s: %s\n", orders[i].name, orders[i].document);
    return status;
}

void
scene_fill(struct scene *scene)
{
    static const char *const codes[] = {"P-1", "P-2", "P-3"};
    static const struct carton cartons[] = {
        {"O-1", NULL, "C-1", "a", "ten", NULL, NULL, 0, 0, 0},
        {"O-8", NULL, "C-3", "a", "ten", NULL, NULL, 0, 0, 2},
        {"O-2", NULL, "C-1", "a", "pooled", NULL, "pool", 0, 0, 0},
        {"O-3", NULL, "C-2", "a", "pooled", NULL, "pool", NOW_S - 3 * HOUR_S, 0, 0},
        {"O-4", NULL, "C-2", "a", "given", "GIVEN-4", NULL, NOW_S - 40 * DAY_S,
         NOW_S - DAY_S, 0},
        {"O-5", NULL, "C-3", "a", "given", "GIVEN-5", NULL, 0, 0, 0},
        {"O-6", NULL, "C-3", "a", "given", "GIVEN-6", NULL, 0, 0, 0},
        {"O-7", NULL, "C-3", "a", "given", "GIVEN-7", NULL, 0, 0, 0}};
    static const char *const printed[] = {"O-1", "O-4", "O-5", "O-6"};
    struct bench *bench = &scene->bench;
    int64_t id = 0;
    assert_int_equal(ledger_keep_history(bench->ledger, "fern", make_history(scene, "H-1"),
                                         &bench->notes),
                     STATUS_OK);
    assert_int_equal(ledger_cache_put(bench->ledger, "fern", "C-1", "http://h/1", "e",
                                      "body", 4, NOW_S, &bench->notes),
                     STATUS_OK);
    assert_int_equal(import_codes(scene, codes, COUNT_OF(codes)), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(cartons); i++)
        assert_int_equal(decide_carton(scene, &cartons[i], &id), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(printed); i++)
        assert_int_equal(happen(scene, printed[i], "printed", NULL), STATUS_OK);
    assert_int_equal(find_id(scene, "O-1", &id), STATUS_OK);
    assert_int_equal(ledger_keep_sheet(bench->ledger, id, &coupon, 1, "", "sheet", 5,
                                       &bench->notes),
                     STATUS_OK);
    assert_int_equal(happen(scene, "O-7", "failed", NULL), STATUS_OK);
    assert_int_equal(happen(scene, "O-8", "failed", NULL), STATUS_OK);
    assert_int_equal(ledger_void(bench->ledger, "fern", "O-6", NOW_S, "cancelled",
                                 &bench->notes),
                     STATUS_OK);
    assert_int_equal(add_wave(scene, "waiting"), STATUS_OK);
    assert_int_equal(add_wave(scene, "taken"), STATUS_OK);
    assert_int_equal(take_wave(scene, "taken"), STATUS_OK);
}

/* --- calls that write --------------------------------------------------------------- */

static enum status
open_and_close(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    enum status status = open_at(bench, bench->path, LEDGER_WRITE, NULL, &bench->notes,
                                 &bench->ledger);
    ledger_close(take(bench->ledger));
    return status;
}

static enum status
keep_history(struct scene *scene)
{
    return ledger_keep_history(scene->bench.ledger, "fern", make_history(scene, "H-2"),
                               &scene->bench.notes);
}

static enum status
import_purchases(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    struct csv_purchase purchase = {.customer = "C-9",
                                    .order = "B-1",
                                    .sku = "TEA-042",
                                    .placed_at_s = NOW_S,
                                    .quantity = 1,
                                    .amount = {790, "EUR"}};
    enum status status = ledger_import_begin(bench->ledger, &bench->notes);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; status == STATUS_OK && i < 3; i++) {
        purchase.row = i + 2;
        purchase.order = i == 2 ? NULL : "B-1";
        status =
            ledger_import_purchase(bench->ledger, "fern", &purchase, &bench->notes);
    }
    enum status ended =
        ledger_import_end(bench->ledger, status == STATUS_OK, &bench->notes);
    return status == STATUS_OK ? ended : status;
}

static enum status
import_pool(struct scene *scene)
{
    static const char *const codes[] = {"P-3", "P-4", "P-5"};
    return import_codes(scene, codes, COUNT_OF(codes));
}

static enum status
cache_put(struct scene *scene)
{
    return ledger_cache_put(scene->bench.ledger, "fern", "C-1", "http://h/1", "f", "other",
                            5, NOW_S + 1, &scene->bench.notes);
}

static enum status
decide_new(struct scene *scene)
{
    return decide_carton(scene,
                         &(struct carton){.order = "N-1",
                                          .customer = "C-1",
                                          .version = "a",
                                          .offer = "ten"},
                         NULL);
}

static enum status
decide_pooled(struct scene *scene)
{
    return decide_carton(scene,
                         &(struct carton){.order = "N-2",
                                          .customer = "C-4",
                                          .version = "a",
                                          .offer = "pooled",
                                          .pool = "pool"},
                         NULL);
}

/* Voids what the order was before, and gives its code back. */
static enum status
decide_changed(struct scene *scene)
{
    return decide_carton(scene,
                         &(struct carton){.order = "O-2",
                                          .customer = "C-1",
                                          .version = "b",
                                          .offer = "ten"},
                         NULL);
}

static enum status
decide_parcel(struct scene *scene)
{
    return decide_carton(scene,
                         &(struct carton){.order = "O-1",
                                          .package = "2",
                                          .customer = "C-1",
                                          .version = "c",
                                          .offer = "ten"},
                         NULL);
}

/* All of the limit is held, but O-3 was never printed. */
static enum status
decide_over_lapsed(struct scene *scene)
{
    return decide_carton(scene,
                         &(struct carton){.order = "N-3",
                                          .customer = "C-4",
                                          .version = "a",
                                          .offer = "ten",
                                          .most = 5},
                         NULL);
}

static enum status
decide_spent(struct scene *scene)
{
    return decide_carton(scene,
                         &(struct carton){.order = "N-4",
                                          .customer = "C-4",
                                          .version = "a",
                                          .offer = "ten",
                                          .most = 2},
                         NULL);
}

static enum status
decide_wave(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    const struct carton cartons[] = {
        {.order = "W-1", .customer = "C-4", .version = "a", .offer = "ten"},
        {.order = "W-2",
         .customer = "C-5",
         .version = "a",
         .offer = "pooled",
         .pool = "pool"}};
    size_t existing = 0;
    enum status status = ledger_group_begin(bench->ledger, &bench->notes);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(cartons); i++) {
        status = decide_carton(scene, &cartons[i], NULL);
        existing += status == STATUS_RETRY;
        status = status == STATUS_RETRY ? STATUS_OK : status;
    }
    enum status ended = ledger_group_end(bench->ledger, &bench->notes);
    if (status == STATUS_OK)
        status = ended;
    return status == STATUS_OK && existing == 2 ? STATUS_RETRY : status;
}

static enum status
add_to_wave(struct scene *scene)
{
    return add_wave(scene, "new");
}

static enum status
take_share(struct scene *scene)
{
    return take_wave(scene, "waiting");
}

static enum status
keep_share(struct scene *scene)
{
    return ledger_wave_keep(scene->bench.ledger, "fern", "taken", "hand", DAY_S,
                            &scene->bench.notes);
}

static enum status
finish_share(struct scene *scene)
{
    const struct wave_order orders[] = {
        {.name = "one", .state = "done", .order = "A-C-1", .package = "1", .decision = 1},
        {.name = "two", .state = "failed", .note = "no such offer"}};
    return ledger_wave_done(scene->bench.ledger, "fern", "taken", "hand", orders, 2,
                            &scene->bench.notes);
}

static enum status
drop_wave(struct scene *scene)
{
    return ledger_wave_drop(scene->bench.ledger, "fern", "taken", &scene->bench.notes);
}

static enum status
refuse_piece(struct scene *scene)
{
    return happen(scene, "O-2", "refused", "torn");
}

static enum status
override_piece(struct scene *scene)
{
    return happen(scene, "O-2", "overridden", "a card of last year");
}

static enum status
keep_sheet(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    int64_t id = 0;
    enum status status = find_id(scene, "O-5", &id);
    return status == STATUS_OK ? ledger_keep_sheet(bench->ledger, id, &coupon, 1, "", "bytes",
                                                   5, &bench->notes)
                               : status;
}

static enum status
print(struct scene *scene)
{
    return happen(scene, "O-2", "printed", NULL);
}

static enum status
print_fails(struct scene *scene)
{
    return happen(scene, "O-2", "failed", "no paper");
}

static enum status
skip_piece(struct scene *scene)
{
    return happen(scene, "O-2", "skipped", NULL);
}

/* What was given back is taken again. */
static enum status
print_late(struct scene *scene)
{
    return happen(scene, "O-7", "printed", NULL);
}

static enum status
print_too_late(struct scene *scene)
{
    return happen(scene, "O-8", "printed", NULL);
}

static enum status
void_order(struct scene *scene)
{
    return ledger_void(scene->bench.ledger, "fern", "O-2", NOW_S, "cancelled",
                       &scene->bench.notes);
}

static enum status
redeem(struct scene *scene, const char *code, const char *id, int64_t at_s, bool is_told)
{
    struct bench *bench = &scene->bench;
    struct redemption_answer answer = {0};
    const struct redemption redemption = {.merchant = "fern",
                                          .code = code,
                                          .id = id,
                                          .customer = "C-3",
                                          .place = "till-1",
                                          .amount = {4290, "EUR"},
                                          .at_s = at_s,
                                          .is_told = is_told};
    enum status status = ledger_redeem(bench->ledger, &redemption, TODAY, bench->arena,
                                       &bench->notes, &answer);
    /* this very one, again, is as good as the first time */
    bool is_kept = is_told || answer.answer == ANSWER_AGAIN;
    if (status == STATUS_OK)
        buf_printf(&scene->answer, "%s\n",
                   is_kept ? "ok" : promise_answer_name(answer.answer));
    return status;
}

static enum status
redeem_at_till(struct scene *scene)
{
    return redeem(scene, "GIVEN-5", "R-1", NOW_S + 60, false);
}

/* Used before it was voided: what the void gave back is taken again. */
static enum status
redeem_told(struct scene *scene)
{
    return redeem(scene, "GIVEN-6", "R-2", NOW_S - 60, true);
}

static enum status
redeem_unknown(struct scene *scene)
{
    return redeem(scene, "NOBODY-S", "R-3", NOW_S, false);
}

static enum status
reply(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    struct reply_answer answer = {0};
    const struct reply reply = {.merchant = "fern",
                                .code = "GIVEN-5",
                                .nps = 9,
                                .effort = 2,
                                .rating = 4,
                                .question = "wish",
                                .value = "more oolong",
                                .at_s = NOW_S + 30};
    enum status status =
        ledger_reply(bench->ledger, &reply, TODAY, bench->arena, &bench->notes, &answer);
    /* said twice, it is kept once */
    if (status == STATUS_OK)
        buf_printf(&scene->answer, "%s\n",
                   answer.answer == ANSWER_AGAIN ? "ok"
                                                 : promise_answer_name(answer.answer));
    return status;
}

static enum status
void_code(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    enum promise_answer answer = ANSWER_UNKNOWN;
    enum status status = ledger_void_code(bench->ledger, "fern", "GIVEN-5", NOW_S, "lost",
                                          &bench->notes, &answer);
    if (status == STATUS_OK)
        buf_printf(&scene->answer, "%s\n", promise_answer_name(answer));
    return status;
}

static enum status
expire(struct scene *scene)
{
    struct expiry expiry;
    return ledger_expire(scene->bench.ledger, "fern", NOW_S, &scene->bench.notes, &expiry);
}

/* What is erased is not in the write-ahead log either. */
static bool
has_no_log(const struct scene *scene)
{
    char path[400];
    struct stat log;
    snprintf(path, sizeof(path), "%s-wal", scene->bench.path);
    return stat(path, &log) != 0 || log.st_size == 0;
}

static enum status
forget(struct scene *scene)
{
    enum status status = ledger_forget(scene->bench.ledger, "fern", "C-1", NOW_S,
                                       &scene->bench.notes);
    assert_true(!(status == STATUS_OK || status == STATUS_WITHOUT) ||
                has_no_log(scene));
    return status;
}

static enum status
retain(struct scene *scene)
{
    const struct retention retention = {NOW_S + 1, NOW_S + 1, NOW_S - 30 * DAY_S};
    int64_t erased = 0;
    enum status status = ledger_retain(scene->bench.ledger, "fern", &retention,
                                       &scene->bench.notes, &erased);
    assert_true(status != STATUS_OK || has_no_log(scene));
    return status;
}

static enum status
backup(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    unlink(scene->copy);
    enum status status = ledger_backup(bench->ledger, scene->copy, &bench->notes);
    assert_int_equal(access(scene->copy, F_OK) == 0, status == STATUS_OK);
    return status;
}

/* --- calls that read ---------------------------------------------------------------- */

static enum status
history(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    struct history *found = NULL;
    enum status status = ledger_history(bench->ledger, "fern", "C-1", bench->arena,
                                        &bench->notes, &found);
    if (status == STATUS_OK)
        history_dump(found, &scene->answer);
    return status;
}

static enum status
cache_get(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    const char *etag = NULL, *body = NULL;
    size_t n = 0;
    int64_t at_s = 0;
    enum status status = ledger_cache_get(bench->ledger, "http://h/1", bench->arena,
                                          &bench->notes, &etag, &body, &n, &at_s);
    if (status == STATUS_OK)
        buf_printf(&scene->answer, "%s %.*s %lld\n", etag, (int)n, body, (long long)at_s);
    return status;
}

static enum status
find(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    struct decision *found = NULL;
    const char *facts = NULL, *digest = NULL;
    const uint8_t *bytes = NULL;
    size_t n = 0;
    enum status status = ledger_find(bench->ledger, "fern", "O-1", "1", bench->arena,
                                     &bench->notes, &found);
    if (status == STATUS_OK)
        status = ledger_document(bench->ledger, found->id, "facts", bench->arena,
                                 &bench->notes, &facts);
    if (status == STATUS_OK)
        status = ledger_find_sheet(bench->ledger, found->id, &coupon, 1, "", bench->arena,
                                   &bench->notes, &digest, &bytes, &n);
    if (status == STATUS_OK)
        buf_printf(&scene->answer, "%d %s %s %s %s %s %.*s\n", (int)found->piece_count,
                   found->order_digest, found->pieces[0].code, found->pieces[0].state,
                   facts, digest, (int)n, (const char *)bytes);
    return status;
}

static enum status
standing(struct scene *scene)
{
    static const char *const offers[] = {"ten", "pooled", "never"};
    const struct unit_claim claims[] = {
        {.name = "ten/customer", .customer = "C-1", .first_day = DAY_NONE},
        {.name = "spring", .first_day = DAY_NONE},
        {.name = "spring@30d", .rolling_days = 30}};
    struct bench *bench = &scene->bench;
    struct unit_use used[3];
    int64_t last[3];
    enum status status = ledger_last(bench->ledger, "fern", "C-1", "O-2", offers, 3,
                                     &bench->notes, last);
    if (status == STATUS_OK)
        status = ledger_used(bench->ledger, "fern", "O-2", TODAY, claims, 3,
                             &bench->notes, used);
    for (int i = 0; status == STATUS_OK && i < 3; i++)
        buf_printf(&scene->answer, "%lld %lld %lld\n", (long long)last[i],
                   (long long)used[i].units, (long long)used[i].minor);
    return status;
}

static enum status
promises(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    struct promise *found = NULL;
    struct liability *liabilities = NULL;
    struct pool_level *levels = NULL;
    size_t count = 0, liability_count = 0, level_count = 0;
    enum status status = ledger_promises(bench->ledger, "fern", NULL, NULL, "C-1",
                                         bench->arena, &bench->notes, &found, &count);
    if (status == STATUS_OK)
        status = ledger_liability(bench->ledger, "fern", NOW_S, bench->arena,
                                  &bench->notes, &liabilities, &liability_count);
    if (status == STATUS_OK)
        status = ledger_pools(bench->ledger, "fern", bench->arena, &bench->notes, &levels,
                              &level_count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        buf_printf(&scene->answer, "%s %s %zu\n", found[i].code, found[i].state,
                   found[i].event_count);
    for (size_t i = 0; status == STATUS_OK && i < liability_count; i++)
        buf_printf(&scene->answer, "%s %lld %lld\n", liabilities[i].offer,
                   (long long)liabilities[i].reserved, (long long)liabilities[i].printed);
    for (size_t i = 0; status == STATUS_OK && i < level_count; i++)
        buf_printf(&scene->answer, "%s %lld of %lld\n", levels[i].pool,
                   (long long)levels[i].left, (long long)levels[i].codes);
    return status;
}

static enum status
waves(struct scene *scene)
{
    struct bench *bench = &scene->bench;
    struct wave_level *levels = NULL;
    struct wave_order *orders = NULL;
    size_t level_count = 0, count = 0;
    bool is_wave = true;
    enum status status = ledger_waves(bench->ledger, "fern", NULL, bench->arena,
                                      &bench->notes, &levels, &level_count);
    if (status == STATUS_OK)
        status = ledger_wave_orders(bench->ledger, "fern", "taken", NULL, bench->arena,
                                    &bench->notes, &orders, &count);
    if (status == STATUS_OK)
        status = ledger_wave_has(bench->ledger, 1, &bench->notes, &is_wave);
    for (size_t i = 0; status == STATUS_OK && i < level_count; i++)
        buf_printf(&scene->answer, "%s %lld %lld %lld\n", levels[i].wave,
                   (long long)levels[i].orders, (long long)levels[i].waiting,
                   (long long)levels[i].taken);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        buf_printf(&scene->answer, "%s %s %s %d\n", orders[i].name, orders[i].state,
                   orders[i].worker, (int)orders[i].tries);
    if (status == STATUS_OK)
        buf_printf(&scene->answer, "%d\n", is_wave);
    return status;
}

static enum status
export(struct scene *scene)
{
    struct buf out BUF_AUTO = {0};
    enum status status =
        ledger_export(scene->bench.ledger, "fern", "C-1", &out, &scene->bench.notes);
    if (status == STATUS_OK)
        buf_puts(&scene->answer, out.p);
    return status;
}

static enum status
verify(struct scene *scene)
{
    return ledger_verify(scene->bench.ledger, &scene->bench.notes);
}

static enum status
dump(struct scene *scene)
{
    struct buf out BUF_AUTO = {0};
    enum status status =
        ledger_dump(scene->bench.ledger, &out, &scene->bench.notes);
    if (status == STATUS_OK)
        buf_puts(&scene->answer, out.p);
    return status;
}

const struct call ledger_calls[] = {
    {.name = "open", .make = open_and_close, .is_of_file = true, .is_opening = true},
    {.name = "open a new one",
     .make = open_and_close,
     .is_of_file = true,
     .is_opening = true,
     .is_new = true},
    {.name = "keep_history", .make = keep_history},
    {.name = "import of purchases", .make = import_purchases},
    {.name = "import of codes", .make = import_pool},
    {.name = "cache_put", .make = cache_put},
    {.name = "decide", .make = decide_new, .again = STATUS_RETRY},
    {.name = "decide from a pool", .make = decide_pooled, .again = STATUS_RETRY},
    {.name = "decide a changed order", .make = decide_changed, .again = STATUS_RETRY},
    {.name = "decide another parcel", .make = decide_parcel, .again = STATUS_RETRY},
    {.name = "decide over what lapses",
     .make = decide_over_lapsed,
     .again = STATUS_RETRY,
     .may_be_done = true}, /* lapsed is lapsed */
    {.name = "decide over a limit",
     .make = decide_spent,
     .first = STATUS_WITHOUT,
     .again = STATUS_WITHOUT,
     .may_be_done = true}, /* so does this one */
    {.name = "a wave",
     .make = decide_wave,
     .again = STATUS_RETRY,
     .has_parts = true,
     .may_be_done = true},
    {.name = "wave_add", .make = add_to_wave},
    {.name = "wave_take", .make = take_share, .again = STATUS_WITHOUT},
    {.name = "wave_keep", .make = keep_share},
    {.name = "wave_done", .make = finish_share},
    {.name = "wave_drop", .make = drop_wave, .again = STATUS_WITHOUT},
    {.name = "keep_sheet", .make = keep_sheet},
    {.name = "printed", .make = print},
    {.name = "printed late", .make = print_late, .has_parts = true},
    {.name = "printed too late",
     .make = print_too_late,
     .has_parts = true,
     .first = STATUS_WITHOUT,
     .again = STATUS_WITHOUT},
    {.name = "failed", .make = print_fails},
    {.name = "skipped", .make = skip_piece},
    {.name = "refused", .make = refuse_piece},
    {.name = "overridden", .make = override_piece},
    {.name = "redeem", .make = redeem_at_till},
    {.name = "redeem, told late", .make = redeem_told, .has_parts = true},
    {.name = "redeem, unknown", .make = redeem_unknown},
    {.name = "reply", .make = reply},
    {.name = "void_code", .make = void_code},
    {.name = "void", .make = void_order, .again = STATUS_WITHOUT},
    {.name = "expire", .make = expire},
    {.name = "forget", .make = forget, .again = STATUS_WITHOUT, .may_be_done = true},
    {.name = "retain", .make = retain, .may_be_done = true},
    {.name = "backup", .make = backup, .is_of_file = true},
    {.name = "history", .make = history},
    {.name = "cache_get", .make = cache_get},
    {.name = "find", .make = find},
    {.name = "last and used", .make = standing},
    {.name = "promises", .make = promises},
    {.name = "waves", .make = waves},
    {.name = "export", .make = export},
    {.name = "verify", .make = verify, .finding = STATUS_BAD_INPUT},
    {.name = "dump", .make = dump},
};
const size_t ledger_call_count = COUNT_OF(ledger_calls);
