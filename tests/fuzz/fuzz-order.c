/* Whatever comes in as an order, a history or rows of CSV, nothing breaks; and what is
 * read and written again reads back the same.
 *
 * Under a fuzzer (-fsanitize=fuzzer -DFUZZING) LLVMFuzzerTestOneInput() is all. As a test
 * the corpus is replayed, each file also with bytes changed, by a fixed seed. */
#include "order/order.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROUNDS 100

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct order_reader *reader;

static void
demand(bool is_so, const char *what)
{
    if (is_so)
        return;
    fprintf(stderr, "fuzz-order: %s\n", what);
    abort();
}

static void
demand_same(const struct buf *a, const struct buf *b, const char *what)
{
    demand(!a->failed && !b->failed && a->n == b->n && memcmp(a->p, b->p, a->n) == 0,
           what);
}

static void
check_notes(const struct notes *notes, enum status status)
{
    demand(status == STATUS_OK || status == STATUS_BAD_INPUT, "an odd status");
    demand(status == STATUS_OK || notes_have_error(notes), "refused without a word");
    demand(status != STATUS_OK || !notes_have_error(notes), "an error, yet taken");
}

static bool
try_order(const char *bytes, size_t n, struct arena *arena)
{
    struct notes notes = {0};
    struct order *order = NULL, *again = NULL;
    struct buf xml BUF_AUTO = {0}, before BUF_AUTO = {0}, after BUF_AUTO = {0};
    enum status status = order_read(reader, bytes, n, "o", NULL, arena, &notes, &order);
    check_notes(&notes, status);
    if (status != STATUS_OK)
        return false;
    order_write_xml(order, &xml);
    order_dump(order, &before);
    memset(&notes, 0, sizeof(notes));
    status = order_read(reader, xml.p, xml.n, "o2", NULL, arena, &notes, &again);
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n%s\n", notes.note[0].text, xml.p);
    demand(status == STATUS_OK, "a written order is refused");
    order_dump(again, &after);
    demand_same(&before, &after, "an order reads back otherwise");
    demand(strcmp(order->digest.hex, again->digest.hex) == 0, "the digest changed");
    return true;
}

static bool
try_history(const char *bytes, size_t n, struct arena *arena)
{
    struct notes notes = {0};
    struct history *history = NULL, *again = NULL;
    struct buf xml BUF_AUTO = {0}, before BUF_AUTO = {0}, after BUF_AUTO = {0};
    struct buf merged BUF_AUTO = {0};
    enum status status =
        history_read(reader, bytes, n, "h", NULL, arena, &notes, &history);
    check_notes(&notes, status);
    if (status != STATUS_OK)
        return false;
    history_write_xml(history, &xml);
    history_dump(history, &before);
    memset(&notes, 0, sizeof(notes));
    status = history_read(reader, xml.p, xml.n, "h2", NULL, arena, &notes, &again);
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n%s\n", notes.note[0].text, xml.p);
    demand(status == STATUS_OK, "a written history is refused");
    demand(notes.count == 0, "a written history still has its faults");
    history_dump(again, &after);
    demand_same(&before, &after, "a history reads back otherwise");
    history_dump(history_merge(arena, history, again), &merged);
    demand_same(&before, &merged, "a history merged with itself is another");
    return true;
}

static enum status
take_row(const struct csv_purchase *purchase, void *data)
{
    int64_t *row = data;
    demand(purchase->customer && purchase->order && purchase->amount.currency[0],
           "a purchase without its parts");
    demand(purchase->row > *row, "rows out of order");
    *row = purchase->row;
    return STATUS_OK;
}

static void
try_csv(const char *bytes, size_t n)
{
    char path[64];
    int64_t row = 0;
    struct notes notes = {0};
    const struct csv_options options = {.has_header = true, .currency = "EUR"};
    int fd = memfd_create("rows", 0);
    demand(fd >= 0 && write(fd, bytes, n) == (ssize_t)n, "no memory file");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    check_notes(&notes, csv_stream_file(path, &options, NULL, &notes, take_row, &row));
    close(fd);
}

/* What of the three the bytes are, to be sure that a corpus reaches past the door. */
enum kind { NO_DOCUMENT, ORDER, HISTORY };

static enum kind
try_all(const char *bytes, size_t n)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    if (!reader)
        demand(order_reader_open(NULL, &reader) == STATUS_OK,
               "the schemas do not compile");
    try_csv(bytes, n);
    bool is_order = try_order(bytes, n, arena), is_history = try_history(bytes, n, arena);
    return is_order ? ORDER : is_history ? HISTORY : NO_DOCUMENT;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)try_all((const char *)data, size);
    return 0;
}

#ifndef FUZZING
static uint32_t
next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Changes, cuts out or doubles a few bytes. */
static size_t
spoil(const char *from, size_t n, char *to, uint32_t *random)
{
    static const char marks[] = "<>&\"'/=-0199 \n\t,;:.\x80\xff";
    memcpy(to, from, n);
    for (uint32_t i = next_random(random) % 4 + 1; i && n > 8; i--) {
        size_t at = next_random(random) % (n - 8), length = next_random(random) % 8 + 1;
        switch (next_random(random) % 3) {
        case 0:
            to[at] = marks[next_random(random) % (sizeof(marks) - 1)];
            break;
        case 1:
            memmove(to + at, to + at + length, n - at - length);
            n -= length;
            break;
        default:
            memmove(to + at, to + at + 1, length);
        }
    }
    return n;
}

static void
replay(const char *path, const char *name)
{
    enum kind expected = strncmp(name, "order-", 6) == 0     ? ORDER
                         : strncmp(name, "history-", 8) == 0 ? HISTORY
                                                             : NO_DOCUMENT;
    char *bytes = NULL;
    size_t n = 0;
    uint32_t random = 20;
    demand(file_read(path, 1u << 20, NULL, &bytes, &n) == STATUS_OK, path);
    demand(try_all(bytes, n) == expected, path);
    char *spoilt = malloc(n + 1);
    for (int i = 0; spoilt && i < ROUNDS; i++) {
        size_t left = spoil(bytes, n, spoilt, &random);
        (void)try_all(spoilt, left);
    }
    free(spoilt);
    free(bytes);
}

int
main(int argc, char **argv)
{
    const char *srcdir = getenv("srcdir");
    char folder[1024], path[2048];
    int count = 0;
    snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/order", srcdir ? srcdir : ".");
    DIR *dir = opendir(argc > 1 ? argv[1] : folder);
    demand(dir != NULL, "no corpus");
    for (const struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", argc > 1 ? argv[1] : folder, entry->d_name);
        replay(path, entry->d_name);
        count++;
    }
    closedir(dir);
    demand(count > 0, "the corpus is empty");
    order_reader_close(reader);
    return 0;
}
#endif
