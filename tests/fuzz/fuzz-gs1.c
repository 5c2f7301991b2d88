/* Whatever a scanner gives as coupon data, an element string or a Digital Link, it is
 * taken or refused with a place inside it; and what was taken is written again the same.
 *
 * Under a fuzzer (-fsanitize=fuzzer -DFUZZING) LLVMFuzzerTestOneInput() is all. As a test
 * good data are spoilt a few thousand times, by a fixed seed. */
#include "mint/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 4000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int taken;

static void
demand(bool is_so, const char *what, const char *text)
{
    if (is_so)
        return;
    fprintf(stderr, "fuzz-gs1: %s: %s\n", what, text);
    abort();
}

/* True when `text` was taken. */
static bool
check(enum status status, const char *text, const struct gs1_fault *fault)
{
    demand(status == STATUS_OK || status == STATUS_BAD_INPUT, "an odd status", text);
    demand(status == STATUS_OK || fault->text[0], "refused without a word", text);
    demand(status == STATUS_OK || fault->at <= strlen(text), "a place outside", text);
    taken += status == STATUS_OK;
    return status == STATUS_OK;
}

static void
demand_same(const struct buf *out, const char *text)
{
    demand(!out->failed && out->p && strcmp(out->p, text) == 0, "written otherwise",
           text);
}

static void
try_coupon(const char *text)
{
    struct gs1_coupon coupon;
    struct gs1_offer offer;
    struct gs1_fault fault = {0};
    struct buf out BUF_AUTO = {0};
    if (check(gs1_coupon_read(text, &coupon, &fault), text, &fault) &&
        gs1_coupon_write(&coupon, &out, &fault) == STATUS_OK)
        demand_same(&out, text);
    buf_reset(&out);
    memset(&fault, 0, sizeof(fault));
    if (check(gs1_offer_read(text, &offer, &fault), text, &fault)) {
        demand(gs1_offer_write(&offer, &out, &fault) == STATUS_OK, fault.text, text);
        demand_same(&out, text);
    }
}

static void
try_elements(const char *text)
{
    struct gs1_element elements[6];
    size_t count;
    struct gs1_fault fault = {0};
    struct buf out BUF_AUTO = {0};
    if (!check(gs1_read(text, elements, COUNT_OF(elements), &count, &fault), text,
               &fault))
        return;
    demand(gs1_write(elements, count, &out, &fault) == STATUS_OK, fault.text, text);
    if (text[0] == '[')
        demand_same(&out, text);
}

static void
try_link(const char *text)
{
    struct digital_link link, again;
    struct gs1_fault fault = {0};
    struct buf first BUF_AUTO = {0}, second BUF_AUTO = {0};
    if (!check(digital_link_read(text, &link, &fault), text, &fault))
        return;
    demand(digital_link_write(&link, &first, &fault) == STATUS_OK, fault.text, text);
    demand(digital_link_read(first.p, &again, &fault) == STATUS_OK, fault.text, first.p);
    demand(digital_link_write(&again, &second, &fault) == STATUS_OK, fault.text, text);
    demand_same(&second, first.p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    try_coupon(text);
    try_elements(text);
    try_link(text);
    free(text);
    return 0;
}

#ifndef FUZZING
static const char *const seeds[] = {
    "106141410222223100110222111101231023456721104561045678991201",
    "106141411234562891101201212085010048000214025610048000310123191000",
    "012345612345611110123350060645006065012345667750103131130990091",
    "0112345679999990666666",
    "061234567890121234569123456789012345",
    "[255]9501101530003000000000123[3902]500[17]261231[90]a(b)c",
    "(01)09521234543213(10)ABC123(21)1(17)261200(8110)012345612345611110123",
    "https://id.gs1.org/01/09521234543213/22/2A/10/ABC%25%261/21/a%2Fb?17=261231&"
    "8112=001234561234560123456&utm_source=box%20%26#top",
    "https://b.example:8443/x/y/255/9501101530003123?3902=500;linkType=gs1:pip",
};

static uint32_t
next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Changes, cuts out or doubles a byte or two; a digit mostly becomes another one. */
static size_t
spoil(const char *from, char *to, uint32_t *random)
{
    static const char marks[] = "0123456789012345678901234567890123456789[](){}/?&;=%#+x";
    size_t n = strlen(from);
    memcpy(to, from, n);
    for (uint32_t i = next_random(random) % 3 + 1; i && n > 4; i--) {
        size_t at = next_random(random) % (n - 1);
        switch (next_random(random) % 4) {
        case 0:
            memmove(to + at, to + at + 1, n - at - 1);
            n--;
            break;
        case 1:
            memmove(to + at + 1, to + at, n - at);
            n++;
            break;
        default:
            to[at] = marks[next_random(random) % (sizeof(marks) - 1)];
        }
    }
    return n;
}

int
main(void)
{
    char spoilt[512];
    uint32_t random = 8110;
    for (size_t i = 0; i < COUNT_OF(seeds); i++) {
        taken = 0;
        LLVMFuzzerTestOneInput((const uint8_t *)seeds[i], strlen(seeds[i]));
        demand(taken == 1, "good data are refused, or are two things", seeds[i]);
        for (int round = 0; round < ROUNDS; round++) {
            size_t n = spoil(seeds[i], spoilt, &random);
            LLVMFuzzerTestOneInput((const uint8_t *)spoilt, n);
        }
        demand(taken > 10, "hardly any spoilt data are taken", seeds[i]);
    }
    return 0;
}
#endif
