/* What the tests of keys and codes share: a folder of their own and a key file in it. */
#ifndef TUCK_TESTS_MINT_BENCH_H
#define TUCK_TESTS_MINT_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mint/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct desk {
    char dir[256], path[320];
    struct notes notes;
};

static inline int
set_up_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof(*desk));
    const char *tmp = getenv("TMPDIR");
    assert_non_null(desk);
    snprintf(desk->dir, sizeof(desk->dir), "%.200s/tuck-mint-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(desk->dir));
    snprintf(desk->path, sizeof(desk->path), "%s/keys", desk->dir);
    *state = desk;
    return 0;
}

/* Fails when anything but the key file is left in the folder. */
static inline int
tear_down_desk(void **state)
{
    struct desk *desk = *state;
    unlink(desk->path);
    int rc = rmdir(desk->dir);
    free(desk);
    return rc;
}

static inline void
put(const char *path, const char *text, size_t n)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fchmod(fileno(file), 0600), 0);
    assert_int_equal(fwrite(text, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

/* The whole of a file; free() it. */
static inline char *
get(const char *path)
{
    char *text = NULL;
    size_t n = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(getdelim(&text, &n, '\0', file) > 0);
    fclose(file);
    return text;
}

static inline struct keys *
open_keys(struct desk *desk)
{
    struct keys *keys = NULL;
    enum status status = keys_open(desk->path, "fern", &desk->notes, &keys);
    if (status != STATUS_OK)
        print_message("%s\n", desk->notes.note[0].text);
    assert_int_equal(status, STATUS_OK);
    return keys;
}

#endif
