/* A packing station's host in C: loads tuck.so, packs one order, writes its sheets.
 *
 *     cc -o host host.c $(pkg-config --cflags --libs tuck)
 *     ./host /usr/lib/tuck/tuck.so SHOP ORDER.xml OUT
 */
#include <tuck.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
read_whole(const char *path, size_t *ret_length)
{
    FILE *file = fopen(path, "rb");
    char *bytes = file ? malloc(1 << 20) : NULL;
    *ret_length = bytes ? fread(bytes, 1, 1 << 20, file) : 0;
    if (file)
        fclose(file);
    return bytes;
}

static void
write_sheet(const char *dir, const struct tuck_piece *piece, const void *bytes, size_t length)
{
    char path[500];
    snprintf(path, sizeof(path), "%s/%s-%d.pdf", dir, piece->placement, piece->number);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length)
        perror(path);
    if (file)
        fclose(file);
}

int
main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: %s TUCK.SO SHOP ORDER.xml OUT\n", argv[0]);
        return 2;
    }
    void *plugin = dlopen(argv[1], RTLD_NOW);
    const struct tuck_entry *entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    const struct tuck_carton_face *tuck = entry ? entry->face(TUCK_CARTON_FACE, 1) : NULL;
    if (!tuck) {
        fprintf(stderr, "no tuck here: %s\n", plugin ? "face missing" : dlerror());
        return 1;
    }

    /* The ten lines. Everything that follows is printing. */
    struct tuck_shop *shop = NULL;
    struct tuck_carton *carton = NULL;
    size_t length = 0;
    char *bytes = read_whole(argv[3], &length);
    struct tuck_open open = {.size = sizeof(open), .shop = argv[2],
                             .ledger = getenv("TUCK_LEDGER"),
                             .press = getenv("TUCK_PRESS"),
                             .data_dir = getenv("TUCK_DATA")};
    struct tuck_order order = {.size = sizeof(order), .bytes = bytes, .length = length,
                               .name = argv[3], .budget_ms = 2000};
    tuck_status status = tuck->open(&open, &shop, NULL);
    if (status == TUCK_OK)
        status = tuck->pack(shop, &order, &carton);
    struct tuck_piece piece = {.size = sizeof(piece)};
    for (int64_t i = 0; carton && tuck->piece(carton, i, &piece) == TUCK_OK; i++) {
        const void *sheet = NULL;
        size_t size = 0;
        printf("%-8s %-20s %s\n", piece.placement, piece.offer ? piece.offer : "-",
               piece.reason ? piece.reason : "");
        if (tuck->sheet(carton, i, TUCK_PDF, 0, 0, &sheet, &size) != TUCK_OK)
            continue;
        write_sheet(argv[4], &piece, sheet, size);
        if (piece.ticket)
            tuck->say(shop, piece.ticket, TUCK_PRINTED, NULL);
    }
    tuck->carton_free(carton);
    if (shop)
        tuck->close(shop);
    free(bytes);
    printf("status %d\n", status);
    return status == TUCK_OK ? 0 : 1;
}
