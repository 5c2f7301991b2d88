/* The order room: what comes in right, what is refused and where, what reads back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "order/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct order_reader *reader;
static struct arena *arena;
static struct notes notes;

#define HEAD                                                                             \
    "<order xmlns='urn:tuck:order:1' merchant='m' id='O-1' "                             \
    "placed-at='2026-10-02T09:12:00+02:00' currency='EUR'>\n"
#define LINES "<lines>\n<line sku='A' quantity='2' unit-price='7.90'/></lines>\n"

static enum status
read_text(const char *text, struct order **ret)
{
    memset(&notes, 0, sizeof(notes));
    return order_read(reader, text, strlen(text), "t.xml", NULL, arena, &notes, ret);
}

static struct order *
read_fine(const char *text)
{
    struct order *order = NULL;
    enum status status = read_text(text, &order);
    if (status != STATUS_OK && notes.count)
        print_error("%s:%d %s\n", notes.note[0].file, notes.note[0].line,
                    notes.note[0].text);
    assert_int_equal(status, STATUS_OK);
    return order;
}

static struct history *
history_fine(const char *inside)
{
    struct history *history = NULL;
    char *text = NULL;
    memset(&notes, 0, sizeof(notes));
    assert_true(asprintf(&text,
                         "<history xmlns='urn:tuck:history:1' customer='C'>%s</history>",
                         inside) > 0);
    enum status status =
        history_read(reader, text, strlen(text), "h.xml", NULL, arena, &notes, &history);
    if (status != STATUS_OK && notes.count)
        print_error("%s:%d %s\n", notes.note[0].file, notes.note[0].line,
                    notes.note[0].text);
    assert_int_equal(status, STATUS_OK);
    free(text);
    return history;
}

/* --- orders ----------------------------------------------------------------------------
 */

static void
an_order_is_read_with_all_its_parts(void **state)
{
    (void)state;
    const struct order *order = read_fine(
        HEAD "<customer id='C-1' language='fa-IR' birthday='--02-29' channel='post'>"
             "<given-name> Noa  B. </given-name><consent for='marketing' given='true'/>"
             "<consent for='survey' given='false'/></customer>" LINES
             "<carton code='S' length='22cm' width='160mm' height='3.5in'/>"
             "<destination country='DE' region='BE'/><context weather='rain' store='B1'/>"
             "</order>");
    assert_string_equal(order->customer.given_name, "Noa B.");
    assert_int_equal(order->placed_at_s, 1790925120);
    assert_int_equal(order->customer.birthday.year, 0);
    assert_int_equal(order->customer.birthday.month, 2);
    assert_int_equal(order->customer.birthday.day, 29);
    assert_int_equal(order->customer.consents, CONSENT_MARKETING);
    assert_int_equal(order->customer.refused, CONSENT_SURVEY);
    assert_int_equal(order->lines[0].unit_price.minor, 790);
    assert_string_equal(order->lines[0].unit_price.currency, "EUR");
    assert_int_equal(order->carton_length_mm100, 22000);
    assert_int_equal(order->carton_height_mm100, 8890);
    assert_string_equal(order->weather, "rain");
    assert_string_equal(order->package, "1");
}

static void
what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int id;
        int line;
        const char *says;
    } cases[] = {
        {"<order", NOTE_XML_MALFORMED, 1, ""},
        {HEAD "<customer/>" LINES "</ordr>", NOTE_XML_MALFORMED, 4, "order"},
        {HEAD "<custmer/>" LINES "</order>", NOTE_XML_INVALID, 2, "customer"},
        {HEAD "<customer nmae='x'/>" LINES "</order>", NOTE_XML_INVALID, 2, "nmae"},
        {HEAD "<customer/><lines><line sku='A' quantity='none'/></lines></order>",
         NOTE_XML_INVALID, 2, "quantity"},
        {HEAD "<customer/>\n<lines>\n<line sku='A' quantity='1' unit-price='7.905'/>\n"
              "</lines></order>",
         NOTE_BAD_AMOUNT, 4, "2 decimals"},
        {HEAD
         "<customer/>\n<lines><line sku='A' quantity='1' returned='2'/></lines></order>",
         NOTE_RETURNED_TOO_MANY, 3, "quantity"},
        {HEAD "<customer/>\n<lines>\n<line sku='A' quantity='0'/></lines></order>",
         NOTE_XML_INVALID, 4, "from 1 to"},
        {HEAD "<customer/>\n<lines><line sku=' ' quantity='1'/></lines></order>",
         NOTE_XML_INVALID, 3, "1 to 128 characters"},
        {"<order xmlns='urn:tuck:order:1' merchant='m' id='O' placed-at='2026-10-02'\n"
         " currency='eur'><customer/>" LINES "</order>",
         NOTE_XML_INVALID, 2, "currency of <order> is not text of the form [A-Z]{3}"},
        {HEAD "<customer birthday='1990-02-29'/>" LINES "</order>", NOTE_XML_INVALID, 2,
         ""},
        {HEAD "<customer/>" LINES
              "<carton length='900cm' width='1cm' height='1cm'/></order>",
         NOTE_BAD_LENGTH, 4, "5 m"},
        {"<order xmlns='urn:tuck:order:1' merchant='m' id='O' "
         "placed-at='2026-10-02T09:00:00'"
         " currency='EUR'><customer/>" LINES "</order>",
         NOTE_BAD_TIME, 1, "offset"},
        {HEAD "<customer/><lines>"
              "<line sku='A' quantity='1000000000' unit-price='99999999.99'/>"
              "</lines></order>",
         NOTE_BAD_AMOUNT, 2, "counted"},
        {"<order xmlns='urn:other' merchant='m'/>", NOTE_XML_INVALID, 1, ""},
        {"<lines xmlns='urn:tuck:order:1'><line sku='A' quantity='1'/></lines>",
         NOTE_XML_INVALID, 1, "<order>"},
        {HEAD
         "<customer><consent for='survey' given='1'/><consent for='survey' given='1'/>\n"
         "<consent for='survey' given='1'/><consent for='survey' given='1'/>\n"
         "<consent for='survey' given='1'/></customer>" LINES "</order>",
         NOTE_XML_INVALID, 4, "<customer> has one <consent> too many"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct order *order = NULL;
        assert_int_equal(read_text(cases[i].text, &order), STATUS_BAD_INPUT);
        assert_null(order);
        assert_true(notes.count > 0);
        if ((int)notes.note[0].id != cases[i].id || notes.note[0].line != cases[i].line ||
            !strstr(notes.note[0].text, cases[i].says))
            fail_msg("case %zu: %d %s:%d %s", i, (int)notes.note[0].id,
                     notes.note[0].file, notes.note[0].line, notes.note[0].text);
        assert_string_equal(notes.note[0].file, "t.xml");
    }
}

/* Each would cost a plain parser seconds, memory or a file of the machine. */
static void
hostile_documents_are_refused(void **state)
{
    (void)state;
    struct buf deep BUF_AUTO = {0}, wide BUF_AUTO = {0}, big BUF_AUTO = {0};
    const char *bomb =
        "<!DOCTYPE o [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><o>&b;</o>";
    const char *outside =
        "<!DOCTYPE o [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><o>&x;</o>";
    for (int i = 0; i < 100000; i++)
        buf_puts(&deep, "<a>");
    buf_puts(&wide, "<order");
    for (int i = 0; i < 100000; i++)
        buf_printf(&wide, " a%d='1'", i);
    buf_puts(&wide, "/>");
    big.ceiling = 200u << 20;
    buf_puts(&big, "<order>");
    char *filler = malloc(1u << 20);
    memset(filler, 'x', 1u << 20);
    for (int i = 0; i < 100; i++)
        buf_add(&big, filler, 1u << 20);
    free(filler);
    const struct {
        const char *text;
        int id;
    } cases[] = {{bomb, NOTE_XML_DOCTYPE},    {outside, NOTE_XML_DOCTYPE},
                 {deep.p, NOTE_XML_TOO_DEEP}, {wide.p, NOTE_XML_LONG_TAG},
                 {big.p, NOTE_XML_TOO_BIG},   {"<order>\xff</order>", NOTE_XML_NOT_UTF8}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct order *order = NULL;
        size_t before = arena_size(arena);
        assert_int_equal(read_text(cases[i].text, &order), STATUS_BAD_INPUT);
        assert_int_equal(notes.note[0].id, cases[i].id);
        assert_null(order);
        assert_int_equal(arena_size(arena), before);
    }
}

static void
an_order_of_fifty_thousand_lines_is_read(void **state)
{
    (void)state;
    struct buf text BUF_AUTO = {0};
    buf_puts(&text, HEAD "<customer/><lines>");
    for (int i = 0; i < 50000; i++)
        buf_printf(&text, "<line sku='S%d' quantity='1' unit-price='1.00'/>", i);
    buf_puts(&text, "</lines></order>");
    const struct order *order = read_fine(text.p);
    assert_int_equal(order->line_count, 50000);
    assert_string_equal(order->lines[49999].sku, "S49999");
}

static void
moving_a_carton_to_another_station_does_not_change_the_order(void **state)
{
    (void)state;
    const char *plain =
        HEAD "<customer/>" LINES "<context station='S1' wave='W1'/></order>";
    const char *moved =
        HEAD "<customer/>" LINES "<context station='S2' wave='W2'/></order>";
    const char *rainy =
        HEAD "<customer/>" LINES "<context station='S1' weather='rain'/></order>";
    const struct order *a = read_fine(plain), *b = read_fine(moved),
                       *c = read_fine(rainy);
    assert_string_equal(a->digest.hex, b->digest.hex);
    assert_string_not_equal(a->digest.hex, c->digest.hex);
}

static void
an_order_reads_back_as_it_was_written(void **state)
{
    (void)state;
    struct buf xml BUF_AUTO = {0}, before BUF_AUTO = {0}, after BUF_AUTO = {0};
    const struct order *order = read_fine(
        HEAD "<customer id='&lt;&quot;&amp;' birthday='1988-11-22'>"
             "<given-name>A &lt;b&gt; &#x5d0;</given-name><address country='DE'>"
             "<street>S 1</street></address></customer>" LINES
             "<gift-message>a\nb</gift-message></order>");
    order_dump(order, &before);
    order_write_xml(order, &xml);
    order_dump(read_fine(xml.p), &after);
    assert_string_equal(before.p, after.p);
}

static void
a_birthday_to_come_counts_as_not_known(void **state)
{
    (void)state;
    static const struct {
        const char *birthday;
        bool is_known;
    } cases[] = {{"2026-10-02", true}, {"2026-10-03", false}, {"--12-24", true}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[600];
        snprintf(text, sizeof(text), HEAD "<customer birthday='%s'/>" LINES "</order>",
                 cases[i].birthday);
        const struct order *order = read_fine(text);
        assert_int_equal(order->customer.birthday.month != 0, cases[i].is_known);
        assert_int_equal(notes_find(&notes, NOTE_FUTURE_BIRTHDAY) == NULL,
                         cases[i].is_known);
    }
}

static void
the_same_article_may_stand_on_several_lines(void **state)
{
    (void)state;
    const struct order *order =
        read_fine(HEAD "<customer/><lines><line sku='A' quantity='1' unit-price='5'/>"
                       "<line sku='A' quantity='2' unit-price='4'/></lines></order>");
    assert_int_equal(order->line_count, 2);
    assert_int_equal(order->lines[0].unit_price.minor, 500);
    assert_int_equal(order->lines[1].unit_price.minor, 400);
}

/* --- histories -------------------------------------------------------------------------
 */

static void
orders_are_sorted_and_doubles_resolved_by_revision(void **state)
{
    (void)state;
    const struct history *history = history_fine(
        "<order id='B' placed-at='2026-03-01' currency='EUR' total='5'/>"
        "<order id='A' placed-at='2026-01-01' currency='EUR' total='9' revision='2'/>"
        "<order id='A' placed-at='2026-01-01' currency='EUR' total='1' revision='1'/>"
        "<order id='C' placed-at='2026-03-01' currency='JPY' total='500'/>");
    assert_int_equal(history->order_count, 3);
    assert_string_equal(history->orders[0].id, "A");
    assert_int_equal(history->orders[0].total.minor, 900);
    assert_string_equal(history->orders[1].id, "B");
    assert_string_equal(history->orders[2].id, "C");
    assert_int_equal(history->orders[2].total.minor, 500); /* a yen has no cents */
    const struct note *note = notes_find(&notes, NOTE_ORDER_TWICE);
    assert_non_null(note);
    assert_int_equal(note->level, NOTE_INFO);
    assert_int_equal(note->line, 1);
}

static void
many_doubles_make_one_note(void **state)
{
    (void)state;
    struct buf inside BUF_AUTO = {0};
    for (int i = 0; i < 300; i++)
        buf_printf(&inside, "<order id='O%d' placed-at='2026-01-0%d' currency='EUR'/>\n",
                   i % 100, i / 100 + 1);
    const struct history *history = history_fine(inside.p);
    assert_int_equal(history->order_count, 100);
    assert_int_equal(history->orders[0].placed_at_s, 1767398400); /* the last of three */
    assert_int_equal(notes.count, 1);
    assert_non_null(strstr(notes.note[0].text, "199 more"));
}

static void
a_wrong_history_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *inside;
        int id;
        const char *says;
    } cases[] = {
        {"<order id='A' placed-at='2026-01-01' currency='EUR' total='5' refunded='-1'/>",
         NOTE_BAD_AMOUNT, "0 or more"},
        {"<order id='A' placed-at='2026-01-01' currency='JPY' total='5.5'/>",
         NOTE_BAD_AMOUNT, "0 decimals"},
        {"<order id='A' placed-at='2026-01-01T10:00:00' currency='EUR'/>", NOTE_BAD_TIME,
         "offset"},
        {"<order id='A' placed-at='9999-12-31T23:00:00-05:00' currency='EUR'/>",
         NOTE_BAD_TIME, "no time"},
        {"<loyalty points='1'/><loyalty points='2'/>", NOTE_XML_INVALID, "loyalty"},
        {"<nps at='2026-01-01' score='11'/>", NOTE_XML_INVALID, "score"},
        {"<points-spent at='2026-01-01' points='0'/>", NOTE_XML_INVALID, "points"},
        {"<loyalty points='1' expiring='1'/>", NOTE_BAD_LOYALTY, "when"},
        {"<loyalty place='3'/>", NOTE_BAD_LOYALTY, "fewer"},
        {"<loyalty place='3' of='2'/>", NOTE_BAD_LOYALTY, "fewer"},
        {"<order id='A' placed-at='2026-01-01' currency='eur'/>", NOTE_XML_INVALID,
         "currency"},
        {"<order id=' ' placed-at='2026-01-01' currency='EUR'/>", NOTE_XML_INVALID, "id"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct history *history = NULL;
        char text[400];
        memset(&notes, 0, sizeof(notes));
        snprintf(text, sizeof(text),
                 "<history xmlns='urn:tuck:history:1' customer='C'>\n\n%s</history>",
                 cases[i].inside);
        enum status status = history_read(reader, text, strlen(text), "h.xml", NULL,
                                          arena, &notes, &history);
        if (status != STATUS_BAD_INPUT || (int)notes.note[0].id != cases[i].id ||
            notes.note[0].line != 3 || !strstr(notes.note[0].text, cases[i].says))
            fail_msg("case %zu: status %d, %d %s:%d %s", i, status, (int)notes.note[0].id,
                     notes.note[0].file, notes.note[0].line, notes.note[0].text);
        assert_null(history);
    }
}

static void
a_refund_on_a_negative_total_counts_as_none(void **state)
{
    (void)state;
    const struct history *history = history_fine(
        "<order id='A' placed-at='2026-01-01' currency='EUR' total='-9' refunded='1'/>");
    assert_int_equal(history->orders[0].refunded.minor, 0);
    assert_non_null(notes_find(&notes, NOTE_REFUND_TOO_LARGE));
}

static void
orders_after_the_one_on_the_bench_are_kept(void **state)
{
    (void)state;
    const struct history *history =
        history_fine("<order id='A' placed-at='2099-01-01' currency='EUR' total='9'/>");
    assert_int_equal(history->order_count, 1);
}

static void
a_refund_over_the_total_counts_as_the_total(void **state)
{
    (void)state;
    const struct history *history = history_fine(
        "<order id='A' placed-at='2026-01-01' currency='EUR' total='9' refunded='10'/>");
    assert_int_equal(history->orders[0].refunded.minor, 900);
    assert_non_null(notes_find(&notes, NOTE_REFUND_TOO_LARGE));
}

static void
a_total_that_is_not_given_is_the_sum_of_lines(void **state)
{
    (void)state;
    const struct history *history =
        history_fine("<order id='A' placed-at='2026-01-01' currency='EUR'>"
                     "<line sku='X' quantity='3' unit-price='1.50'/>"
                     "<line sku='Y' quantity='1' unit-price='0.25'/></order>");
    assert_int_equal(history->orders[0].total.minor, 475);
}

static void
plain_dates_are_midnight_in_the_merchants_zone(void **state)
{
    (void)state;
    struct zone *zone = NULL;
    struct history *history = NULL;
    const char *text = "<history xmlns='urn:tuck:history:1' customer='C'>"
                       "<order id='W' placed-at='2026-01-15' currency='EUR'/>"
                       "<order id='S' placed-at='2026-07-15' currency='EUR'/></history>";
    assert_int_equal(zone_open("Europe/Berlin", &zone), STATUS_OK);
    assert_int_equal(
        history_read(reader, text, strlen(text), "h", zone, arena, &notes, &history),
        STATUS_OK);
    char winter[32], summer[32];
    time_text(history->orders[0].placed_at_s, winter);
    time_text(history->orders[1].placed_at_s, summer);
    assert_string_equal(winter, "2026-01-14T23:00:00Z");
    assert_string_equal(summer, "2026-07-14T22:00:00Z");
    zone_close(zone);
}

static void
a_history_of_ten_thousand_orders_is_read_and_reads_back(void **state)
{
    (void)state;
    struct buf inside BUF_AUTO = {0}, xml BUF_AUTO = {0}, a BUF_AUTO = {0},
                      b BUF_AUTO = {0};
    struct history *again = NULL;
    for (int i = 0; i < 10000; i++)
        buf_printf(&inside,
                   "<order id='O%05d' placed-at='2020-01-01T00:00:00Z' currency='EUR'>"
                   "<line sku='S%d' quantity='2' unit-price='3.10'/></order>",
                   i, i % 50);
    const struct history *history = history_fine(inside.p);
    assert_int_equal(history->order_count, 10000);
    history_write_xml(history, &xml);
    assert_int_equal(
        history_read(reader, xml.p, xml.n, "again", NULL, arena, &notes, &again),
        STATUS_OK);
    history_dump(history, &a);
    history_dump(again, &b);
    assert_string_equal(a.p, b.p);
}

static void
merging_lets_the_second_win_and_keeps_the_later_standing(void **state)
{
    (void)state;
    const struct history *a =
        history_fine("<order id='A' placed-at='2026-01-01' currency='EUR' total='1'/>"
                     "<nps at='2026-02-01' score='3'/><interest>pots</interest>"
                     "<loyalty tier='Bloom' points='9' as-of='2026-06-01'/>"
                     "<complaint id='X' opened='2026-01-05'/>");
    const struct history *b =
        history_fine("<order id='A' placed-at='2026-01-01' currency='EUR' total='2'/>"
                     "<order id='B' placed-at='2025-01-01' currency='EUR' total='3'/>"
                     "<nps at='2026-02-01' score='3'/><interest>pots</interest>"
                     "<loyalty tier='Bud' points='5' as-of='2026-05-01'/>"
                     "<complaint id='X' opened='2026-01-05' closed='2026-01-09'/>");
    const struct history *both = history_merge(arena, a, b);
    assert_int_equal(both->order_count, 2);
    assert_string_equal(both->orders[0].id, "B");
    assert_int_equal(both->orders[1].total.minor, 200);
    assert_int_equal(both->nps_count, 1);
    assert_int_equal(both->interest_count, 1);
    assert_int_equal(both->complaint_count, 1);
    assert_true(both->complaints[0].closed_at_s != TIME_NONE);
    assert_string_equal(both->tier, "Bloom");
    assert_int_equal(a->order_count, 1);

    a = history_fine("<points-spent at='2026-01-01' points='5'/>"
                     "<loyalty points='9' as-of='2026-06-01'/>");
    b = history_fine("<points-spent at='2026-01-01' points='5'/>"
                     "<points-spent at='2026-01-01' points='6' reward='A tin'/>"
                     "<loyalty place='2' of='9' as-of='2026-06-02'/>");
    both = history_merge(arena, a, b);
    assert_int_equal(both->spent_count, 2);
    assert_int_equal(both->points, 9);
    assert_int_equal(both->place, 2); /* told beside the points service */
}

/* --- streams and CSV
 * -------------------------------------------------------------------- */

static char path[] = "/tmp/tuck-order-XXXXXX";

static void
write_file(const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

struct counted {
    int customers;
    size_t orders;
    char last[64];
};

static enum status
count_history(const struct history *history, void *data)
{
    struct counted *counted = data;
    counted->customers++;
    counted->orders += history->order_count;
    snprintf(counted->last, sizeof(counted->last), "%s", history->customer);
    return STATUS_OK;
}

static void
many_histories_are_streamed_from_one_file(void **state)
{
    (void)state;
    struct counted counted = {0};
    struct buf text BUF_AUTO = {0};
    buf_puts(&text, "<histories xmlns='urn:tuck:history:1'>");
    for (int i = 0; i < 500; i++)
        buf_printf(&text,
                   "<history customer='C%d'><order id='O%d' placed-at='2026-01-01' "
                   "currency='EUR' total='1'/></history>\n",
                   i, i);
    buf_puts(&text, "</histories>");
    write_file(text.p);
    assert_int_equal(
        history_stream_file(reader, path, NULL, &notes, count_history, &counted),
        STATUS_OK);
    assert_int_equal(counted.customers, 500);
    assert_int_equal(counted.orders, 500);
    assert_string_equal(counted.last, "C499");
}

static void
a_wrong_history_in_a_stream_is_told_with_its_line(void **state)
{
    (void)state;
    struct counted counted = {0};
    write_file(
        "<histories xmlns='urn:tuck:history:1'>\n<history customer='A'/>\n"
        "<history customer='B'>\n<order id='1' placed-at='2026-01-01'/></history>\n"
        "</histories>");
    memset(&notes, 0, sizeof(notes));
    assert_int_equal(
        history_stream_file(reader, path, NULL, &notes, count_history, &counted),
        STATUS_BAD_INPUT);
    assert_int_equal(counted.customers, 1);
    assert_int_equal(notes.note[0].id, NOTE_XML_INVALID);
    assert_int_equal(notes.note[0].line, 4);
}

struct rows {
    long count;
    int64_t cents;
    char last_order[64], last_name[64];
};

static enum status
count_row(const struct csv_purchase *purchase, void *data)
{
    struct rows *rows = data;
    rows->count++;
    rows->cents += purchase->amount.minor;
    snprintf(rows->last_order, sizeof(rows->last_order), "%s", purchase->order);
    snprintf(rows->last_name, sizeof(rows->last_name), "%s",
             purchase->name ? purchase->name : "");
    return STATUS_OK;
}

static void
csv_is_read_by_named_columns_with_quotes(void **state)
{
    (void)state;
    struct rows rows = {0};
    const struct csv_options options = {.has_header = true,
                                        .currency = "EUR",
                                        .columns = "customer=Cust,date=When,amount=Sum,"
                                                   "name=What",
                                        .date_format = "%d.%m.%Y"};
    write_file("\xEF\xBB\xBFWhen,Cust,\"Sum\",What\r\n"
               "03.02.2026,C1,12.50,\"Tea, \"\"green\"\"\"\r\n"
               "\r\n"
               "04.02.2026,C1,3,\"two\nlines\"\r\n");
    assert_int_equal(csv_stream_file(path, &options, NULL, &notes, count_row, &rows),
                     STATUS_OK);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.cents, 1550);
    assert_string_equal(rows.last_order, "C1-20260204");
    assert_string_equal(rows.last_name, "two\nlines");
}

static void
a_wrong_row_ends_the_import_with_its_number(void **state)
{
    (void)state;
    static const struct {
        const char *row, *says;
    } cases[] = {{"C1,2026-02-30,5\n", "date"},       {"C1,2026-02-03,nan\n", "amount"},
                 {"C1,2026-02-03,\"5\"x\n", "quote"}, {"C1,2026-02-03,\xff\n", "UTF-8"},
                 {"C1,2026-02-03,five\n", "amount"},  {"C1,2026-02-03,\"5\n", "quote"},
                 {",2026-02-03,5\n", "customer"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct rows rows = {0};
        char text[200];
        const struct csv_options options = {.has_header = true, .currency = "EUR"};
        memset(&notes, 0, sizeof(notes));
        snprintf(text, sizeof(text), "customer,date,amount\nC0,2026-01-01,1\n%s",
                 cases[i].row);
        write_file(text);
        assert_int_equal(csv_stream_file(path, &options, NULL, &notes, count_row, &rows),
                         STATUS_BAD_INPUT);
        assert_int_equal(rows.count, 1);
        assert_int_equal(notes.note[0].line, 3);
        if (!strstr(notes.note[0].text, cases[i].says))
            fail_msg("%s", notes.note[0].text);
    }
}

static void
a_quote_inside_a_field_is_text(void **state)
{
    (void)state;
    struct rows rows = {0};
    const struct csv_options options = {.has_header = true, .currency = "EUR"};
    write_file(
        "customer,date,amount,name\nC1,2026-01-01,1,5\" pot\nC2,2026-01-02,2,6\" pot");
    assert_int_equal(csv_stream_file(path, &options, NULL, &notes, count_row, &rows),
                     STATUS_OK);
    assert_int_equal(rows.count, 2);
    assert_string_equal(rows.last_order, "C2-20260102");
    assert_string_equal(rows.last_name, "6\" pot");
}

static void
a_quote_that_swallows_the_file_is_refused(void **state)
{
    (void)state;
    struct rows rows = {0};
    struct buf text BUF_AUTO = {0};
    const struct csv_options options = {.has_header = true, .currency = "EUR"};
    buf_puts(&text, "customer,date,amount\n\"C1,2026-01-01,1\n");
    for (int i = 0; i < 100000; i++)
        buf_puts(&text, "C2,2026-01-01,1\n");
    write_file(text.p);
    memset(&notes, 0, sizeof(notes));
    assert_int_equal(csv_stream_file(path, &options, NULL, &notes, count_row, &rows),
                     STATUS_BAD_INPUT);
    assert_int_equal(rows.count, 0);
    assert_int_equal(notes.note[0].id, NOTE_CSV_BAD_ROW);
    assert_int_equal(notes.note[0].line, 2);
}

static void
an_export_of_semicolons_may_give_each_row_its_currency(void **state)
{
    (void)state;
    struct rows rows = {0};
    const struct csv_options options = {
        .delimiter = ';', .has_header = true, .currency = "EUR"};
    write_file("customer;order;date;amount;currency\nC1;O1;2026-01-01;1.50;\n"
               "C1;O2;2026-01-01;150;JPY\n");
    assert_int_equal(csv_stream_file(path, &options, NULL, &notes, count_row, &rows),
                     STATUS_OK);
    assert_int_equal(rows.cents, 300); /* 1.50 EUR and 150 JPY */
    assert_string_equal(rows.last_order, "O2");
}

static void
a_column_that_is_missing_is_named(void **state)
{
    (void)state;
    struct rows rows = {0};
    const struct csv_options options = {.has_header = true, .columns = "customer=Nope"};
    memset(&notes, 0, sizeof(notes));
    write_file("a,b,c\n1,2,3\n");
    assert_int_equal(csv_stream_file(path, &options, NULL, &notes, count_row, &rows),
                     STATUS_BAD_INPUT);
    assert_int_equal(notes.note[0].id, NOTE_CSV_COLUMN_MISSING);
    assert_non_null(strstr(notes.note[0].text, "Nope"));
}

static void
the_cdnow_log_is_read_whole(void **state)
{
    (void)state;
    char log[600];
    struct rows rows = {0};
    const char *shared = getenv("TUCK_SHARED");
    snprintf(log, sizeof(log), "%s/data/cdnow/CDNOW_master.txt",
             shared ? shared : "../shared");
    if (access(log, R_OK) != 0) {
        print_message("no %s: skipped\n", log);
        skip();
    }
    const struct csv_options options = {.delimiter = ' ',
                                        .has_header = true,
                                        .columns =
                                            "customer=1,date=2,quantity=3,amount=4",
                                        .date_format = "%Y%m%d",
                                        .currency = "USD"};
    assert_int_equal(csv_stream_file(log, &options, NULL, &notes, count_row, &rows),
                     STATUS_OK);
    assert_int_equal(rows.count, 69659);
    assert_int_equal(rows.cents, 250031563);
}

static int
set_up(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    if (fd >= 0)
        close(fd);
    arena = arena_new(0);
    return order_reader_open(&notes, &reader) == STATUS_OK && arena ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    order_reader_close(reader);
    arena_free(arena);
    return unlink(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_read_with_all_its_parts),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(hostile_documents_are_refused),
        cmocka_unit_test(an_order_of_fifty_thousand_lines_is_read),
        cmocka_unit_test(moving_a_carton_to_another_station_does_not_change_the_order),
        cmocka_unit_test(an_order_reads_back_as_it_was_written),
        cmocka_unit_test(orders_are_sorted_and_doubles_resolved_by_revision),
        cmocka_unit_test(a_refund_over_the_total_counts_as_the_total),
        cmocka_unit_test(a_total_that_is_not_given_is_the_sum_of_lines),
        cmocka_unit_test(plain_dates_are_midnight_in_the_merchants_zone),
        cmocka_unit_test(a_history_of_ten_thousand_orders_is_read_and_reads_back),
        cmocka_unit_test(merging_lets_the_second_win_and_keeps_the_later_standing),
        cmocka_unit_test(many_histories_are_streamed_from_one_file),
        cmocka_unit_test(a_wrong_history_in_a_stream_is_told_with_its_line),
        cmocka_unit_test(csv_is_read_by_named_columns_with_quotes),
        cmocka_unit_test(a_wrong_row_ends_the_import_with_its_number),
        cmocka_unit_test(a_birthday_to_come_counts_as_not_known),
        cmocka_unit_test(the_same_article_may_stand_on_several_lines),
        cmocka_unit_test(many_doubles_make_one_note),
        cmocka_unit_test(a_wrong_history_is_told_with_its_line),
        cmocka_unit_test(a_refund_on_a_negative_total_counts_as_none),
        cmocka_unit_test(orders_after_the_one_on_the_bench_are_kept),
        cmocka_unit_test(a_quote_inside_a_field_is_text),
        cmocka_unit_test(a_quote_that_swallows_the_file_is_refused),
        cmocka_unit_test(an_export_of_semicolons_may_give_each_row_its_currency),
        cmocka_unit_test(a_column_that_is_missing_is_named),
        cmocka_unit_test(the_cdnow_log_is_read_whole),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
