/* Dots on standard input (PBM, P4) as a ZPL label on standard output, for comparing bytes
 * with other people's converters: dots-to-zpl CODINGS [ROUNDS] < picture.pbm. With rounds
 * it also tells the milliseconds of one on standard error. */
#include "press/zpl-write.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double
now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool
read_dots(FILE *file, struct arena *arena, struct dots *ret)
{
    struct dots dots = {0};
    if (fscanf(file, "P4 %d %d", &dots.width, &dots.height) != 2 || fgetc(file) == EOF ||
        dots.width < 2 || dots.width > 32000 || dots.height < 1 || dots.height > 32000)
        return false;
    dots.stride = (size_t)(dots.width + 7) / 8;
    size_t n = dots.stride * (size_t)dots.height;
    dots.bits = arena_make(arena, n);
    if (dots.bits == NULL || fread(dots.bits, 1, n, file) != n)
        return false;
    *ret = dots;
    return true;
}

int
main(int argc, char **argv)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf out = {0};
    struct dots_page page = {0};
    struct press_device device = {.zpl_codings = argc > 1 ? atoi(argv[1]) : 0};
    int rounds = argc > 2 ? atoi(argv[2]) : 1;
    if (arena == NULL || !read_dots(stdin, arena, &page.whole))
        return 1;
    double start = now_ms();
    for (int i = 0; i < rounds; i++) {
        struct zpl_writer writer;
        buf_reset(&out);
        if (zpl_writer_init(&writer, &device, arena, NULL, &out) != STATUS_OK ||
            zpl_write_label(&writer, &page) != STATUS_OK)
            return 1;
        zpl_writer_done(&writer);
    }
    if (argc > 2)
        fprintf(stderr, "%.3f\n", (now_ms() - start) / rounds);
    return fwrite(out.p, 1, out.n, stdout) == out.n ? 0 : 1;
}
