/* The bench of print-bench.h. */
#include "print-bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tuck_shop *
print_open(const char *name, struct fake *label, struct fake *box, char ret_dir[200])
{
    char printers[2000];
    snprintf(printers, sizeof(printers),
             "<printers spool=\"var/spool\">"
             "<printer name=\"label\" uri=\"socket://127.0.0.1:%d\" " ZPL "/>"
             "<printer name=\"lid\" uri=\"socket://127.0.0.1:%d\" " ZPL "/>"
             "<printer name=\"folder\" uri=\"dir:var/printed\" format=\"pdf\"/>"
             "<route placement=\"insert\" to=\"folder\"/>"
             "<route placement=\"coupon\" to=\"label\" plain=\"plain-label\""
             " plain-to=\"folder\"/>"
             "<route placement=\"box\" to=\"lid\" sku=\"LID-1\" bin=\"B-7\"/></printers>",
             fake_port(label), fake_port(box ? box : label));
    host_make_shop(name, printers, ret_dir);
    return host_open(ret_dir, NULL);
}

struct tuck_sent
print_sent(const struct tuck_carton *carton, const char *placement)
{
    struct tuck_piece piece;
    struct tuck_sent sent = {.size = sizeof(sent)};
    int64_t index = host_piece(carton, placement, &piece);
    assert_int_equal(print_face->sent(carton, index, &sent), TUCK_OK);
    return sent;
}

struct tuck_job
print_job(struct tuck_shop *shop, int64_t id, struct tuck_found **ret_found)
{
    struct tuck_job job = {.size = sizeof(job)};
    assert_int_equal(print_face->jobs(shop, ALL_STATES, NULL, NULL, ret_found, NULL),
                     TUCK_OK);
    for (int64_t i = 0; print_face->job(*ret_found, i, &job) == TUCK_OK; i++)
        if (job.id == id)
            return job;
    fail_msg("there is no job %d", (int)id);
    return job;
}

int32_t
print_state(struct tuck_shop *shop, int64_t id)
{
    struct tuck_found *found = NULL;
    int32_t state = print_job(shop, id, &found).state;
    promises->found_free(found);
    return state;
}

int
print_count_jobs(struct tuck_shop *shop, uint32_t states)
{
    struct tuck_found *found = NULL;
    struct tuck_job job = {.size = sizeof(job)};
    int64_t count = 0;
    tuck_status status = print_face->jobs(shop, states, NULL, NULL, &found, NULL);
    if (status == TUCK_WITHOUT)
        return 0;
    assert_int_equal(status, TUCK_OK);
    while (print_face->job(found, count, &job) == TUCK_OK)
        count++;
    promises->found_free(found);
    return (int)count;
}

int
print_count_paper(struct tuck_shop *shop, int64_t id, struct fake *fake)
{
    void *bytes = NULL;
    size_t n = 0, document_n = 0;
    assert_int_equal(print_face->job_sheet(shop, id, &bytes, &n, NULL), TUCK_OK);
    char *document = fake_document(fake, &document_n);
    int count = host_count(document, document_n, bytes, n);
    free(document);
    ops->bytes_free(bytes);
    return count;
}

void
print_await(struct tuck_shop *shop, int64_t id, int32_t state)
{
    for (int64_t until = host_ms() + PLENTY_MS; print_state(shop, id) != state;) {
        assert_true(host_ms() < until);
        host_pause_ms(10);
    }
}

void
print_await_printer(struct tuck_shop *shop, const char *name, int32_t state)
{
    struct tuck_printer printer = {.size = sizeof(printer)};
    for (int64_t until = host_ms() + PLENTY_MS;;) {
        struct tuck_found *found = NULL;
        assert_int_equal(print_face->printers(shop, 0, &found, NULL), TUCK_OK);
        for (int64_t i = 0; print_face->printer(found, i, &printer) == TUCK_OK; i++)
            if (strcmp(printer.name, name) == 0)
                break;
        promises->found_free(found);
        if (printer.state == state)
            return;
        assert_true(host_ms() < until);
        host_pause_ms(20);
    }
}

tuck_status
print_do(struct tuck_shop *shop, int64_t id, int32_t what, const char *with)
{
    return print_face->job_do(shop, id, what, with, NULL, NULL);
}

int64_t
print_coupon(struct tuck_shop *shop, const char *id)
{
    struct tuck_carton *carton = host_pack(shop, id, 0);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    struct tuck_sent sent = print_sent(carton, "coupon");
    assert_int_equal(sent.outcome, TUCK_SENT_QUEUED);
    tuck->carton_free(carton);
    return sent.job;
}
